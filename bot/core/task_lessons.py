"""What lines of a log teach of its tasks: which prefixes there are, and where tasks run."""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence

from bot.core.framing import Line
from bot.core.log_paths import subfolder
from bot.core.pattern import Pattern, pattern

HINTS = (
    "cache miss", "cache hit", "cache bypass", "command (", "$ ", ": Failed", ": Done",
    "@0", "@1", "@2", "@3", "@4", "@5", "@6", "@7", "@8", "@9",
    "nx run ", " NX ", "npm error path", "npm ERR! path", "lerna ERR!", "lerna info run", "lerna success",
    "@workspace:", "]: Process ", " exited with code ", "Attaching to ", "==[ ", "##[endgroup]", "::endgroup::",
    "##[group]Run ", " > [", "> @", "Lerna (powered", ":0] + ", ":0s] + ",
)  # fmt: skip
REACH = (1, 0)

MIN_PACKAGES = 2
_NX_ROW = 3

_DUMP = pattern(r" > \[[^\]]{1,200}\] .{1,4000}:$")
_SCRIPT = pattern(r"(?:npm|yarn|pnpm) (?:run )?(?P<script>[\w:.-]{1,100})(?: |$)")
_RAN_IN = pattern(
    r".{0,400}?(?:\bcd |(?:--prefix|-C|--dir|--cwd)[ =])(?P<folder>[\w.][\w./-]{0,200})(?: |$)"
    r"|.{0,400}? (?:-w|--workspace)[ =](?P<workspace>[\w.-]{1,100}/[\w./-]{1,200})(?: |$)"
)
_LEVELS = (
    "info",
    "warn",
    "warning",
    "error",
    "debug",
    "trace",
    "notice",
    "fatal",
    "command",
    "section",
)
_REPLICA = pattern(r"[\w.-]{1,100}[_-]\d{1,4}$")
_GROUP = re.compile(r"^(?:##\[group\]|::group::)")


