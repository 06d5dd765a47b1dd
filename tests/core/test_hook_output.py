"""What prek indents is read as the tool printed it; nothing else moves."""

from bot.core.framing import Line
from bot.core.hook_output import HookOutput

PREK = """ruff.....................Failed
- hook id: ruff
- exit code: 1

  src/a.py:1:8: F401 `os` imported but unused
    indented by the tool
  Found 1 error.
mypy.....................Passed
  not of a hook"""
PRE_COMMIT = """eslint...................Failed
- hook id: eslint
- exit code: 1

/x/a.js
  1:8  error  no  rule"""


def dedented(text: str, keep: str = "") -> list[str]:
    lines = [Line(number, row) for number, row in enumerate(text.splitlines(), 1)]
    output = HookOutput(lines[1:])
    return [line.text for line in output.dedent(line for line in lines if keep in line.text)]


def test_the_output_of_a_hook_of_prek_loses_its_indentation() -> None:
    assert dedented(PREK)[4:] == [
        "src/a.py:1:8: F401 `os` imported but unused",
        "  indented by the tool",
        "Found 1 error.",
        "mypy.....................Passed",
        "  not of a hook",
    ]


def test_a_format_that_sees_only_some_lines_gets_them_without_it_too() -> None:
    assert dedented(PREK, keep="F401") == ["src/a.py:1:8: F401 `os` imported but unused"]


def test_the_output_of_pre_commit_stays_as_it_is() -> None:
    assert dedented(PRE_COMMIT) == PRE_COMMIT.splitlines()
