"""The command line judges real repositories."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from guards.cli import main
from tests.guards.conftest import CHEAT, TEST, Repo, judged


def test_an_honest_change_passes_with_0(repo: Repo) -> None:
    repo.commit({"a.py": "x = 1\n"})
    repo.commit({"a.py": "x = 2\n"})

    code, out, err = judged(repo, base="HEAD^")

    assert (code, err) == (0, "")
    assert out.startswith("passed: no findings\n")
    assert "coverage: no coverage data before and after the change" in out


def test_a_cheat_is_rejected_with_1(cheated: Repo) -> None:
    code, out, _ = judged(cheated, base="HEAD^")

    assert code == 1
    assert "tests/test_a.py:1: test_one became check_one, which no runner collects" in out
    assert "\n              → " in out


def test_a_protected_file_needs_a_human_with_3(repo: Repo) -> None:
    repo.commit({".github/workflows/ci.yml": "a: 1\n"})
    repo.commit({".github/workflows/ci.yml": "a: 2\n"})

    code, out, _ = judged(repo, base="HEAD^", head="HEAD")

    assert code == 3
    assert out.startswith("NEEDS A HUMAN: 1 finding\n")


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({}, "give --base REV, --staged or --diff FILE"),
        ({"base": "nowhere"}, "no revision 'nowhere'"),
        ({"base": "HEAD", "head": "HEAD", "staged": True}, "not both"),
        ({"base": "HEAD", "diff": Path("x")}, "--diff stands alone"),
        ({"diff": Path("no-such-file")}, "no-such-file: No such file"),
        ({"base": "HEAD", "output": "yaml"}, "no format 'yaml'"),
        ({"base": "HEAD", "repo": Path("/")}, "not a git repository"),
        ({"base": "HEAD", "repo": Path("/no/such/folder")}, "cannot run git"),
        ({"base": "HEAD", "policy": Path("no-policy")}, "no-policy: No such file"),
        ({"base": "HEAD", "evidence": Path("no-folder")}, "neither before/ nor after/"),
    ],
)
def test_wrong_use_is_one_line_and_2(repo: Repo, given: dict[str, object], complaint: str) -> None:
    repo.commit({"a": "1\n"})

    code, out, err = judged(repo, **given)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert complaint in err


def test_a_diff_alone_is_judged_and_says_what_could_not_be(tmp_path: Path, repo: Repo) -> None:
    diff = tmp_path / "fix.diff"
    diff.write_text(
        "--- a/tests/test_a.py\n+++ b/tests/test_a.py\n@@ -1,2 +1 @@\n"
        "-def test_one():\n-    assert f(1) == 1\n+x = 1\n"
    )

    code, out, _ = judged(repo, diff=diff, output="json")

    document = json.loads(out)
    assert code == 1
    assert {finding["guard"] for finding in document["findings"]} >= {"deleted_tests"}
    not_run = {item["guard"]: item["why"] for item in document["not_run"]}
    assert (
        not_run.items()
        >= {
            "collected_tests": "no list of collected tests before and after the change",
            "changed_expectations": "only a diff was given, not both trees",
            "coverage": "no coverage data before and after the change",
            "outcomes": "no outcomes of tests before and after the change",
            "cross_check": "the two halves of the change were not run apart",
            "mutants": "the two halves of the change were not run apart",
        }.items()
    )


def test_a_text_that_is_no_diff_is_unreadable(tmp_path: Path, repo: Repo) -> None:
    (tmp_path / "fix.diff").write_text("I fixed it.\n")

    assert judged(repo, diff=tmp_path / "fix.diff")[0] == 2


def test_the_policy_is_the_one_of_the_base(repo: Repo) -> None:
    repo.commit({".selfheal.toml": "[guards]\nmax_changed_lines = 2\n", "a": "1\n"})
    repo.commit({".selfheal.toml": "[guards]\nmax_changed_lines = 99\n", "a": "1\n2\n3\n"})

    _, out, _ = judged(repo, base="HEAD^", output="json")

    found = {finding["guard"]: finding["message"] for finding in json.loads(out)["findings"]}
    assert found["size"].startswith("4 changed lines; at most 2 pass without a person")


def test_a_broken_policy_names_file_line_and_what_was_meant(repo: Repo) -> None:
    repo.commit({".selfheal.toml": "mode = 'push'\n\n[guards]\nmax_changed_line = 2\n"})

    code, _, err = judged(repo, base="HEAD")

    assert code == 2
    assert "HEAD:.selfheal.toml:4: unknown key 'max_changed_line'" in err
    assert "did you mean 'max_changed_lines'?" in err


def test_evidence_that_a_policy_requires_and_that_is_missing_needs_a_human(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit({"a.py": "x = 1\n"})
    repo.commit({"a.py": "x = 2\n"})
    policy = tmp_path / "policy.toml"
    policy.write_text('[guards]\nrequire = ["coverage"]\n')

    code, out, _ = judged(repo, base="HEAD^", policy=policy)

    assert code == 3
    assert "something that is required could not be judged" in out


def test_evidence_is_read_from_its_folder(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"shop/a.py": "x = 1\ny = 1\n"})
    repo.commit({"shop/a.py": "x = 2\ny = 1\n"})
    for side, tests, hits in (("before", "t.py::a\nt.py::b\n", 1), ("after", "t.py::a\n", 0)):
        (tmp_path / side).mkdir()
        (tmp_path / side / "tests.txt").write_text(tests)
        lines = f"SF:{repo.path}/shop/a.py\nDA:1,1\nDA:2,{hits}\nend_of_record\n"
        (tmp_path / side / "lcov.info").write_text(lines)

    code, out, _ = judged(repo, base="HEAD^", evidence=tmp_path, output="json")

    assert code == 3
    assert [(item["guard"], item["line"]) for item in json.loads(out)["findings"]] == [
        ("coverage", 2),
        ("collected_tests", None),
    ]


def test_a_report_that_is_none_is_named(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"a": "1\n"})
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / "coverage.json").write_text("[]")

    code, _, err = judged(repo, base="HEAD", evidence=tmp_path)

    assert code == 2
    assert "before/coverage.json: not a report" in err


def test_the_hook_judges_what_is_staged(
    cheated: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(cheated.path)
    cheated.git("reset", "--quiet", "--soft", "HEAD^")

    code = main([])

    assert code == 1
    assert "REJECTED" in capsys.readouterr().out


def test_a_commit_hook_sees_what_a_partial_commit_takes(repo: Repo) -> None:
    repo.commit({"tests/test_a.py": TEST, "a.py": "x = 1\n"})
    hook = repo.path / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    script = f"#!/bin/sh\nexec {sys.executable} -c 'import guards.cli as c; raise SystemExit(c.main())'\n"
    hook.write_text(script)
    hook.chmod(0o755)
    repo.write("tests/test_a.py", CHEAT)
    repo.write("a.py", "x = 2\n")
    repo.git("add", "--all")

    repo.git("commit", "--quiet", "--message", "honest part", "a.py")
    with pytest.raises(subprocess.CalledProcessError):
        repo.git("commit", "--quiet", "--message", "all of it")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0),
        (["--nothing"], 2),
        (["--format", "x"], 2),
        (["--base", "HEAD", "--json"], 0),
    ],
)
def test_the_hook_takes_the_arguments_of_the_command(
    cheated: Repo, monkeypatch: pytest.MonkeyPatch, arguments: Sequence[str], code: int
) -> None:
    monkeypatch.chdir(cheated.path)

    assert main(list(arguments)) == code


def test_the_first_commit_of_a_repository_is_judged(repo: Repo) -> None:
    repo.write("a.py", "x = 1\n")
    repo.git("add", "a.py")

    assert judged(repo, staged=True)[0] == 0
    assert judged(repo, staged=True, base="HEAD")[0] == 0


def test_a_first_commit_cannot_bring_the_policy_that_judges_it(repo: Repo) -> None:
    repo.write(".selfheal.toml", "[guards]\nmax_changed_lines = 100000\n")
    repo.write("a.py", "x = 1\n" * 400)
    repo.git("add", "--all")

    code, out, _ = judged(repo, staged=True, base="HEAD")

    assert code == 3
    assert "at most 300" in out


def test_selfheal_guard_is_the_same_command(cheated: Repo) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "guard", "--base", "HEAD^", "--repo", str(cheated.path)],
        capture_output=True,
        check=False,
        text=True,
    )

    assert (done.returncode, done.stderr) == (1, "")
    assert "test_one became check_one" in done.stdout


def test_nothing_heavy_is_imported_tojudged() -> None:
    heavy = {"rich", "typer", "unidiff", "pydantic", "asyncio", "hypothesis"}
    code = f"import sys, guards.cli; print(sorted({heavy!r} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert done.stdout == "[]\n"
