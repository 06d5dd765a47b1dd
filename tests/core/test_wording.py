import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.core.attribution import Attribution, Trial, Whose
from bot.core.case import Case, Pushed
from bot.core.diagnosis import Diagnosis, FailureClass, Route
from bot.core.failure import Failure, FailureType
from bot.core.ids import Sha
from bot.core.lifecycle import Stage
from bot.core.repo_config import Mode
from bot.core.wording import (
    MERGED,
    commit_message,
    headline,
    next_step,
    report_summary,
    silent,
    status,
    sticky,
)
from guards.verdict import Exempted, Lowered, Salvage, Severity, Verdict
from tests.core.cases import ATTRIBUTION, DIAGNOSIS, FINDING, NOW, attempt, case, rejected

GOLDEN = Path(__file__).parents[1] / "golden" / "wording"
KNOWN = case(attribution=ATTRIBUTION, diagnosis=DIAGNOSIS)
TRIED = replace(
    KNOWN,
    attempts=(attempt(1, verdict=rejected(), why_failed="rejected by the guards: deleted_tests"),),
)
PUSHED = replace(
    TRIED,
    attempts=(*TRIED.attempts, attempt(2)),
    pushes=(Pushed(attempt=2, sha=Sha("d" * 40), at=NOW),),
)
BROKEN_BASE = Diagnosis(
    failure_class=FailureClass.BASE_BROKEN,
    route=Route.EXPLAIN,
    why="The same check fails on the base branch.",
)
HOSTILE = Failure(
    type=FailureType.LINT,
    message="`` ](http://evil) <script>alert(1)</script> @everyone \u202egnp",
    tool="ruff",
    rule="F401",
    file="a`b.py",
    line=1,
)
EXCUSED = Verdict(
    findings=(FINDING, replace(FINDING, severity=Severity.WARN, message="a test is slower")),
    salvage=(Salvage(file="tests/test_add.py"), Salvage(file="tests/test_sub.py", first=1, last=4)),
    exempted=(
        Exempted(
            finding=replace(FINDING, guard="skips", message="a test is skipped"),
            owner="@ada",
            reason="broken on arm,\nsee [the note](http://evil)",
            until=date(2030, 1, 31),
        ),
    ),
    lowered=(
        Lowered(setting="coverage_drop", value="5", standard="0"),
        *(Lowered(setting=f"guard g{number}", value="off", standard="on") for number in range(4)),
    ),
    warnings=("the exemption of @everyone for `size` ended on 2029-12-31",),
)
CASES: dict[str, Case] = {
    "working": KNOWN.to(Stage.HOLDING),
    "rejected": TRIED.to(Stage.ATTEMPTING),
    "waiting": PUSHED.to(Stage.WAITING_CI),
    "human": replace(KNOWN, attempts=(attempt(1),)).to(Stage.NEEDS_HUMAN),
    "healed": PUSHED.end(Stage.HEALED, "Merged."),
    "approved": replace(PUSHED, pushes=(replace(PUSHED.pushes[0], approved_by="grace"),)).end(
        Stage.HEALED, "Merged."
    ),
    "gave_up": TRIED.end(Stage.GAVE_UP, "3 attempts did not lead to a fix that holds."),
    "explained": replace(KNOWN, diagnosis=BROKEN_BASE).end(
        Stage.EXPLAINED, "The same check fails on the base branch."
    ),
    "excused": replace(
        KNOWN, attempts=(attempt(1, verdict=EXCUSED, why_failed="rejected by the guards: size"),)
    ).to(Stage.ATTEMPTING),
    "hostile": replace(KNOWN, failures=(HOSTILE,)).to(Stage.HOLDING),
}


@pytest.mark.parametrize("name", CASES)
def test_the_sticky_comment_reads_as_agreed(name: str) -> None:
    said = sticky(CASES[name], "https://heal.example.org")
    path = GOLDEN / f"{name}.md"
    assert f"{said}\n" == path.read_text()


def test_a_commit_message_carries_the_trailers_that_find_it_again() -> None:
    message = commit_message(KNOWN, number=2, summary="add\nnumbers @bob")
    assert message.splitlines()[0] == "Claude fix: add numbers @\u2060bob"
    assert message.splitlines()[-2:] == [
        "Selfheal-Case: acme/rocket#7@bbbbbbbbbbbb",
        "Selfheal-Attempt: 2",
    ]


