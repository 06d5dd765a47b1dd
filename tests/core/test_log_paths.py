"""Paths of runners become paths of the repository."""

import pytest

from bot.core.log_paths import relative, shown, subfolder


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("src/a.py", "src/a.py"),
        ("./src/a.py", "src/a.py"),
        ("../doc/a.rst", "doc/a.rst"),
        ("/home/runner/work/shop/shop/src/a.py", "src/a.py"),
        ("/Users/runner/work/shop/shop/src/a.py", "src/a.py"),
        ("/__w/shop/shop/src/a.py", "src/a.py"),
        ("/opt/actions-runner/_work/shop/shop/src/a.py", "src/a.py"),
        ("/github/workspace/src/a.py", "src/a.py"),
        ("/workspace/src/a.py", "src/a.py"),
        ("/builds/group/shop/src/a.py", "src/a.py"),
        ("D:\\a\\shop\\shop\\src\\a.py", "src/a.py"),
        ("D:\\a\\1\\s\\src\\a.py", "src/a.py"),
        ("C:\\actions-runner\\_work\\shop\\shop\\src\\a.py", "src/a.py"),
        ("C:\\GitLab-Runner\\builds\\group\\shop\\src\\a.py", "src/a.py"),
        ("/home/vsts/work/1/s/src/a.py", "src/a.py"),
        ("/var/lib/jenkins/workspace/shop/src/a.py", "src/a.py"),
        ("/var/lib/buildkite-agent/builds/agent-1/acme/shop/src/a.py", "src/a.py"),
        ("/opt/atlassian/pipelines/agent/build/src/a.py", "src/a.py"),
        ("/tmp/cirrus-ci-build/src/a.py", "src/a.py"),
        ("/usr/src/app/src/a.py", "src/a.py"),
        ("/home/ci/go/src/github.com/acme/shop/src/a.py", "src/a.py"),
        ("/var/www/html/src/a.py", "src/a.py"),
        ("file:///builds/group/shop/my%20src/a.py", "my src/a.py"),
        ("src\\a.py", "src/a.py"),
        ("file:///home/runner/work/shop/shop/src/a.py", "src/a.py"),
        ("file:///D:/a/shop/shop/src/a.py", "src/a.py"),
        ("/srv/checkout/src/a.py", "src/a.py"),
        ("/home/runner/work/shop/shop/build/lib/site-packages/shop/a.py", "shop/a.py"),
        ("/home/runner/work/shop/shop/.venv/lib/python3.12/site-packages/x/a.py", None),
        ("/usr/lib/python3.11/json/decoder.py", None),
        ("C:\\Python311\\Lib\\json\\decoder.py", None),
        ("", None),
    ],
)
def test_a_path_is_from_the_repository_root_or_unknown(printed: str, expected: str | None) -> None:
    assert relative(printed, ("/srv/checkout",)) == expected


def test_a_folder_of_the_runner_is_known_by_its_workspace() -> None:
    assert subfolder("/home/runner/work/shop/shop/backend") == "backend"
    assert subfolder("/home/runner/work/shop/shop") == ""
    assert subfolder("/nobody/knows") == ""


def test_a_path_outside_the_repository_can_be_shown_as_it_is() -> None:
    assert shown("/usr/include/stdio.h") == "/usr/include/stdio.h"
    assert shown("C:\\Python311\\Lib\\decoder.py") == "C:/Python311/Lib/decoder.py"
    assert shown("/srv/checkout/src/a.py", ("/srv/checkout",)) == "src/a.py"
    assert shown("<stdin>") == "<stdin>"
    assert shown("/" + "x" * 2000) is None
