"""Maven: what compilers and checks say through it, and why a goal failed."""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.core import jvm_log
from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span, until
from bot.core.pattern import pattern

NAME = "maven"
HINTS = ("[ERROR]", "[1;31mERROR", "[WARN] ", "[FATAL]", "BUILD SUCCESS", "BUILD FAILURE", "##[group]Run ", "--fail-never", "[WARNING] Rule violated", "[WARNING] Missing header")  # fmt: skip
REACH = (0, 8)

_PLACED = pattern(
    r"(?:Exit code: 1 - )?(?:file://)?(?P<file>(?:[A-Za-z]:)?[^:\s\[\]()][^:\[\]()]{0,400}\.(?P<ext>java|kt|kts|groovy|scala|aj))"
    r":(?: ?[\[(](?P<line>\d{1,7})(?:, ?(?P<column>\d{1,7}))?[\])]:?|(?P<line2>\d{1,7})(?::(?P<column2>\d{1,7}))?:?)"
    r" (?:error: )?(?P<message>\S.{0,2000})$"
)
_BARE = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^:\s\[\]()][^:\[\]()]{0,400}\.java):\[(?P<line>\d{1,7})(?:,\d{1,7})?\]$"
)
_CHECKSTYLE = pattern(
    r"\((?P<group>[a-z]{2,20})\) (?P<rule>[A-Z]\w{1,60}): (?P<message>.{1,1000})$"
)
_CHECKSTYLE_OLD = pattern(r"(?P<message>.{1,1000}) \[(?P<rule>[A-Z]\w{1,60})\]$")
_PMD = pattern(
    r"(?:PMD Failure|CPD Failure): (?P<name>[\w.$]{1,300}):(?P<line>\d{1,7}) Rule:(?P<rule>\w{1,80}) Priority:\d (?P<message>.{1,1000})$"
)
_GOAL = pattern(
    r"Failed to execute goal(?: (?!on project)(?P<goal>[^\s:]{1,200}(?::[^\s:]{1,100}){0,3}))?(?: \([^)]{1,100}\))?"
    r"(?: on project (?P<project>[^\s:]{1,200}))?:(?: (?P<reason>.{1,3500}))?$"
)
_GENERIC = pattern(
    r"Compilation failure|MavenReportException: Error while (?:generating|creating) (?:Javadoc|archive)|There (?:are|were) (?:some )?test failures|You have \d+ (?:Checkstyle|PMD|CPD) "
    r"|Command execution failed|Failed to run task|Compilation error|.{0,80}Process exited with an error"
    r"|.{0,80}wrap: org.apache.commons.exec|Execution \S{1,100} of goal .{1,200}: Compilation failed"
    r"|The following files had format violations|.{0,60}Test failures|failed with \d+ bugs|There was an error in the forked process"
)
_DEPENDENCY = pattern(
    r".{0,400}?(?:Could not (?:resolve|transfer|find artifact)|could not be resolved|Failed to (?:collect|read artifact)"
    r"|No plugin found for prefix|Unresolveable build extension|was not found in|dependency convergence|Failure to (?:find|transfer)|DependencyConvergence|BannedDependencies)"
)
_NETWORK = pattern(
    r".{0,1500}?(?:(?:status code:? |Return code is: |status: )5\d\d|timed? ?out|Connection (?:reset|refused)|Unknown ?host|Temporary failure in name|No route to host|Premature end of Content)"
)
_COVERAGE = pattern(
    r".{0,200}?(?:Coverage checks have not been met|license header|unapproved license|bugs|SpotBugs|PMD|Checkstyle)"
)
_STANDALONE = pattern(
    r"(?:Java heap space|GC overhead limit exceeded|Unknown lifecycle phase |The goal you specified requires a project|No goals have been specified|Could not find the selected project"
    r"|Error executing Maven|Non-resolvable (?:parent|import) POM|Plugin \S{1,200} or one of its dependencies could not be resolved"
    r"|No plugin found for prefix|Unresolveable build extension|Could not find goal|Non-parseable POM|Malformed POM|Child module \S{1,300}"
    r"|'[\w.\[\]-]{1,120}' (?:for |is missing|must |with value|contains)|Unrecognised tag|Failed to parse|Could not create local repository|Toolchain error)"
)
_POM = pattern(r"\s*The project \S{0,200} \((?P<file>[^()]{1,400})\) has \d{1,5} errors?")
_POM_PLACE = pattern(
    r".{1,1500}? @ (?:(?P<file>[^\s,]{1,300}?\.xml), )?line (?P<line>\d{1,7}), column (?P<column>\d{1,7})"
)
_POM_FILE = pattern(r"Non-parseable POM (?P<file>(?:[A-Za-z]:)?[^:\s]{1,400}): ")
_UNFORMATTED = pattern(
    r"(?:Non complying file: |Found unformatted file: )(?P<file>\S{1,400}\.\w{1,8})$|File '(?P<file2>[^']{1,400})' has not been previously formatted"
)
_HEADER = pattern(r"(?:Missing header in|Header .{0,40}in): (?P<file>\S{1,400})$")
_STEP = "##[group]Run "
_CONTINUED = pattern(r"\s+\S")
_HELP = " -> [Help "


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a diagnostic; the reason of a goal where that says more than "it failed"."""
    rows = list(lines)
    reader = _Reader()
    for index, line in enumerate(rows):
        yield from reader.read(rows, index, line)
    yield from reader.found


class _Reader:
    """Keeps what a build printed until it says how it ended."""

    def __init__(self) -> None:
        self.found: list[Failure] = []
        self._warned: list[Failure] = []
        self._forgiving = False
        self._failed = False
        self._pom: str | None = None

    def read(self, rows: Sequence[Line], index: int, line: Line) -> Iterator[Failure]:
        """The failures of builds that ended before this line."""
        text = line.text
        if text.startswith(_STEP):
            yield from self._flush()
            self._forgiving = False
        if "--fail-never" in text and "mvn" in text:
            self._forgiving = True
            return
        level, rest = jvm_log.level(text.removeprefix("##[error]"))
        if level == "INFO" and rest.startswith("BUILD "):
            if rest.startswith("BUILD SUCCESS"):
                yield from self._flush() if self._failed else ()  # another build had failed
                self.found.clear()
            self._failed = rest.startswith("BUILD FAILURE")
        if level not in {None, "INFO"} and not self._forgiving:
            self._error(level, rest.removeprefix("[ERROR] ").removeprefix("[FATAL] "), line, rows, index)  # fmt: skip

    def _flush(self) -> Iterator[Failure]:
        yield from self.found
        self.found.clear()
        self._warned.clear()

    def _error(self, level: str, rest: str, line: Line, rows: Sequence[Line], index: int) -> None:
        """One line at the level of an error."""
        failure = _diagnostic(rest, line, rows, index)
        if level in {"WARN", "WARNING"}:
            if failure is not None and failure.type in {FailureType.LINT, FailureType.FORMAT}:
                self._warned.append(failure)
            elif "Rule violated for" in rest or _HEADER.match(rest):
                self._warned.append(_warned(rest, line))
            return
        if failure is not None:
            self.found.append(failure)
        elif (match := _GOAL.match(rest)) is not None:
            self._goal(match, line, rows, index)
        elif (match := _POM.match(rest)) is not None:
            self._pom = match["file"]
        elif (match := _STANDALONE.match(rest.strip())) is not None:
            self._standalone(rest.strip(), line)

    def _goal(self, match: re.Match[str], line: Line, rows: Sequence[Line], index: int) -> None:
        """Why a goal failed; a check that only counted shows what it warned of."""
        rest = [] if _HELP in line.text else until(after(rows, index, 8), _goal_ends)
        more = [jvm_log.level(each.text)[1].strip() for each in rest]
        reason = " ".join(filter(None, [match["reason"], *more])).partition(_HELP)[0]
        checks = _COVERAGE.match(reason) is not None or "jacoco" in (match["goal"] or "")
        known = {each.message for each in self.found}
        style = sum(each.tool == "checkstyle" for each in self.found)
        if checks and not 0 < jvm_log.violations(reason) <= style:
            self.found += [each for each in self._warned if each.message not in known]
        self._warned.clear()
        self.found.append(
            Failure(
                type=_type(reason, match["goal"] or ""),
                tool=NAME,
                message=reason,
                command=_command(match["project"]),
                detail=detail(rest),
                log=span(line, rest),
                weak=_GENERIC.match(reason) is not None
                or (checks and any(not each.weak for each in self.found)),
            )
        )

    def _standalone(self, text: str, line: Line) -> None:
        """An error of Maven itself: the project file, the command line."""
        place = _POM_PLACE.match(text)
        pom = _POM_FILE.match(text)
        file = (place["file"] if place else None) or (pom["file"] if pom else self._pom)
        message = text.partition(_HELP)[0]
        depends = _DEPENDENCY.match(text) is not None or text.startswith("Non-resolvable")
        known = [each for each in self.found if message[:80].partition(" @ ")[0] in each.message]
        if any(each.file or not file for each in known):
            return
        self.found = [each for each in self.found if each not in known]
        self.found.append(
            Failure(
                type=_own_type(text, depends=depends),
                tool=NAME,
                message=message.partition(" @ ")[0] if place else message,
                file=file if place else None,
                line=int(place["line"]) if place else None,
                column=int(place["column"]) if place else None,
                log=LogSpan(start=line.number, end=line.number),
            )
        )


def _own_type(text: str, *, depends: bool) -> FailureType:
    if text.startswith(("Java heap", "GC overhead")):
        return FailureType.INFRA
    fetched = FailureType.INFRA if _NETWORK.match(text) else FailureType.DEPENDENCY
    return fetched if depends else FailureType.CONFIG


def _goal_ends(text: str) -> bool:
    level, rest = jvm_log.level(text)
    return level not in {None, "ERROR"} or rest.startswith(("->", "[Help", "Failed to execute")) or not rest.strip()  # fmt: skip


def _type(reason: str, goal: str) -> FailureType:
    if _DEPENDENCY.match(reason):
        return FailureType.INFRA if _NETWORK.match(reason) else FailureType.DEPENDENCY
    if "format violations" in reason or "formatter" in goal or "fmt-maven" in goal:
        return FailureType.FORMAT
    if _COVERAGE.match(reason) or "jacoco" in goal:
        return FailureType.LINT
    if "surefire" in goal or "failsafe" in goal:
        return FailureType.TEST
    return FailureType.CONFIG if "enforcer" in goal else FailureType.BUILD


def _command(project: str | None) -> str | None:
    return f"mvn verify -pl {shlex.quote(f':{project}')}" if project else None


def _diagnostic(rest: str, line: Line, rows: Sequence[Line], index: int) -> Failure | None:
    """An error at a place, of a compiler or of a check."""
    if (match := _UNFORMATTED.match(rest)) is not None:
        return Failure(
            type=FailureType.FORMAT,
            tool=NAME,
            message=rest,
            file=match["file"] or match["file2"],
            log=LogSpan(start=line.number, end=line.number),
        )
    if rest.startswith(("PMD", "CPD")) and (match := _PMD.match(rest)) is not None:
        return _pmd(match, line)
    if (bare := _BARE.match(rest)) is not None:
        return _below(bare, line, rows, index)
    match = _PLACED.match(rest)
    if match is None or match["message"].startswith("warning:"):
        return None
    failure = _placed(match, line)
    style = _CHECKSTYLE.match(match["message"]) or _CHECKSTYLE_OLD.match(match["message"])
    if style is not None:
        return replace(
            failure,
            type=FailureType.LINT,
            tool="checkstyle",
            command="mvn checkstyle:check",
            rule=style["rule"],
            message=style["message"],
        )
    more = until(after(rows, index, 6), _more_ends)
    return replace(failure, detail=detail(more), log=span(line, more))


def _placed(match: re.Match[str], line: Line) -> Failure:
    column = match["column"] or match["column2"]
    return Failure(
        type=FailureType.BUILD,
        tool="kotlinc" if match["ext"].startswith("kt") else NAME,
        message=match["message"],
        file=match["file"],
        line=int(match["line"] or match["line2"]),
        column=int(column) if column else None,
        command="mvn compile",
        log=LogSpan(start=line.number, end=line.number),
    )


def _more_ends(text: str) -> bool:
    """Whether a line is no continuation of a diagnostic: those are indented."""
    level, rest = jvm_log.level(text)
    return level not in {None, "ERROR"} or _CONTINUED.match(rest) is None


def _below(match: re.Match[str], line: Line, rows: Sequence[Line], index: int) -> Failure | None:
    """Eclipse's compiler: the source, carets, and then the message."""
    more = [jvm_log.level(each.text)[1] for each in after(rows, index, 4)]
    carets = next((at for at, text in enumerate(more) if set(text.strip()) == {"^"}), None)
    if carets is None or not more[carets + 1 :]:
        return None
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        message=more[carets + 1].strip(),
        file=match["file"],
        line=int(match["line"]),
        command="mvn compile",
        detail=tuple(more[: carets + 2]),
        log=LogSpan(start=line.number, end=line.number + carets + 2),
    )


def _pmd(match: re.Match[str], line: Line) -> Failure:
    return Failure(
        type=FailureType.LINT,
        tool="pmd",
        rule=match["rule"],
        message=match["message"].rstrip("."),
        file=f"{match['name'].replace('.', '/')}.java",
        line=int(match["line"]),
        log=LogSpan(start=line.number, end=line.number),
    )


def _warned(rest: str, line: Line) -> Failure:
    header = _HEADER.match(rest)
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        message=rest,
        file=header["file"] if header else None,
        log=LogSpan(start=line.number, end=line.number),
    )
