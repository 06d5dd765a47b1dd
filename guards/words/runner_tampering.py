"""What takes over a test framework, ends a run early or fakes its result, in any language.

Each entry: what it does, a pattern, and how much it weighs in tests, in what tests share (support
and set-up files), and in product code. None = it means nothing there.
"""

from guards.verdict import Severity

_R, _H, _W = Severity.REJECT, Severity.NEEDS_HUMAN, Severity.WARN
_MATCHERS = (
    r"(?:toBe|toEqual|toStrictEqual|toMatch|toMatchObject|toContain|toContainEqual|toThrow|toThrowError|toHaveLength|toBeCloseTo|toBeTruthy|toBeFalsy|toBeNull|toBeUndefined"
    r"|toBeDefined|toBeGreaterThan|toBeLessThan|toHaveBeenCalled|toHaveBeenCalledWith|toHaveBeenCalledTimes|toHaveProperty|toMatchSnapshot|toMatchInlineSnapshot|toBeInstanceOf|not)"
)
_ASSERTIONS = (
    r"(?:assertEquals?|assertNotEquals?|assertTrue|assertFalse|assertSame|assertNull|assertNotNull|assertThat|assertThrows|assertRaises|assertIn|assertIs|assertIsNone|assertAlmostEqual"
    r"|assertDictEqual|assertListEqual|assertRegex|assertContains|assertCount|assertArrayEquals|assert_equal|assert_equals|assert_nil|assert_raises|assert_match|assert_in_delta|assert_includes"
    r"|XCTAssert\w{0,30}|refute|refute_equal|failUnless|assertContentEquals|assertFailsWith|assertIterableEquals|assertStringContainsString)"
)
_MODULES = r"(?:pytest|_pytest|unittest|nose|doctest|coverage|hypothesis|mocha|chai|vitest|jest|jasmine|expect|assert|RSpec|Minitest|PHPUnit|testing|builtins|__builtins__|__builtin__)"
_CLOCK = (
    r"(?:time\.(?:time|monotonic|perf_counter|sleep|time_ns|monotonic_ns)|datetime\.(?:datetime|date)|random\.(?:random|randint|choice|shuffle|uniform|Random)|os\.urandom|uuid\.uuid4|secrets\.\w{1,20}"
    r"|Date\.now|(?:global|globalThis|window)\.(?:Date|setTimeout|setInterval|performance|crypto|Math)|Math\.random|performance\.now|process\.hrtime(?:\.bigint)?|crypto\.randomUUID)"
)
_BUILT_IN = r"(?:Object\.(?:is|keys|prototype\.\w{1,30})|(?:Array|String|Number|Map|Set|Promise|Function|RegExp|Error|JSON)(?:\.prototype)?\.\w{1,30})"

