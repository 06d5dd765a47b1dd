"""The tools, on a box in memory."""

from typing import Any

import pytest

from bot.agent import tools
from bot.agent.toolbox import MAX_OUTPUT, ToolContext
from bot.core.failure import Failure, FailureType
from bot.core.repo_config import CheckConfig
from bot.core.transcript import ToolCall, ToolResult
from tests.fakes.box import MemoryBox

EDITOR = "str_replace_based_edit_tool"
FILES = {
    "src/app.py": "one\ntwo\nthree\ntwo\n",
    "src/deep/er.py": "",
    "README.md": "hello",
    ".hidden": "x",
    "crlf.txt": "a\r\nb\r\n",
}


def _box() -> MemoryBox:
    box = MemoryBox(
        FILES,
        {
            "true": lambda _: (0, ""),
            "grep x": lambda _: (1, "no\n"),
            "sleep 999": lambda _: (None, "zzz\n"),
            "many": lambda _: (0, "head" + "x" * 50_000 + "tail"),
            "make test": lambda _: (2, "2 failed\n"),
            "make one": lambda _: (0, "1 passed\n"),
        },
    )
    box.files["image.png"] = b"\x89PNG\xff"
    return box


async def _call(
    name: str, args: dict[str, Any], box: MemoryBox | None = None, **context: Any
) -> ToolResult:
    call = ToolCall(id="t1", name=name, args=args)
    return await tools.run(call, ToolContext(box=box or _box(), **context))


async def _edit(box: MemoryBox, **args: Any) -> ToolResult:
    return await _call(EDITOR, args, box)


@pytest.mark.parametrize(
    ("command", "text", "ok"),
    [
        ("true", "[exit code: 0, 0.5 s]", True),
        ("grep x", "no\n[exit code: 1, 0.5 s]", True),
        ("sleep 999", "zzz\n[killed: timeout, 0.5 s]", False),
    ],
)
async def test_bash_says_how_a_command_ended(command: str, text: str, ok: bool) -> None:
    result = await _call("bash", {"command": command})

    assert (result.text, result.ok) == (text, ok)


async def test_bash_never_runs_longer_than_the_attempt_has_left() -> None:
    box = _box()

    await _call("bash", {"command": "true"}, box)
    await _call("bash", {"command": "true"}, box, seconds_left=30.0)

    assert box.ran == [("true", 120.0), ("true", 30.0)]


async def test_bash_may_be_restarted_though_there_is_nothing_to_restart() -> None:
    assert (await _call("bash", {"restart": True})).ok


@pytest.mark.parametrize("command", ["", "  ", "a\0b", "x" * 100_001, 7, None])
async def test_bash_refuses_what_is_no_command(command: object) -> None:
    assert not (await _call("bash", {"command": command})).ok


async def test_long_output_keeps_its_head_and_its_tail() -> None:
    text = (await _call("bash", {"command": "many"})).text

    assert len(text) < MAX_OUTPUT + 200
    assert text.startswith("head")
    assert "tail\n[exit code: 0" in text
    assert "characters left out" in text


async def test_a_view_has_line_numbers() -> None:
    result = await _edit(_box(), command="view", path="src/app.py", view_range=[2, -1])

    assert result.text == "     2\ttwo\n     3\tthree\n     4\ttwo"


@pytest.mark.parametrize("wanted", [[0, 1], [9, 10], [3, 2], [1], "1-2", [1, 2, 3], ["a", 2]])
async def test_a_range_outside_the_file_is_refused(wanted: object) -> None:
    result = await _edit(_box(), command="view", path="src/app.py", view_range=wanted)

    assert not result.ok
    assert "within 1 and 4" in result.text


async def test_a_folder_is_shown_two_levels_deep_without_hidden_names() -> None:
    result = await _edit(_box(), command="view", path=".")

    assert result.text.split("\n") == [
        *("README.md", "crlf.txt", "image.png", "src/", "src/app.py", "src/deep/")
    ]


async def test_absolute_paths_below_the_root_are_understood() -> None:
    result = await _edit(_box(), command="view", path="/workspace/README.md")
    outside = await _edit(_box(), command="view", path="/etc/passwd")

    assert result.text == "     1\thello"
    assert "outside the repository at /workspace" in outside.text


async def test_a_file_that_is_no_text_is_left_to_bash() -> None:
    result = await _edit(_box(), command="view", path="image.png")

    assert not result.ok
    assert "not UTF-8" in result.text


async def test_an_empty_file_says_so() -> None:
    assert (await _edit(_box(), command="view", path="src/deep/er.py")).text == (
        "(the file is empty)"
    )


