"""pip: requirements that cannot be met, packages that do not build, hashes that differ, the network."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import Pattern, pattern

NAME = "pip"
HINTS = (
    "ERROR: Could not ", "ERROR: No matching distribution", "ERROR: Cannot install ",
    "ERROR: ResolutionImpossible", "ERROR: Failed building wheel for", "did not run successfully.",
    "ERROR: Failed to build ", "ERROR: THESE PACKAGES DO NOT MATCH", "ERROR: Hashes are required",
    "ERROR: In --require-hashes", "ERROR: Invalid requirement", "ERROR: Package '", "ERROR: Directory '",
    "does not appear to be a Python project", "ERROR: HTTP error ", "ERROR: Command errored out",
    "error: externally-managed-environment", "ERROR: Exception:", "-generation-failed",
    "No module named pip", "ERROR: Command \"", "ERROR: Ignored the following", "which is not installed.",
    "Could not find a version that satisfies", "No matching distribution found for",
    "ERROR: Unexpected", "is not a supported wheel on this platform", "is not a valid wheel filename",
    "ERROR: Requested ", "[end of output]", "Successfully installed ",
    "= FAILURES =", "= ERRORS =", "= short test summary info =",
)  # fmt: skip
REACH = (8, 12)

_D, _C, _I = FailureType.DEPENDENCY, FailureType.CONFIG, FailureType.INFRA
_ERROR = r"\s{0,8}(?:ERROR: |error: )?"
_NETWORK = pattern(
    r".{0,300}(?:HTTPSConnectionPool|Connection(?:ResetError| aborted| broken)|Read timed out|Max retries exceeded"
    r"|ReadTimeoutError|NewConnectionError|No space left on device|IncompleteRead|502|503|504)"
)
_SIMPLE: tuple[tuple[FailureType, Pattern], ...] = (
    (_D, pattern(_ERROR + r"(No matching distribution found for \S.{0,300})$")),
    (_D, pattern(r"\s{0,8}ERROR: (Cannot install .{1,600}conflicting dependencies\.?)$")),
    (_D, pattern(r"\s{0,8}ERROR: (Failed building (?:editable|wheel) for \S.{0,200})$")),
    (_D, pattern(r"\s{0,8}ERROR: (THESE PACKAGES DO NOT MATCH THE HASHES .{1,400})$")),
    (_D, pattern(r"\s{0,8}ERROR: ((?:Hashes are required|In --require-hashes mode).{1,400})$")),
    (_D, pattern(r"\s{0,8}ERROR: (Package '[^']{1,200}' requires a different Python: .{1,200})$")),
    (_D, pattern(r"\s{0,8}ERROR: (Requested \S.{0,300} has (?:inconsistent|invalid) .{1,200})$")),
    (_D, pattern(r"\s{0,8}ERROR: (\S{1,300} is not a (?:supported wheel on this platform|valid wheel filename)\.?)$")),
    (_D, pattern(r"([\w.-]{1,100} \S{1,40} requires \S.{0,200}, which is not installed\.)$")),
    (_D, pattern(r"\s{0,8}ERROR: (HTTP error \d{3} while getting .{1,400})$")),
    (_C, pattern(r"\s{0,8}ERROR: (Could not open requirements file: .{1,400})$")),
    (_C, pattern(r"\s{0,8}ERROR: (Invalid requirement: .{1,400})$")),
    (_C, pattern(r"\s{0,8}ERROR: (Directory '[^']{1,300}' is not installable\. .{1,200})$")),
    (_C, pattern(r"\s{0,8}ERROR: (\S{1,300} does not appear to be a Python project: .{1,200})$")),
    (_C, pattern(r"error: (externally-managed-environment)$")),
    (_C, pattern(r".{0,200}?: (No module named pip)$")),
)  # fmt: skip
_INSTALL = pattern(r"\s{0,8}ERROR: (Could not install packages due to an? .{1,600})$")
_STEP = pattern(r"\s{0,8}\u00d7 (?P<message>.{1,300}? did not run successfully\.)$")
_OLD_STEP = pattern(r"ERROR: (?P<message>Command errored out with exit status -?\d{1,4}): \S")
_WHEEL = pattern(
    r"(?:Building|Preparing) (?:wheel|editable|metadata)\b.{0,20}? for (?P<name>[\w.-]{1,100})"
)
_NOT_FOUND = pattern(_ERROR + r"Could not find a version that satisfies the requirement ")
_CRASH = pattern(r"\s{0,8}ERROR: Exception:$")
_RAISED = pattern(r"(?:[A-Za-z_][\w.]{0,200}(?:Error|Exception|Timeout)): \S")
_CONTEXT = (
    "The conflict is caused by:", "    ", "ERROR: Could not find", "ERROR: Ignored the following",
)  # fmt: skip
_OUTPUT_ENDS = "[end of output]"
_INSTALLED = "Successfully installed "
_SOURCES = (
    "ERROR: ",
    "error: ",
    "\u00d7 ",
    "No matching dist",
    "which is not inst",
    "No module named pip",
)
MAX_DETAIL = 20
MAX_BEFORE = 8
MAX_GAP = 3


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a requirement or package; steps of a build count when no wheel is named."""
    reader = _Reader()
    captured = False
    for line in lines:
        if line.text.startswith("===="):
            # What a test ran and pytest shows again failed for the test.
            captured = line.text.strip("= ") in ("FAILURES", "ERRORS")
        elif not captured:
            reader.read(line)
    yield from _said_once(reader.found)


