"""Workflow files as plans, logs as frames, and jobs as GitHub tells of them."""

from datetime import UTC, datetime
from textwrap import dedent

import pytest

from bot.lab.ci.framing import JobLog
from bot.lab.ci.workflow import WorkflowError, read, runs_on
from bot.lab.lab import Lab
from tests.lab.conftest import Mailbox
from tests.lab.sample import NAME, green_pull

AT = datetime(2026, 11, 22, 10, 0, 0, 123456, tzinfo=UTC)


def test_the_key_on_is_read_although_yaml_takes_it_for_true() -> None:
    for on in ("pull_request", "[pull_request, merge_group]", "{pull_request: {branches: [a]}}"):
        workflow = read("ci.yml", f"on: {on}\njobs: {{}}\n")
        assert "pull_request" in workflow.events


def test_a_matrix_becomes_several_jobs() -> None:
    text = dedent("""
        on: push
        jobs:
          test:
            needs: lint
            strategy: {matrix: {python: ["3.11", "3.12"], os: [linux]}}
            steps: [{run: "echo ${{ matrix.python }}"}]
          named:
            name: unit on ${{ matrix.os }}
            strategy: {matrix: {os: [linux]}}
            steps: []
    """)
    jobs = read("ci.yml", text).jobs
    assert [job.name for job in jobs] == [
        "test (3.11, linux)",
        "test (3.12, linux)",
        "unit on linux",
    ]
    assert jobs[1].steps[0].run == "echo 3.12"
    assert jobs[0].needs == ("lint",)


@pytest.mark.parametrize(
    "text",
    [
        "on: [",
        "- a",
        "on: push\njobs: {a: {steps: [{run: 'echo ${{ secrets.X }}'}]}}",
        "on: push\njobs: {a: {steps: [{run: x, if: github.actor == 'me'}]}}",
    ],
)
def test_what_the_lab_cannot_do_is_refused_by_name(text: str) -> None:
    with pytest.raises(WorkflowError):
        read("ci.yml", text)


def test_conditions_on_the_event_are_known_and_others_refused() -> None:
    def job(condition: str) -> str:
        return f'on: push\njobs: {{a: {{if: "{condition}", steps: []}}}}'

    only = read("ci.yml", job("${{ github.event_name == 'merge_group' }}")).jobs[0]
    never = read("ci.yml", job("github.event_name != 'merge_group'")).jobs[0]
    assert (runs_on(only, "merge_group"), runs_on(only, "pull_request")) == (True, False)
    assert (runs_on(never, "merge_group"), runs_on(never, "pull_request")) == (False, True)
    with pytest.raises(WorkflowError, match="contains"):
        runs_on(read("ci.yml", job("contains(x, y)")).jobs[0], "push")


def test_a_log_is_framed_as_github_frames_it() -> None:
    log = JobLog(lambda: AT)
    log.command("pytest -q\nexit 1", {"CI": "1"})
    log.output("F\n::error file=a.py,line=3::boom\n::group::more\n")
    log.failed(1)
    stamp = "2026-11-22T10:00:00.1234560Z "
    assert log.content.decode().removeprefix("\ufeff").splitlines() == [
        f"{stamp}##[group]Run pytest -q",
        f"{stamp}\x1b[36;1mpytest -q\x1b[0m",
        f"{stamp}\x1b[36;1mexit 1\x1b[0m",
        f"{stamp}shell: /usr/bin/bash -e {{0}}",
        f"{stamp}env:",
        f"{stamp}  CI: 1",
        f"{stamp}##[endgroup]",
        f"{stamp}F",
        f"{stamp}##[error]boom",
        f"{stamp}##[group]more",
        f"{stamp}##[error]Process completed with exit code 1.",
    ]
    first = log.annotations[0]
    assert (first["path"], first["start_line"], first["message"]) == ("a.py", 3, "boom")


def test_no_more_than_ten_annotations_of_a_level_are_kept() -> None:
    log = JobLog(lambda: AT)
    log.output("::warning::x\n" * 12 + "::error::y\n")
    assert len(log.annotations) == 11


async def test_steps_needs_and_conditions_play_together(lab: Lab, mailbox: Mailbox) -> None:
    workflow = dedent("""
        name: ci
        on: pull_request
        jobs:
          first:
            steps:
              - run: exit 3
              - run: echo never
              - {name: Clean up, if: always(), run: echo cleaned}
              - {name: Complain, if: failure(), run: echo complained}
          second:
            needs: first
            steps: [{run: echo second}]
          third:
            steps: [{run: 'test "$GITHUB_EVENT_NAME" = pull_request'}]
    """)
    files = {".github/workflows/ci.yml": workflow}
    repo = await lab.create_repo(NAME, files, required=["first", "second", "third"])
    pull = await green_pull(repo)
    await lab.idle()
    ended = {run.name: run.conclusion for run in pull.check_runs()}
    assert ended == {"first": "failure", "second": "skipped", "third": "success"}
    payloads = mailbox.payloads("workflow_job", "completed")
    first = next(p["workflow_job"] for p in payloads if p["workflow_job"]["name"] == "first")
    assert [step["conclusion"] for step in first["steps"]] == [
        "failure",
        "skipped",
        "success",
        "success",
    ]
    run = mailbox.payloads("workflow_run", "completed")[0]["workflow_run"]
    assert (run["conclusion"], run["event"]) == ("failure", "pull_request")
    suite = mailbox.payloads("check_suite", "completed")[0]["check_suite"]
    assert suite["conclusion"] == "failure"


async def test_a_workflow_that_the_lab_does_not_understand_is_kept_by_name(lab: Lab) -> None:
    text = "on: pull_request\njobs: {a: {steps: [{run: 'echo ${{ secrets.X }}'}]}}"
    repo = await lab.create_repo(NAME, {".github/workflows/ci.yml": text})
    await green_pull(repo)
    await lab.idle()
    assert "secrets.X" in lab.unknown[0]
    lab.unknown.clear()
