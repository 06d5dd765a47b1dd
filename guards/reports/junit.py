"""What became of each test: JUnit XML in the dialects of the runners that write it."""

from collections.abc import Mapping

from guards.errors import BadEvidenceError
from guards.evidence import Outcome
from guards.pattern import expression
from guards.reports.bounds import MAX_ID, MAX_TESTS, relative, walk_xml
from guards.test_ids import without_volatile_parts

# The worst of several that bear one name counts.
_WORST = (Outcome.ERROR, Outcome.FAILED, Outcome.SKIPPED, Outcome.XFAILED, Outcome.PASSED)
_ELEMENTS = {"failure": Outcome.FAILED, "error": Outcome.ERROR, "skipped": Outcome.SKIPPED}
# CMake's and NUnit-like writers say it in an attribute.
_STATES = {
    "fail": Outcome.FAILED,
    "failed": Outcome.FAILED,
    "notrun": Outcome.SKIPPED,
    "disabled": Outcome.SKIPPED,
    "skipped": Outcome.SKIPPED,
}
_PYTHON_MODULE = expression(r"(?:tests?|test_\w*|\w*_tests?|conftest)")


def junit(data: bytes, root: str = "") -> Mapping[str, Outcome]:
    """What became of each test, by ids in the form that pytest collects them.

    Args:
        data: the report.
        root: absolute path of the checkout; it is cut off absolute file names.

    Raises:
        BadEvidenceError: not such a report, it declares entities, or it lists too many tests.
    """
    reader = _Reader(root)
    walk_xml(data, "testsuite", reader.start, reader.end)
    return reader.found


def junit_tests(data: bytes, root: str = "") -> frozenset[str]:
    """Ids of the tests in a JUnit report; the arguments are those of `junit`.

    Raises:
        BadEvidenceError: as `junit`.
    """
    return frozenset(junit(data, root))


class _Reader:
    """What the elements of one report said so far."""

    def __init__(self, root: str) -> None:
        self.found: dict[str, Outcome] = {}
        self._root = root
        self._suites: list[str] = []
        self._test: str | None = None
        self._outcome = Outcome.PASSED

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "testsuite":
            self._suites.append(attributes.get("name", "")[:MAX_ID])
        elif name == "testcase":
            suite = self._suites[-1] if self._suites else ""
            self._test = junit_id(attributes, suite, self._root)
            self._outcome = _STATES.get(attributes.get("status", "").lower(), Outcome.PASSED)
        elif self._test is not None and name in _ELEMENTS:
            expected = name == "skipped" and "xfail" in attributes.get("type", "")
            found = Outcome.XFAILED if expected else _ELEMENTS[name]
            self._outcome = min(self._outcome, found, key=_WORST.index)

    def end(self, name: str) -> None:
        if name == "testsuite" and self._suites:
            self._suites.pop()
        elif name == "testcase" and self._test is not None:
            known = self.found.get(self._test, Outcome.PASSED)
            self.found[self._test] = min(known, self._outcome, key=_WORST.index)
            self._test = None
            if len(self.found) > MAX_TESTS:
                msg = f"more than {MAX_TESTS} tests"
                raise BadEvidenceError(msg)


def junit_id(attributes: Mapping[str, str], suite: str = "", root: str = "") -> str:
    """`tests/test_a.py::TestA::test_x` of Python, `com.acme.ATest::adds` and the like of others."""
    # Bounded first: of a name with a million dots each step below would cost a million more.
    scope = attributes.get("classname", "")[:MAX_ID].strip()
    name = attributes.get("name", "")[:MAX_ID].strip()
    file = relative(attributes.get("file", "")[:MAX_ID], root)
    if file.startswith("/") or file[1:3] == ":/":
        file = ""  # of another checkout: it would never be found again
    if not scope and not file and suite == "pytest" and not name.endswith(")"):
        return name.replace(".", "/") + ".py"  # a file that could not be collected
    if not scope and file and name == _module(file):
        return file  # the same, where the report names files
    if file.endswith(".py") or _is_python(scope, name, suite):
        parts = _python(scope, name, file)
    else:
        parts = _other(scope or suite, name, file)
    return without_volatile_parts("::".join(part for part in parts if part))[:MAX_ID]


def _is_python(scope: str, name: str, suite: str) -> bool:
    """Whether a test is Python's: pytest names its suite, and others keep its way of naming."""
    module = next((part for part in reversed(scope.split(".")) if not part[:1].isupper()), "")
    return bool(scope) and (
        suite == "pytest"
        or ("." in scope and name.startswith("test") and bool(_PYTHON_MODULE.fullmatch(module)))
    )


def _python(scope: str, name: str, file: str) -> list[str]:
    module = _module(file)
    if file and scope.startswith(module):
        return [file, *scope[len(module) :].strip(".").split("."), name]
    parts = scope.split(".")
    above = next((at for at, part in enumerate(parts) if part[:1].isupper()), len(parts))
    return [file or "/".join(parts[:above]) + ".py", *parts[above:], name]


def _module(file: str) -> str:
    return file.rpartition(".")[0].replace("/", ".")


def _other(scope: str, name: str, file: str) -> list[str]:
    """Scopes that say what name or file say already are left out."""
    if scope in {name, file}:
        scope = ""
    elif scope and name.startswith(scope + "."):
        name = name[len(scope) + 1 :]
    return [file, scope, name]
