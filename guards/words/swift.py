"""What Swift's test libraries call their checks, and how much each demands."""

from guards.code import Strength


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


EXACT = _words(
    """
    XCTAssertEqual XCTAssertIdentical assertSnapshot assertInlineSnapshot assertMacroExpansion
    equal beIdenticalTo beEmpty XCTAssertNoDifference expectNoDifference verifySnapshot
    assertEqual haveValidSnapshot match_snapshot XCTAssertEqualObjects assertMacro
    """
)
PART = _words(
    """
    XCTAssertEqualWithAccuracy contain haveCount beCloseTo beginWith endWith match containElementSatisfying
    haveJSON matchError throwError_ postNotifications elementsEqual satisfyAllOf satisfyAnyOf
    XCTAssertContains XCTAssertThrowsSpecific beWithin allPass XCTAssertMatch XCTAssertLength
    """
)
ORDER = _words(
    """
    XCTAssertNotEqual XCTAssertGreaterThan XCTAssertGreaterThanOrEqual XCTAssertLessThan
    XCTAssertLessThanOrEqual XCTAssertNotIdentical beGreaterThan beLessThan
    beGreaterThanOrEqualTo beLessThanOrEqualTo XCTAssertNotEqualObjects
    """
)
TRUTHY = _words(
    """
    XCTAssert XCTAssertTrue XCTAssertFalse XCTAssertThrowsError beTrue beFalse beTruthy beFalsy throwError
    raiseException throwAssertion confirmation verify
    assert precondition waitForExistence awaitExpectations assertThrows
    """
)
EXISTS = _words(
    """
    XCTAssertNil XCTAssertNotNil XCTAssertNoThrow XCTUnwrap beNil beAnInstanceOf beAKindOf
    succeed beVoid
    """
)
STRENGTHS = {
    **dict.fromkeys(EXACT, Strength.EXACT),
    **dict.fromkeys(PART, Strength.PART),
    **dict.fromkeys(ORDER, Strength.ORDER),
    **dict.fromkeys(TRUTHY, Strength.TRUTHY),
    **dict.fromkeys(EXISTS, Strength.EXISTS),
}
BARE = frozenset({"XCTAssert", "XCTAssertTrue", "XCTAssertFalse", "assert", "precondition"})
MACROS = frozenset({"expect", "require"})
QUESTIONS = {
    **dict.fromkeys(["contains", "hasPrefix", "hasSuffix", "allSatisfy"], Strength.PART),
    **dict.fromkeys(["starts", "elementsEqual", "isSuperset", "isSubset"], Strength.PART),
}
FAILURES = frozenset({"XCTFail", "Issue.record", "fail", "fatalError", "preconditionFailure"})
FAILURES |= {"reportIssue", "assertionFailure", "record"}
VERBS = frozenset({"to", "toNot", "notTo", "toEventually", "toEventuallyNot", "toAlways"})
VERBS |= {"toNever", "toEventuallyNotTo"}
SUITES = frozenset({"describe", "context", "fdescribe", "fcontext", "xdescribe", "xcontext"})
SUITES |= {"sharedExamples", "given", "when"}
SPECS = frozenset({"it", "fit", "xit", "pending", "then", "itBehavesLike", "test"})
HOOKS = frozenset({"beforeEach", "afterEach", "aroundEach", "beforeSuite", "afterSuite"})
HOOKS |= {"justBeforeEach"}
# Functions without the prefix of a framework.
PLAIN = _words(
    """
    assertEqual assertInlineSnapshot assertMacro assertMacroExpansion assertSnapshot assertThrows
    confirmation expectNoDifference fulfillment verify verifySnapshot wait waitForExpectations
    """
)
