"""helm lint and helm template, kubeconform, kubeval and kube-linter."""

from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import Pattern, pattern

NAME = "helm"
HINTS = (
    "[ERROR] templates", "[ERROR] Chart.yaml", "[ERROR] values", "[ERROR] chart", "Error: parse error at", "execution error at (", "Error: template: ",
    " is invalid: ", "contains an invalid ", "failed validation: ", "YAML parse error on", "(object: ",
)  # fmt: skip
REACH = (0, 0)

_LINT = pattern(
    r"\[ERROR\] (?P<file>templates/?[^\s:]{0,200}|Chart\.yaml|values\S{0,60}|chart\S{0,60}): (?P<message>\S.{0,1000})$"
)
_TEMPLATE = pattern(
    r"Error: (?P<message>(?:parse error at \(|template: |execution error at \(|YAML parse error on )(?P<file>[^\s:()]{1,300})(?::(?P<line>\d{1,7}))?.{0,1000})"
)
_CONFORM = pattern(
    r"(?P<file>[^\s:]{1,300}) - (?P<kind>\w{1,60}) (?P<name>\S{1,100}) (?P<message>(?:is invalid|failed validation): .{1,1000})$"
)
_KUBEVAL = pattern(
    r"(?:WARN|ERR) {1,4}- (?P<file>[^\s:]{1,300}) contains an invalid (?P<kind>\w{1,60}) \((?P<name>[^)]{1,100})\) - (?P<message>.{1,600})$"
)
_LINTER = pattern(
    r"(?P<file>[^\s:]{1,300}\.ya?ml): \(object: (?P<name>[^)]{1,200})\) (?P<message>\S.{0,800}?)(?: \(check: (?P<rule>[a-z-]{1,60}), remediation: (?P<fix>.{1,800})\))?$"
)
_TOOLS: tuple[tuple[Pattern, str], ...] = (
    (_LINT, "helm lint"),
    (_TEMPLATE, NAME),
    (_CONFORM, "kubeconform"),
    (_KUBEVAL, "kubeval"),
    (_LINTER, "kube-linter"),
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a fault."""
    for line in lines:
        for each, tool in _TOOLS:
            if (match := each.match(line.text)) is None:
                continue
            groups = match.groupdict()
            row = groups.get("line")
            yield Failure(
                type=FailureType.BUILD if tool == NAME else FailureType.LINT,
                tool=tool,
                rule=groups.get("rule"),
                message=match["message"],
                file=match["file"] if "." in match["file"] or "/" in match["file"] else None,
                line=int(row) if row else None,
                suggestion=groups.get("fix"),
                log=LogSpan(start=line.number, end=line.number),
            )
            break
