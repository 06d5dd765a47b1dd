"""What runners and terminals wrap around output comes off, and line numbers stay."""

import pytest
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


@pytest.mark.parametrize(
    "frame",
    [
        b"2026-11-20T09:14:00.1234567Z ",
        b"2026-11-20T09:14:00Z ",
        b"2026-11-20T09:14:00.123+02:00 ",
        b"2026-11-20T09:14:00.123456Z 00O ",
        b"2026-11-20T09:14:00.123456Z 01E+",
        b"2026-11-20T09:14:00.123456789Z stdout F ",
        b"[2026-11-20T09:14:00.123Z] ",
        b"[09:14:00]W:\t [Step 2/3] ",
        b"[09:14:00] : \t [Step 2/3] ",
        b"09:14:00 ",
        b"\x1b_bk;t=1700000000000\x07",
        b"_bk;t=1700000000000\x07",
        b"unit\tUNKNOWN STEP\t\xef\xbb\xbf2026-11-20T09:14:00.1234567Z ",
    ],
)
def test_what_a_runner_puts_before_a_line_comes_off(frame: bytes) -> None:
    assert texts(frame + b"a.c:1:2: error: x\n" + frame + b"  at 12:30:00 it broke\n") == [
        "a.c:1:2: error: x",
        "  at 12:30:00 it broke",
    ]


def test_folds_and_sections_stand_apart_from_what_follows_them() -> None:
    gitlab = b"section_start:1560896352:build[collapsed=true]\r\x1b[0K$ make\n"
    travis = b"travis_fold:start:script\r\x1b[0Ktravis_time:start:0a1b\r\x1b[0K$ make\n"
    assert texts(gitlab)[-1] == "$ make"
    assert texts(travis)[-1] == "$ make"


def test_the_script_of_a_step_that_github_shows_is_marked_as_such() -> None:
    raw = STAMP + b"\x1b[36;1mecho 'error: no'\x1b[0m\n" + STAMP + b"error: yes\n"
    assert texts(raw) == ["##[script]echo 'error: no'", "error: yes"]


def test_utf_16_of_a_power_shell_is_read() -> None:
    assert texts("error: caf\u00e9\nnext\n".encode("utf-16")) == ["error: caf\u00e9", "next"]


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
