"""Words of the test frameworks of C and C++: GoogleTest, Catch2, doctest, Boost, cmocka, Unity, Check."""

import re

from guards.pattern import expression

# Macros that make a test of a block, by what their arguments name.
BY_SUITE = frozenset(
    """
    TEST TEST_F TEST_P TYPED_TEST TYPED_TEST_P Test ParameterizedTest Theory IGNORE_TEST RC_GTEST_PROP
    CPPUNIT_TEST_F TEST_PROPERTY FRIEND_TEST_F FUZZ_TEST_F
    """.split()
)
BY_TITLE = frozenset(
    """
    TEST_CASE SCENARIO TEMPLATE_TEST_CASE TEMPLATE_LIST_TEST_CASE TEMPLATE_PRODUCT_TEST_CASE
    TEST_CASE_TEMPLATE TEST_CASE_TEMPLATE_DEFINE SCENARIO_TEMPLATE TEMPLATE_TEST_CASE_SIG it should
    """.split()
)
BY_FIXTURE = frozenset(
    """
    TEST_CASE_METHOD TEST_CASE_FIXTURE TEMPLATE_TEST_CASE_METHOD TEST_CASE_PERSISTENT_FIXTURE
    TEMPLATE_PRODUCT_TEST_CASE_METHOD
    """.split()
)
BY_NAME = frozenset(
    """
    BOOST_AUTO_TEST_CASE BOOST_FIXTURE_TEST_CASE BOOST_DATA_TEST_CASE BOOST_PARAM_TEST_CASE
    BOOST_AUTO_TEST_CASE_TEMPLATE BOOST_DATA_TEST_CASE_F BOOST_TEST_CASE_TEMPLATE_FUNCTION START_TEST
    TEST_METHOD MU_TEST TEST_IMPL CTEST CTEST2 TESTCASE UTEST UTEST_F TEST_FUNCTION ZTEST TEST_CASE_NAMED
    BEGIN_TEST_METHOD GREATEST_TEST MUNIT_TEST SUBTEST DEFINE_TEST ATF_TC_BODY TEST_BEGIN START_SUBTEST
    ZTEST_F ZTEST_USER TEST_CASE_F FOSSIL_TEST FIXTURE_TEST_CASE KUNIT_TEST TF_TEST TORTURE
    UNIT_TEST ALLEGRO_TEST DECLARE_TEST BENCHMARK_TEST
    """.split()
)
SUITES = frozenset(
    ["TEST_SUITE", "describe", "context", "TEST_GROUP", "BOOST_TEST_SUITE", "TEST_SUITE_BEGIN"]
)
IGNORED = frozenset(
    ["IGNORE_TEST", "XTEST", "CTEST_SKIP", "CTEST2_SKIP", "xit", "xdescribe", "XFAIL_TEST"]
)
SKIPS = frozenset(
    """
    GTEST_SKIP SKIP TEST_IGNORE TEST_IGNORE_MESSAGE skip cr_skip cr_skip_test QSKIP ASSERT_SKIP_IF
    GTEST_FLAG_SET_SKIP TEST_SKIP test_skip ztest_test_skip munit_skip SKIP_TEST RETURN_SKIP t_skip
    REQUIRE_SKIP SKIPm kunit_skip CTEST_SKIP atf_tc_skip GTEST_SKIP_ tap_skip
    """.split()
)
FAILURES = frozenset(
    ["QEXPECT_FAIL", "BOOST_AUTO_TEST_CASE_EXPECTED_FAILURES", "atf_tc_expect_fail"]
)
FAILURES |= {"tcase_add_test_raise_signal_", "todo_start", "EXPECT_NONFATAL_FAILURE_SKIP"}
TITLE_TAGS = expression(r"\[(?:\.[\w-]{0,40}|!hide|!skip|!mayfail|!shouldfail)\]")
DECORATORS = expression(
    r"\b(disabled|skip|may_fail|should_fail|expected_failures|expected_to_fail|enable_if|enabled|precondition"
    r"|\. disabled = (?:true|1))\b"
)
# What a macro asks, by the words in its name; the first that is there counts.
EXACT = expression(
    r"(?:^|_)(?:EQ|EQUAL|EQUALS|STREQ|STRCASEEQ|EQUAL_\w{1,30}|DOUBLE_EQ|FLOAT_EQ|ZERO|EMPTY|MESSAGE_EQ"
    r"|STR_EQ|INT_EQ|ARR_EQ|MEM_EQ|IS_EQUAL|ARE_EQUAL|ARRAY_EQUAL|BITS|MEM_EQUAL)(?:_|$)"
    r"|^(?:QCOMPARE|QTEST|AreEqual|AreSame|LONGS_EQUAL|STRCMP_EQUAL|CHECK_EQUAL\w{0,20}|Equals)"
)
PART = expression(
    r"(?:^|_)(?:THAT|THROW|THROWS|THROWS_AS|THROWS_WITH|THROWS_MATCHES|NEAR|CLOSE|CLOSE_FRACTION|WITHIN\w{0,10}|DOUBLES"
    r"|CONTAINS|STRSTR|SUBSTR|DEATH|EXIT|EXCEPTION|PRED\d?|PRED_FORMAT\d?|SMALL|IN_RANGE|NON_FATAL|ALMOST"
    r"|DEATH_IF_SUPPORTED|THROW_AS|CALL|TOL|HRESULT\w{0,12}|ASSERT_DEATH|DELTA|OUTPUT|SIGNAL|EPSILON|ULP)(?:_|$|AS$)"
)
ORDER = expression(
    r"(?:^|_)(?:NE|GT|GE|LT|LE|STRNE|STRCASENE|NOT_EQUAL|NOTEQUAL|GREATER\w{0,20}|LESS\w{0,20}|UNEQUAL|NEQ|STR_NE|NULL_NE)(?:_|$)"
    r"|^(?:AreNotEqual|QVERIFY_NOT)"
)
EXISTS = expression(
    r"(?:^|_)(?:NO_THROW|NOTHROW|NULL|NOT_NULL|NONNULL|NO_FATAL_FAILURE|PTR_NULL|NO_EXCEPTION|NOTHROW_MESSAGE|NO_DEATH|INSTANCE_OF)(?:_|$)|^IsNotNull|^IsNull"
)
NEAR = expression(
    r"NEAR|WITHIN|CLOSE|SMALL|DELTA|_TOL|EPSILON|ALMOST|DOUBLES|FLOAT_EQUAL|DOUBLE_EQUAL|float_eq|float_ne|REL_ERROR",
    re.IGNORECASE,
)
ASSERTING = expression(
    r"^(?:(?:EXPECT|ASSERT|REQUIRE|CHECK|WARN|VERIFY|ENSURE|BOOST_(?:CHECK|REQUIRE|WARN|TEST)|CPPUNIT_ASSERT"
    r"|TEST_ASSERT|TEST_CHECK|TEST_EXPECT|STATIC_REQUIRE|STATIC_CHECK|FAST_CHECK|FAST_REQUIRE|CU_ASSERT|CU_TEST|UTEST_ASSERT|RC_ASSERT"
    r"|GREATEST_ASSERT|KUNIT_EXPECT|KUNIT_ASSERT|ATF_REQUIRE|ATF_CHECK|DOCTEST_\w{1,20}|CATCH_\w{1,20}"
    r"|TT_ASSERT|SAFE_REQUIRE|TEST_TRUE|TEST_FALSE|TEST_REQUIRE|AssertThat|QVERIFY|QCOMPARE|QTRY_VERIFY|QTRY_COMPARE|QFETCH_ASSERT"
    r"|TESTASSERT|LONGS_EQUAL|STRCMP_EQUAL|STRCMP_CONTAINS|POINTERS_EQUAL|BYTES_EQUAL|DOUBLES_EQUAL|MEMCMP_EQUAL"
    r"|UNSIGNED_LONGS_EQUAL|STRNCMP_EQUAL|ENUMS_EQUAL_INT|BITS_EQUAL|TEST_COND|OK|NOK|mu_assert|mu_check|mu_assert_\w{1,20}|munit_assert|zassert|zexpect"
    r"|ck_assert|cr_assert|cr_expect|ck_abort|assert|g_assert|t_assert|tt_assert|test_cond|expect_true|expect_false"
    r"|ASSERTF|VERIFY_IS_\w{1,20}|VERIFY_ARE_\w{1,20})(?:_\w{1,60})?[!]?|Assert::\w{1,40}"
    r"|(?:assert|expect|check|verify)(?:_[a-z0-9]\w{0,60}|[A-Z]\w{0,60}))$"
)
NO_ASSERTION = expression(
    r"^(?:check_[a-z]{1,20}_(?:new|create|init)|test_(?:init|setup|teardown|main|run|suite|register|skip|case)\w{0,20}"
    r"|static_assert|_Static_assert|EXPECT_CALL_ARGS|expect_(?:function_call|value|string|any|memory|check)\w{0,20}|assert_init)$"
)
TRUTHY_NAMES = expression(
    r"^(?:assert|g_assert|assert_true|assert_false)$|TRUE|FALSE|^(?:EXPECT|ASSERT|REQUIRE|CHECK|VERIFY|ENSURE|WARN|BOOST_TEST|BOOST_CHECK|BOOST_REQUIRE|TEST_ASSERT|TEST_CHECK|CPPUNIT_ASSERT|QVERIFY|QVERIFY2|cr_assert|cr_expect|ck_assert|ck_assert_msg|mu_check|mu_assert|zassert|CU_ASSERT|CU_ASSERT_FATAL|munit_assert|munit_assert_true|OK|BOOST_CHECK_MESSAGE|BOOST_REQUIRE_MESSAGE|CPPUNIT_ASSERT_MESSAGE|CHECK_MESSAGE|REQUIRE_MESSAGE|TEST_ASSERT_MESSAGE|CHECK_TEXT|CHECK_UNARY|TEST_COND|tt_assert|RC_ASSERT|STATIC_REQUIRE|STATIC_CHECK|assert_non_null_)$"
)
FAILS = frozenset(
    """
    FAIL ADD_FAILURE GTEST_FAIL ADD_FAILURE_AT FAIL_CHECK BOOST_FAIL BOOST_ERROR TEST_FAIL fail_msg
    TEST_FAIL_MESSAGE CPPUNIT_FAIL QFAIL ck_abort_msg ck_abort cr_fail cr_assert_fail CU_FAIL mu_fail
    munit_error FAILm g_test_fail test_fail UNITY_TEST_FAIL zassert_unreachable KUNIT_FAIL
    """.split()
)
ENDS = frozenset(
    ["abort", "exit", "_exit", "_Exit", "quick_exit", "terminate", "fail", "die", "errx", "err"]
)
PARAMETRIZED = frozenset(
    """
    TEST_P TYPED_TEST TYPED_TEST_P BOOST_DATA_TEST_CASE BOOST_DATA_TEST_CASE_F ParameterizedTest GENERATE
    TEMPLATE_TEST_CASE TEST_CASE_TEMPLATE TEMPLATE_LIST_TEST_CASE BOOST_AUTO_TEST_CASE_TEMPLATE Theory QFETCH
    BOOST_PARAM_TEST_CASE SCENARIO_TEMPLATE
    """.split()
)
HOOKS = frozenset(
    """
    SetUp TearDown setUp tearDown setup teardown SetUpTestSuite TearDownTestSuite SetUpTestCase
    TearDownTestCase group_setup group_teardown suiteSetUp suiteTearDown initTestCase cleanupTestCase
    """.split()
)
