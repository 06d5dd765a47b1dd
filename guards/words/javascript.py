"""What the matchers of JavaScript's test frameworks demand, by their names."""

from guards.code import Strength


def _words(text: str) -> list[str]:
    return text.split()


_EXACT = """
toBe toEqual toStrictEqual toBeNull toBeUndefined toBeNaN toHaveBeenCalledWith toBeCalledWith
toHaveBeenLastCalledWith lastCalledWith toHaveBeenNthCalledWith nthCalledWith toHaveBeenCalledTimes
toBeCalledTimes toHaveBeenCalledOnce toHaveBeenCalledOnceWith toHaveBeenCalledExactlyOnceWith
toHaveReturnedWith toReturnWith lastReturnedWith nthReturnedWith toHaveLastReturnedWith
toHaveNthReturnedWith toHaveReturnedTimes toReturnTimes toHaveResolvedWith toHaveResolvedTimes
toMatchSnapshot toMatchInlineSnapshot toMatchFileSnapshot toThrowErrorMatchingSnapshot
toThrowErrorMatchingInlineSnapshot toMatchImageSnapshot toHaveScreenshot toMatchAriaSnapshot
toHaveValue toHaveDisplayValue toHaveAttribute toHaveText toHaveURL toHaveTitle toHaveCount
toHaveFormValues toHaveStyle toHaveCSS toHaveId toHaveValues toHaveJSProperty toEqualTypeOf
toHaveAccessibleName toHaveAccessibleDescription toBeOneOf toBeEmptyDOMElement toBeEmpty toBeObservable
equal equals eq eql eqls null undefined NaN calledWith calledOnceWith calledWithExactly
calledOnceWithExactly calledWithMatch callCount calledOnce calledTwice calledThrice notCalled callOrder
exactly strictEqual deepEqual deepStrictEqual notCalled matchSnapshot same strictSame is deepLooseEqual
looseEqual propEqual propEqual equalTo isNull isUndefined isNaN sameMembers sameDeepMembers
sameOrderedMembers sameDeepOrderedMembers hasAllKeys hasAllDeepKeys propertyVal deepPropertyVal
nestedPropertyVal lengthOf snapshot fileSnapshot verifySteps members keys text value html attr url
toHaveSize withExactArgs fixture assertSnapshot assertEquals assertStrictEquals assertSpyCalls
assertSpyCall expectType expectTypeOf toBeInstanceOfExactly eventually yields
"""
_PART = """
toContain toContainEqual toContainText toMatch toMatchObject toHaveLength toBeCloseTo toHaveProperty
toHaveTextContent toContainHTML toContainElement toHaveClass toHaveClasses toSatisfy toHaveErrorMessage
toMatchTypeOf toExtend toMatchSchema toHaveBeenCalledBefore toHaveBeenCalledAfter toBeArrayOfSize
toIncludeAllMembers toIncludeSameMembers toStartWith toEndWith toInclude
include includes contain contains match matches matching string oneOf closeTo approximately startWith
endWith satisfy satisfies length deepInclude nestedInclude ownInclude like regex doesNotMatch doesNotInclude
subset containSubset containEql containDeep hasAnyKeys includeMembers includeDeepMembers isEmpty empty has
hasStrict rejectedWith notInclude notMatch notRegex almostEqual alwaysCalledWith partialDeepStrictEqual
assertMatch assertStringIncludes assertArrayIncludes assertObjectMatch assertAlmostEquals isSubset
containsAllKeys containsKey within toBeWithin deepContains increase decrease change by jsonSchema attribute
class header json toHaveYielded
"""
_ORDER = """
toBeGreaterThan toBeGreaterThanOrEqual toBeLessThan toBeLessThanOrEqual above below least most
greaterThan greaterThanOrEqual lessThan lessThanOrEqual gt gte lt lte isAbove isAtLeast isBelow isAtMost
notEqual notStrictEqual notDeepEqual notDeepStrictEqual notSame notStrict not notPropEqual notEquals
notStrictSame notLooseEqual assertNotEquals assertGreater assertLess assertGreaterOrEqual
assertLessOrEqual assertNotStrictEquals isNot notDeep toBeBefore toBeAfter greaterOrEqual lessOrEqual
"""
_TRUTHY = """
toBeTruthy toBeFalsy toBeTrue toBeFalse toHaveBeenCalled toBeCalled toHaveReturned toReturn
toHaveResolved toThrow toThrowError toBeVisible toBeInTheDocument toBeChecked toBeDisabled toBeEnabled toBeHidden
toHaveFocus toBeFocused toBeEditable toBeRequired toBeInvalid toBeValid toBePartiallyChecked
toBeAttached toBeInViewport toBeOK toBeEmptyInput toBePositive toBeNegative
true false ok truthy falsy called notOk isTrue isFalse isOk isNotOk throw throws Throw throwError
throwsAsync rejects rejected isRejected exception visible checked disabled enabled hidden selected
focused verify toPass isNotEmpty assert assertThrows assertRejects assertFalse expect step resolves
isTruthy isFalsy unreachable toBeNullish toBeDate calledBefore calledAfter strict raises invokeCallback
"""
_EXISTS = """
toBeDefined toBeInstanceOf toBeTypeOf toBeAny toBeA toBeAn exist exists a an instanceof instanceOf type typeOf instance
isDefined isNotNull isNotUndefined isArray isObject isString isNumber isBoolean isFunction isInstance
property doesNotThrow doesNotThrowAsync doesNotReject notThrows notThrowsAsync error ifError fulfilled
isFulfilled assertExists assertInstanceOf assertIsError nothing notNull defined respondTo ownProperty
extensible sealed frozen finite toBeFunction toBeString toBeNumber toBeArray toBeObject toBeBoolean
toHaveProp waitForElementToBeRemoved isAtLeastOne bignum toBeFinite toBeInstanceof notTypeOf arguments Arguments
"""
STRENGTHS = {
    name: strength
    for names, strength in (
        (_EXISTS, Strength.EXISTS),
        (_TRUTHY, Strength.TRUTHY),
        (_ORDER, Strength.ORDER),
        (_PART, Strength.PART),
        (_EXACT, Strength.EXACT),
    )
    for name in _words(names)
}
# Opposite of a check: what "not" leaves of its strength.
NEGATED = {
    **dict.fromkeys(
        ["toBeNull", "toBeUndefined", "null", "undefined", "toBeNullish"], Strength.EXISTS
    ),
    **dict.fromkeys(["toThrow", "toThrowError", "throw", "throws", "Throw"], Strength.EXISTS),
    **dict.fromkeys(["rejected", "toBeDefined", "exist", "exists"], Strength.EXISTS),
    **dict.fromkeys(["toHaveBeenCalled", "toBeCalled", "called"], Strength.EXACT),
    **dict.fromkeys(["toHaveBeenCalledWith", "toBeCalledWith", "calledWith"], Strength.PART),
}
THROWS = frozenset(
    _words("toThrow toThrowError throw throws Throw throwsAsync rejects rejected isRejected")
)
SNAPSHOTS = frozenset(_words("toMatchSnapshot toMatchInlineSnapshot matchSnapshot snapshot"))
CLOSE = frozenset(_words("toBeCloseTo closeTo approximately almostEqual deepCloseTo"))
# Matchers that are called; named without a call, they check nothing.
CALLED = frozenset(name for name in STRENGTHS if name.startswith("to"))
# What returns a promise, so that nothing is checked until it is awaited.
PROMISES = frozenset(
    _words("""resolves rejects eventually rejected rejectedWith fulfilled isRejected isFulfilled poll element
    toHaveURL toHaveTitle toHaveCount toContainText toHaveScreenshot toBeAttached toBeInViewport
    toMatchAriaSnapshot toPass doesNotReject throwsAsync notThrowsAsync""")
)
STUBS = frozenset(
    _words("""mock doMock setMock unstable_mockModule spyOn stub replace spyOnProperty replaceProperty method module
    getter setter registerMock registerSubstitute stubGlobal stubEnv intercept route mocked mockModule
    hoisted fake mockImplementation mockImplementationOnce mockReturnValue mockReturnValueOnce
    mockResolvedValue mockResolvedValueOnce mockRejectedValue mockRejectedValueOnce createMockFromModule
    replaceGetter replaceSetter define partialMock when proxyquire nock rewire onGet onPost""")
)
STUBBERS = frozenset(
    _words("""jest vi vitest sinon sandbox sb mock t test td mockery cy page context nock proxyquire rewire stub
    rewiremock esmock import_sinon jasmine spyOn mm fetchMock""")
)
TESTS = frozenset(_words("it test specify xit xtest xspecify fit ftest fspecify"))
SUITES = frozenset(
    _words("describe context suite xdescribe xcontext xsuite fdescribe fcontext ddescribe feature")
)
HOOKS = frozenset(
    _words("""before after beforeEach afterEach beforeAll afterAll setup teardown suiteSetup suiteTeardown
    onTestFinished onTestFailed aroundEach aroundAll""")
)
# Words of a chain that ask nothing by themselves.
FLAGS = frozenset(
    _words(
        """a all also an and any at be been but configure contain contains deep does element
    eventually expect had has have include includes instanceof is it itself length lengthOf
    nested no not of only ordered own poll rejects resolves same should soft still that to
    which with"""
    )
)
# Assert functions that are called without an owner, and owners of the others.
PLAIN = frozenset(
    _words(
        """assertType deepEqual deepStrictEqual doesNotReject doesNotThrow equal expectType ifError
    notDeepEqual notEqual notStrictEqual ok rejects strictEqual throws
    waitForElementToBeRemoved"""
    )
)
RECEIVERS = frozenset(
    _words("""QUnit assert chai context ctx qunit should sinon st strict t tap test tt""")
)
