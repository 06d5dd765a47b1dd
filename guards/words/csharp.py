"""Words of the test frameworks of C#: xUnit, NUnit, MSTest, FluentAssertions, Shouldly, Moq."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


EXACT = _words(
    """
    Equal Equals Same StrictEqual Equivalent AreEqual AreSame AreEquivalent Be BeEquivalentTo BeSameAs
    BeEmpty BeNullOrEmpty HaveValue ShouldBe ShouldBeEquivalentTo ShouldBeSameAs ShouldBeEmpty
    EqualTo SameAs EquivalentTo Empty IsEmpty Equal Collection Single ContainSingle
    ContainInOrder BeEquivalentTo VerifyAll VerifyNoOtherCalls ShouldEqual BeXmlEquivalentTo
    ContainExactly HaveSameCount BeNullOrWhiteSpace ShouldHaveSingleItem Zero
    MustHaveHappenedOnceExactly MustNotHaveHappened VerifyGet VerifySet IsEqualTo
    """
)
PART = _words(
    """
    Contains DoesNotContain StartsWith EndsWith Match Matches All Contain NotContain HaveCount BeOneOf
    StartWith EndWith MatchRegex BeSubsetOf HaveElementAt Satisfy OnlyContain ShouldContain
    ShouldNotContain ShouldStartWith ShouldEndWith ShouldMatch ShouldSatisfyAllConditions
    BeApproximately BeCloseTo InRange BeInRange ContainKey ContainValue HaveLength WithMessage
    WithInnerException Member StringContaining Exactly Some Property HasCount IsMatch
    StringStarting ContainEquivalentOf Subset Superset ProperSubset PropertyChanged Raises RaisesAny
    DoesNotMatch ShouldBeInRange ShouldBeOneOf ReceivedWithAnyArgs
    MustHaveHappened AreNotEquivalent Distinct
    """
)
ORDER = _words(
    """
    NotEqual NotSame NotEmpty AreNotEqual AreNotSame IsNotEmpty NotBe NotBeEmpty NotBeSameAs
    NotBeEquivalentTo NotBeNullOrEmpty NotBeNullOrWhiteSpace BeGreaterThan BeGreaterOrEqualTo
    BeGreaterThanOrEqualTo BeLessThan BeLessOrEqualTo BeLessThanOrEqualTo BePositive BeNegative
    BeAfter BeBefore BeOnOrAfter BeOnOrBefore Greater GreaterOrEqual Less LessOrEqual GreaterThan
    GreaterThanOrEqualTo LessThan LessThanOrEqualTo AtLeast AtMost Positive Negative NotInRange
    ShouldNotBe ShouldNotBeEmpty ShouldBeGreaterThan ShouldBeGreaterThanOrEqualTo ShouldBeLessThan
    ShouldBeLessThanOrEqualTo ShouldBePositive ShouldBeNegative ShouldNotBeNullOrEmpty NotStrictEqual
    ShouldNotBeNullOrWhiteSpace IsGreaterThan IsLessThan Not
    """
)
TRUTHY = _words(
    """
    True False IsTrue IsFalse BeTrue BeFalse ShouldBeTrue ShouldBeFalse Fail ThrowsAny ThrowsAnyAsync
    Throw ThrowAsync ShouldThrow ShouldThrowAsync Catch CatchAsync
    """
)
EXISTS = _words(
    """
    NotNull Null IsNotNull IsNull NotBeNull BeNull IsType IsNotType IsAssignableFrom IsInstanceOf
    IsInstanceOfType IsNotInstanceOf IsNotInstanceOfType BeOfType BeAssignableTo NotBeOfType
    ShouldBeNull ShouldNotBeNull ShouldBeOfType ShouldBeAssignableTo ShouldNotThrow ShouldNotThrowAsync
    DoesNotThrow DoesNotThrowAsync NotThrow NotThrowAsync NotThrowAfter TypeOf InstanceOf AssignableTo
    AssignableFrom BeDefined IsNotAssignableFrom BeOfType ShouldNotBeOfType NotThrowAfterAsync
    """
)
THROWS = _words(
    """
    Throws ThrowsAsync ThrowsAny ThrowsAnyAsync ThrowsException ThrowsExceptionAsync ThrowsExactly
    ThrowsExactlyAsync Catch CatchAsync Throw ThrowAsync ThrowExactly ThrowExactlyAsync ShouldThrow
    ShouldThrowAsync ShouldThrowExactly
    """
)
ASSERTERS = _words(
    """
    Assert StringAssert CollectionAssert FileAssert DirectoryAssert ClassicAssert Assertion MultipleAssert
    """
)
BROAD = frozenset({"Exception", "System.Exception", "SystemException", "ApplicationException"})
TESTS = _words(
    """
    Fact Theory Test TestCase TestCaseSource TestMethod DataTestMethod SkippableFact SkippableTheory
    RetryFact RetryTheory Property ConditionalFact ConditionalTheory StaFact StaTheory UIFact WpfFact
    AvaloniaFact StaTestMethod
    UITestMethod PlatformSpecificFact WindowsOnlyFact
    """
)
HOOKS = _words(
    """
    SetUp TearDown OneTimeSetUp OneTimeTearDown TestInitialize TestCleanup ClassInitialize ClassCleanup
    AssemblyInitialize AssemblyCleanup TestFixtureSetUp TestFixtureTearDown BeforeEach AfterEach
    Before After
    """
)
SUITES = _words("TestFixture TestClass TestFixtureSource Collection")
ROWS = _words(
    """
    Theory InlineData MemberData ClassData TestCase TestCaseSource DataRow DynamicData DataTestMethod
    Values Range Sequential Combinatorial Pairwise ValueSource InlineAutoData SkippableTheory Arguments
    MethodDataSource AutoData InlineAutoMoqData
    """
)
SKIP_MARKERS = _words(
    "Ignore Explicit Skip Platform Quarantine Disabled IgnoreAttribute OSCondition CICondition"
    " SkipOnCI Skipped ConditionalIgnore SkipOnPlatform IgnoreOnCI QuarantinedTest"
)
RETRY_MARKERS = _words("Retry Flaky RetryFact RetryTheory RetryTest FlakyTest MaxRetry")
SKIP_CALLS = _words("Ignore Inconclusive Skip SkipWhen SkipUnless")
