import json
from dataclasses import replace

import pytest

from bot.core.ids import PrNumber
from bot.core.lifecycle import Stage
from bot.web import views
from tests.fakes import example_cases
from tests.fakes.example_cases import NOW, opened


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0.0 s"), (9.94, "9.9 s"), (59.4, "59 s"), (61, "1 min 1 s"), (7260, "2 h 1 min")],
)
def test_durations_are_said_in_the_unit_that_matters(seconds: float, words: str) -> None:
    assert views.duration(seconds) == words


def test_money_shows_the_digits_that_matter() -> None:
    assert [views.money(usd) for usd in (0, 0.00421, 0.5, 12)] == [
        "$0",
        "$0.0042",
        "$0.50",
        "$12.00",
    ]


def test_a_removed_line_that_looks_like_a_header_stays_a_removed_line() -> None:
    diff = views.diff("diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n--- x\n+++ y\n same\n")

    assert [line.kind for line in diff.lines] == [
        "file",
        "meta",
        "meta",
        "hunk",
        "del",
        "add",
        "same",
    ]
    assert (diff.added, diff.removed) == (1, 1)


def test_a_transcript_marks_what_failed_and_keeps_short_facts_apart() -> None:
    shown = views.transcript(example_cases.TRANSCRIPT).entries

    assert [entry.kind for entry in shown] == ["task", "model", "tool", "line", "result"]
    assert [entry.ok for entry in shown] == [True, True, False, True, True]
    assert shown[1].facts[1] == ("usage", '{"fresh": 5310, "output": 88}')
    failed = views.transcript('{"kind":"result","result":"FAILED FIX","why":"still red"}').entries
    assert (failed[0].ok, failed[0].text) == (False, "still red")


def test_each_step_is_told_with_its_time_and_what_came_of_it() -> None:
    case = replace(opened(), stage=Stage.ATTEMPTING, story=example_cases.story()[:4])

    told = [(beat.stage, beat.seconds, beat.note) for beat in views.beats(case, NOW)]

    assert told == [
        ("collecting", 3, "2 failures in the log of unit"),
        ("attributing", 6, "red alone, green on the base branch"),
        ("diagnosing", 1, "It fails with this pull request alone."),
        ("holding", 4, "labels set"),
        ("attempting", 526, ""),
    ]
    assert [beat.running for beat in views.beats(case, NOW)] == [False] * 4 + [True]


def test_an_end_takes_no_time() -> None:
    case = replace(opened(), stage=Stage.HEALED, story=example_cases.story())

    last = views.beats(case, NOW)[-1]

    assert (last.stage, last.seconds, last.running) == ("healed", None, False)


def test_the_input_of_a_tool_is_read_as_it_was_written() -> None:
    line = json.dumps({"kind": "tool", "input": {"command": "cat <<'EOF'\n" + "x\n" * 60}})

    (entry,) = views.transcript(line).entries

    assert entry.fields[0][0] == "input command"
    assert entry.fields[0][1].startswith("cat <<'EOF'\nx\n")


def test_an_interaction_names_who_was_ahead() -> None:
    attribution = example_cases.attributed_to_others(PrNumber(39), PrNumber(40))

    assert views.whose_words(attribution).endswith("Ahead of it: #39, #40.")
