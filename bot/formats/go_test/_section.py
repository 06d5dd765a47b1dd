"""What one test binary printed, sorted by test."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.core.framing import Line

MAX_OUTPUT = 400  # lines kept of one test
MAX_CRASH = 600
_FRAMEWORKS = ("OOPS: ", " Specs in ")


@dataclass(slots=True)
class Section:
    """One package's tests; `""` is the package itself.

    Attributes:
        outputs: what each test printed.
        failed: the line number of each failing test's verdict.
        crash: from `panic:` on, and whose it is when that is known.
        running: tests without a verdict yet.
        framework: another framework ran its own tests inside one Go test.
        status: the words of the package's own verdict ("exit status 3", "[build failed]").
    """

    package: str | None = None
    outputs: dict[str, list[Line]] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    crash: list[Line] = field(default_factory=list)
    crashed: str = ""
    running: dict[str, None] = field(default_factory=dict)
    framework: bool = False
    status: str | None = None
    end: int = 0
    rerun: int = 0
    short: bool = False  # the package's name is a folder below the module

    def output(self, test: str, line: Line) -> None:
        """Keep a line of a test."""
        kept = self.outputs.setdefault(test, [])
        if len(kept) < MAX_OUTPUT:
            kept.append(line)
        if any(mark in line.text for mark in _FRAMEWORKS):
            self.framework = True

    def starts_crash(self, test: str, line: Line) -> bool:
        """Whether the line begins the end of the process; then it is kept as that."""
        if not line.text.startswith(("panic: ", "fatal error: ")):
            return False
        if not self.crash:
            self.crash, self.crashed = [line], test
        return True

    def more_crash(self, line: Line) -> bool:
        """Keep one more line of the crash, when there is one."""
        if not self.crash:
            return False
        if len(self.crash) < MAX_CRASH:
            self.crash.append(line)
        return True

    def survived(self) -> None:
        """Something ran after it: it was no crash, only printed like one."""
        for line in self.crash:
            self.output(self.crashed, line)
        self.crash = []

    def leaves(self) -> Iterator[str]:
        """The failing tests that have no failing subtest."""
        parents = {above for test in self.failed for above in ancestors(test)}
        yield from (test for test in self.failed if test not in parents)


def ancestors(test: str) -> Iterator[str]:
    """The tests that a subtest is part of, innermost first."""
    while "/" in test:
        test = test.rpartition("/")[0]
        yield test
