"""Words of Kotlin's own test frameworks: kotest, kotlin.test, MockK, Spek."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SUITES = _words(
    """
    context describe feature given Given when When and And group container table should
    funSpec describeSpec behaviorSpec stringSpec shouldSpec featureSpec expectSpec freeSpec wordSpec
    """
)
TESTS = _words("test it should scenario expect then Then withData dynamicTest Scenario checkAll")
SKIPPED = _words(
    """
    xtest xit xshould xscenario xexpect xthen xThen xcontext xdescribe xfeature xgiven xGiven xwhen
    xWhen xand xAnd pending
    """
)
HOOKS = _words(
    """
    beforeTest afterTest beforeSpec afterSpec beforeEach afterEach beforeContainer afterContainer
    beforeAny afterAny beforeAll afterAll beforeEachTest afterEachTest beforeGroup afterGroup
    """
)
EXACT = _words(
    """
    shouldBe shouldBeEqual shouldBeExactly shouldContainExactly shouldContainExactlyInAnyOrder
    shouldBeSameInstanceAs shouldBeEmpty shouldBeZero shouldEqualJson shouldBeEqualIgnoringCase
    shouldBeEqualToComparingFields shouldBeEqualToUsingFields shouldBeSuccess shouldBeBlank
    shouldMatchJson shouldContainOnly shouldEqualSpecifiedJson shouldEqual shouldBeEqualTo
    shouldBeEqualUsingFields wasNot wasCalled shouldBeNone `should be equal to` shouldEqualTo
    """
)
ORDER = _words(
    """
    shouldNotBe shouldNotBeEqual shouldBeGreaterThan shouldBeGreaterThanOrEqual shouldBeLessThan
    shouldBeLessThanOrEqual shouldBePositive shouldBeNegative shouldNotBeEmpty shouldNotBeBlank
    shouldNotBeSameInstanceAs shouldBeAtLeast shouldBeAtMost shouldBeBetween shouldNotEqual
    shouldNotContain shouldBeGreaterThanOrEqualTo shouldBeLessThanOrEqualTo
    """
)
TRUTHY = _words("shouldBeTrue shouldBeFalse shouldBeFailure shouldFail shouldThrowAny")
EXISTS = _words(
    """
    shouldBeNull shouldNotBeNull shouldBeInstanceOf shouldBeTypeOf shouldNotThrow shouldNotThrowAny
    shouldBeDefined shouldBeSome shouldNotThrowExactly shouldNotBeInstanceOf shouldNotBeNone
    shouldCompleteWithin
    """
)
# How the outcome of runCatching is put aside.
DROPS = _words(
    "runCatching getOrNull getOrDefault getOrElse onFailure recover recoverCatching fold"
)
VERIFICATIONS = _words(
    "verify coVerify verifyAll verifyOrder verifySequence coVerifyAll coVerifyOrder"
)
