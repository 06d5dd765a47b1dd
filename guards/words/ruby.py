"""Words of Ruby's test frameworks: RSpec, Minitest, test-unit, shoulda, mocha."""

from guards.code import Strength

EXACT = frozenset(
    """
    assert_equal assert_same assert_empty assert_predicate assert_difference assert_no_difference
    assert_changes assert_no_changes assert_dom_equal assert_output assert_redirected_to assert_true
    assert_queries assert_queries_count assert_no_queries assert_silent assert_enqueued_jobs
    assert_emails assert_generates assert_recognizes assert_routing assert_false assert_false_equal
    assert_json_equal assert_equal_unordered assert_boolean must_equal must_be_same_as must_be_empty
    must_output must_be_silent assert_performed_jobs assert_no_emails assert_no_enqueued_jobs
    eq eql equal be_== == === contain_exactly match_array eq_ignoring_whitespace change be_empty
    match_snapshot redirect_to be_an_equal_to match_schema equal_array is_expected_to_equal
    have_http_status_exactly match_json_expression be_json_eql have_been_called_once be_zero
    """.split()
)
PART = frozenset(
    """
    assert_match assert_no_match assert_includes assert_not_includes assert_include assert_in_delta
    assert_in_epsilon assert_not_in_delta assert_raise_message assert_throws assert_throw assert_select
    assert_raise_with_message assert_raises_with_message assert_response assert_template assert_dom
    assert_enqueued_with assert_performed_with assert_enqueued_email_with assert_all assert_any
    assert_kind_of_each assert_selector assert_text assert_content assert_current_path assert_css
    assert_no_selector assert_no_text assert_nothing_leaked assert_path_exists assert_send
    assert_error_reported assert_has_http_status assert_pattern assert_nothing_raised_with refute_match
    refute_includes refute_in_delta refute_in_epsilon must_match must_include must_be_close_to
    must_be_within_delta must_be_within_epsilon wont_match wont_include must_raise must_throw
    include match start_with end_with be_within be_between cover have_key have_value have_attributes
    a_hash_including match_regex contain have_content have_text have_selector have_css have_xpath
    have_http_status have_link have_button have_field have_received receive receive_messages
    have_enqueued_job have_enqueued_mail have_been_enqueued have_broadcasted_to render_template
    all satisfy output yield_with_args yield_successive_args throw_symbol raise_error raise_exception
    be_one_of have_length have_size have_file_content validate_presence_of have_requested
    have_been_requested include_json start_with_text respond_to_with
    have_items have_exactly have_at_least have_at_most receive_message_chain =~ include_text
    """.split()
)
ORDER = frozenset(
    """
    assert_not_equal assert_not_same assert_operator assert_not_empty assert_not_predicate assert_compare
    refute_equal refute_same refute_operator refute_empty refute_predicate wont_equal wont_be_same_as
    wont_be_empty must_be wont_be be_> be_< be_>= be_<= > < >= <= be_greater_than be_less_than
    be_positive be_negative != not_to_eq be_present
    """.split()
)
TRUTHY = frozenset(
    """
    assert assert_not refute assert_block flunk be_truthy be_falsey be_falsy be_true be_false
    yield_control yield_with_no_args exist be_valid be_success be_successful be_a_success
    assert_valid assert_success assert_raises assert_raise assert_raise_kind_of must_be_truthy pass
    assert_not_valid assert_failure must_verify assert_mock assert_true_or_nil verify
    """.split()
) - {"pass", "verify", "must_verify"}
EXISTS = frozenset(
    """
    assert_nil assert_not_nil assert_instance_of assert_kind_of assert_respond_to assert_nothing_raised
    assert_not_respond_to assert_const_defined assert_nothing_thrown refute_nil refute_instance_of
    refute_kind_of refute_respond_to must_be_nil wont_be_nil must_be_instance_of must_be_kind_of
    must_respond_to be_nil be_a be_an be_kind_of be_a_kind_of be_an_instance_of be_instance_of
    respond_to be_an_instance_of must_be_a wont_raise be_defined must_exist
    """.split()
)
STRENGTHS = {
    **dict.fromkeys(EXACT, Strength.EXACT),
    **dict.fromkeys(PART, Strength.PART),
    **dict.fromkeys(ORDER, Strength.ORDER),
    **dict.fromkeys(TRUTHY, Strength.TRUTHY),
    **dict.fromkeys(EXISTS, Strength.EXISTS),
}
SUITES = frozenset(["describe", "context", "feature", "example_group", "namespace", "test_case"])
SHARED = frozenset(["shared_examples", "shared_examples_for", "shared_context", "shared_example"])
EXAMPLES = frozenset(["it", "specify", "example", "scenario", "its", "test", "should", "property"])
EXAMPLES |= {"it_should", "test_that", "pending", "skip", "should_eventually", "they", "rits"}
HOOKS = frozenset(
    """
    before after around setup teardown let let! subject subject! background
    prepend_before append_before append_after prepend_after given before_setup
    after_teardown given! before_all let_it_be parallelize_setup
    """.split()
)
BROAD = frozenset({"StandardError", "Exception", "RuntimeError", "ScriptError", "::StandardError"})
CAUGHT = frozenset(
    """
    Exception StandardError Assertion ExpectationNotMetError AssertionFailedError
    MultipleExpectationsNotMetError Object UnexpectedError BasicObject Mock
    """.split()
)
SKIPS = frozenset(
    ["skip", "omit", "skip_if", "skip_unless", "omit_if", "omit_unless", "skip_until"]
)
FAILURES = frozenset(["pending", "pend", "pending_if", "should_eventually"])

# What stands in for real code: `allow(x).to receive`, `instance_double(X)`, `x.stubs(:y)`.
STUBBING = frozenset(
    """allow expect allow_any_instance_of expect_any_instance_of allow_message_expectations_on_nil""".split()
)
STUBS = frozenset("""receive receive_messages receive_message_chain""".split())
DOUBLES = frozenset(
    """
    instance_double class_double object_double instance_spy class_spy stub_const hide_const stub_model mock_model
    stub_any_instance partial_double
    """.split()
)
STUBBED = frozenset(
    """stub stubs stub! stub_chain should_receive expects stub_any_instance""".split()
)
