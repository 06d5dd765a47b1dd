"""Words of the test frameworks of Java and Kotlin: JUnit, TestNG, AssertJ, Hamcrest, Truth, mocks."""

from guards.code import Strength


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a method of a fluent chain, or a Hamcrest matcher, asks for.
EXACT = _words(
    """
    isEqualTo isSameAs isSameInstanceAs isSameInstance containsExactly containsExactlyInAnyOrder
    containsExactlyElementsIn containsExactlyElementsOf containsExactlyInAnyOrderElementsOf
    containsExactlyEntriesOf containsExactlyEntriesIn containsExactlyInAnyOrderEntriesOf
    hasSameElementsAs hasSameContentAs isEqualByComparingTo isEqualToComparingFieldByField
    isEqualToComparingFieldByFieldRecursively containsOnly containsOnlyKeys hasToString isZero isOne
    isEmpty isBlank isEqualToIgnoringCase isEqualToIgnoringWhitespace isEqualToNormalizingNewlines
    isEqualToIgnoringNewLines isEquivalentAccordingToCompareTo hasValue isAbsent isPresent
    isEmptyString equalTo is sameInstance theInstance contains_exactly arrayContaining anEmptyMap
    emptyArray empty emptyString equalToIgnoringCase comparesEqualTo samePropertyValuesAs
    assertValue assertValues assertResult expectNext json isOk matchesSnapshot toMatchSnapshot
    assertEquals assertSame assertArrayEquals assertIterableEquals assertLinesMatch assertDeepEquals
    assertContentEquals assertEqualsNoOrder assertEqualsDeep assertJsonEquals assertXMLEqual
    isJson strictEquals hasResult verifyNoMoreInteractions verifyNoInteractions
    verifyZeroInteractions confirmVerified isExactly containsExactlyOnce isSuccess isEqualToWithGivenProperties
    """
)
PART = _words(
    """
    contains containsAll containsAnyOf containsSequence containsSubsequence containsKey containsKeys
    containsEntry containsValue containsAllOf containsAllIn containsAtLeast containsAtLeastElementsIn
    containsString containsIgnoringCase containsOnlyOnce containsPattern containsMatch
    doesNotContain doesNotContainKey hasSize hasLength hasSizeGreaterThan startsWith endsWith
    matches matchesPattern satisfies allMatch anyMatch noneMatch allSatisfy anySatisfy isCloseTo
    hasMessage hasMessageContaining hasMessageThat hasMessageStartingWith hasMessageMatching
    withMessage withMessageContaining hasCauseInstanceOf hasRootCauseInstanceOf hasCause
    hasItem hasItems hasEntry hasKey hasProperty containsInAnyOrder closeTo everyItem isIn isOneOf
    isWithin of allOf anyOf either both hasFieldOrPropertyWithValue returns isSubsetOf
    assertContains assertTimeout assertTimeoutPreemptively assertNotContains
    """
)
ORDER = _words(
    """
    isGreaterThan isGreaterThanOrEqualTo isLessThan isLessThanOrEqualTo isAtLeast isAtMost isBetween
    isStrictlyBetween isPositive isNegative isNotZero isNotNegative isNotEqualTo isNotSameAs
    isNotSameInstanceAs isAfter isBefore isNotEmpty isNotBlank isNotIn greaterThan lessThan
    greaterThanOrEqualTo lessThanOrEqualTo not isNotNegative hasSizeBetween
    assertNotEquals assertNotSame assertArrayNotEquals assertNotEqualsDeep
    """
)
TRUTHY = _words(
    """
    isTrue isFalse assertTrue assertFalse isThrownBy isRaisedBy isFailure fail check assertThatThrownBy
    assertFails throwsException expectThrows
    """
)
EXISTS = _words(
    """
    isNotNull isNull isInstanceOf isInstanceOfAny isExactlyInstanceOf isNotInstanceOf
    doesNotThrowAnyException
    assertNotNull assertNull assertInstanceOf assertDoesNotThrow assertIs assertIsNot notNullValue
    nullValue instanceOf isA any anything hasNoCause assertThatNoException assertThatCode
    """
)
# Links of a chain that name or change what is looked at, and ask nothing.
SILENT = _words(
    """
    as describedAs withFailMessage overridingErrorMessage extracting extractingResultOf filteredOn
    map flatMap flatExtracting first last element elements singleElement asString asList asInstanceOf
    and that named withRepresentation usingRecursiveComparison ignoringFields
    ignoringCollectionOrder usingComparator usingElementComparator usingDefaultComparator
    usingFieldByFieldElementComparator assertThat assertWithMessage expectThat expect then size
    ignoringAllOverriddenEquals ignoringFieldsMatchingRegexes zipSatisfy inHexadecimal inOrder
    withStrictTypeChecking assertThatObject assertAll assertSoftly prop given perform get post put
    delete build message
    """
)
HEADS = _words(
    """
    assertThat assertThatObject assertThatExceptionOfType assertThatThrownBy assertThatCode that
    assertThatNoException assertThatIllegalArgumentException assertThatIllegalStateException
    assertThatNullPointerException assertThatIOException expectThat expectCatching expectThrows then
    """
)
THROWS = _words(
    """
    assertThrows assertThrowsExactly expectThrows assertFailsWith shouldThrow shouldThrowExactly
    shouldThrowUnit assertThatExceptionOfType isInstanceOf isFailureWith expectException throws
    shouldThrowAny shouldThrowMessage expect
    """
)
BROAD = frozenset({"Exception", "Throwable", "RuntimeException", "Error", "Any"})
FAILED_ASSERTIONS = _words("AssertionError AssertionFailedError Throwable Error ComparisonFailure")

