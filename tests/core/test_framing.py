"""What runners and terminals wrap around output comes off, and line numbers stay."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.framing import MAX_RAW_BYTES, MAX_TEXT, Line, lines

STAMP = b"2026-11-20T09:14:00.1234567Z "


def texts(raw: bytes) -> list[str]:
    return [line.text for line in lines(raw)]


def test_time_stamps_and_byte_order_mark_come_off() -> None:
    assert texts(b"\xef\xbb\xbf" + STAMP + b"one\n" + STAMP + b"  two\n") == ["one", "  two"]


def test_job_and_step_of_a_downloaded_log_come_off() -> None:
    assert texts(b"unit\tRun pytest\t" + STAMP + b"FAILED\n") == ["FAILED"]


def test_colours_come_off_in_all_their_spellings() -> None:
    raw = b"\x1b[1m\x1b[31merror:\x1b(B\x1b[m no\n^[[31mcaret^[[0m\n\x1b]8;;http://x\x07link\x1b]8;;\x07\n"
    assert texts(raw) == ["error: no", "caret", "link"]


def test_each_redraw_of_a_line_is_a_text_of_its_own_with_one_number() -> None:
    assert list(lines(b"Rebasing (1/1)\rCONFLICT (content): a\r\r\nnext\r\n")) == [
        Line(1, "Rebasing (1/1)"),
        Line(1, "CONFLICT (content): a"),
        Line(2, "next"),
    ]


def test_a_progress_bar_of_ten_thousand_redraws_is_cut() -> None:
    assert len(texts(b"\r".join(b"%d%%" % n for n in range(10_000)) + b"\n")) == 8


def test_broken_utf_8_is_replaced() -> None:
    assert texts(b"caf\xe9 \xf0\x9f\n") == ["caf\ufffd \ufffd"]


def test_a_line_of_a_megabyte_is_cut_and_the_next_keeps_its_number() -> None:
    first, second = lines(b"x" * 1_000_000 + b"\nsecond\n")
    assert len(first.text) == MAX_TEXT
    assert second == Line(2, "second")


def test_an_endless_line_in_pieces_is_held_only_up_to_a_bound() -> None:
    pieces = [b"y" * 100_000] * 50
    (line,) = lines(iter(pieces))
    assert len(line.text) == MAX_TEXT < MAX_RAW_BYTES


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.integers(1, 50))
def test_pieces_do_not_matter(raw: bytes, size: int) -> None:
    pieces = [raw[start : start + size] for start in range(0, len(raw), size)]
    assert list(lines(pieces)) == list(lines(raw))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["C"]), max_size=30), max_size=20))
def test_numbers_are_those_of_the_raw_log(rows: list[str]) -> None:
    raw = "".join(f"{row}\n" for row in rows).encode()
    assert [line.number for line in lines(raw)] == list(range(1, len(rows) + 1))
