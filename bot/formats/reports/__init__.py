"""The shelf of report formats: whole documents in JSON or XML, in files of their own or inside a log.

A report is never read line by line: it is found where it begins, read to its end, and shown to the
formats that know it. One module each, of the shape `JsonReport` or `XmlReport`; pure, lazy, and
never raising, whatever the document.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from bot.core.documents import Node
from bot.core.failure import Failure
from bot.formats.reports import (
    dotnet_tests,
    jest_json,
    junit,
    lint_json,
    lint_xml,
    sarif,
    test_json,
    test_tree_json,
)


class JsonReport(Protocol):
    """The shape of a report in JSON."""

    @property
    def NAME(self) -> str:
        """Its own name."""
        ...

    @property
    def KEYS(self) -> tuple[str, ...]:
        """Literals that all stand in every document of it, such as `"numFailedTests"`."""
        ...

    def parse(self, document: Any, /) -> Iterator[Failure]:
        """The failures in it; nothing when it is another format's after all."""
        ...


class XmlReport(Protocol):
    """The shape of a report in XML."""

    @property
    def NAME(self) -> str:
        """Its own name."""
        ...

    @property
    def ROOTS(self) -> tuple[str, ...]:
        """Tags of the root element, without namespace."""
        ...

    @property
    def TAGS(self) -> tuple[str, ...]:
        """Tags of the elements it wants, without namespace; never one inside another."""
        ...

    def parse(self, nodes: Iterable[Node], /) -> Iterator[Failure]:
        """The failures in them, in order; called many times while a document is read."""
        ...


JSON: Sequence[JsonReport] = (
    jest_json,
    *test_json.ALL,
    *test_tree_json.ALL,
    sarif,
    *lint_json.ALL,
)
XML: Sequence[XmlReport] = (junit, dotnet_tests, lint_xml)