class Lessons:
    """What the lines of a log taught so far."""

    def __init__(self, roots: Sequence[str] = ()) -> None:
        self.roots = roots
        self.prefixes: dict[str, str] = {}
        self.folders: dict[str, str] = {}
        self.services: dict[str, str] = {}
        self.steps: set[str] = set()
        self.starts: list[int] = []  # lines after which …
        self.headed: list[tuple[str, str]] = []  # … this task is meant, and who said so
        self.packages: set[str] = set()
        self.npm_folders: dict[int, tuple[int, str]] = {}  # of a header, and up to which line
        self.dumps: list[int] = []
        self.nx_before = -9
        self.nx_streams = False
        self.before = Line(0, "")

    def meant(self, number: int) -> str | None:
        """The task whose header stands before a line."""
        at = bisect_right(self.starts, number)
        name, by = self.headed[at - 1] if at else ("", "")
        if by == "npm" and len(self.packages) < MIN_PACKAGES and not self.npm_folders:
            return None  # one package is no monorepo
        if by == "nx" and self.nx_streams:
            return None
        return name or None

    def npm_folder(self, number: int) -> str | None:
        """Where the package is, of lines between its header and what npm says of its failure."""
        at = bisect_right(self.starts, number)
        end, folder = self.npm_folders.get(self.starts[at - 1] if at else 0, (0, ""))
        return folder if number <= end else None

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
        """Turborepo names the folder of a task only when it failed."""
        self.located(match["package"] + ":" + match["script"], match["folder"])
        self.head(line, "")

    def npm_failed(self, line: Line, match: re.Match[str]) -> None:
        """Only after a script has failed npm says where the package is."""
        prefix, folder = match["prefix"].strip(), match["folder"]
        if "node_modules" in folder or folder.endswith(".json"):
            return
        if match["name"]:
            self.bracketed(line, match)
        if prefix:
            if (name := self.prefixes.get(prefix)) is not None:
                self.located(name, folder)
        elif self.headed and self.headed[-1][1] == "npm":
            if below := subfolder(folder, self.roots):
                self.npm_folders.setdefault(self.starts[-1], (line.number, below))
        elif (name := self.meant(line.number)) is not None:
            self.located(name, folder)

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
        """`@acme/core@1.0.0 : build packages/core` above what the task printed."""
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
        """`lerna info run Ran npm script …` above what the script printed."""
        name = f"{match['package']}:{match['script']}"
        self.learned(match["package"], name)
        self.head(line, name)

    def berry(self, _: Line, match: re.Match[str]) -> None:
        """`[@acme/core]: ` of yarn, which names the folder when a command failed."""
        name = match["package"]
        self.prefixes[f"[{name}]:"] = name
        if match.groupdict().get("folder"):
            self.folders[name] = match["folder"]

    def bracketed(self, _: Line, match: re.Match[str]) -> None:
        """`[api] > @acme/api@1.0.0 test`: the name that concurrently puts before each line."""
        if match["name"].lower() not in _LEVELS:
            self.prefixes.setdefault(f"[{match['name']}]", match["name"])

    def concurrently(self, _: Line, match: re.Match[str]) -> None:
        """A command that ended is printed whole: it may say where it ran."""
        prefix, command = f"[{match['name']}]", match["command"]
        script = _SCRIPT.match(command)
        before = self.prefixes.get(prefix, match["name"])
        name = script["script"] if script is not None else before
        if name in self.prefixes.values():
            name = before  # the same script in two packages
        self.prefixes[prefix] = name
        if (ran := _RAN_IN.match(command)) is not None:
            self.folders[name] = (ran["folder"] or ran["workspace"]).removeprefix("./").rstrip("/")
        elif before in self.folders:
            self.folders[name] = self.folders[before]

    def compose(self, _: Line, match: re.Match[str]) -> None:
        """The services that compose attaches to."""
        for name in match["names"].split(","):
            service = name.strip()
            self.services[service] = service
            self.services[service.partition("_")[2] or service] = service

    def step(self, _: Line, match: re.Match[str]) -> None:
        """Drone and Woodpecker number the lines of each step: its first one shows the command."""
        self.steps.add(match["name"])

    def composed(self, _: Line, match: re.Match[str]) -> None:
        """A container of compose that ended."""
        self.services[match["name"]] = match["name"]

    def service(self, printed: str) -> str | None:
        """Also of one that was started later: compose numbers the containers of each."""
        known = self.services.get(printed)
        return known or (printed if _REPLICA.match(printed) else None)

    def rush(self, line: Line, match: re.Match[str]) -> None:
        """`==[ @acme/core (build) ]===[ 1 of 2 ]==`."""
        script = match["script"]
        self.head(line, f"{match['package']}:{script}" if script else match["package"])

    def dump(self, line: Line, _: re.Match[str]) -> None:
        """BuildKit shows what a failed step printed."""
        self.dumps.append(line.number)

    def end(self, line: Line, _: re.Match[str]) -> None:
        """What follows is no task's."""
        self.head(line, "")

    def head(self, line: Line, name: str, *, by: str = "") -> None:
        """What follows is of this task; "" for none."""
        self.starts.append(line.number)
        self.headed.append((name, by))

    def learned(self, prefix: str, name: str) -> None:
        """Nx and Lerna print the project alone: with two of its tasks it is not known which."""
        known = self.prefixes.setdefault(prefix + ":", name)
        if known != name:
            self.prefixes[prefix + ":"] = prefix

    def located(self, name: str, folder: str) -> None:
        """Where a task runs, from the folder that a runner prints."""
        if below := subfolder(folder, self.roots):
            self.folders.setdefault(name, below)


_PACKAGE = r"(?P<package>(?:@[\w.-]{1,100}/)?[\w.-]{1,100})"
_NAME = r"(?P<name>[\w:.@/-][\w:.@/ -]{0,60})"
_TASK = pattern(r"(?:@[\w.-]{1,100}/|//)?[\w./-]{0,100}[:#][\w:.-]{1,100}$")

