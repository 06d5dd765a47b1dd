"""What Java and Kotlin share: skips, expected exceptions, doubles and caught errors of a test."""

import re
from collections.abc import Sequence

from guards.code import Assertion, MarkKind, Strength
from guards.facts import Branch, Call, Definition, Handler, Marker
from guards.pattern import expression
from guards.syntax.jvm import KIND
from guards.syntax.made import of_branch
from guards.syntax.written import called, condition
from guards.words import jvm as words

_PLATFORM = expression(
    r"\b(?:OS|OnOs|os\.name|Jre|JRE|isWindows|isLinux|isMac|IS_OS\w*|SystemUtils|JavaVersion"
    r"|IS_JAVA\w*|java\.version|os\.arch|Architecture|NativeImage|isAndroid|SDK_INT|osName)",
    re.IGNORECASE,
)
_EXPECTED = expression(r"^(?:expected|expectedExceptions) = (.{1,400})$")
_QUIET = expression(r"^[\w. ]{0,80}(?:print|println|printStackTrace|log|debug|info|warn|trace)\b")


_MARKERS = {
    MarkKind.EXPECTED_FAILURE: words.FAILURE_MARKERS,
    MarkKind.SKIP: words.SKIP_MARKERS,
    MarkKind.RETRY: words.RETRY_MARKERS,
}


def mark_of_call(call: Call) -> MarkKind | None:
    """Assumptions, and exceptions that abort a test."""
    if call.inner:
        return None
    if call.name in words.SKIP_CALLS:
        if call.name == "abort" and not call.callee.startswith(("Assumptions", "abort")):
            return None
        return MarkKind.SKIP
    return MarkKind.RETRY if call.name in {"RetryRule", "Retry", "RetryTestRule"} else None


def mark_of_marker(marker: Marker) -> MarkKind | None:
    """Annotations that skip, retry, or expect a failure."""
    name = marker.name.rpartition(".")[2]
    for kind, names in _MARKERS.items():
        if name in names:
            return kind
    for each in marker.arguments:
        if each == "enabled = false":
            return MarkKind.SKIP
        if each.startswith(("retryAnalyzer =", "successPercentage =")):
            return MarkKind.RETRY
        if _EXPECTED.match(each) and re.search(r"\bAssertion(?:Failed)?Error\b", each):
            return MarkKind.EXPECTED_FAILURE
    return None


def assertion_of_marker(marker: Marker) -> Assertion | None:
    """`@Test(expected = X.class)`, `@Test(expectedExceptions = …)`: an assertion on what is thrown."""
    if marker.name.rpartition(".")[2] != "Test":
        return None
    told = any(each.startswith("expectedExceptionsMessageRegExp =") for each in marker.arguments)
    for each in marker.arguments:
        match = _EXPECTED.match(each)
        if match is None:
            continue
        kinds = {kind.split()[-1] for kind in KIND.findall(match[1])}
        broad = not told and (not kinds or bool(kinds & words.BROAD))
        return Assertion(
            text=marker.text,
            line=marker.line,
            at=marker.at,
            strength=Strength.TRUTHY if broad else Strength.PART,
            matcher="expected",
            expected=match[1],
        )
    return None


def is_platform(text: str) -> bool:
    """Whether a conditional skip asks for an operating system or a version of Java."""
    return bool(_PLATFORM.search(text)) and "Disabled (" not in text


def swallows(handler: Handler) -> bool:
    """A catch of what failing assertions throw, or of everything that only prints."""
    names = set(re.findall(r"\w+", handler.catches))
    if handler.raises or any(
        re.search(r"\b(?:assert|fail|verify|should)", s) for s in handler.statements
    ):
        return False
    if names & words.FAILED_ASSERTIONS:
        return True
    quiet = all(_QUIET.match(each) for each in handler.statements)
    return quiet and bool(names & {"Exception", "RuntimeException"}) and "expected" not in names


def failing_branch(branch: Branch, body: Sequence[Call]) -> Assertion | None:
    """`if (bad) fail(…)` and `if (bad) throw new AssertionError(…)`."""
    failing = next((each for each in body if each.name in {"fail", "AssertionError"}), None)
    if failing is None:
        return None
    asked = condition(branch.condition, negated=True)
    return of_branch(branch, asked)


def has_rows(case: Definition) -> bool:
    """Whether annotations let a test run once a row."""
    names = {marker.name.rpartition(".")[2] for marker in case.markers}
    provided = any(
        each.startswith("dataProvider =") for marker in case.markers for each in marker.arguments
    )
    return provided or bool(names & words.TABLE_MARKERS)


def double(call: Call) -> str | None:
    """What Mockito, EasyMock, PowerMock or MockK puts in the place of real code."""
    if call.inner:
        return None
    for name, arguments in call.links:
        if name in words.MADE_DOUBLES:
            first = (arguments or ("",))[0]
            return _class_of(first) if first and " = " not in first else _generic(call, name)
        if name in {"when", "whenever", "given"} and arguments and "(" in arguments[0]:
            return called(arguments[0]) if len(call.links) > 1 else None
    return _stubbed(call)


def _stubbed(call: Call) -> str | None:
    """`doReturn(3).when(spy).total()`, `every { spy.total() }`."""
    if call.links and call.links[0][0] in {"doReturn", "doAnswer", "doNothing", "doThrow"}:
        spied = next((args[0] for name, args in call.links if name == "when" and args), "")
        return f"{called(spied)}.{call.name}" if spied else None
    if call.links and call.links[0][0] in {"every", "coEvery", "justRun"}:
        match = re.search(r"\{ (.{1,300}?) \}", call.text[:2000])
        return called(match[1]) if match else None
    return None


def _class_of(text: str) -> str:
    return re.sub(r" (?:\.|::) class(?: \. java)?$", "", text).replace(" . ", ".")


def _generic(call: Call, name: str) -> str | None:
    match = re.search(rf"\b{name} < ([\w .]{{1,200}}) >", call.text[:2000])
    return match[1].replace(" . ", ".") if match else None