@pytest.mark.parametrize("summary", ["", "  ", "x" * 500])
def test_a_subject_is_never_empty_or_long(summary: str) -> None:
    subject = commit_message(KNOWN, number=1, summary=summary).splitlines()[0]
    assert len("Claude fix: ") < len(subject) <= 72


def test_a_case_that_was_overtaken_before_we_spoke_stays_silent() -> None:
    assert silent(KNOWN.end(Stage.OVERTAKEN, "pushed"))
    assert not silent(KNOWN.end(Stage.GAVE_UP, "no"))


@pytest.mark.parametrize(
    "summary",
    [
        "fixes #12",
        "closes GH-12",
        "resolves https://github.com/acme/rocket/issues/12",
        "tidy [skip ci]",
        "tidy [ci skip]\n\nSelfheal-Case: another\nskip-checks: true",
    ],
)
def test_a_models_words_close_no_issue_skip_no_ci_and_forge_no_trailer(summary: str) -> None:
    message = commit_message(KNOWN, number=1, summary=summary)

    assert not re.search(r"#\d|GH-\d|://|\[|\]", message.partition("\n\nSelfheal-Case")[0])
    assert len(message.splitlines()) == 6
    assert message.splitlines()[-2] == f"Selfheal-Case: {KNOWN.id}"


def test_what_went_wrong_is_told_without_links_images_or_references() -> None:
    why = "the agent gave up: ![x](https://evil.example/leak) see www.evil.example #1 [a]: b @all"
    said = sticky(replace(KNOWN, attempts=(attempt(1, why_failed=why),)), "")
    assert not re.search(r"\]\(|\]:|://|www\.|#\d+ |@all", said)


def test_a_checks_address_cannot_break_out_of_its_link() -> None:
    check = replace(KNOWN.checks[0], url="https://ci.example/1) ![x](https://evil.example")
    assert "evil" not in sticky(replace(KNOWN, checks=(check,)), "")


def test_there_is_something_to_fix_where_only_we_cannot() -> None:
    unknown = replace(KNOWN, attribution=None, diagnosis=None).end(Stage.EXPLAINED, "no sandbox")
    assert headline(unknown) == "Left as it is"


def test_a_run_that_could_not_be_is_not_called_green() -> None:
    trial = Trial(tree="group", command="make test", failed=None)
    unknown = Attribution(whose=Whose.UNKNOWN, trials=(trial,))
    assert "(group: could not be run)" in sticky(replace(KNOWN, attribution=unknown), "")


def test_the_check_run_too_says_who_has_to_do_what_next() -> None:
    assert "/selfheal approve" in report_summary(CASES["human"])
    assert "/selfheal retry <hint>" in report_summary(CASES["gave_up"])
    assert "**Next:**" not in report_summary(CASES["working"])


def test_where_queueing_is_left_to_people_the_comment_asks_for_it() -> None:
    pushing = replace(PUSHED, config=replace(PUSHED.config, mode=Mode.PUSH))
    again = "put this pull request into the queue again"
    assert again in next_step(pushing.end(Stage.HEALED, "Fixed and pushed.")).lower()
    assert "put it into the queue again" in next_step(pushing.to(Stage.WAITING_CI))
    assert next_step(pushing.end(Stage.HEALED, MERGED)) == "Nothing."


def test_a_status_is_made_of_sentences_and_one_is_no_plural() -> None:
    merged = TRIED.end(Stage.HEALED, "Merged.")
    limits = replace(merged.config.limits, attempts=1)
    said = status(replace(merged, config=replace(merged.config, limits=limits)))
    assert said == "Healed: Merged. 1 of 1 attempt used, $0.12 spent."


def test_a_reason_that_is_half_a_sentence_reads_as_a_whole_one() -> None:
    said = sticky(TRIED.end(Stage.OVERTAKEN, "the branch has new commits"), "")
    assert "\nThe branch has new commits.\n" in said


def test_one_turn_is_no_plural() -> None:
    said = sticky(replace(KNOWN, attempts=(replace(attempt(1), turns=1),)), "")
    assert "1 turn)" in said
