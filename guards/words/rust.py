"""What Rust's test libraries call their checks, and how much each demands."""

from guards.code import Strength


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


EXACT = _words(
    """
    assert_eq debug_assert_eq prop_assert_eq assert_snapshot assert_debug_snapshot
    assert_json_snapshot assert_yaml_snapshot assert_toml_snapshot assert_ron_snapshot
    assert_csv_snapshot assert_compact_json_snapshot assert_compact_debug_snapshot
    assert_binary_snapshot assert_str_eq assert_equal assert_json_eq assert_json_matches
    assert_eq_text assert_cmd_snapshot is_equal_to assert_hex_eq assert_tokens
    assert_ser_tokens assert_de_tokens assert_data_eq verify_eq expect_eq assert_eq_uvm
    assert_ok_eq assert_err_eq assert_some_eq assert_ready_eq assert_ok_eq_x
    """
)
PART = _words(
    """
    assert_matches debug_assert_matches assert_let assert_contains assert_starts_with
    assert_approx_eq assert_relative_eq assert_abs_diff_eq assert_ulps_eq assert_float_eq
    assert_near assert_f32_near assert_f64_near assert_in_delta assert_json_include
    assert_de_tokens_error assert_ser_tokens_error assert_panics assert_that expect_that
    verify_that assert_err_matches assert_lt_approx contains_string prop_assert_matches
    stdout stderr code assert_len assert_str_contains
    """
)
ORDER = _words(
    """
    assert_ne debug_assert_ne prop_assert_ne assert_relative_ne assert_abs_diff_ne
    assert_gt assert_ge assert_lt assert_le assert_not_matches expect_ne verify_ne
    """
)
TRUTHY = _words(
    """
    assert debug_assert prop_assert assert_true assert_false assert_err assert_pending
    unwrap_err expect_err ensure success failure compile_fail expect_true expect_false
    verify_true verify_false expect_pred verify_pred assert_pred prop_assume_not
    """
)
EXISTS = _words(
    """
    assert_ok assert_some assert_none assert_ready assert_ready_ok assert_impl_all
    assert_not_impl_any assert_obj_safe assert_send assert_sync pass assert_type_eq_all
    """
)
STRENGTHS = {
    **dict.fromkeys(EXACT, Strength.EXACT),
    **dict.fromkeys(PART, Strength.PART),
    **dict.fromkeys(ORDER, Strength.ORDER),
    **dict.fromkeys(TRUTHY, Strength.TRUTHY),
    **dict.fromkeys(EXISTS, Strength.EXISTS),
}
BARE = frozenset({"assert", "debug_assert", "prop_assert", "ensure", "assert_true", "expect_true"})
# What an assertion asks of a value, by the last name of the call.
QUESTIONS = {
    **dict.fromkeys(["matches", "contains", "contains_key", "starts_with"], Strength.PART),
    **dict.fromkeys(["ends_with", "is_match", "is_empty", "eq_ignore_ascii_case"], Strength.PART),
    **dict.fromkeys(["all_close", "relative_eq", "abs_diff_eq", "ulps_eq"], Strength.PART),
    **dict.fromkeys(["is_ok", "is_some", "is_none"], Strength.EXISTS),
    **dict.fromkeys(["ptr_eq", "eq"], Strength.EXACT),
    **dict.fromkeys(["lt", "gt", "le", "ge", "ne"], Strength.ORDER),
}
METHODS = frozenset({"unwrap_err", "expect_err", "assert_eq", "assert_debug_eq", "is_equal_to"})
METHODS |= {"compile_fail", "pass"}
PANICS = frozenset({"panic", "unreachable", "fail", "bail", "abort", "exit", "todo"})
TESTS = _words(
    """
    test rstest test_case quickcheck wasm_bindgen_test parameterized googletest gtest
    proptest test_matrix dir_cases files test_resources
    """
)
TABLES = frozenset({"case", "values", "test_case", "parameterized", "test_matrix", "files"})
TABLES |= {"proptest", "quickcheck", "case_matrix", "dir_cases", "test_resources"}
