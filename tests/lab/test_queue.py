"""The queue's rules, numbered as in GitHub's own behaviour: values in, values out."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.lab.queue.machine import step
from bot.lab.queue.moves import (
    Asked,
    At,
    BaseMoved,
    Build,
    Built,
    Checked,
    Dequeue,
    Destroyed,
    Effect,
    Enqueue,
    Entered,
    Left,
    Merged,
    Move,
    Tick,
)
from bot.lab.queue.state import EntryState, Queue, QueueConfig, Reason, Verdict, group_ref

START = datetime(2026, 11, 22, 10, tzinfo=UTC)
MAIN = "m0"


class Driver:
    """Feeds a queue and builds its groups as `<parent>+<pr>`."""

    def __init__(self, conflicts: frozenset[tuple[str, int]] = frozenset(), **rule: object) -> None:
        config = QueueConfig(**rule)  # type: ignore[arg-type]  # the test names its own rule
        self.queue = Queue(branch="main", tip=MAIN, config=config)
        self.now = START
        self.seen: list[Effect] = []
        self.conflicts = conflicts

    def do(self, move: Move) -> list[Effect]:
        """The effects of a move and of every group built because of it."""
        self.queue, effects = step(self.queue, At(move=move, at=self.now))
        done = list(effects)
        for effect in effects:
            if isinstance(effect, Build):
                clash = (effect.parent, effect.pr) in self.conflicts
                head = None if clash else f"{effect.parent}+{effect.pr}"
                done += self.do(Built(pr=effect.pr, parent=effect.parent, head=head))
        return done

    def enqueue(self, *prs: int) -> list[Effect]:
        return [e for pr in prs for e in self.do(Enqueue(pr=pr, head=f"h{pr}", by="ada"))]

    def check(self, group: str, verdict: Verdict) -> list[Effect]:
        return self.do(Checked(group=group, verdict=verdict))

    def states(self) -> dict[int, str]:
        return {entry.pr: entry.state.value for entry in self.queue.entries}


def told(effects: list[Effect]) -> list[str]:
    """The effects in short, without builds."""
    words = []
    for effect in effects:
        match effect:
            case Entered():
                words.append(f"entered {effect.pr}")
            case Asked():
                words.append(f"asked {effect.pr} {effect.group.head}")
            case Destroyed():
                words.append(f"destroyed {effect.pr} {effect.reason}")
            case Left():
                words.append(f"left {effect.pr} {effect.reason}")
            case Merged():
                words.append(f"merged {[pr for pr, _ in effect.prs]} to {effect.new}")
            case Build():
                pass
    return words


def test_an_entry_is_told_of_then_built_on_the_tip_then_asks_for_checks() -> None:
    driver = Driver()
    assert told(driver.enqueue(1)) == ["entered 1", "asked 1 m0+1"]
    assert driver.states() == {1: "AWAITING_CHECKS"}


def test_groups_are_cumulative_and_only_as_many_as_the_rule_builds() -> None:
    driver = Driver(max_build=2)
    driver.enqueue(1, 2, 3)
    groups = [
        entry.group and (entry.group.base, entry.group.head) for entry in driver.queue.entries
    ]
    assert groups == [("m0", "m0+1"), ("m0+1", "m0+1+2"), None]


def test_the_ref_of_a_group_ends_in_the_commit_it_stands_on() -> None:
    assert group_ref("release/1", 7, "abc") == "refs/heads/gh-readonly-queue/release/1/pr-7-abc"


def test_a_jump_goes_to_the_front_and_rebuilds_everybody() -> None:
    driver = Driver()
    driver.enqueue(1)
    effects = driver.do(Enqueue(pr=2, head="h2", by="ada", jump=True))
    assert told(effects) == [
        "entered 2",
        "destroyed 1 invalidated",
        "asked 2 m0+2",
        "asked 1 m0+2+1",
    ]


def test_the_green_prefix_merges_and_those_behind_keep_their_groups() -> None:
    driver = Driver()
    driver.enqueue(1, 2, 3)
    assert told(driver.check("m0+1+2", Verdict.GREEN)) == []
    assert told(driver.check("m0+1", Verdict.GREEN)) == ["merged [1, 2] to m0+1+2"]
    assert driver.states() == {3: "AWAITING_CHECKS"}
    assert driver.queue.entries[0].group is not None
    assert driver.queue.entries[0].group.base == driver.queue.tip == "m0+1+2"


def test_no_more_than_the_maximum_merge_at_once() -> None:
    driver = Driver(max_merge=1)
    driver.enqueue(1, 2)
    driver.check("m0+1+2", Verdict.GREEN)
    merged = told(driver.check("m0+1", Verdict.GREEN))
    assert merged == ["merged [1] to m0+1", "merged [2] to m0+1+2"]


def test_fewer_than_the_minimum_wait_for_company_but_not_for_ever() -> None:
    driver = Driver(min_merge=2, min_wait_s=60)
    driver.enqueue(1)
    assert told(driver.check("m0+1", Verdict.GREEN)) == []
    assert driver.states() == {1: "MERGEABLE"}
    driver.now += timedelta(seconds=60)
    assert told(driver.do(Tick())) == ["merged [1] to m0+1"]


def test_with_headgreen_a_green_entry_carries_a_red_one() -> None:
    driver = Driver(headgreen=True)
    driver.enqueue(1, 2)
    assert told(driver.check("m0+1", Verdict.RED)) == []
    assert told(driver.check("m0+1+2", Verdict.GREEN)) == ["merged [1, 2] to m0+1+2"]


def test_with_headgreen_a_red_front_leaves_once_nobody_can_carry_it() -> None:
    driver = Driver(headgreen=True)
    driver.enqueue(1, 2)
    driver.check("m0+1", Verdict.RED)
    told_of = told(driver.check("m0+1+2", Verdict.RED))
    assert told_of[:2] == ["destroyed 1 dequeued", "left 1 CI_FAILURE"]


def test_a_red_front_leaves_and_everybody_behind_is_rebuilt() -> None:
    driver = Driver()
    driver.enqueue(1, 2, 3)
    assert told(driver.check("m0+1", Verdict.RED)) == [
        "destroyed 1 dequeued",
        "left 1 CI_FAILURE",
        "destroyed 2 invalidated",
        "destroyed 3 invalidated",
        "asked 2 m0+2",
        "asked 3 m0+2+3",
    ]


def test_the_left_entry_names_the_group_that_failed() -> None:
    driver = Driver()
    driver.enqueue(1)
    left = next(e for e in driver.check("m0+1", Verdict.RED) if isinstance(e, Left))
    assert left.group is not None
    assert (left.group.head, left.reason.in_timeline) == ("m0+1", "failed_checks")


def test_what_a_superseded_group_reports_changes_nothing() -> None:
    driver = Driver()
    driver.enqueue(1, 2)
    driver.check("m0+1", Verdict.RED)
    before = driver.queue
    assert driver.check("m0+1+2", Verdict.RED) == []
    assert driver.queue == before


def test_a_red_entry_behind_stays_unmergeable_until_those_ahead_resolve() -> None:
    driver = Driver()
    driver.enqueue(1, 2)
    assert told(driver.check("m0+1+2", Verdict.RED)) == []
    assert driver.states() == {1: "AWAITING_CHECKS", 2: "UNMERGEABLE"}
    assert told(driver.check("m0+1", Verdict.GREEN)) == [
        "merged [1] to m0+1",
        "destroyed 2 dequeued",
        "left 2 CI_FAILURE",
    ]


def test_a_conflict_with_the_branch_leaves_without_any_group() -> None:
    driver = Driver(conflicts=frozenset({(MAIN, 1)}))
    effects = driver.enqueue(1)
    assert told(effects) == ["entered 1", "left 1 MERGE_CONFLICT"]
    assert effects[-1] == Left(pr=1, reason=Reason.MERGE_CONFLICT, group=None)


def test_a_conflict_may_be_held_as_unmergeable_until_somebody_takes_it_out() -> None:
    driver = Driver(conflicts=frozenset({(MAIN, 1)}), hold_conflicts=True)
    driver.enqueue(1)
    assert driver.states() == {1: "UNMERGEABLE"}
    assert told(driver.do(Tick())) == []
    assert told(driver.do(Dequeue(pr=1))) == ["left 1 MANUAL"]


def test_a_conflict_with_an_entry_ahead_is_tried_again_when_that_one_is_gone() -> None:
    driver = Driver(conflicts=frozenset({("m0+1", 2)}))
    driver.enqueue(1, 2, 3)
    assert driver.states() == {1: "AWAITING_CHECKS", 2: "UNMERGEABLE", 3: "AWAITING_CHECKS"}
    assert told(driver.check("m0+1", Verdict.RED))[-2:] == ["asked 2 m0+2", "asked 3 m0+2+3"]


def test_a_conflict_with_an_entry_ahead_leaves_when_that_one_merged() -> None:
    driver = Driver(conflicts=frozenset({("m0+1", 2)}))
    driver.enqueue(1, 2)
    told_of = told(driver.check("m0+1", Verdict.GREEN))
    assert told_of == ["merged [1] to m0+1", "left 2 MERGE_CONFLICT"]


def test_checks_that_do_not_come_in_time_end_the_entry() -> None:
    driver = Driver(timeout_s=600)
    driver.enqueue(1)
    driver.now += timedelta(seconds=599)
    assert told(driver.do(Tick())) == []
    driver.now += timedelta(seconds=1)
    assert told(driver.do(Tick())) == ["destroyed 1 dequeued", "left 1 CI_TIMEOUT"]


def test_a_direct_push_rebuilds_every_group() -> None:
    driver = Driver()
    driver.enqueue(1, 2)
    assert told(driver.do(BaseMoved(tip="m1"))) == [
        "destroyed 1 invalidated",
        "destroyed 2 invalidated",
        "asked 1 m1+1",
        "asked 2 m1+1+2",
    ]


def test_a_manual_removal_rebuilds_those_behind_and_leaves_those_ahead() -> None:
    driver = Driver()
    driver.enqueue(1, 2, 3)
    assert told(driver.do(Dequeue(pr=2))) == [
        "destroyed 2 dequeued",
        "left 2 MANUAL",
        "destroyed 3 invalidated",
        "asked 3 m0+1+3",
    ]


def test_the_same_head_may_come_back_to_the_tail_with_a_new_group() -> None:
    driver = Driver()
    driver.enqueue(1, 2)
    driver.check("m0+1", Verdict.RED)
    assert told(driver.enqueue(1)) == ["entered 1", "asked 1 m0+2+1"]
    assert [entry.pr for entry in driver.queue.entries] == [2, 1]


def test_a_group_that_was_built_for_an_entry_which_left_is_thrown_away() -> None:
    queue = Queue(branch="main", tip=MAIN)
    queue, _ = step(queue, At(move=Enqueue(pr=1, head="h1", by="ada"), at=START))
    queue, _ = step(queue, At(move=Dequeue(pr=1), at=START))
    _, effects = step(queue, At(move=Built(pr=1, parent=MAIN, head="x"), at=START))
    assert effects == ()


def test_being_enqueued_twice_changes_nothing() -> None:
    driver = Driver()
    driver.enqueue(1)
    assert driver.enqueue(1) == []


def test_an_unknown_way_to_merge_is_refused() -> None:
    with pytest.raises(ValueError, match="REBASE"):
        QueueConfig(method="REBASE")


def test_positions_count_from_one() -> None:
    driver = Driver()
    driver.enqueue(5, 6)
    assert (driver.queue.position(6), driver.queue.position(9)) == (2, 0)
    assert driver.queue.entries[0].state is EntryState.AWAITING_CHECKS
