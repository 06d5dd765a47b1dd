"""What became of the assertions of a test, told by text alone."""

from hypothesis import given
from hypothesis import strategies as st

from guards.assertion_changes import Revision, differences, literals, readable, shape, words
from guards.assertion_strength import tolerance_of, weakness
from guards.code import Assertion, Case, Strength

TEXTS = st.text(alphabet="ab \"'`\\()[]{}.,=!<>-:0123456789eE_*+|ßé\n", max_size=400)
STRENGTHS = st.sampled_from(Strength)


@st.composite
def assertions(draw: st.DrawFn) -> Assertion:
    return Assertion(
        text=draw(TEXTS),
        line=1,
        strength=draw(STRENGTHS),
        matcher=draw(TEXTS),
        subject=draw(TEXTS),
        expected=draw(TEXTS),
        constant=draw(st.booleans()),
    )


def a_case(*checks: Assertion) -> Case:
    return Case(name="a", line=1, at=0, end=1, body="", assertions=checks)


@given(st.lists(assertions(), max_size=6), st.lists(assertions(), max_size=6))
def test_every_assertion_is_accounted_for_once(old: list[Assertion], new: list[Assertion]) -> None:
    found = differences(a_case(*old), a_case(*new))

    kept = len(old) - len(found.gone) - len(found.revised)
    assert kept >= 0
    assert kept == len(new) - len(found.come) - len(found.revised)


@given(assertions(), assertions())
def test_any_two_assertions_can_be_compared(one: Assertion, other: Assertion) -> None:
    weakness(Revision(before=one, after=other), [one, other])
    assert tolerance_of(one) >= 0


@given(assertions())
def test_an_assertion_is_no_weaker_than_itself(one: Assertion) -> None:
    if one.subject != one.expected:
        assert weakness(Revision(before=one, after=one)) is None


@given(TEXTS)
def test_any_text_can_be_taken_apart(text: str) -> None:
    shape(text)
    literals(text)
    words(text)
    assert len(readable(text)) <= 200


def test_text_with_many_quotes_is_read_in_one_go() -> None:
    assert literals('"' * 100_000 + "'" * 100_000) is not None


def test_strings_lose_their_quotes_and_numbers_keep_their_sign_of_size() -> None:
    assert literals('f ( "a \\" b" , 1e-6 , 20 )') == ('a " b', "1e-6", "20")
    assert shape('f ( "x" , 3 )') == "f ( … , … )"
