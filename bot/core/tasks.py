"""The tasks of monorepo runners: their prefixes come off lines, and are kept as the name of the task.

A prefix is taken off only when the log itself taught it (turborepo says `web:build: cache miss`
first, pnpm `packages/web build$ tsc`), or when nothing else looks like it (BuildKit, Ant): `web: x`
alone may be anything. Some runners print a header instead of prefixes; then what follows belongs to
the task, until the next one.

It is called twice over the kept lines of a log, in their order: `Tasks(roots)`; `learn(line)` for
each, since some runners name a prefix only at the end; then `strip(line)` for each, before a format
sees it. `HINTS` and `REACH` belong among the wants of the excerpt, so that teaching lines are kept.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bot.core.framing import Line
from bot.core.log_paths import subfolder
from bot.core.pattern import Pattern, pattern

HINTS = (
    "cache miss", "cache hit", "cache bypass", "command (", "$ ", ": Failed", ": Done",
    "@0", "@1", "@2", "@3", "@4", "@5", "@6", "@7", "@8", "@9",
    "nx run ", " NX ", "npm error path", "npm ERR! path", "lerna ERR!", "lerna info run", "lerna success",
    "@workspace:", "]: Process ", " exited with code ", "Attaching to ", "==[ ", "##[endgroup]", "::endgroup::",
    "##[group]Run ", " > [", "> @", "Lerna (powered",
)  # fmt: skip
REACH = (1, 0)

MAX_NESTED = 3
MAX_DUMP_LINES = 100
MIN_PACKAGES = 2
_NX_ROW = 3
_ANT_COLUMN = 12

_BUILDKIT = pattern(r"#\d{1,4} \d{1,6}\.\d{1,3}(?: (?P<rest>.*)|$)")
_DUMPED = pattern(r"\d{1,6}\.\d{1,3}(?: (?P<rest>.*)|$)")
_DUMP = pattern(r" > \[[^\]]{1,200}\] .{1,4000}:$")
_ANT = pattern(
    r"(?P<before>(?:\[(?:INFO|WARNING|ERROR)\] )?)(?P<blank> {0,11})\[(?P<name>javac|java|junit|junitlauncher|testng|exec|apply"
    r"|groovyc|scalac|kotlinc|javadoc|checkstyle|wsimport|xjc)\](?: (?P<rest>.*)|$)"
)
_SCOPED = pattern(r"(?:➤ YN0000: )?\[(?P<name>@[\w.-]{1,100}/[\w.-]{1,100})\]:(?: (?P<rest>.*)|$)")
_SERVICE = pattern(r"(?P<name>[\w.-]{1,100}) {0,60}\|(?: (?P<rest>.*)|$)")
_GROUP = re.compile(r"^(?:##\[group\]|::group::)")


class Task(NamedTuple):
    """A task of a runner; `folder` from the repository root, None when unknown or the root itself.

    A header gives no folder: what follows it, until something else does, is less sure to be the
    task's than a line with its prefix, and a wrong path is worse than a short one.
    """

    name: str
    folder: str | None = None


class Tasks:
    """The tasks of one log."""

    def __init__(self, roots: Sequence[str] = ()) -> None:
        self._known = _Lessons(roots)

    def learn(self, line: Line) -> None:
        """Take the next line of the first pass."""
        text = line.text
        if text.startswith("#") and (match := _BUILDKIT.match(text)) is not None:
            text = match["rest"] or ""
        for literal, teaching, teach in _TEACHINGS:
            if literal in text and (match := teaching.match(text)) is not None:
                teach(self._known, line, match)
                break
        self._known.before = Line(line.number, text)

    def strip(self, line: Line) -> tuple[Line, Task | None]:
        """The line without what a runner put before it, and its task."""
        text, name = line.text, None
        for _ in range(MAX_NESTED):
            peeled = self._peel(Line(line.number, text))
            if peeled is None:
                break
            text, inner = peeled
            name = inner or name
        stripped = line if text is line.text else Line(line.number, text)
        if name is not None:
            return stripped, Task(name, self._known.folders.get(name))
        meant = self._known.meant(line.number)
        return stripped, Task(meant) if meant else None

    def _peel(self, line: Line) -> tuple[str, str | None] | None:
        """What stands behind the outermost prefix, and its task."""
        text = line.text
        for mark in (": ", "] "):
            head, found, rest = text.partition(mark)
            if found and (name := self._known.prefixes.get(head + mark[0])) is not None:
                return rest, name
        if (name := self._known.prefixes.get(text)) is not None:
            return "", name
        for sign, prefix in (("#", _BUILDKIT), ("[@", _SCOPED)):
            if sign in text and (match := prefix.match(text)) is not None:
                return match["rest"] or "", match.groupdict().get("name")
        return self._peel_rare(line)

    def _peel_rare(self, line: Line) -> tuple[str, str | None] | None:
        text = line.text
        if "[" in text and (match := _ANT.match(text)) is not None:
            width = len(match["blank"]) + len(match["name"]) + 3
            if width == _ANT_COLUMN or (width > _ANT_COLUMN and not match["blank"]):
                return match["rest"] or "", None
        match = _SERVICE.match(text) if self._known.services else None
        if match is not None and (name := self._known.services.get(match["name"])) is not None:
            return match["rest"] or "", name
        if self._known.dumps and (match := _DUMPED.match(text)) is not None:
            at = bisect_right(self._known.dumps, line.number)
            if at and line.number - self._known.dumps[at - 1] <= MAX_DUMP_LINES:
                return match["rest"] or "", None
        return None


class _Lessons:
    """What the lines of a log taught so far."""

    def __init__(self, roots: Sequence[str] = ()) -> None:
        self.roots = roots
        self.prefixes: dict[str, str] = {}
        self.folders: dict[str, str] = {}
        self.services: dict[str, str] = {}
        self.starts: list[int] = []  # lines after which …
        self.headed: list[tuple[str, str]] = []  # … this task is meant, and who said so
        self.packages: set[str] = set()
        self.dumps: list[int] = []
        self.nx_before = -9
        self.nx_streams = False
        self.before = Line(0, "")

    def meant(self, number: int) -> str | None:
        """The task whose header stands before a line."""
        at = bisect_right(self.starts, number)
        name, by = self.headed[at - 1] if at else ("", "")
        if by == "npm" and len(self.packages) < MIN_PACKAGES:
            return None  # one package is no monorepo
        if by == "nx" and self.nx_streams:
            return None
        return name or None

    # What a line can teach; each is called with the match of its pattern.

    def learn_prefix(self, _: Line, match: re.Match[str]) -> None:
        """`web:build: cache miss`, `packages/web build$ tsc`, `@acme/web: > @acme/web@1.0.0 build`."""
        found = match.groupdict()
        name = found.get("name") or f"{found['package']}:{found['script']}"
        self.learned(match["prefix"], name)
        folder = found.get("folder")
        if folder and not folder.startswith("."):
            self.folders[name] = folder

    def turbo_heading(self, line: Line, _: re.Match[str]) -> None:
        """In groups turbo prints the task alone on the line before."""
        before = _GROUP.sub("", self.before.text)
        if self.before.number == line.number - 1 and _TASK.match(before):
            self.head(line, before)

    def turbo_failed(self, line: Line, match: re.Match[str]) -> None:
        self.located(match["package"] + ":" + match["script"], match["folder"])
        self.head(line, "")

    def npm_failed(self, line: Line, match: re.Match[str]) -> None:
        """Only after a script has failed npm says where the package is."""
        prefix = match["prefix"].removesuffix(": ")
        name = self.prefixes.get(prefix + ":") if prefix else self.meant(line.number)
        if name:
            self.located(name, match["folder"])

    def package(self, line: Line, match: re.Match[str]) -> None:
        """`> web@1.0.0 build`, and the folder behind it where npm or pnpm is old."""
        self.packages.add(match["package"])
        name = f"{match['package']}:{match['script']}"
        if match["folder"]:
            self.located(name, match["folder"])
        known, by = self.headed[-1] if self.headed else ("", "")
        if not known or by == "npm":  # a runner's own header says more
            self.head(line, name, by="npm")

    def pnpm_group(self, line: Line, match: re.Match[str]) -> None:
        name = f"{match['folder']}:{match['script']}"
        self.folders[name] = match["folder"]
        self.head(line, name)

    def nx(self, line: Line, match: re.Match[str]) -> None:
        """Headers in a row belong to tasks that run side by side: then they say nothing of the rest."""
        self.nx_streams = self.nx_streams or line.number - self.nx_before <= _NX_ROW
        self.nx_before = line.number
        name = f"{match['project']}:{match['target']}"
        self.learned(match["project"], name)
        self.head(line, name, by="nx")

    def lerna(self, line: Line, match: re.Match[str]) -> None:
        name = f"{match['package']}:{match['script']}"
        self.learned(match["package"], name)
        self.head(line, name)

    def berry(self, _: Line, match: re.Match[str]) -> None:
        name = match["package"]
        self.prefixes[f"[{name}]:"] = name
        if match.groupdict().get("folder"):
            self.folders[name] = match["folder"]

    def concurrently(self, _: Line, match: re.Match[str]) -> None:
        self.prefixes[f"[{match['name']}]"] = match["script"] or match["name"]

    def compose(self, _: Line, match: re.Match[str]) -> None:
        for name in match["names"].split(","):
            service = name.strip()
            self.services[service] = service
            self.services[service.partition("_")[2] or service] = service

    def rush(self, line: Line, match: re.Match[str]) -> None:
        script = match["script"]
        self.head(line, f"{match['package']}:{script}" if script else match["package"])

    def dump(self, line: Line, _: re.Match[str]) -> None:
        self.dumps.append(line.number)

    def end(self, line: Line, _: re.Match[str]) -> None:
        self.head(line, "")

    def head(self, line: Line, name: str, *, by: str = "") -> None:
        self.starts.append(line.number)
        self.headed.append((name, by))

    def learned(self, prefix: str, name: str) -> None:
        """Nx and Lerna print the project alone: with two of its tasks it is not known which."""
        known = self.prefixes.setdefault(prefix + ":", name)
        if known != name:
            self.prefixes[prefix + ":"] = prefix

    def located(self, name: str, folder: str) -> None:
        if below := subfolder(folder, self.roots):
            self.folders.setdefault(name, below)


_PACKAGE = r"(?P<package>(?:@[\w.-]{1,100}/)?[\w.-]{1,100})"
_TASK = pattern(r"(?:@[\w.-]{1,100}/|//)?[\w./-]{0,100}[:#][\w:.-]{1,100}$")

# A literal of the line, the pattern of the line, what it teaches; the first that fits.
_TEACHINGS: Sequence[tuple[str, Pattern, Callable[[_Lessons, Line, re.Match[str]], None]]] = (
    ("cache ", pattern(r"(?P<prefix>(?P<name>[^\s]{1,200})): cache (?:miss|hit|bypass)\b"), _Lessons.learn_prefix),
    ("cache ", pattern(r"cache (?:miss|hit|bypass)(?: \([^)]{1,80}\))?, "), _Lessons.turbo_heading),
    ("command (", pattern(_PACKAGE + r"#(?P<script>[\w:.-]{1,100}): {1,3}ERROR {1,3}command \((?P<folder>[^)]{1,500})\) "), _Lessons.turbo_failed),
    ("Tasks: ", pattern(r" Tasks: +\d"), _Lessons.end),
    ("$ ", pattern(r"(?P<prefix>(?P<package>(?P<folder>\.|[^\s$:\[>]{1,300})) (?P<script>[\w:.@/-]{1,100}))\$ "), _Lessons.learn_prefix),
    (": ", pattern(r"(?P<prefix>(?P<package>(?P<folder>\.|[^\s$:\[>]{1,300})) (?P<script>[\w:.@/-]{1,100})): (?:Failed|Done)$"), _Lessons.learn_prefix),
    ("nx run ", pattern(r"> nx run (?P<project>[^\s:]{1,200}):(?P<target>[^\s:]{1,100})"), _Lessons.nx),
    (" NX ", pattern(r" (?:>  )?NX "), _Lessons.end),
    (" Lerna (", pattern(r" Lerna \(powered "), _Lessons.end),
    (": > ", pattern(r"(?P<prefix>[^\s\[]{1,200}): > " + _PACKAGE + r"@\d[^\s]{0,60} (?P<script>[\w:.-]{1,100})$"), _Lessons.learn_prefix),
    ("> ", pattern(r"> " + _PACKAGE + r"@\d[^\s]{0,60} (?P<script>[\w:.-]{1,100})(?: (?P<folder>(?:/|[A-Za-z]:\\).{1,500}))?$"), _Lessons.package),
    ("> @", pattern(r"> " + _PACKAGE + r":(?P<script>[\w:.-]{1,100})(?:  \[.{1,100}\])?$"), _Lessons.rush),
    (" : ", pattern(r"(?:##\[group\]|::group::)?" + _PACKAGE + r"@\d[^\s]{0,60} : (?P<script>[\w:.-]{1,100}) (?P<folder>[^\s]{1,300})$"), _Lessons.pnpm_group),
    ("npm e", pattern(r"(?P<prefix>(?:[^\s]{1,200}: )?)npm error path (?P<folder>.{1,500})$"), _Lessons.npm_failed),
    ("npm E", pattern(r"(?P<prefix>(?:[^\s]{1,200}: )?)npm ERR! path (?P<folder>.{1,500})$"), _Lessons.npm_failed),
    ("lerna", pattern(r"lerna ERR! (?:npm|yarn|pnpm) run (?P<script>[^\s]{1,100}) exited \d+ in '(?P<package>[^']{1,200})'"), _Lessons.lerna),
    ("lerna", pattern(r"lerna info run Ran (?:npm|yarn|pnpm) script '(?P<script>[^']{1,100})' in '(?P<package>[^']{1,200})'"), _Lessons.lerna),
    ("lerna", pattern(r"lerna (?:success|WARN|info) "), _Lessons.end),
    ("@workspace:", pattern(r"(?:➤ YN\d{4}: )?The command failed in workspace (?P<package>[^\s]{1,200})@workspace:(?P<folder>[^\s]{1,300}) with"), _Lessons.berry),
    ("]: Process ", pattern(r"(?:➤ YN\d{4}: )?\[(?P<package>[^\]\s]{1,200})\]: Process (?:started|exited)"), _Lessons.berry),
    (" exited with code ", pattern(r"\[(?P<name>[\w:.@/ -]{1,60})\] (?:(?:npm|yarn|pnpm) (?:run )?(?P<script>[\w:.-]{1,100})|.{1,2000}) exited with code (?:\d|SIG)"), _Lessons.concurrently),
    ("Attaching to ", pattern(r"Attaching to (?P<names>[\w.-]{1,100}(?:, [\w.-]{1,100}){0,50})$"), _Lessons.compose),
    ("==[ ", pattern(r"==\[ " + _PACKAGE + r"(?: \((?P<script>[\w:. -]{1,100})\))? \]=+\[ \d+ of \d+ \]"), _Lessons.rush),
    ("==[ ", pattern(r"==\[ "), _Lessons.end),
    (" > [", _DUMP, _Lessons.dump),
    ("##[", pattern(r"##\[(?:endgroup\]|group\]Run )"), _Lessons.end),
    ("::endgroup::", pattern(r"::endgroup::"), _Lessons.end),
)  # fmt: skip