# A literal of the line, the pattern of the line, what it teaches; the first that fits.
TEACHINGS: Sequence[tuple[str, Pattern, Callable[[Lessons, Line, re.Match[str]], None]]] = (
    ("cache ", pattern(r"(?P<prefix>(?P<name>[^\s]{1,200})): cache (?:miss|hit|bypass)\b"), Lessons.learn_prefix),
    ("cache ", pattern(r"cache (?:miss|hit|bypass)(?: \([^)]{1,80}\))?, "), Lessons.turbo_heading),
    ("command (", pattern(_PACKAGE + r"#(?P<script>[\w:.-]{1,100}): {1,3}ERROR {1,3}command \((?P<folder>[^)]{1,500})\) "), Lessons.turbo_failed),
    ("Tasks: ", pattern(r" Tasks: +\d"), Lessons.end),
    ("$ ", pattern(r"(?P<prefix>(?P<package>(?P<folder>\.|[^\s$:\[>]{1,300})) (?P<script>[\w:.@/-]{1,100}))\$ "), Lessons.learn_prefix),
    (": ", pattern(r"(?P<prefix>(?P<package>(?P<folder>\.|[^\s$:\[>]{1,300})) (?P<script>[\w:.@/-]{1,100})): (?:Failed|Done)$"), Lessons.learn_prefix),
    ("nx run ", pattern(r"> nx run (?P<project>[^\s:]{1,200}):(?P<target>[^\s:]{1,100})"), Lessons.nx),
    (" NX ", pattern(r" (?:>  )?NX "), Lessons.end),
    (" Lerna (", pattern(r" Lerna \(powered "), Lessons.end),
    (": > ", pattern(r"(?P<prefix>[^\s\[]{1,200}): > " + _PACKAGE + r"@\d[^\s]{0,60} (?P<script>[\w:.-]{1,100})$"), Lessons.learn_prefix),
    ("] ", pattern(r"\[" + _NAME + r"\] (?:> " + _PACKAGE + r"@\d[^\s]{0,60} [\w:.-]{1,100}|\$ \S.{0,500}|yarn run v\d.{0,20})$"), Lessons.bracketed),
    ("> ", pattern(r"> " + _PACKAGE + r"@\d[^\s]{0,60} (?P<script>[\w:.-]{1,100})(?: (?P<folder>(?:/|[A-Za-z]:\\).{1,500}))?$"), Lessons.package),
    ("> @", pattern(r"> " + _PACKAGE + r":(?P<script>[\w:.-]{1,100})(?:  \[.{1,100}\])?$"), Lessons.rush),
    (" : ", pattern(r"(?:##\[group\]|::group::)?" + _PACKAGE + r"@\d[^\s]{0,60} : (?P<script>[\w:.-]{1,100}) (?P<folder>[^\s]{1,300})$"), Lessons.pnpm_group),
    ("npm e", pattern(r"(?P<prefix>(?:\[" + _NAME + r"\] |[^\s]{1,200}: )?)npm error path (?P<folder>.{1,500})$"), Lessons.npm_failed),
    ("npm E", pattern(r"(?P<prefix>(?:\[" + _NAME + r"\] |[^\s]{1,200}: )?)npm ERR! path (?P<folder>.{1,500})$"), Lessons.npm_failed),
    ("lerna", pattern(r"lerna ERR! (?:npm|yarn|pnpm) run (?P<script>[^\s]{1,100}) exited \d+ in '(?P<package>[^']{1,200})'"), Lessons.lerna),
    ("lerna", pattern(r"lerna info run Ran (?:npm|yarn|pnpm) script '(?P<script>[^']{1,100})' in '(?P<package>[^']{1,200})'"), Lessons.lerna),
    ("lerna", pattern(r"lerna (?:success|WARN|info) "), Lessons.end),
    ("@workspace:", pattern(r"(?:➤ YN\d{4}: )?The command failed in workspace (?P<package>[^\s]{1,200})@workspace:(?P<folder>[^\s]{1,300}) with"), Lessons.berry),
    ("]: Process ", pattern(r"(?:➤ YN\d{4}: )?\[(?P<package>[^\]\s]{1,200})\]: Process (?:started|exited)"), Lessons.berry),
    (" exited with code ", pattern(r"(?P<name>[\w.-]{1,100}[_-]\d{1,4}) exited with code \d{1,3}$"), Lessons.composed),
    (" exited with code ", pattern(r"\[" + _NAME + r"\] (?P<command>.{1,2000}) exited with code (?:\d|SIG)"), Lessons.concurrently),
    ("Attaching to ", pattern(r"Attaching to (?P<names>[\w.-]{1,100}(?:, [\w.-]{1,100}){0,50})$"), Lessons.compose),
    ("0", pattern(r"\[(?P<name>[^\]:\s]{1,100}):(?:0|L0:0s)\] \+ "), Lessons.step),
    ("==[ ", pattern(r"==\[ " + _PACKAGE + r"(?: \((?P<script>[\w:. -]{1,100})\))? \]=+\[ \d+ of \d+ \]"), Lessons.rush),
    ("==[ ", pattern(r"==\[ "), Lessons.end),
    (" > [", _DUMP, Lessons.dump),
    ("##[", pattern(r"##\[(?:endgroup\]|group\]Run )"), Lessons.end),
    ("::endgroup::", pattern(r"::endgroup::"), Lessons.end),
)  # fmt: skip
