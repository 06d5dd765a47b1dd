"""What Go's test libraries call their checks, and how much each demands."""

from guards.code import Strength


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


EXACT = _words(
    """
    Equal Equals EqualValues Exactly Same JSONEq YAMLEq DeepEqual DeepEquals EqualError
    ElementsMatch Empty Zero MatchSnapshot EqualExportedValues AssertExpectations
    AssertNotCalled AssertCalled AssertNumberOfCalls HTTPStatusCode FileEquals Golden
    Identical BeIdenticalTo BeEquivalentTo MatchJSON MatchYAML MatchXML ConsistOf
    HaveExactElements BeEmpty BeZero ShouldEqual ShouldResemble ShouldEqualJSON
    ShouldPointTo ShouldBeEmpty ShouldBeZeroValue SliceEqual MapEqual EqOp Eq CmpEquals
    BeComparableTo
    """
)
PART = _words(
    """
    Contains NotContains Subset NotSubset Len Regexp NotRegexp HTTPBodyContains
    HTTPBodyNotContains InDelta InDeltaSlice InDeltaMapValues InEpsilon ErrorIs
    InEpsilonSlice NotErrorIs ErrorAs ErrorContains WithinDuration WithinRange
    PanicsWithValue PanicsWithError ErrorMatches PanicMatches Matches HasLen ErrorType
    ContainSubstring ContainElement ContainElements HaveLen HaveCap HaveKey HaveKeyWithValue
    HaveField MatchRegexp HavePrefix HaveSuffix BeNumerically BeTemporally MatchError
    MatchFields MatchAllFields BeElementOf BeKeyOf ErrorEquals HaveHTTPStatus HaveHTTPBody
    PanicWith Say Receive HaveValue Satisfy ShouldContain ShouldContainSubstring
    ShouldNotContainSubstring ShouldContainKey ShouldHaveLength ShouldStartWith
    ShouldEndWith ShouldAlmostEqual ShouldBeError ShouldHappenWithin ShouldPanicWith
    ShouldBeIn HasPrefix HasSuffix Length ErrorMatch StringContains ShouldWrap Exit
    """
)
ORDER = _words(
    """
    NotEqual NotEqualValues NotSame Greater GreaterOrEqual Less LessOrEqual NotEmpty NotZero
    Positive Negative IsIncreasing IsDecreasing NotEquals IsNonIncreasing IsNonDecreasing
    NotElementsMatch ShouldNotEqual ShouldBeGreaterThan ShouldBeLessThan ShouldBeBetween
    ShouldNotBeEmpty ShouldNotResemble ShouldBeBlank
    """
)
TRUTHY = _words(
    """
    True False IsTrue IsFalse Error Panics Condition Eventually Never Fail FailNow
    EventuallyWithT HTTPError HTTPSuccess HTTPRedirect BeTrue BeFalse BeTrueBecause
    BeFalseBecause HaveOccurred Panic BeClosed BeSent BeValid ShouldBeTrue ShouldBeFalse
    ShouldPanic Assert Check Ok
    """
)
EXISTS = _words(
    """
    Nil NotNil NoError NotPanics IsType IsNotType Implements NotImplements FileExists
    NoFileExists DirExists NoDirExists IsNil NotNil NilError BeNil Succeed BeAnExistingFile
    BeARegularFile BeADirectory BeAssignableToTypeOf ShouldBeNil ShouldNotBeNil
    ShouldNotPanic ShouldHaveSameTypeAs ShouldImplement NoErr ShouldNotBeError Implements
    """
)
STRENGTHS = {
    **dict.fromkeys(EXACT, Strength.EXACT),
    **dict.fromkeys(PART, Strength.PART),
    **dict.fromkeys(ORDER, Strength.ORDER),
    **dict.fromkeys(TRUTHY, Strength.TRUTHY),
    **dict.fromkeys(EXISTS, Strength.EXISTS),
}
# Functions of the standard library and of friends that a failing condition asks.
QUESTIONS = {
    **dict.fromkeys(["DeepEqual", "Equal", "EqualFunc", "Equals"], Strength.EXACT),
    **dict.fromkeys(["Contains", "HasPrefix", "HasSuffix", "Is", "As"], Strength.PART),
    **dict.fromkeys(["MatchString", "Match", "EqualFold", "ContainsAny"], Strength.PART),
    **dict.fromkeys(["IsNotExist", "IsExist", "IsNil", "IsValid"], Strength.PART),
}
NEGATIONS = frozenset({"NotTo", "ToNot", "ShouldNot", "Not"})
EXPECTS = frozenset({"Expect", "Ω", "Eventually", "Consistently", "ExpectWithOffset"})
EXPECTS |= {"EventuallyWithOffset", "ConsistentlyWithOffset"}
VERBS = frozenset({"To", "NotTo", "ToNot", "Should", "ShouldNot"})
PACKAGES = _words(
    """
    assert require is check must qt td expect assertions
    """
)
PACKAGES |= {
    "should",
    "be",
    "snaps",
    "cupaloy",
    "golden",
    "approvals",
    "req",
    "a",
    "r",
    "as",
    "ensure",
}
RECEIVERS = _words(
    """
    t b tb f c tt T B TB test t1 t2 GinkgoT
    """
)
SUITES = frozenset({"s", "suite", "ts", "su", "cs", "Require", "Assert", "assertions", "this"})
FAILURES = frozenset({"Error", "Errorf", "Fatal", "Fatalf", "Fail", "FailNow", "Failf"})
ONE_ARGUMENT = TRUTHY | EXISTS | {"Empty", "NotEmpty", "Zero", "NotZero", "Positive", "Negative"}
ONE_ARGUMENT -= {"IsType", "IsNotType", "Implements", "NotImplements", "Eventually", "Never"}
SYSTEMS = _words(
    """
    windows linux darwin freebsd netbsd openbsd unix plan9 solaris aix android ios js wasm
    wasip1 amd64 arm64 arm cgo gc gccgo purego dragonfly illumos race msan asan 386 ppc64
    ppc64le s390x riscv64 tinygo mips mipsle mips64 mips64le loong64 appengine boringcrypto
    """
)
