"""Lines of monorepo runners, as the tools print them."""

import pytest

from bot.core.framing import Line
from bot.core.tasks import Task, Tasks

ERROR = "src/utils.ts(42,7): error TS2339: Property 'foo' does not exist on type 'Bar'."


def stripped(log: str, roots: tuple[str, ...] = ()) -> list[tuple[str, Task | None]]:
    """Every line of a log without its prefix, and its task."""
    lines = [Line(number, text) for number, text in enumerate(log.splitlines(), 1)]
    tasks = Tasks(roots)
    for line in lines:
        tasks.learn(line)
    return [(line.text, task) for line, task in map(tasks.strip, lines)]


def task_of(log: str, text: str = ERROR) -> Task | None:
    """The task of the line that reads so without its prefix."""
    return dict(stripped(log))[text]


@pytest.mark.parametrize(
    ("log", "task"),
    [
        (f"web:build: cache miss, executing 316e8118\nweb:build: {ERROR}", Task("web:build")),
        (
            f"@acme/core:build: cache hit, replaying logs 0b1\n@acme/core:build: {ERROR}",
            Task("@acme/core:build"),
        ),
        (
            f"packages/core build$ tsc -p .\npackages/core build: {ERROR}\npackages/core build: Failed",
            Task("packages/core:build", "packages/core"),
        ),
        (f"web: > web@1.0.0 build\nweb: > tsc\nweb: {ERROR}", Task("web:build")),
        (f"\n> nx run web:build\n\n> tsc\n\n{ERROR}", Task("web:build")),
        (f"> nx run web:build\n\n\n> nx run core:build\n\nweb: {ERROR}", Task("web:build")),
        (
            f"lerna info run Ran npm script 'build' in '@acme/core' in 1.2s:\n{ERROR}",
            Task("@acme/core:build"),
        ),
        (
            f"[@acme/core]: {ERROR}\nThe command failed in workspace @acme/core@workspace:packages/core with exit code 2",
            Task("@acme/core", "packages/core"),
        ),
        (f"➤ YN0000: [@acme/core]: {ERROR}", Task("@acme/core")),
        (f"[1] {ERROR}\n[1] npm run build exited with code 2", Task("build")),
        (f"[core] {ERROR}\n[core] node build.js exited with code 2", Task("core")),
        (
            f"[core] {ERROR}\n[core] npm run lint -w packages/core exited with code 2",
            Task("lint", "packages/core"),
        ),
        (
            f"[core] {ERROR}\n[core] cd packages/core && tsc exited with code 2",
            Task("core", "packages/core"),
        ),
        (f"[core] > @acme/core@1.0.0 build\n[core] {ERROR}", Task("core")),
        (
            f"[core] {ERROR}\n[core] npm error path /home/runner/work/shop/shop/packages/core",
            Task("core", "packages/core"),
        ),
        (f"Attaching to web-1, db-1\nweb-1  | {ERROR}", Task("web-1")),
        (f"Attaching to db-1\nweb-tests-1  | {ERROR}", Task("web-tests-1")),
        (f"web-tests-1  | {ERROR}\nweb-tests-1 exited with code 2", Task("web-tests-1")),
        (f"==[ @acme/core (build) ]=====[ 1 of 2 ]==\n{ERROR}", Task("@acme/core:build")),
        (f"##[group]web:build\ncache miss, executing 316e\n{ERROR}", Task("web:build")),
        (
            f"##[group]@acme/core@1.0.0 : build packages/core\n{ERROR}",
            Task("packages/core:build"),
        ),
        (f"#8 0.218 {ERROR}", None),
        (
            f"#8 0.2 web:build: cache miss, executing 1\n#8 9.31 web:build: {ERROR}",
            Task("web:build"),
        ),
        (f" > [2/4] RUN npm test:\n0.218 {ERROR}\n------", None),
        (f"    [javac] {ERROR}", None),
        (f"     [exec] {ERROR}", None),
    ],
)
def test_a_prefix_comes_off_and_names_the_task(log: str, task: Task | None) -> None:
    assert task_of(log) == task


@pytest.mark.parametrize(
    "log",
    [
        "web: text",
        "[0] text",
        "web:build: text",
        "packages/core build: text",
        "web-1  | text",
        "  [exec] wrongly indented",
        "0.218 text",
        "[core]: text",
    ],
)
def test_what_nothing_taught_stays(log: str) -> None:
    assert stripped(log) == [(log, None)]


def test_blanks_behind_a_prefix_stay_and_an_empty_line_is_empty() -> None:
    log = "web:build: cache miss, executing 1\nweb:build:   indented\nweb:build:"
    assert [text for text, _ in stripped(log)][1:] == ["  indented", ""]


def test_one_package_under_npm_is_no_monorepo_and_two_are() -> None:
    one = f"> shop@1.0.0 build\n> tsc\n\n{ERROR}"
    assert task_of(one) is None
    assert task_of(f"{one}\n> web@1.0.0 build\n") == Task("shop:build")


def test_a_task_ends_with_the_next_header_or_step() -> None:
    log = f"> nx run web:build\n\ntext\n\n NX   Ran target build for project web\n{ERROR}"
    assert task_of(log) is None
    assert task_of(f"##[group]web:build\ncache miss, x 1\n##[endgroup]\n{ERROR}") is None


def test_a_project_with_two_tasks_at_once_is_named_alone() -> None:
    log = f"> nx run web:build\n\n\n> nx run web:test\n\nweb: {ERROR}"
    assert task_of(log) == Task("web")


def test_where_a_script_failed_is_the_folder_of_its_task() -> None:
    log = (
        "web:build: cache miss, executing 1\n"
        f"web:build: {ERROR}\n"
        "web:build: npm error path /home/runner/work/shop/shop/apps/web\n"
        "web#build:  ERROR  command (/srv/shop/apps/web) npm run build exited (2)\n"
    )
    assert task_of(log) == Task("web:build", "apps/web")
    roots = stripped(log.replace("/home/runner/work/shop/shop", "/srv/shop"), ("/srv/shop",))
    assert dict(roots)[ERROR] == Task("web:build", "apps/web")


def test_npm_says_where_the_package_is_whose_header_came_last() -> None:
    path = "npm error path /home/runner/work/shop/shop/packages/core"
    log = f"> @acme/core@1.0.0 build\n> tsc\n\n{ERROR}\nnpm error code 2\n{path}\nother"
    assert task_of(log) == Task("@acme/core:build", "packages/core")
    assert task_of(log, "other") == Task("@acme/core:build")
    installing = log.replace("packages/core", "node_modules/bcrypt")
    assert task_of(installing) is None


def test_levels_of_a_logger_are_no_tasks() -> None:
    log = f"[INFO] > web@1.0.0 build\n[INFO] {ERROR}"
    assert stripped(log)[1] == (f"[INFO] {ERROR}", None)


def test_what_a_test_prints_does_not_end_the_task_around_it() -> None:
    log = f"##[group]@acme/core@1.0.0 : test packages/core\n> a@1.0.0 x\n> b@1.0.0 x\n{ERROR}"
    assert task_of(log) == Task("packages/core:test")