async def test_a_file_is_created() -> None:
    box = _box()

    result = await _edit(box, command="create", path="src/new.py", file_text="x = 1\n")

    assert result.text == "src/new.py was written: 1 lines."
    assert box.files["src/new.py"] == b"x = 1\n"


async def test_a_path_that_leaves_the_checkout_is_refused_by_the_box() -> None:
    result = await _edit(_box(), command="create", path="../x", file_text="")

    assert not result.ok


async def test_a_replacement_must_match_exactly_once() -> None:
    box = _box()

    missing = await _edit(box, command="str_replace", path="src/app.py", old_str="x", new_str="y")
    twice = await _edit(box, command="str_replace", path="src/app.py", old_str="two", new_str="2")
    once = await _edit(box, command="str_replace", path="src/app.py", old_str="three\ntwo")

    assert "does not appear" in missing.text
    assert "2 times in src/app.py, in lines 2, 4" in twice.text
    assert once.text.startswith("src/app.py was edited:\n     1\tone")
    assert box.files["src/app.py"] == b"one\ntwo\n\n"


async def test_an_edit_keeps_the_line_ends_of_the_file() -> None:
    box = _box()

    await _edit(box, command="str_replace", path="crlf.txt", old_str="a", new_str="A")

    assert box.files["crlf.txt"] == b"A\r\nb\r\n"


@pytest.mark.parametrize(
    ("path", "after", "wanted"),
    [
        ("src/app.py", 0, b"new\none\ntwo\nthree\ntwo\n"),
        ("src/app.py", 4, b"one\ntwo\nthree\ntwo\nnew\n"),
        ("README.md", 0, b"new\nhello"),
        ("README.md", 1, b"hello\nnew\n"),
        ("src/deep/er.py", 0, b"new\n"),
    ],
)
async def test_lines_are_inserted(path: str, after: int, wanted: bytes) -> None:
    box = _box()

    result = await _edit(box, command="insert", path=path, insert_line=after, insert_text="new\n")

    assert result.ok
    assert box.files[path] == wanted


@pytest.mark.parametrize("after", [-1, 5, "1", None])
async def test_an_insertion_outside_the_file_is_refused(after: object) -> None:
    args = {"command": "insert", "path": "src/app.py", "insert_line": after, "insert_text": "x"}

    assert not (await _call(EDITOR, args)).ok


async def test_an_unknown_command_of_the_editor_is_refused() -> None:
    assert "no command 'undo_edit'" in (await _edit(_box(), command="undo_edit", path="a")).text


@pytest.mark.parametrize(
    ("narrow", "text"),
    [
        (True, "PASSED (exit 0, 0.5 s): make one\n\n1 passed"),
        (False, "FAILED (exit 2, 0.5 s): make test\n\n2 failed"),
    ],
)
async def test_a_check_runs_whole_or_its_failing_part(narrow: bool, text: str) -> None:
    check = CheckConfig(name="unit", run="make test", only="make {tests}")
    failure = Failure(type=FailureType.TEST, message="", test="one")

    result = await _call(
        "run_check", {"name": "unit", "narrow": narrow}, checks=(check,), failures=(failure,)
    )

    assert result.text == text


async def test_a_check_whose_part_cannot_be_named_runs_whole_and_says_so() -> None:
    check = CheckConfig(name="unit", run="make test")

    result = await _call("run_check", {"name": "unit", "narrow": True}, checks=(check,))

    assert "this was the whole check" in result.text


async def test_a_report_is_final() -> None:
    args = {"status": "FAILED FIX", "root_cause": "", "summary": "", "files": [], "risk": ""}

    assert (await _call("report", args)).final
    assert not (await _call("report", {**args, "files": "a.py"})).final


def test_custom_tools_are_strict_and_closed() -> None:
    for spec in tools.SPECS:
        schema = spec.definition.get("input_schema")
        if schema is not None:
            assert spec.definition["strict"] is True
            assert schema["additionalProperties"] is False
            assert sorted(schema["required"]) == sorted(schema["properties"])


@pytest.mark.parametrize(
    "args",
    [
        {"command": "create", "path": "a.py", "file_text": "x = '\ud800'"},
        {"command": "view", "path": "no-\ud800.py"},
        {"command": "\ud800", "path": "README.md"},
    ],
)
async def test_half_a_character_is_the_models_mistake_and_goes_no_further(
    args: dict[str, Any],
) -> None:
    result = await _edit(_box(), **args)

    assert not result.ok
    assert result.text.encode()
