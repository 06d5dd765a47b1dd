"""A job's log, framed as GitHub Actions frames it, and the annotations that it makes of it."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

_COMMAND = re.compile(r"::(error|warning|notice|group|endgroup|debug)([^:]{0,300})::(.{0,4000})")
_LEVELS = {"error": "failure", "warning": "warning", "notice": "notice"}
_MOST = 10  # annotations a level and step


class JobLog:
    """Collects lines with their times; `annotations` are what the checks page shows."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lines: list[str] = []
        self.annotations: list[dict[str, Any]] = []

    @property
    def content(self) -> bytes:
        """The whole log, with the byte order mark that GitHub puts in front."""
        return b"\xef\xbb\xbf" + "".join(f"{line}\n" for line in self._lines).encode()

    def line(self, text: str) -> None:
        """Add one line."""
        at = self._now()
        self._lines.append(f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06d}0Z {text}")

    def begin(self, job: str) -> None:
        """What stands at the top of every job."""
        self.line("Current runner version: '2.331.0'")
        self.line("##[group]Runner Image Provisioner")
        self.line("##[endgroup]")
        self.line("Prepare workflow directory")
        self.line(f"Complete job name: {job}")

    def command(self, script: str, env: Mapping[str, str]) -> None:
        """A command about to run, in its group."""
        lines = script.strip().split("\n")
        self.line(f"##[group]Run {lines[0]}")
        for line in lines:
            self.line(f"\x1b[36;1m{line}\x1b[0m")
        self.line("shell: /usr/bin/bash -e {0}")
        self._environment(env)

    def action(self, uses: str, options: Mapping[str, str], env: Mapping[str, str]) -> None:
        """An action about to run, in its group."""
        self.line(f"##[group]Run {uses}")
        if options:
            self.line("with:")
        for key, value in options.items():
            self.line(f"  {key}: {value}")
        self._environment(env)

    def output(self, text: str) -> None:
        """What a command printed; workflow commands become marks and annotations."""
        for raw in text.splitlines():
            match = _COMMAND.fullmatch(raw.strip())
            if match is None:
                self.line(raw)
            else:
                self._workflow_command(match[1], match[2], match[3])

    def failed(self, exit_code: int) -> None:
        """The line that ends a failed step."""
        message = f"Process completed with exit code {exit_code}."
        self.line(f"##[error]{message}")
        self._annotate("failure", ".github", 1, message)

    def ended(self, message: str) -> None:
        """The line that ends a step that did not end by itself."""
        self.line(f"##[error]{message}")
        self._annotate("failure", ".github", 1, message)

    def _environment(self, env: Mapping[str, str]) -> None:
        if env:
            self.line("env:")
        for key, value in env.items():
            self.line(f"  {key}: {value}")
        self.line("##[endgroup]")

    def _workflow_command(self, kind: str, options: str, message: str) -> None:
        if kind in {"group", "endgroup", "debug"}:
            self.line(f"##[{kind}]{message}")
            return
        self.line(f"##[{kind}]{message}")
        given = dict(_options(options))
        line = int(given["line"]) if given.get("line", "").isdecimal() else 1
        self._annotate(_LEVELS[kind], given.get("file", ".github"), line, message)

    def _annotate(self, level: str, path: str, line: int, message: str) -> None:
        if sum(known["annotation_level"] == level for known in self.annotations) < _MOST:
            self.annotations.append(
                {
                    "path": path,
                    "start_line": line,
                    "end_line": line,
                    "annotation_level": level,
                    "message": message,
                }
            )


def _options(text: str) -> Iterator[tuple[str, str]]:
    for part in text.strip().split(","):
        key, equals, value = part.strip().partition("=")
        if equals:
            yield key, value
