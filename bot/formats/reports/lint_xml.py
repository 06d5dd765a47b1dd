"""Findings of linters in XML: Checkstyle's format (many write it), PMD, SpotBugs, cppcheck, Android lint."""

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from bot.core.documents import Node
from bot.core.failure import Failure, FailureType
from bot.core.fields import number

NAME = "checkstyle"
ROOTS = ("checkstyle", "pmd", "BugCollection", "results", "issues", "jslint")
TAGS = ("file", "BugInstance", "error", "issue")

_WRITERS = {
    "eslint",
    "shellcheck",
    "detekt",
    "ktlint",
    "oxlint",
    "stylelint",
    "phpstan",
    "tslint",
    "hadolint",
    "biome",
}


def parse(nodes: Iterable[Node]) -> Iterator[Failure]:
    """One failure a finding of severity error; every one where the tool knows no other."""
    for node in nodes:
        element = node.element
        if element.tag == "file":
            yield from _file(element)
        elif element.tag == "BugInstance":
            yield _spotbugs(element)
        elif element.get("id") and _is_error(element):
            yield _located(element)


def _file(element: Element) -> Iterator[Failure]:
    """A file of Checkstyle, PMD or JSLint with its findings."""
    name = element.get("name", "")
    for each in element:
        if each.tag == "error" and _is_error(each):
            tool, rule = _source(each.get("source", ""))
            yield _failure(
                tool,
                rule,
                each.get("message", ""),
                name,
                each.get("line"),
                each.get("column"),
            )
        elif each.tag == "violation":
            message = (each.text or "").strip()
            yield _failure(
                "pmd",
                each.get("rule"),
                message,
                name,
                each.get("beginline"),
                each.get("begincolumn"),
            )
        elif each.tag == "issue":
            yield _failure(
                "jslint", None, each.get("reason", ""), name, each.get("line"), each.get("char")
            )


def _source(source: str) -> tuple[str, str | None]:
    """Tool and rule: Checkstyle names a class; others put their own name first, or only the rule."""
    if "puppycrawl" in source:
        return "checkstyle", source.rpartition(".")[2].removesuffix("Check")
    first, _, rest = source.partition(".")
    if rest and first.lower() in _WRITERS:
        return first.lower(), rest.removeprefix("rules.")
    return "checkstyle", source or None


def _spotbugs(element: Element) -> Failure:
    said = (
        element.findtext("LongMessage")
        or element.findtext("ShortMessage")
        or element.get("type", "")
    )
    places = [each for each in element.findall("SourceLine") if each.get("start")]
    places += [each for each in element.iter("SourceLine") if each.get("start")]
    place = places[0] if places else Element("SourceLine")
    return _failure(
        "spotbugs", element.get("type"), said, place.get("sourcepath", ""), place.get("start"), None
    )


def _located(element: Element) -> Failure:
    """A finding of cppcheck or Android lint: its place is a child."""
    place = element.find("location")
    place = Element("location") if place is None else place
    message = element.get("msg") or element.get("message") or ""
    tool = "cppcheck" if element.tag == "error" else "android lint"
    return _failure(
        tool,
        element.get("id"),
        message,
        place.get("file", ""),
        place.get("line"),
        place.get("column"),
    )


def _is_error(element: Element) -> bool:
    return element.get("severity", "error").lower() in ("error", "fatal")


def _failure(
    tool: str,
    rule: str | None,
    message: str | None,
    file: str,
    line: str | None,
    column: str | None,
) -> Failure:
    return Failure(
        type=FailureType.LINT,
        tool=tool,
        rule=rule or None,
        message=(message or "").strip().removesuffix(f" ({rule})") or rule or "finding",
        file=file or None,
        line=number(line),
        column=number(column),
    )