SIGNALS = (
    (
        "replaces a part of the test framework",
        (
            rf"(?<![\w.=!<>\"'])(?:\w{{1,20}}\.)?{_MODULES}(?:\.(?!configuration\b|config\b|current\b|world\b)\w{{1,40}}){{1,5}}\s?=(?!=|>)"
            rf"|\bsetattr\(\s?[\"']?(?:_?pytest|unittest|RSpec|mocha|jest|vitest|doctest|hypothesis)\b|(?<![\w.])patch(?:\.object)?\(\s?[\"']?(?:_?pytest|unittest|builtins\.assert)\b"
            r"|\b(?:Runnable|Runner|Test|Suite|Mocha|Context|Hook|Assertion|Expectation)\.prototype(?:\.\w{1,30}|\[[^\]\n]{1,40}\])\s?=(?!=)"
            r"|\b(?:TestCase|TestResult|TestRunner|TestProgram|TextTestResult|TestSuite|CallInfo|Function|Session|TestReport|Item)\.(?:run|runTest|__call__|\w{0,20}(?:assert|fail|add|was|from_call|runtest|outcome|call)\w{0,30})\s?=(?!=)"
            r"|\bdefineProperty\(\s?(?:assert|expect|chai|\w{1,20}\.prototype\s?,\s?[\"'](?:toBe|toEqual|run))\b"
        ),
        _R,
        _R,
        _R,
    ),
    (
        "redefines a built-in matcher",
        (
            rf"\bexpect\.extend\(\s?\{{\s?{_MATCHERS}\b|^\s{{2,8}}(?:async\s)?{_MATCHERS}\s?(?:\([\w\s,.:={{}}\[\]?|<>]{{0,120}}\)\s?(?::\s?\w{{1,40}}\s?)?\{{|:\s?(?:async\s)?(?:function\b|\([^\n]{{0,80}}=>))"
            r"|\boverwrite(?:Method|Property|ChainableMethod)\s?\(|\bMatchers\.define\s?\(?\s?:(?:eq|eql|be|equal|match|include|raise_error|be_nil|be_truthy|contain_exactly)\b"
            r"|\badd(?:Method|Property)\(\s?[\"'](?:equal|eql|equals|throw|include|true|ok|deep)[\"']"
        ),
        _H,
        _R,
        _R,
    ),
    (
        "replaces an assertion by one of its own",
        (
            rf"^\s{{0,40}}(?:(?:public|private|protected|internal|static|override|open|final|inline|async|export|export default)\s){{0,5}}(?:def|fun|func|function|void|bool|proc)\s(?:self\.)?{_ASSERTIONS}\s?[<(]"
            r"|\bmacro_rules!\s?(?:assert|assert_eq|assert_ne|debug_assert\w{0,10}|panic|matches)\b|#\s?define\s(?:assert|ASSERT|EXPECT|REQUIRE|CHECK|TEST|TEST_F|NDEBUG|XCTAssert\w{0,20})\w{0,20}\b|#\s?undef\s(?:assert|EXPECT_|ASSERT_|REQUIRE|CHECK)\w{0,20}"
            r"|^\s{0,8}(?:(?:public|internal|static|final)\s){0,3}class\s(?:Assert|Assertions|Expect)\b|^\s{0,4}(?:module|class)\s(?:RSpec::(?:Matchers|Expectations|Core::(?:Example|Runner|Reporter))|Minitest::(?:Reportable|Runnable|Result)|Test::Unit(?:::\w{1,20})?)\s*(?:$|<)"
            r"|^\s{0,4}(?:export\s)?(?:const|let|var|function)\s(?:expect|assert|describe|it)\b(?:\s?=(?!\s?(?:require|await|import|chai|global|globalThis|window|node|t\.|\w{1,20}\.|\{|\())|\()"
        ),
        _R,
        _R,
        None,
    ),
    (
        "replaces the functions that declare tests",
        r"(?<![\w.])(?:global|globalThis|window|self)\.(?:it|test|describe|expect|assert|beforeEach|afterEach)\s?=(?!=)|^(?:it|test|describe|expect)\s?=\s(?:function|async|\(|\w{1,20}\s?=>|it\.|test\.)|\b(?:it|test|describe)\s?=\s(?:it|test|describe)\.skip\b",
        _R,
        _R,
        _R,
    ),
    (
        "writes the outcome of a test",
        (
            r"\b(?:report|rep|result|outcome|res|r|call|tr)\.(?:outcome|passed|failed|excinfo|wasxfail|longrepr)\s?=(?!=)|\bforce_result\s?\(|\bsetStatus\(\s?(?:ITestResult\.)?SUCCESS|\bSetResult\(\s?ResultState\.Success"
            r"|\b(?:example|RSpec\.current_example|@example|ex)\.(?:exception|display_exception)\s?=(?!=)|\binstance_variable_set\(\s?:@exception\b|\bset_exception\(?\s?nil|\bstate\s?=\s?[\"']passed[\"']"
            r"|\b(?:numFailedTests|numFailedTestSuites|numRuntimeErrorTestSuites|failures|stats\.failures|testsFailed|testsfailed)\s?=\s?0\b|\b(?:results?|aggregatedResult|summary)\.success\s?=\s?true\b|\bexitstatus\s?=(?!=)"
            r"|\bfailure_exit_code\s?=\s?0|\berror_exit_code\s?=\s?0|\bexit_code\s?=\s?0\b|\bresult\.(?:failures|errors)\s?(?:=\s?\[|\.clear)|\bfailures\.clear\b|\bdef (?:addFailure|addError|wasSuccessful)\b|\b_excinfo\s?=\s?(?:None|\[)|\b(?:example|ex|test)\.run\b[^\n]{0,20}\brescue\b"
        ),
        _R,
        _R,
        _H,
    ),
    (
        "drops tests that were collected",
        (
            r"\bitems\s?\[\s?:\s?\]\s?=|\bitems\.(?:clear|remove|pop)\s?\(|\bdel\sitems\b|\bpytest_deselected\b|\bcollect_ignore(?:_glob)?\b\s?(?:=|\.append|\.extend|\+=)|\bfilter_run_excluding\b|\bfilter_run_when_matching\b.{0,3}!|\bexclusion_filter\b"
            r"|\bconfig\.(?:option\.(?:keyword|markexpr|deselect|ignore|ignore_glob|collectonly|maxfail|lf|last_failed|file_or_dir)|args)\s?=(?!=)|\bsuite\.tests\s?=|\bsuite\._tests\b|\bgrep\(|\.tests\.length\s?=\s?0"
        ),
        _H,
        _R,
        _R,
    ),
    (
        "takes over how tests are run",
        (
            r"\bimplements\s[^\n{]{0,80}\b(?:TestExecutionExceptionHandler|LifecycleMethodExecutionExceptionHandler|InvocationInterceptor|ExecutionCondition|IHookable|IInvokedMethodListener|IAnnotationTransformer|IRetryAnalyzer|PostDiscoveryFilter)\b"
            r"|:\s?(?:\w{1,30},\s?){0,4}(?:TestExecutionExceptionHandler|InvocationInterceptor|ExecutionCondition|IWrapTestMethod|IWrapSetUpTearDown|ICommandWrapper|XunitTestFramework|XunitTestFrameworkExecutor|XunitTestCaseRunner|DelegatingTestCommand|TestMethodAttribute)\b"
            r"|^\s{0,8}(?:(?:public|protected|override|final)\s){0,3}(?:function|func|fun|void)\s(?:runTest|runBare|runTestMethod|invokeTest|onNotSuccessfulTest)\b|\bdef\s(?:runTest|_callTestMethod|_executeTestPart|__call__|run)\(self,\s?(?:result|method|case)"
            r"|\bprocess\.on\(\s?[\"'](?:uncaughtException|unhandledRejection|exit|beforeExit)[\"']|\bprocess\.remove(?:All)?Listeners?\(|\bsys\.excepthook\s?=|\bset_panic_hook|panic::set_hook"
        ),
        _H,
        _H,
        None,
    ),
    (
        "ends the process before results are written",
        (
            r"\bos\._exit\s?\(|(?<![\w.])exit!|\b_exit\s?\(\s?(?:0|EXIT_SUCCESS)|\bquick_exit\s?\(|\bgetRuntime\(\)\.halt\b|\bprocess\.reallyExit\b|\bprocess\.abort\s?\(|\bat_exit\b[^\n]{0,60}\bexit\b|\batexit\.register\([^\n]{0,60}\b_?exit\b"
            r"|\bos\.kill\(\s?os\.getpid\b|\bprocess\.kill\(\s?process\.pid\b|\bregister_shutdown_function\([^\n]{0,80}exit|\bposix_kill\(\s?(?:posix_)?getmypid|\bprocess\.exitCode\s?=\s?(?:0|undefined)|\bprocess\.exit\s?=(?!=)|\bsys\.exit\s?=(?!=)|\bos\.Exit\s?=|\bEnvironment\.ExitCode\s?=\s?0"
        ),
        _R,
        _R,
        _H,
    ),
    (
        "ends the process with success",
        r"(?<![\w.])(?:sys\.exit|exit|quit)\(\s?(?:0|None|False)?\s?\)|\bprocess\.exit\(\s?0?\s?\)|\b(?:System\.exit|exitProcess|Environment\.Exit|os\.Exit|process::exit)\(\s?0\s?\)|(?<![\w.])exit(?:\s0|;|\s(?:true|if|unless))\s{0,3}(?:$|[;}]|if\b|unless\b)|\braise\sSystemExit(?:\(\s?0?\s?\))?(?:$|\s)|\bpytest\.exit\([^\n]{0,120}returncode\s?=\s?0",
        _R,
        _R,
        None,
    ),
    (
        "replaces the clock or chance for everything that runs",
        rf"(?<![\w.=!<>\"'])(?:\w{{1,20}}\.)?{_CLOCK}\s?=(?!=|>)|\bsetattr\(\s?(?:time|random|builtins|datetime|os|socket)\s?,",
        _W,
        _H,
        _R,
    ),
    (
        "changes a built-in of the language",
        rf"(?<![\w.=!<>\"']){_BUILT_IN}\s?=(?!=|>)|\bsetattr\(\s?builtins\b|\bbuiltins\.\w{{1,30}}\s?=(?!=)|\b__builtins__\b|\bforbiddenfruit\b|\bcurse\(",
        _W,
        _H,
        _H,
    ),
    (
        "puts a module of its own in another one's place",
        r"\bsys\.modules\s?\[[^\]\n]{1,80}\]\s?=(?!=)|\bsys\.modules\.(?:setdefault|update|__setitem__)\(|\bsys\.meta_path\b|\bModule\._load\s?=|\bModule\._resolveFilename\s?=|\brequire\.cache\[[^\]\n]{1,80}\]\s?=",
        _W,
        _H,
        _H,
    ),
    (
        "prints what a test run would print",
        r"(?:print\w{0,5}|puts|echo|log|write\w{0,10}|Println|printf|cout)\b[^\n]{0,20}[\"'`][^\"'`\n]{0,60}(?:\d{1,6}\s(?:passed|passing|examples?,\s0 failures)|={3,}[^\n]{0,40}\bpassed|test result: ok|--- PASS|OK \(\d{1,6} tests?|Tests run: \d|Tests:\s{1,8}\d{1,6} passed|^ok \d{1,6} - |BUILD SUCCESS)",
        _H,
        _R,
        _R,
    ),
)
