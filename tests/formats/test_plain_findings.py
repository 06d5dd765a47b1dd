"""What an unknown linter prints counts where a log is little else, or where it failed."""

from bot.core.failure import FailureType
from bot.formats import find_failures

BARE = b"""src/a.py:3:5: E1: something is wrong
docs/b.txt:7: missing final full stop [full-stop]
docs/b.txt:9: warning: long line
"""


def test_bare_output_of_an_unknown_linter_is_read() -> None:
    found = find_failures(BARE, failed=None)

    assert [(each.file, each.line, each.column, each.rule, each.message) for each in found] == [
        ("src/a.py", 3, 5, "E1", "something is wrong"),
        ("docs/b.txt", 7, None, "full-stop", "missing final full stop"),
    ]
    assert {each.type for each in found} == {FailureType.LINT}


def test_the_same_lines_in_a_long_log_that_went_well_are_nothing() -> None:
    assert find_failures(BARE + b"step done\n" * 20, failed=None) == ()


def test_a_tool_that_is_known_has_the_word() -> None:
    known = b"app/cart.py:1: error: Name 'x' is not defined  [name-defined]\n"

    found = find_failures(known + BARE, failed=None)

    assert [each.tool for each in found] == ["mypy"]


def test_a_line_alone_is_a_loggers_mark_when_a_job_failed_for_something_else() -> None:
    log = b"http/server.go:33: accepted\n" + b"waiting\n" * 5 + b"Error: refused by host\n"

    found = find_failures(log, failed=True)

    assert [each.type for each in found] == [FailureType.UNKNOWN]
