"""Added lines of code are told from comments, strings and what was there before."""

import re

from guards.change import Change, FileChange, Line, Status
from guards.new_code import is_product, new_signals, snippets


def _file(path: str, before: str, after: str) -> FileChange:
    old, new = before.split("\n"), after.split("\n")
    return FileChange(
        path=path,
        old_path=path,
        status=Status.MODIFIED,
        before=before.encode(),
        after=after.encode(),
        added=tuple(Line(number=n, text=t) for n, t in enumerate(new, 1) if t not in old),
        removed=tuple(Line(number=n, text=t) for n, t in enumerate(old, 1) if t not in new),
    )


def _found(*files: FileChange) -> list[tuple[str, int]]:
    word = re.compile("SECRET_WORD")
    found = new_signals(Change(files=files), is_product, lambda each: word.findall(each.text))
    return [(snippet.file.path, snippet.line) for snippet, _ in found]


def test_comments_are_no_code() -> None:
    assert _found(_file("a.py", "x = 1\n", "x = 1\n# SECRET_WORD\n")) == []
    assert _found(_file("a.zig", "x\n", "x\n// SECRET_WORD\n")) == []


def test_words_are_whole_that_were_put_together() -> None:
    assert _found(_file("a.py", "x = 1\n", 'x = "SECRET_" + "WORD"\n')) == [("a.py", 1)]
    assert _found(_file("a.py", "x = 1\n", 'x = "".join(["SECRET", "_WORD"])\n')) == [("a.py", 1)]


def test_what_moved_to_another_file_is_not_new() -> None:
    gone = _file("a.py", "x = SECRET_WORD\n", "x = 1\n")
    came = _file("b.py", "y = 1\n", "z = SECRET_WORD\n")

    assert _found(gone, came) == []
    assert _found(came) == [("b.py", 1)]


def test_strings_over_many_lines_are_empty_in_bare_text() -> None:
    file = _file("a.py", "x = 1\n", 'x = """\nexit(0)\n"""\n')

    assert [each.bare.strip() for each in snippets(Change(files=(file,)), file, old=False)][1] == ""


def test_a_rust_file_that_tests_itself_is_product_up_to_there() -> None:
    tests = "fn a() {}\n#[cfg(test)]\nmod tests {\n    const A: &str = SECRET_WORD;\n}\n"

    assert _found(_file("src/a.rs", "fn a() {}\n", tests)) == []