class _Reader:
    """Keeps what it found, and the lines before."""

    def __init__(self) -> None:
        self.found: list[Failure] = []
        self._before: list[Line] = []
        self._crashed: Line | None = None

    def read(self, line: Line) -> None:
        """Take the next line."""
        text = line.text.removeprefix("##[error]")
        if _CRASH.match(text):
            self._crashed = line
        elif self._crashed is not None and text[:1].strip() and _RAISED.match(text):
            self.found.append(_crash(text, self._crashed.number, line.number))
            self._crashed = None
        elif text.startswith(_INSTALLED):
            self.found = _without(self.found, text)
        elif (failure := _read(text, line.number)) is not None:
            self.found.append(_with_context(failure, self._before))
        elif self.found:
            self.found[-1] = _more(self.found[-1], line, self._before)
        self._before = [*self._before[-MAX_BEFORE + 1 :], line]


def _read(text: str, number: int) -> Failure | None:
    if not any(source in text for source in _SOURCES):
        return None
    span = LogSpan(start=number, end=number)
    for type_, known in _SIMPLE:
        if (match := known.match(text)) is not None:
            return Failure(type=type_, tool=NAME, message=match[1], log=span)
    if (match := _INSTALL.match(text)) is not None:
        type_ = _I if _NETWORK.match(text) else _D
        return Failure(type=type_, tool=NAME, message=match[1], log=span)
    if (match := _STEP.match(text) or _OLD_STEP.match(text)) is not None:
        message = match["message"]
        return Failure(type=_D, tool=NAME, rule="subprocess", message=message, log=span)
    return None


def _crash(text: str, start: int, end: int) -> Failure:
    type_ = _I if _NETWORK.match(text) else FailureType.RUNTIME
    return Failure(type=type_, tool=NAME, message=text, log=LogSpan(start=start, end=end))


def _with_context(failure: Failure, before: list[Line]) -> Failure:
    """A requirement that matched nothing is said on the line before, with the versions there are."""
    if before and before[-1].text and _NOT_FOUND.match(before[-1].text) and failure.log:
        span = replace(failure.log, start=before[-1].number)
        return replace(failure, detail=(before[-1].text,), log=span)
    return failure


def _more(failure: Failure, line: Line, before: list[Line]) -> Failure:
    """What stands below: why requirements conflict, and how the output of a step ended."""
    if failure.log is None:
        return failure
    span = replace(failure.log, end=line.number)
    if failure.rule == "subprocess" and line.text.strip() == _OUTPUT_ENDS:
        output = [each.text.strip() for each in before if each.number > failure.log.start]
        last = output[-1] if output and _RAISED.match(output[-1]) else ""
        message = f"{failure.message.rstrip('.')}: {last}" if last else failure.message
        return replace(failure, message=message, detail=tuple(output), log=span)
    near = 0 < line.number - failure.log.end <= MAX_GAP
    if near and failure.rule is None and line.text.startswith(_CONTEXT):
        return replace(failure, detail=(*failure.detail, line.text)[:MAX_DETAIL], log=span)
    return failure


def _without(found: list[Failure], text: str) -> list[Failure]:
    """An old pip installs what it could not build as a wheel in another way."""
    installed = {name.rpartition("-")[0].lower() for name in text.split()}
    return [
        each
        for each in found
        if not (each.message.startswith("Failed building ") and _package(each) in installed)
    ]


def _package(failure: Failure) -> str:
    return failure.message.rpartition(" ")[2].lower()


def _said_once(found: list[Failure]) -> Iterator[Failure]:
    """A build that failed is told by its steps and by its wheel; the steps have the output."""
    wheels = {_package(each): each for each in found if each.message.startswith("Failed building ")}
    steps: set[str] = set()
    for failure in found:
        if failure.rule != "subprocess":
            yield wheels.get(_package(failure), failure)
            continue
        name = _WHEEL.match(failure.message)
        step = failure.message.partition(".")[0].partition(": ")[0]
        wheel = wheels.get(name["name"].lower()) if name else None
        if wheel is not None:
            wheels[_package(wheel)] = replace(wheel, detail=wheel.detail or failure.detail)
        elif step not in steps:
            steps.add(step)
            yield failure
