"""Words of PHP's test frameworks: PHPUnit, Pest, Codeception, Laravel, Mockery, Prophecy."""

from guards.code import Strength

EXACT = frozenset(
    """
    assertEquals assertSame assertEqualsCanonicalizing assertEqualsIgnoringCase assertEmpty assertCount
    assertJsonStringEqualsJsonString assertJsonStringEqualsJsonFile assertXmlStringEqualsXmlString
    assertXmlStringEqualsXmlFile assertXmlFileEqualsXmlFile assertFileEquals assertStringEqualsFile
    assertStringEqualsStringIgnoringLineEndings assertObjectEquals assertArrayEquals assertSameSize
    assertExactJson assertEqualXMLStructure assertMatchesSnapshot assertMatchesJsonSnapshot assertIs
    assertEqualsWithoutLE assertExactly assertDatabaseCount assertNotDispatched assertNothingSent
    assertNothingDispatched assertIsNotEqual assertArraysAreIdentical assertArraysAreEqual
    assertSimilarArrays assertArraySimilar assertJsonPath assertStatus assertRedirect assertViewHas
    assertSeeInOrder assertIdentical assertEqual seeNumRecords seeResponseEquals seeResponseCodeIs
    toBe toEqual toMatchArray toEqualCanonicalizing toBeEmpty toMatchSnapshot toHaveCount toHaveLength
    toMatchObject toBeInvalid shouldReturn shouldBe shouldBeEqualTo shouldEqual shouldBeLike shouldHaveCount
    """.split()
)
PART = frozenset(
    """
    assertContains assertNotContains assertContainsEquals assertContainsOnly assertStringContainsString
    assertStringContainsStringIgnoringCase assertStringNotContainsString assertStringStartsWith
    assertStringEndsWith assertStringStartsNotWith assertMatchesRegularExpression assertRegExp
    assertDoesNotMatchRegularExpression assertNotRegExp assertStringMatchesFormat assertEqualsWithDelta
    assertStringMatchesFormatFile assertArrayHasKey assertArrayNotHasKey assertArraySubset
    assertObjectHasProperty assertObjectHasAttribute assertThat assertFileMatchesFormat assertSee
    assertDontSee assertSeeText assertJson assertJsonFragment assertJsonStructure assertJsonCount
    assertJsonMissing assertDatabaseHas assertDatabaseMissing assertSessionHas assertDispatched
    assertSessionHasErrors assertPushed assertSent assertQueued assertContainsOnlyInstancesOf
    assertResponseStatusCodeSame assertSelectorTextContains assertSelectorTextSame assertInvalid
    assertResponseHeaderSame assertJsonContains assertSoftDeleted assertModelExists assertModelMissing
    assertStringEqualsCollection assertArrayIsEqualToArrayOnlyConsideringListOfKeys
    assertArrayIsIdenticalToArrayOnlyConsideringListOfKeys assertHeader assertCookie
    assertArrayIsEqualToArrayIgnoringListOfKeys assertThrows assertEqualsEpsilon assertLogged
    expectExceptionMessage expectExceptionCode expectExceptionMessageMatches expectExceptionObject
    expectOutputString expectOutputRegex expectException expectExceptionMessageRegExp
    expectDeprecationMessage expectWarningMessage expectNoticeMessage expectErrorMessage
    seeInDatabase dontSeeInDatabase see dontSee seeElement seeResponseContains seeResponseContainsJson
    shouldBeCalled shouldHaveBeenCalled shouldNotBeCalled shouldBeCalledOnce shouldBeCalledTimes
    shouldHaveReceived shouldNotHaveReceived shouldReceive shouldThrow shouldContain shouldHaveKey
    shouldHaveKeyWithValue shouldMatch shouldStartWith shouldEndWith expects
    toContain toContainEqual toMatch toStartWith toEndWith toHaveKey toHaveKeys toHaveProperty
    toHaveProperties toThrow toMatchConstraint toEqualWithDelta toBeIn toHaveSameSize toContainOnlyInstancesOf
    """.split()
)
ORDER = frozenset(
    """
    assertNotEquals assertNotSame assertNotEmpty assertNotCount assertGreaterThan assertLessThan
    assertGreaterThanOrEqual assertLessThanOrEqual assertNotEqualsCanonicalizing assertNotSameSize
    assertNotEqualsWithDelta assertFileNotEquals assertNotEqualsIgnoringCase shouldNotReturn shouldNotBe
    toBeGreaterThan toBeGreaterThanOrEqual toBeLessThan toBeLessThanOrEqual toBeBetween
    shouldNotBeLike shouldBeGreaterThan
    """.split()
)
TRUTHY = frozenset(
    """
    assertTrue assertFalse assertNotTrue assertNotFalse assertValid assertOk assertSuccessful
    assertUnauthorized assertForbidden assertNotFound assertCreated assertResponseIsSuccessful
    assertInfinite assertFinite assertNan toBeTrue toBeFalse toBeTruthy toBeFalsy toBeNan toBeInfinite
    assertAuthenticated assertGuest expectError expectWarning expectNotice expectDeprecation fail
    assertNoContent assertAccepted assertUnprocessable assert shouldBeValid assertNothingThrown
    """.split()
)
EXISTS = frozenset(
    """
    assertNull assertNotNull assertInstanceOf assertNotInstanceOf assertIsArray assertIsString assertIsInt
    assertIsBool assertIsFloat assertIsNumeric assertIsObject assertIsCallable assertIsIterable
    assertIsScalar assertIsResource assertIsList assertInternalType assertFileExists assertIsReadable
    assertFileDoesNotExist assertFileNotExists assertDirectoryExists assertIsNotArray assertIsWritable
    assertDirectoryDoesNotExist assertClassHasAttribute assertObjectNotHasProperty assertFileIsReadable
    assertFileIsWritable assertIsNotString assertClassHasStaticAttribute assertTransformed
    toBeNull toBeInstanceOf toBeArray toBeString toBeInt toBeFloat toBeBool toBeObject toBeCallable
    toBeIterable toBeNumeric toBeScalar toBeResource toBeJson toBeList toBeFile toBeDirectory
    toBeReadableFile toBeWritableFile toBeUuid toBeUrl toBeClass toBeEnum toBeReadableDirectory
    toBeDigits toBeAlpha toBeAlphaNumeric toBeLowercase toBeUppercase shouldHaveType shouldBeAnInstanceOf
    shouldImplement shouldBeString shouldBeArray shouldBeNull toBeCamelCase toBeSnakeCase
    """.split()
)
STRENGTHS = {
    **dict.fromkeys(EXACT, Strength.EXACT),
    **dict.fromkeys(PART, Strength.PART),
    **dict.fromkeys(ORDER, Strength.ORDER),
    **dict.fromkeys(TRUTHY, Strength.TRUTHY),
    **dict.fromkeys(EXISTS, Strength.EXISTS),
}
SILENT = frozenset(
    {"assert", "expects", "see", "dontSee", "fail"}
)  # only where a test class is asked
OF_ONE = frozenset(["assertTrue", "assertFalse", "assertNotTrue", "assertNotFalse", "assert"])
BROAD = frozenset(["Exception", "Throwable", "Error", "RuntimeException"])
CAUGHT = frozenset(
    """
    Exception Throwable AssertionFailedError ExpectationFailedException AssertionError Error
    ExceptionInterface PHPUnitException
    """.split()
)
SKIPS = frozenset(
    ["markTestSkipped", "markTestIncomplete", "markTestSkippedIf", "markTestSkippedUnless"]
)
CHAINED = frozenset(
    """
    skip todo skipOnWindows skipOnMac skipOnLinux skipOnPhp skipOnCi skipLocally
    onlyOnWindows onlyOnMac onlyOnLinux wip fails only repeat throwsNoExceptions
    """.split()
)
SKIP_MARKERS = frozenset(
    """
    RequiresPhp RequiresPhpExtension RequiresOperatingSystem RequiresOperatingSystemFamily requires
    RequiresFunction RequiresMethod RequiresSetting RequiresPhpunit RequiresEnvironmentVariable
    Skip skip incomplete Incomplete
    """.split()
)
DATA = frozenset(
    """
    dataProvider DataProvider DataProviderExternal TestWith TestWithJson testWith dataprovider
    DataSet Examples examples
    """.split()
)
HOOKS = frozenset(
    """
    setUp tearDown setUpBeforeClass tearDownAfterClass _before _after assertPreConditions
    assertPostConditions createApplication
    """.split()
)
HOOK_MARKERS = frozenset(
    """
    before after beforeClass afterClass Before After BeforeClass AfterClass PreCondition PostCondition
    preCondition postCondition
    """.split()
)
DOUBLES = frozenset(
    """
    createMock createStub createPartialMock getMockBuilder getMock prophesize createConfiguredMock
    createConfiguredStub getMockForAbstractClass getMockForTrait createTestProxy createMockForIntersectionOfInterfaces
    mock spy partialMock instanceMock createStubForIntersectionOfInterfaces makeEmpty construct
    """.split()
)
