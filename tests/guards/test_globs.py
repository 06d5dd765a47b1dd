"""Globs cover what people mean, and more rather than less."""

import pytest

from guards.globs import matches


@pytest.mark.parametrize(
    ("path", "glob", "expected"),
    [
        ("security/a/b.py", "security/**", True),
        ("security", "security/**", True),
        ("Security/A.py", "security/**", True),
        ("src/security/a.py", "security/**", False),
        ("src/security/a.py", "**/security/**", True),
        ("security/a.py", "**/security/**", True),
        ("insecurity/a.py", "security/**", False),
        ("docs/CODEOWNERS", "CODEOWNERS", True),
        ("docs/CODEOWNERS", "/CODEOWNERS", False),
        ("a/b/c.sql", "a/*.sql", False),
        ("a/c.sql", "a/*.sql", True),
        ("a/x/y/z.sql", "a/**/z.sql", True),
        ("a/z.sql", "a/**/z.sql", True),
        ("deploy/app/run.sh", "deploy/", True),
        ("deployed", "deploy/", False),
        ("a", "**", True),
        ("/".join("a" * 100), "b", True),
    ],
)
def test_a_glob_covers_a_path(path: str, glob: str, expected: bool) -> None:
    assert matches(path, glob) is expected


def test_many_stars_are_answered_at_once() -> None:
    assert not matches("/".join("a" * 60), "/".join(["**", "a"] * 30) + "/b")
    assert not matches("a" * 4000, "*a" * 60 + "b")