SKIP_MARKERS = _words(
    """
    Disabled Ignore Ignored DisabledOnOs EnabledOnOs DisabledIf EnabledIf DisabledOnJre EnabledOnJre
    DisabledForJreRange EnabledForJreRange DisabledIfSystemProperty EnabledIfSystemProperty
    DisabledIfEnvironmentVariable EnabledIfEnvironmentVariable DisabledInNativeImage
    EnabledInNativeImage DisabledUntil DisabledIfReachable EnabledIfReachable DisabledIfDisplayName
    DisabledIfArgument DisabledOnIntegrationTest DisabledIfDockerUnavailable DisabledInAotMode
    IgnoreRest PendingFeature IgnoreIf Requires EnabledIfCondition EnabledCondition ManualTest
    JsonIgnoreTest IfProfileValue EnabledIfDockerAvailable RequiresDocker
    """
)
RETRY_MARKERS = _words(
    """
    Retry RetryingTest RetryTest Flaky FlakyTest RepeatedIfExceptionsTest RetryOnFailure
    RetryRule FlakyIf RerunFailing ParameterizedRepeatedIfExceptionsTest Quarantined
    """
)
FAILURE_MARKERS = frozenset(["ExpectedToFail", "NotYetImplemented", "PendingFeature", "KnownIssue"])
SKIP_CALLS = _words(
    """
    assumeTrue assumeFalse assumeThat assumingThat assumeNoException assumeNotNull SkipException
    TestAbortedException AssumptionViolatedException abort TestSkippedException
    """
)
TEST_MARKERS = _words(
    """
    Test ParameterizedTest RepeatedTest TestFactory TestTemplate RetryingTest CartesianTest Theory
    Property Example Fuzz FuzzTest RepeatedIfExceptionsTest ArchTest CartesianProductTest
    ParameterizedRepeatedIfExceptionsTest FuzzedTest RetryTest
    """
)
HOOK_MARKERS = _words(
    """
    Before After BeforeEach AfterEach BeforeAll AfterAll BeforeClass AfterClass BeforeMethod
    AfterMethod BeforeTest AfterTest BeforeSuite AfterSuite BeforeGroups AfterGroups
    MethodSource Parameters BeforeProperty AfterProperty BeforeTry AfterTry Provide DynamicTest
    """
)
TABLE_MARKERS = _words(
    """
    ParameterizedTest CsvSource CsvFileSource MethodSource ValueSource EnumSource ArgumentsSource
    NullSource EmptySource NullAndEmptySource FieldSource CartesianTest CartesianProductTest Theory
    Parameters Property TestFactory JsonSource JsonClasspathSource DataProvider TestTemplate
    """
)
MADE_DOUBLES = _words(
    """
    mock spy mockStatic mockConstruction createMock mockkStatic mockk spyk mockkClass mockkObject
    mockkConstructor whenNew createNiceMock createStrictMock
    """
)
STRENGTHS = {
    **dict.fromkeys(EXISTS, Strength.EXISTS),
    **dict.fromkeys(TRUTHY, Strength.TRUTHY),
    **dict.fromkeys(ORDER, Strength.ORDER),
    **dict.fromkeys(PART, Strength.PART),
    **dict.fromkeys(EXACT, Strength.EXACT),
}
