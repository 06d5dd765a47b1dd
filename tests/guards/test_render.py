"""A verdict is written for people, programs, code scanning and GitHub's log."""

import io
import json
import re
from pathlib import Path

from jsonschema import Draft202012Validator

import guards
from guards.cli import Request, run
from tests.guards.conftest import CHEAT, TEST, Repo, judged

SCHEMA = json.loads(
    (Path(guards.__file__).parent / "schemas" / "verdict.schema.json").read_text(encoding="utf-8")
)


def test_the_json_document_keeps_its_schema(cheated: Repo) -> None:
    _, out, _ = judged(cheated, base="HEAD^", output="json")

    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(json.loads(out))


def test_sarif_names_rule_place_and_fingerprint(cheated: Repo) -> None:
    _, out, _ = judged(cheated, base="HEAD^", output="sarif")

    log = json.loads(out)
    (result,) = log["runs"][0]["results"]
    assert (log["version"], result["ruleId"], result["level"]) == (
        "2.1.0",
        "deleted_tests",
        "error",
    )
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "tests/test_a.py"
    assert location["region"] == {"startLine": 2}
    assert result["partialFingerprints"]
    rules = {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert "deleted_tests" in rules


def test_github_gets_commands_that_no_path_can_break_out_of(repo: Repo) -> None:
    name = "tests/test_,a:\n::error ::x.py"
    repo.commit({name: TEST})
    repo.commit({name: CHEAT})

    _, out, _ = judged(repo, base="HEAD^", output="github")

    commands = [line for line in out.splitlines() if line.startswith("::error")]
    assert len(commands) == 2  # the lost test, and the path itself
    assert all("file=tests/test_%2Ca%3A%0A%3A%3Aerror" in line for line in commands)


def test_control_characters_never_reach_the_terminal(repo: Repo) -> None:
    repo.commit({"tests/test_\x1b[2Ja.py": TEST})
    repo.commit({"tests/test_\x1b[2Ja.py": CHEAT})

    _, out, _ = judged(repo, base="HEAD^")

    assert "\x1b" not in out


def test_a_terminal_gets_colours_around_the_same_words(cheated: Repo) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    plain, terminal = io.StringIO(), Terminal()
    request = Request(repo=cheated.path, base="HEAD^")

    codes = [run(request, out) for out in (plain, terminal)]

    assert codes == [1, 1]
    shown = re.sub(r"\x1b\[[\d;]*m", "", terminal.getvalue())
    assert shown.split() == plain.getvalue().split()
