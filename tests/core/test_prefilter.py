"""Of a log only what formats ask for is kept, in order, with a bound."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import prefilter
from bot.core.prefilter import Want, excerpt

WANTS = [Want((b"boom",), 2, 1), Want((b"bang", b"oom"), 0, 3)]
words = st.sampled_from([b"boom", b"bang", b"noise", b"", b"xboomx bang", b"\xff", b"room"])
logs = st.lists(words, max_size=80).map(lambda rows: b"".join(row + b"\n" for row in rows))


def numbers(raw: bytes, want: int) -> list[int]:
    return [line.number for line in excerpt(raw, WANTS).lines(want)]


def test_each_want_gets_its_own_surroundings() -> None:
    raw = b"1\n2\n3\nboom\n5\n6\nbang\n8\n9\n10\n11\n12\n"
    assert numbers(raw, 0) == [2, 3, 4, 5]
    assert numbers(raw, 1) == [4, 5, 6, 7, 8, 9, 10]


@settings(max_examples=200, deadline=None)
@given(logs, st.integers(1, 60))
def test_it_is_what_a_plain_loop_would_keep(raw: bytes, size: int) -> None:
    pieces = [raw[start : start + size] for start in range(0, len(raw), size)]
    kept = excerpt(pieces, WANTS)
    rows = raw.split(b"\n")[:-1]
    for index, (hints, before, after) in enumerate(WANTS):
        hits = [at for at, row in enumerate(rows) if any(hint in row for hint in hints)]
        near = {n for at in hits for n in range(max(0, at - before), at + after + 1)}
        expected = [n + 1 for n in sorted(near) if n < len(rows)]
        assert [line.number for line in kept.lines(index)] == expected
    assert kept.total == len(rows)


def test_the_ending_is_what_stands_before_the_last_error() -> None:
    raw = b"".join(b"row %d\n" % n for n in range(1, 200)) + b"##[error]no\nPost job cleanup.\n"
    kept = excerpt(raw, WANTS)
    assert kept.ending[0].text == "row 140"
    assert kept.ending[-1].text == "##[error]no"


def test_a_log_where_every_line_is_a_hit_keeps_its_start_and_its_end() -> None:
    row = b"boom " + b"x" * 995
    count = (prefilter.HEAD_CHARS + prefilter.TAIL_CHARS) // 1000 * 2
    kept = excerpt((row + b"\n" for _ in range(count)), WANTS)
    found = [line.number for line in kept.lines(0)]
    assert found[0] == 1
    assert found[-1] == count
    assert len(found) * 1000 <= prefilter.HEAD_CHARS + prefilter.TAIL_CHARS
