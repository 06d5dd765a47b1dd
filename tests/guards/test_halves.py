"""How a change is taken apart."""

import json

import pytest

from guards.change import Change, FileChange, Line, Status
from guards.halves import FileState, Halves, take_apart
from guards.shared_settings import graft, is_shared


def file(
    path: str,
    before: str | None,
    after: str | None,
    *,
    old_path: str | None = None,
    mode: str = "100644",
) -> FileChange:
    status = (
        Status.ADDED if before is None else Status.DELETED if after is None else Status.MODIFIED
    )
    old = [] if before is None else before.splitlines()
    new = [] if after is None else after.splitlines()
    return FileChange(
        path=path,
        status=Status.RENAMED if old_path else status,
        old_path=old_path or (None if before is None else path),
        old_mode="000000" if before is None else mode,
        new_mode="000000" if after is None else mode,
        before=None if before is None else before.encode(),
        after=None if after is None else after.encode(),
        added=tuple(Line(number=n, text=t) for n, t in enumerate(new, 1) if t not in old),
        removed=tuple(Line(number=n, text=t) for n, t in enumerate(old, 1) if t not in new),
    )


def apart(*files: FileChange) -> Halves:
    return take_apart(Change(files=files))


def told(states: tuple[FileState, ...]) -> dict[str, str | None]:
    return {each.path: None if each.content is None else each.content.decode() for each in states}


def test_tests_go_back_and_come_along_and_source_stays_where_it_is() -> None:
    halves = apart(
        file("src/a.py", "1\n", "2\n"),
        file("tests/test_a.py", "old\n", "new\n"),
        file("tests/conftest.py", None, "hook\n"),
        file("tests/test_b.py", "gone\n", None),
        file(".github/workflows/ci.yml", "on\n", "off\n"),
        file("jest.config.js", "1\n", "2\n"),
        file("sitecustomize.py", None, "evil\n"),
    )

    assert told(halves.restored) == {
        "tests/test_a.py": "old\n",
        "tests/conftest.py": None,
        "tests/test_b.py": "gone\n",
        ".github/workflows/ci.yml": "on\n",
        "jest.config.js": "1\n",
        "sitecustomize.py": None,
    }
    assert told(halves.ablated) == {
        "tests/test_a.py": "new\n",
        "tests/conftest.py": "hook\n",
        "tests/test_b.py": None,
        ".github/workflows/ci.yml": "off\n",
        "jest.config.js": "2\n",
        "sitecustomize.py": "evil\n",
    }
    assert halves.tests == {"tests/test_a.py"}


def test_of_a_renamed_file_each_name_belongs_to_its_own_half() -> None:
    halves = apart(
        file("tests/test_new.py", "t\n", "t\n", old_path="tests/test_old.py"),
        file("lib/helper.py", "h\n", "h\n", old_path="tests/helper.py"),
    )

    assert told(halves.restored) == {
        "tests/test_old.py": "t\n",
        "tests/test_new.py": None,
        "tests/helper.py": "h\n",
    }
    assert told(halves.ablated) == {
        "tests/test_old.py": None,
        "tests/test_new.py": "t\n",
        "tests/helper.py": None,
    }


def test_a_change_of_source_alone_leaves_nothing_to_put_back() -> None:
    assert apart(file("src/a.py", "1\n", "2\n")) == Halves()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (file("tests/data.json", "a", "b", mode="120000"), "no regular file"),
        (FileChange(path="tests/big.bin", status=Status.ADDED, new_mode="100644"), "too large"),
    ],
)
def test_what_cannot_be_put_back_is_said(changed: FileChange, said: str) -> None:
    assert said in apart(changed).why_not


def test_without_contents_there_are_no_halves() -> None:
    assert take_apart(Change(from_trees=False)).why_not


def test_tests_inside_source_are_named_where_the_change_touches_them() -> None:
    source = "fn f() {}\n\n#[cfg(test)]\nmod tests {\n    fn t() {}\n}\n"
    touched = file("src/lib.rs", source, source.replace("fn t() {}", "fn t() { f() }"))
    untouched = file("src/other.rs", source, source.replace("fn f() {}", "fn f() { g() }"))
    example = file("src/c.py", "'''\n>>> f()\n1\n'''\n", "'''\n>>> f( )\n1\n'''\n")

    assert apart(touched, untouched, example).inside == {"src/lib.rs", "src/c.py"}


TOML = '[project]\nname = "a"\nversion = "{version}"\n\n[tool.pytest.ini_options]\naddopts = "{opts}"\n'


def test_of_a_shared_file_only_the_settings_of_tests_change_sides() -> None:
    before = TOML.format(version="1", opts="-q")
    after = TOML.format(version="2", opts="-q -k nothing")
    halves = apart(file("pyproject.toml", before, after))

    assert told(halves.restored) == {"pyproject.toml": TOML.format(version="2", opts="-q")}
    ablated = told(halves.ablated)["pyproject.toml"]
    assert ablated == TOML.format(version="1", opts="-q -k nothing")


def test_settings_that_are_not_of_tests_are_source() -> None:
    after = TOML.format(version="2", opts="-q")
    assert apart(file("pyproject.toml", TOML.format(version="1", opts="-q"), after)) == Halves()


def test_scripts_of_a_package_come_from_the_other_side() -> None:
    body = {"name": "a", "main": "new.js", "scripts": {"test": "true"}}
    donor = {"name": "a", "main": "old.js", "scripts": {"test": "jest"}, "jest": {"bail": True}}

    made = json.loads(graft("package.json", json.dumps(body).encode(), json.dumps(donor).encode()))

    assert made == {**donor, "main": "new.js"}


def test_sections_of_setup_cfg_come_from_the_other_side() -> None:
    body = b"[metadata]\nname = a\n[tool:pytest]\naddopts = -k x\n[flake8]\nmax = 1\n"
    donor = b"[metadata]\nname = b\n[tool:pytest]\naddopts = -q\n"

    made = graft("setup.cfg", body, donor)

    assert made == b"[metadata]\nname = a\n[flake8]\nmax = 1\n[tool:pytest]\naddopts = -q\n"


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.cfg", "package.json"])
def test_what_cannot_be_cut_comes_whole_from_the_other_side(name: str) -> None:
    assert is_shared(name)
    assert graft(name, b"[[[ not {", b"donor") == b"donor"


def test_settings_that_hide_among_others_take_the_whole_file_along() -> None:
    body = b'tool = { pytest = { ini_options = { addopts = "-k x" } } }\nproject = { name = "b" }\n'
    donor = b'[project]\nname = "a"\n'
    assert graft("pyproject.toml", body, donor) == donor
