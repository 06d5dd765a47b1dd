"""`go test -json`: events, one a line."""

from typing import Any

from bot.core.framing import Line
from bot.core.json_line import json_object
from bot.formats.go_test._section import Section

_KNOWN = frozenset({"output", "run", "pass", "fail", "skip"})


class Events:
    """Sorts the events into packages: those of several are mixed."""

    def __init__(self) -> None:
        self._sections: dict[str, Section] = {}
        self._closed: list[Section] = []

    def read(self, line: Line) -> None:
        """Take the next line, when it is an event."""
        if '"Action":"' not in line.text or '"Package":"' not in line.text:
            return
        event = json_object(line.text)
        if event is None or event.get("Action") not in _KNOWN:
            return
        package, test = event.get("Package"), event.get("Test", "")
        if not isinstance(package, str) or not isinstance(test, str):
            return
        section = self._sections.setdefault(package, Section(package=package))
        self._take(section, event["Action"], test, event.get("Output"), line.number)

    def _take(self, section: Section, action: str, test: str, output: Any, number: int) -> None:
        if action == "output":
            if isinstance(output, str):
                self._output(section, test, Line(number, output.rstrip()[:4096]))
        elif test and action == "run":
            section.running[test] = None
        elif test:
            section.running.pop(test, None)
            if action == "fail":
                section.failed.setdefault(test, number)
        elif section.package is not None:
            self._sections.pop(section.package, None)
            if action == "fail":
                section.end = number
                section.status = section.status or ""
                self._closed.append(section)

    @staticmethod
    def _output(section: Section, test: str, line: Line) -> None:
        text = line.text
        if not test and (text in {"FAIL", "PASS"} or text.startswith("FAIL\t")):
            if text.endswith(" failed]"):
                section.status = text[text.rfind("[") :]
            return
        if text.lstrip().startswith(("=== ", "--- FAIL", "--- PASS", "--- SKIP")):
            if text.startswith("=== RUN"):
                section.survived()
            return
        if not test and text.startswith(("exit status ", "signal: ")):
            section.status = text
        elif not (section.starts_crash(test, line) or section.more_crash(line)):
            section.output(test, line)

    def finish(self) -> list[Section]:
        """All packages that failed, and those whose verdict is missing."""
        return [*self._closed, *self._sections.values()]
