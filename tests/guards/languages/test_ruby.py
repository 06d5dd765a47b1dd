"""What is read out of Ruby: RSpec, Minitest, test-unit, and what tools are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.code import Assertion, Case, Code, MarkKind, Strength
from guards.languages import code_of


def read(source: str) -> Code:
    """The facts of a file."""
    code = code_of("spec/a_spec.rb", source.encode())
    assert code is not None
    return code


def case_of(body: str) -> Case:
    """The only test around a body."""
    (case,) = read(f'RSpec.describe A do\n  it "x" do\n    {body}\n  end\nend\n').cases
    return case


def assertion_of(body: str) -> Assertion:
    """The only assertion of a body."""
    (assertion,) = case_of(body).assertions
    return assertion


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('describe Foo do\n it "a" do\n 1\n end\n specify("b") { 2 }\nend', ["Foo > a", "Foo > b"]),
        ('RSpec.describe "F" do\n context "c" do\n example "a" do end\n end\nend', ["F > c > a"]),
        ("describe A::B, '#c' do\n it { is_expected.to be_nil }\nend", ["A::B #c > { is_expected . to be_nil }"]),
        ('shared_examples "s" do\n it("a", :slow) { 1 }\nend', ["s > a"]),
        ('feature "f" do\n scenario "s", js: true do\n 1\n end\nend', ["f > s"]),
        ('describe A do\n xit "a" do\n 1\n end\n fit("b") { 1 }\nend', ["A > a", "A > b"]),
        ('describe A do\n its(:size) { should eq 3 }\nend', ["A > size"]),
        ('describe A do\n [1, 2].each { |n| it("n #{n}") { n } }\nend', ["A > n #{n}"]),
        ("class FooTest < Minitest::Test\n def test_a\n 1\n end\n def helper; end\nend", ["FooTest.test_a"]),
        ("class TestFoo < Test::Unit::TestCase\n def test_a = assert(x)\nend", ["TestFoo.test_a"]),
        ("class A::BTest < ActiveSupport::TestCase\n test 'the thing' do\n 1\n end\nend", ["A::BTest > the thing"]),
        ("class FooTest < X\n should 'be y' do\n 1\n end\nend", ["FooTest > be y"]),
        ("class FooTest < X\n def test_empty; end\nend", ["FooTest.test_empty"]),
        ("class Foo\n def test_connection\n 1\n end\nend", []),
        ("class FooTest < X\n def test_a\n 1\n end\nend\n__END__\nclass BTest < X\n def test_b\n 1\n end\nend\n", ["FooTest.test_a"]),
        ("if false\n describe(A) { it('x') { 1 } }\nend", []),
        ("unless false\n describe(A) { it('x') { 1 } }\nend", ["A > x"]),
    ],
)  # fmt: skip
def test_finds_the_tests(source: str, names: list[str]) -> None:
    assert [case.name for case in read(source).cases] == names


@pytest.mark.parametrize(
    ("body", "strength", "matcher", "subject", "expected"),
    [
        ("expect(a.b).to eq 3", Strength.EXACT, "eq", "a . b", "3"),
        ("expect(a.b).to eq(3)", Strength.EXACT, "eq", "a . b", "3"),
        ("expect(a).to be == 3", Strength.EXACT, "be_==", "a", "3"),
        ("expect(a).to_not eq 3", Strength.ORDER, "not eq", "a", "3"),
        ("expect(a).to be > 3", Strength.ORDER, "be_>", "a", "3"),
        ("expect(a).to be_nil", Strength.EXISTS, "be_nil", "a", ""),
        ("expect(a).not_to be_nil", Strength.EXISTS, "not be_nil", "a", ""),
        ("expect(a).to be_a(Hash)", Strength.EXISTS, "be_a", "a", "Hash"),
        ("expect(a).to be_truthy", Strength.TRUTHY, "be_truthy", "a", ""),
        ("expect(a).to be_admin", Strength.TRUTHY, "be_admin", "a", ""),
        ("expect(a).to include(:x)", Strength.PART, "include", "a", ":x"),
        ("expect(a).to match(/x/)", Strength.PART, "match", "a", "/x/"),
        ("expect(a).to contain_exactly(1, 2)", Strength.EXACT, "contain_exactly", "a", "1 , 2"),
        ("expect { a }.to raise_error", Strength.TRUTHY, "raise_error", "", ""),
        ("expect { a }.to raise_error(StandardError)", Strength.TRUTHY, "raise_error", "", "StandardError"),
        ("expect { a }.to raise_error(KeyError)", Strength.PART, "raise_error", "", "KeyError"),
        ("expect { a }.not_to raise_error", Strength.EXISTS, "not raise_error", "", ""),
        ("a.should == 1", Strength.EXACT, "==", "a", "1"),
        ("a.b.should_not eq(2)", Strength.ORDER, "not eq", "a . b", "2"),
        ("expect(true).to eq true", Strength.HOLLOW, "eq", "true", "true"),
        ("expect(true).to be_truthy", Strength.HOLLOW, "be_truthy", "true", ""),
        ("expect(a).to eq a", Strength.HOLLOW, "eq", "a", "a"),
        ("assert_equal 3, a.b", Strength.EXACT, "assert_equal", "a . b", "3"),
        ("assert_equal 3, 3", Strength.HOLLOW, "assert_equal", "3", "3"),
        ("assert_match(/x/, a)", Strength.PART, "assert_match", "a", "/x/"),
        ("assert a == 3", Strength.EXACT, "==", "a", "3"),
        ("assert a", Strength.TRUTHY, "assert", "a", ""),
        ("assert true", Strength.HOLLOW, "assert", "true", ""),
        ("refute false", Strength.HOLLOW, "refute", "false", ""),
        ("assert_nil nil", Strength.HOLLOW, "assert_nil", "nil", ""),
        ("assert_kind_of Hash, a", Strength.EXISTS, "assert_kind_of", "a", "Hash"),
        ("assert_raises(KeyError) { a }", Strength.PART, "assert_raises", "", "KeyError"),
        ("assert_raises { a }", Strength.TRUTHY, "assert_raises", "", ""),
        ("_(a).must_equal 3", Strength.EXACT, "must_equal", "a", "3"),
        ("flunk 'x'", Strength.TRUTHY, "fail", "", ""),
    ],
)  # fmt: skip
def test_weighs_assertions(
    body: str, strength: Strength, matcher: str, subject: str, expected: str
) -> None:
    found = assertion_of(body)
    assert (found.strength, found.matcher, found.subject, found.expected) == (
        strength,
        matcher,
        subject,
        expected,
    )


@pytest.mark.parametrize(
    ("body", "tolerance"),
    [
        ("assert_in_delta 3, a, 0.5", 0.5),
        ("assert_in_delta 3, a", 0.001),
        ("expect(a).to be_within(0.2).of(3)", 0.2),
    ],
)
def test_reads_tolerances(body: str, tolerance: float) -> None:
    found = assertion_of(body)
    assert (found.strength, found.tolerance) == (Strength.PART, tolerance)


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ('xit "a" do\n 1\nend', [MarkKind.SKIP]),
        ('xdescribe A do\n 1\nend', [MarkKind.SKIP]),
        ('it "a", :skip do\n 1\nend', [MarkKind.SKIP]),
        ('it "a", skip: "later" do\n 1\nend', [MarkKind.SKIP]),
        ('it "a", skip: false do\n 1\nend', []),
        ('it "a", pending: true do\n 1\nend', [MarkKind.EXPECTED_FAILURE]),
        ('it "a"', [MarkKind.SKIP]),
        ('fit "a" do\n 1\nend', [MarkKind.ONLY]),
        ('fdescribe A do\n 1\nend', [MarkKind.ONLY]),
        ('it "a", focus: true do\n 1\nend', [MarkKind.ONLY]),
        ('describe A, :focus do\n 1\nend', [MarkKind.ONLY]),
        ('it "a", retry: 3 do\n 1\nend', [MarkKind.RETRY]),
        ('it "a" do\n skip\nend', [MarkKind.SKIP]),
        ('it "a" do\n pending "later"\nend', [MarkKind.EXPECTED_FAILURE]),
        ("def test_a\n omit 'x'\nend", [MarkKind.SKIP]),
        ("test 'x'", [MarkKind.SKIP]),
        ("context 'x' do\n subject { 1 }\nend", []),
    ],
)  # fmt: skip
def test_finds_marks(source: str, kinds: list[MarkKind]) -> None:
    assert [mark.kind for mark in read(source).marks] == kinds


def test_tells_skips_of_a_platform() -> None:
    source = 'it "a" do\n  skip "x" if RUBY_PLATFORM =~ /mingw/\n  skip "y" if ENV["CI"]\nend\n'
    assert [mark.platform for mark in read(source).marks] == [True, False]


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ("allow(Foo).to receive(:bar).and_return(3)", "Foo.bar"),
        ("allow_any_instance_of(A::B).to receive(:bar) { 3 }", "A::B.bar"),
        ("expect(foo).to receive(:bar)", "foo.bar"),
        ("allow(foo).to receive_messages(bar: 1)", "foo.bar"),
        ("Foo.stubs(:bar).returns(1)", "Foo.bar"),
        ("Foo.any_instance.stubs(:bar)", "Foo.bar"),
        ("Foo.stub :bar, 3 do\n x\n end", "Foo.bar"),
        ('stub_const("A::B", 3)', "A::B"),
        ("instance_double(Foo, bar: 1)", "Foo"),
    ],
)
def test_finds_doubles(body: str, target: str) -> None:
    assert target in [each.target for each in read(body).doubles]


@pytest.mark.parametrize(
    ("body", "swallowed"),
    [
        ("begin\n expect(a).to eq 1\n rescue\n nil\n end", 1),
        ("begin\n expect(a).to eq 1\n rescue Exception => e\n puts e\n end", 1),
        ("begin\n expect(a).to eq 1\n rescue KeyError\n nil\n end", 0),
        ("begin\n expect(a).to eq 1\n rescue => e\n raise e\n end", 0),
        ("expect(a).to eq(1) rescue nil", 1),
        ("expect(a).to eq 1\n rescue StandardError\n nil", 1),
    ],
)
def test_sees_what_is_swallowed(body: str, swallowed: int) -> None:
    assert case_of(body).swallowed == swallowed


def test_reads_branches_handlers_and_what_is_left() -> None:
    code = read(
        'def f(x)\n  return 3 if x == "a"\n  raise "no" unless x\n  y = g rescue nil\nend\n'
    )
    assert [(each.condition, each.returns, each.leaves) for each in code.branches] == [
        ('x == "a"', "3", True),
        ("x", None, True),
    ]
    assert [(each.catches, each.statements) for each in code.handlers] == [("rescue", ("nil",))]
    assert [(each.value, each.raises) for each in code.leaves] == [("3", False), ('"no"', True)]


def test_reads_no_assertion_after_a_return() -> None:
    assert case_of("return\n expect(a).to eq 1").assertions == ()


def test_counts_a_method_twice_and_an_example_not() -> None:
    twice = read("class ATest < T\n def test_a\n 1\n end\n def test_a\n 2\n end\nend")
    examples = read('describe A do\n it("x") { 1 }\n it("x") { 2 }\nend')
    assert twice.shadowed == {"ATest.test_a"}
    assert not examples.shadowed


def test_knows_rows_around_an_example() -> None:
    cases = read('[1, 2].each do |n|\n it("x") { n }\nend\nit("y") { [3] }').cases
    assert [(case.parametrized, case.rows) for case in cases] == [(True, ()), (False, ("3",))]


@given(st.text(alphabet="itdoend{}()[]|\n\"'#:.=<> xa1", max_size=300))
def test_never_raises(source: str) -> None:
    code_of("a_spec.rb", source.encode())
