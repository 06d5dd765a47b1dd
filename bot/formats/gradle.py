"""Gradle: why a build failed, where no compiler, test or check said it better."""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.core.failure import Failure, FailureType
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span
from bot.core.pattern import pattern

NAME = "gradle"
HINTS = ("* What went wrong:", "* Where:", "Lint found ", "Rule violated for bundle")
REACH = (0, 60)

_WHERE = pattern(
    r"(?:Build|Settings|Script|Initialization script|Precompiled script plugin)[\w ]{0,20} '(?P<file>[^']{1,400})'(?: line: (?P<line>\d{1,7}))?"
)
_TASK = pattern(
    r"(?:Execution failed for task|Could not determine the dependencies of task) '(?P<task>[^']{1,300})'"
)
_NOISE = pattern(
    r"> Task |\d+ actionable tasks?|FAILURE: Build |gradle/actions:|Publishing build scan|FAILURE: "
)
_END = pattern(
    r"\* (?:Try|Get more help|Exception is)|BUILD FAILED|={20,}|\* Where:|\* What went wrong:"
)
_REASON = pattern(r" *> (?P<text>\S.{0,2000})$")
_WRAPPER = pattern(
    r"A failure occurred while executing |Multiple task action failures|There (?:was|were) (?:a )?failures? while executing|Error while evaluating property"
)
_PATH = pattern(
    r"(?:[A-Za-z]:)?[/\\][^\s:]{1,400}\.(?:gradle(?:\.kts)?|xml|ya?ml|toml|properties)$"
)
_SCRIPT_LINE = pattern(r"\s*Line (?P<line>\d{1,7}): (?P<source>.{0,500})$")
_SCRIPT_REASON = pattern(r"\s*\^ (?P<message>.{1,500})$")
_GROOVY = pattern(
    r"\s*build file '(?P<file>[^']{1,400})': (?P<line>\d{1,7}): (?P<message>.{1,500}?)(?: @ line \d{1,7}, column (?P<column>\d{1,7})\.?)?$"
)
_QUOTED = pattern(
    r"[ >]{0,20}(?:ERROR: ?)?(?P<file>(?:/|[A-Za-z]:[/\\])[^:]{1,400}\.(?:xml|png|webp|kts?|gradle|aidl|json)):(?:(?P<line>\d{1,7}):)?(?:\d{1,7}:)? error: (?P<message>\S.{0,1000})$"
)
_GENERIC = pattern(
    r"Compilation (?:failed|error)|There were failing tests|.{0,100}rule violations were found|Test failed|.{0,40}Compilation error"
    r"|Process '.{1,500}' finished with non-zero exit value|.{0,300}exit(?:ed with)? (?:code|value|status)|Lint found (?:fatal )?errors"
    r"|.{0,200}(?:SpotBugs|PMD|CPD|KtLint|ktlint|detekt|Detekt)|Analysis failed with|Scala compilation|javac returned|Internal compiler error\. See log"
    r"|Formatting violations found|The following files had format violations|.{0,60}Compilation failed|Compile failed|Checkstyle rule"
    r"|java\.lang\.reflect\.InvocationTargetException|Javadoc generation failed|compiler (?:execution )?returned|.{0,20}found (?:\d+ )?(?:lint|format) |Kapt|.{0,40}kapt|Script compilation|.{0,60}test (?:task )?failed"
)
_DEPENDENCY = pattern(
    r".{0,300}?(?:Could not (?:resolve|find(?! (?:method|property|matching constructor) )|GET|HEAD|download)|was not found in any|No matching variant|Cannot find a version|Dependency verification failed|Could not isolate)"
)
_NETWORK = pattern(
    r".{0,2500}?(?:status code 5\d\d|timed? ?out|Connection (?:reset|refused)|UnknownHost|Temporary failure|Name or service not known|nodename nor servname|429)"
)
_CONFIG = pattern(
    r"A problem occurred|Could not (?:compile|open|create|determine|set|initialise|read|get unknown|find (?:method|property|matching constructor) )|Task '|Cannot locate|Unsupported class file|Project '|Unable to create Root|Value '|Cannot |Could not target|No matching toolchain|Unrecognized|Script compilation|Plugin |The (?:newly )?|Settings file|SDK location|Failed to install|Toolchain"
)
_OUT_OF_MEMORY = pattern(
    r".{0,400}?(?:Java heap space|OutOfMemoryError|GC overhead|Metaspace|daemon disappeared|No space left)"
)
_UNFORMATTED = pattern(r".{0,300}?(?:ormatting violations|format violations)")
_TESTED = pattern(r"There were failing tests")
_LINTED = pattern(
    r"Existing dependencies which should|Unused dependencies|Advice for|These transitive|Dependencies which should|.{0,60}unused dep|.{0,60}violat|Rule violated|.{0,60}API check failed|.{0,60}coverage"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a reason; weak where it only says that a task failed."""
    rows = list(lines)
    where: re.Match[str] | None = None
    for index, line in enumerate(rows):
        if line.text.startswith("* Where:"):
            following = next((each.text for each in rows[index + 1 : index + 3] if each.text), "")
            where = _WHERE.match(following)
        elif line.text.startswith("* What went wrong:"):
            yield from _explained(line, _body(after(rows, index, REACH[1])), where)
            where = None


def _body(rows: Sequence[Line]) -> list[Line]:
    """The lines of a reason, without what other tasks printed between them."""
    kept: list[Line] = []
    for line in rows:
        if _END.match(line.text):
            break
        if not _NOISE.match(line.text):
            kept.append(line)
    return kept


def _explained(head: Line, body: Sequence[Line], where: re.Match[str] | None) -> Iterator[Failure]:
    """The failures of one block."""
    texts = [line.text for line in body if line.text.strip()]
    if not texts:
        return
    task = _TASK.match(texts[0])
    reasons = _reasons(texts)
    said = reasons if reasons and task else [texts[0].strip(), *reasons]
    message = ": ".join([*(each.removesuffix(".") for each in said[:-1]), said[-1]])
    place = next((each for each in reasons if _PATH.match(each)), None)
    if place is not None:
        message = " ".join(each.strip() for each in texts[1:] if place not in each) or message
    failure = Failure(
        type=_type(texts, reasons or texts[:1]),
        tool=NAME,
        message=message,
        file=where["file"] if where else place,
        line=int(where["line"]) if where and where["line"] else None,
        task=task["task"] if task else None,
        command=f"./gradlew {shlex.quote(task['task'])}" if task else None,
        detail=detail(body),
        log=span(head, body),
        weak=_is_weak(task, reasons),
    )
    scripted = [*_scripted(failure, texts), *_groovy(failure, texts), *_placed(failure, texts)]
    yield from scripted or [failure]


def _reasons(texts: Sequence[str]) -> list[str]:
    """What stands behind ">", without what only wraps; a list goes on below its colon."""
    found: list[str] = []
    for at, text in enumerate(texts):
        if (match := _REASON.match(text)) is None or _WRAPPER.match(match["text"]):
            continue
        said = match["text"]
        if said.endswith(":") and texts[at + 1 :] and not _REASON.match(texts[at + 1]):
            said = f"{said} {texts[at + 1].strip()}"
        if said not in found:
            found.append(said)
    return found[:4]


def _is_weak(task: re.Match[str] | None, reasons: Sequence[str]) -> bool:
    """Whether it only says that something failed which another tool explains."""
    if task is None:
        return False
    return not reasons or any(_GENERIC.match(each) for each in reasons)


def _type(texts: Sequence[str], reasons: Sequence[str]) -> FailureType:
    whole = " ".join(texts)[:3000]
    said = [texts[0], *reasons]
    if _OUT_OF_MEMORY.match(whole):
        return FailureType.INFRA
    if any(_DEPENDENCY.match(each) for each in said):
        return FailureType.INFRA if _NETWORK.match(whole) else FailureType.DEPENDENCY
    kinds = (
        (FailureType.FORMAT, _UNFORMATTED, reasons),
        (FailureType.TEST, _TESTED, reasons),
        (FailureType.LINT, _LINTED, [*texts[1:], *reasons]),
        (FailureType.CONFIG, _CONFIG, said),
    )
    for kind, words, where in kinds:
        if any(words.match(each) for each in where):
            return kind
    return FailureType.BUILD


def _scripted(failure: Failure, texts: Sequence[str]) -> Iterator[Failure]:
    """Errors of a build script in Kotlin: the line, the source, and the reason below a caret."""
    line: int | None = None
    for text in texts:
        if (match := _SCRIPT_LINE.match(text)) is not None:
            line = int(match["line"])
        elif line is not None and (match := _SCRIPT_REASON.match(text)) is not None:
            yield replace(failure, type=FailureType.CONFIG, message=match["message"], line=line)
            line = None


def _placed(failure: Failure, texts: Sequence[str]) -> Iterator[Failure]:
    """Errors at a place that a reason quotes, as of Android's resources."""
    for text in texts[1:]:
        if ": error: " in text and (match := _QUOTED.match(text)) is not None:
            yield replace(
                failure,
                message=match["message"],
                file=match["file"],
                line=int(match["line"]) if match["line"] else None,
                weak=False,
            )


def _groovy(failure: Failure, texts: Sequence[str]) -> Iterator[Failure]:
    """Errors of a build script in Groovy."""
    for text in texts[1:]:
        match = _GROOVY.match(text.replace("> startup failed:", ""))
        if match is not None:
            column = int(match["column"]) if match["column"] else None
            yield replace(
                failure,
                type=FailureType.CONFIG,
                message=match["message"],
                file=match["file"],
                line=int(match["line"]),
                column=column,
            )
