"""Words of the test frameworks of Java and Kotlin: JUnit, TestNG, AssertJ, Hamcrest, Truth, mocks."""

# What a method of a fluent chain, or a Hamcrest matcher, asks for.
EXACT = frozenset(
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
    """.split()
)
PART = frozenset(
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
    """.split()
)
ORDER = frozenset(
    """
    isGreaterThan isGreaterThanOrEqualTo isLessThan isLessThanOrEqualTo isAtLeast isAtMost isBetween
    isStrictlyBetween isPositive isNegative isNotZero isNotNegative isNotEqualTo isNotSameAs
    isNotSameInstanceAs isAfter isBefore isNotEmpty isNotBlank isNotIn greaterThan lessThan
    greaterThanOrEqualTo lessThanOrEqualTo not isNotNegative hasSizeBetween
    assertNotEquals assertNotSame assertArrayNotEquals assertNotEqualsDeep
    """.split()
)
TRUTHY = frozenset(
    """
    isTrue isFalse assertTrue assertFalse isThrownBy isRaisedBy isFailure fail check assertThatThrownBy
    assertFails throwsException expectThrows
    """.split()
)
EXISTS = frozenset(
    """
    isNotNull isNull isInstanceOf isInstanceOfAny isExactlyInstanceOf isNotInstanceOf
    doesNotThrowAnyException
    assertNotNull assertNull assertInstanceOf assertDoesNotThrow assertIs assertIsNot notNullValue
    nullValue instanceOf isA any anything hasNoCause assertThatNoException assertThatCode
    """.split()
)
# Links of a chain that name or change what is looked at, and ask nothing.
SILENT = frozenset(
    """
    as describedAs withFailMessage overridingErrorMessage extracting extractingResultOf filteredOn
    map flatMap flatExtracting first last element elements singleElement asString asList asInstanceOf
    and that named withRepresentation usingRecursiveComparison ignoringFields
    ignoringCollectionOrder usingComparator usingElementComparator usingDefaultComparator
    usingFieldByFieldElementComparator assertThat assertWithMessage expectThat expect then size
    ignoringAllOverriddenEquals ignoringFieldsMatchingRegexes zipSatisfy inHexadecimal inOrder
    withStrictTypeChecking assertThatObject assertAll assertSoftly prop given perform get post put
    delete build message
    """.split()
)
HEADS = frozenset(
    """
    assertThat assertThatObject assertThatExceptionOfType assertThatThrownBy assertThatCode that
    assertThatNoException assertThatIllegalArgumentException assertThatIllegalStateException
    assertThatNullPointerException assertThatIOException expectThat expectCatching expectThrows then
    """.split()
)
THROWS = frozenset(
    """
    assertThrows assertThrowsExactly expectThrows assertFailsWith shouldThrow shouldThrowExactly
    shouldThrowUnit assertThatExceptionOfType isInstanceOf isFailureWith expectException throws
    shouldThrowAny shouldThrowMessage expect
    """.split()
)
BROAD = frozenset({"Exception", "Throwable", "RuntimeException", "Error", "Any"})
FAILED_ASSERTIONS = frozenset(
    ["AssertionError", "AssertionFailedError", "Throwable", "Error", "ComparisonFailure"]
    + ["AssertionErrorBuilder", "MultipleFailuresError", "AssertionErrors"]
)

SKIP_MARKERS = frozenset(
    """
    Disabled Ignore Ignored DisabledOnOs EnabledOnOs DisabledIf EnabledIf DisabledOnJre EnabledOnJre
    DisabledForJreRange EnabledForJreRange DisabledIfSystemProperty EnabledIfSystemProperty
    DisabledIfEnvironmentVariable EnabledIfEnvironmentVariable DisabledInNativeImage
    EnabledInNativeImage DisabledUntil DisabledIfReachable EnabledIfReachable DisabledIfDisplayName
    DisabledIfArgument DisabledOnIntegrationTest DisabledIfDockerUnavailable DisabledInAotMode
    IgnoreRest PendingFeature IgnoreIf Requires EnabledIfCondition EnabledCondition ManualTest
    JsonIgnoreTest IfProfileValue EnabledIfDockerAvailable RequiresDocker Suppress
    """.split()
) - {"Suppress"}
RETRY_MARKERS = frozenset(
    """
    Retry RetryingTest RetryTest Flaky FlakyTest RepeatedIfExceptionsTest RetryOnFailure
    RetryRule Retryable FlakyIf RerunFailing ParameterizedRepeatedIfExceptionsTest Quarantined
    """.split()
) - {"Retryable"}
FAILURE_MARKERS = frozenset(["ExpectedToFail", "NotYetImplemented", "PendingFeature", "KnownIssue"])
SKIP_CALLS = frozenset(
    """
    assumeTrue assumeFalse assumeThat assumingThat assumeNoException assumeNotNull SkipException
    TestAbortedException AssumptionViolatedException abort TestSkippedException
    """.split()
)
TEST_MARKERS = frozenset(
    """
    Test ParameterizedTest RepeatedTest TestFactory TestTemplate RetryingTest CartesianTest Theory
    Property Example Fuzz FuzzTest RepeatedIfExceptionsTest ArchTest CartesianProductTest
    ParameterizedRepeatedIfExceptionsTest TestNG Benchmarked FuzzedTest UiThreadTest RetryTest
    """.split()
) - {"UiThreadTest", "Benchmarked", "TestNG"}
HOOK_MARKERS = frozenset(
    """
    Before After BeforeEach AfterEach BeforeAll AfterAll BeforeClass AfterClass BeforeMethod
    AfterMethod BeforeTest AfterTest BeforeSuite AfterSuite BeforeGroups AfterGroups DataProvider
    MethodSource Parameters BeforeProperty AfterProperty BeforeTry AfterTry Provide DynamicTest
    """.split()
)
TABLE_MARKERS = frozenset(
    """
    ParameterizedTest CsvSource CsvFileSource MethodSource ValueSource EnumSource ArgumentsSource
    NullSource EmptySource NullAndEmptySource FieldSource CartesianTest CartesianProductTest Theory
    Parameters Property TestFactory JsonSource JsonClasspathSource RunWith DataProvider TestTemplate
    """.split()
) - {"RunWith", "DataProvider"}
DOUBLES = frozenset(
    """
    mock spy mockStatic mockConstruction mockkObject mockkStatic mockkClass mockk spyk mockkConstructor
    when doReturn doNothing doAnswer doThrow given willReturn every coEvery whenever createMock
    createNiceMock stub stubbing setInternalState whenNew suppress mockClass replace
    """.split()
) - {"stub", "replace", "given"}
DOUBLE_MARKERS = frozenset(
    """
    Mock Spy MockBean SpyBean MockitoBean MockitoSpyBean InjectMock MockK SpyK RelaxedMockK
    PrepareForTest InjectMockKs Captor MockkBean SpykBean
    """.split()
) - {"Captor", "InjectMockKs"}
