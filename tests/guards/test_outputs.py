"""A verdict is written for people, programs, code scanning and GitHub's log."""

import io
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import guards
from guards.cli import Request, run
from guards.outputs import FORMATS, render
from guards.verdict import (
    Excerpt,
    Exempted,
    Finding,
    Lowered,
    NotRun,
    Plugin,
    Salvage,
    Severity,
    Verdict,
)
from tests.guards.conftest import CHEAT, TEST, Repo, judged
from tests.sarif import validated

FINDING = Finding(
    guard="house_rules",
    severity=Severity.REJECT,
    message="a price is not compared any more",
    remedy="compare it",
    file="tests/test ä.py",
    line=4,
    before=Excerpt(file="tests/old.py", line=3, lines=("assert price(2) == 20",)),
    after=Excerpt(file="tests/test ä.py", line=4, lines=("assert price(2)",)),
    fingerprint="a1" * 32,
)
FULL = Verdict(
    findings=(FINDING, replace(FINDING, severity=Severity.WARN, file=None, line=None)),
    not_run=(NotRun(guard="coverage", why="no coverage data"),),
    incomplete=True,
    salvage=(Salvage(file="tests/old.py", first=1, last=2), Salvage(file="tests/new.py")),
    exempted=(Exempted(finding=FINDING, owner="@ada", reason="agreed", until=date(2027, 1, 31)),),
    lowered=(Lowered(setting="max_changed_lines", value="900", standard="300"),),
    plugins=(Plugin(name="house_rules", version="1.2.3"),),
    warnings=("the exemption of bob for size ended on 2026-01-01",),
)
SCHEMA = json.loads(
    (Path(guards.__file__).parent / "schemas" / "verdict.schema.json").read_text(encoding="utf-8")
)


def test_the_json_document_keeps_its_schema(cheated: Repo) -> None:
    _, out, _ = judged(cheated, base="HEAD^", output="json")

    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(json.loads(out))


def test_sarif_names_rule_place_and_fingerprint(repo: Repo) -> None:
    repo.commit({"tests/test_a.py": TEST})
    repo.commit({"tests/test_a.py": "import a\n"})

    _, out, _ = judged(repo, base="HEAD^", output="sarif")

    (run,) = validated(out)["runs"]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("deleted_tests", "error")
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "tests/test_a.py"
    assert location["region"]["startLine"] == 2
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["region"] == {
        "startLine": 1,
        "endLine": 2,
        "snippet": {"text": "def test_one():\n    assert f(1) == 1"},
    }
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert rules["deleted_tests"]["helpUri"].startswith("https://")


def test_everything_a_verdict_can_hold_is_in_every_output() -> None:
    validated(render("sarif", FULL))
    Draft202012Validator(SCHEMA).validate(json.loads(render("json", FULL)))
    for output in FORMATS:
        text = render(output, FULL)
        for said in ("house_rules", "1.2.3", "@ada", "2027-01-31", "max_changed_lines", "ended"):
            assert said in text, (output, said)


def test_text_shows_what_stood_there_and_what_stands_there_now() -> None:
    shown = render("text", FULL).splitlines()

    assert "                  3 - assert price(2) == 20" in shown
    assert "                  4 + assert price(2)" in shown


def test_two_findings_about_one_change_stay_two_in_sarif() -> None:
    verdict = Verdict(findings=(FINDING, replace(FINDING, message="another")))

    results = validated(render("sarif", verdict))["runs"][0]["results"]

    assert len({str(result["partialFingerprints"]) for result in results}) == 2


_LINES = st.integers(1, 9)
_EXCERPTS = st.none() | st.builds(
    Excerpt, line=_LINES, lines=st.lists(st.text(), min_size=1, max_size=2).map(tuple)
)
_FINDINGS = st.builds(Finding, line=st.none() | _LINES, before=_EXCERPTS, after=_EXCERPTS)


@settings(max_examples=20)
@given(st.builds(Verdict, findings=st.lists(_FINDINGS, max_size=2).map(tuple)))
def test_any_verdict_can_be_written_and_steers_no_terminal(verdict: Verdict) -> None:
    for output in FORMATS:
        text = render(output, verdict)
        assert all(each.isprintable() or each in "\n" for each in text)
    validated(render("sarif", verdict))


def test_a_stream_of_few_letters_is_no_reason_to_fail(cheated: Repo) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")

    code = run(Request(repo=cheated.path, base="HEAD^"), stream)

    assert (code, b"\\u2192 " in raw.getvalue()) == (1, True)


def test_github_gets_commands_that_no_path_can_break_out_of(repo: Repo) -> None:
    name = "tests/test_,a:\n::error ::x.py"
    repo.commit({name: TEST})
    repo.commit({name: CHEAT})

    _, out, _ = judged(repo, base="HEAD^", output="github")

    *commands, notice, outcome = out.splitlines()
    assert commands  # the lost test at least
    assert all(" file=tests/test_%2Ca%3A%0A%3A%3Aerror" in line for line in commands)
    assert notice.startswith("::notice title=selfheal guard, not judged::")
    assert outcome == "selfheal guard: REJECTED"


def test_control_characters_never_reach_the_terminal(repo: Repo) -> None:
    repo.commit({"tests/test_\x1b[2Ja.py": TEST})
    repo.commit({"tests/test_\x1b[2Ja.py": CHEAT})

    _, out, _ = judged(repo, base="HEAD^")

    assert "\x1b" not in out


def test_a_terminal_gets_colours_around_the_same_words(
    cheated: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    plain, terminal = io.StringIO(), Terminal()
    request = Request(repo=cheated.path, base="HEAD^")

    codes = [run(request, out) for out in (plain, terminal)]

    assert codes == [1, 1]
    assert "\x1b[1;31mREJECTED" in terminal.getvalue()
    shown = re.sub(r"\x1b\[[\d;]*m", "", terminal.getvalue())
    assert shown.split() == plain.getvalue().split()
