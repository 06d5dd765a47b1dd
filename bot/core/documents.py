"""Whole documents in a log: JSON and XML reports, in a file of their own or printed between lines.

A document begins where a line begins with it and is read to its end; what never ends, is broken or
too large is given up, and its lines are read as lines alone.
"""

import bisect
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from bot.core.failure import Failure, LogSpan
from bot.core.framing import whole

MAX_JSON_CHARS = 32_000_000
MAX_FOUND = 5000
_BRACKETS = ("{", "[")
MAX_XML_CHARS = 32_000_000  # of one wanted element
# An unfinished tag or comment is read anew with every line that expat gets: behind so much only
# lines that may end an element are given to it, and the whole of it is bounded.
PATIENCE_CHARS = 1 << 16
MAX_REREAD_CHARS = 20_000_000_000
_STRING = re.compile(r'"(?:[^"\\]++|\\.?+)*+("?+)')  # to the end of the line when it does not end
_NO_JSON = re.compile(r"[^\[\]{}\":,\s0-9.eE+truefalsn-]")


class Node(NamedTuple):
    """One element of an XML report whose tag a format asked for, complete with its children.

    Tags and attribute names are without namespaces. `parents` are the attributes of the elements
    around it, outermost first; their other children are gone.
    """

    element: Element
    parents: Sequence[Mapping[str, str]]


class JsonWant(NamedTuple):
    """One format's documents: those in which all the literals stand."""

    keys: tuple[str, ...]
    parse: Callable[[Any], Iterator[Failure]]


class XmlWant(NamedTuple):
    """One format's documents: those with such a root; `tags` are the elements it is given."""

    roots: tuple[str, ...]
    tags: tuple[str, ...]
    parse: Callable[[Iterable[Node]], Iterator[Failure]]


@dataclass(slots=True)
class Documents:
    """Reads the documents among the rows of a log.

    Attributes:
        found: the failures in them, in order, without place in the log when read from a row of
            their own format.
        spans: the lines of every document that a format knew, failures or not.
    """

    json_wants: Sequence[JsonWant]
    xml_wants: Sequence[XmlWant]
    found: list[Failure] = field(default_factory=list)
    spans: list[LogSpan] = field(default_factory=list)
    _open: "_Json | _Xml | None" = None

    def hints(self) -> tuple[bytes, ...]:
        """Literals, one of which stands in every row that begins a document on one line."""
        roots = (f"<{root}" for want in self.xml_wants for root in want.roots)
        wraps = (b'{"', b'[{"') if self.json_wants else ()
        return (*(root.encode() for root in roots), *wraps)

    def read(self, first: int, rows: Sequence[bytes], starts: Iterable[int]) -> None:
        """Take the next rows.

        Args:
            first: line number of rows[0].
            rows: raw lines, in order, none left out between two calls.
            starts: indices of the rows which may begin a document.
        """
        ordered = sorted(set(starts))
        index = 0
        while index < len(rows):
            if self._open is None:
                at = bisect.bisect_left(ordered, index)
                if at == len(ordered):
                    return
                index = ordered[at]
                self._open = self._begin(first + index, whole(rows[index]))
                if self._open is None:
                    index += 1
                    continue
            over = self._feed(self._open, first + index, whole(rows[index]))
            # What ended a broken document may begin the next.
            index += not (over and not over.known and over.start < first + index)

    def finish(self, last: int) -> None:
        """The log is over; `last` is the number of its last line."""
        document, self._open = self._open, None
        if isinstance(document, _Json):
            document.finish()
        if document is not None:
            self._keep(document, last)

    def covers(self, failure: Failure) -> bool:
        """Whether a failure read line by line stands inside a document."""
        span = failure.log
        return span is not None and any(
            each.start <= span.start and span.end <= each.end for each in self.spans
        )

    def _begin(self, number: int, text: str) -> "_Json | _Xml | None":
        stripped = text.strip()
        if stripped.startswith("<"):
            declared = stripped.startswith("<?xml") and "?>" in stripped[:200]
            root = stripped.partition("?>")[2].strip() if declared else stripped
            tag = (root[1:60].split(None, 1) or [""])[0].split(">", 1)[0].split("/", 1)[0]
            bare = tag.rpartition(":")[2]
            wants = [want for want in self.xml_wants if bare in want.roots]
            return _Xml(number, wants) if wants else None
        if stripped.startswith(_BRACKETS) and self.json_wants:
            return _Json(number, self.json_wants)
        return None

    def _feed(self, document: "_Json | _Xml", number: int, text: str) -> "_Json | _Xml | None":
        """The document when it is over."""
        if not document.feed(text):
            return None
        self._open = None
        self._keep(document, number)
        return document

    def _keep(self, document: "_Json | _Xml", last: int) -> None:
        if document.known:
            span = LogSpan(start=document.start, end=last)
            self.spans.append(span)
            room = max(0, MAX_FOUND - len(self.found))
            self.found += [replace(each, log=each.log or span) for each in document.found[:room]]


class _Json:
    """A JSON document that is being read; it ends with its last bracket."""

    def __init__(self, start: int, wants: Sequence[JsonWant]) -> None:
        self.start = start
        self.known = False
        self.found: list[Failure] = []
        self._wants = wants
        self._parts: list[str] = []
        self._chars = 0
        self._depth = 0

    def feed(self, text: str) -> bool:
        """Take a line; whether the document is over."""
        self._parts.append(text)
        self._chars += len(text)
        if self._chars > MAX_JSON_CHARS:
            return True
        bare, strings = _STRING.subn(r"\1", text)  # of a string its last quote
        if bare.count('"') != strings or _NO_JSON.search(bare) is not None:
            return len(self._parts) > 1 or self.finish()
        self._depth += bare.count("{") + bare.count("[") - bare.count("}") - bare.count("]")
        return self._depth <= 0 and self.finish()

    def finish(self) -> bool:
        """Read what is there; always over then."""
        text = "\n".join(self._parts).strip()
        wants = [want for want in self._wants if all(key in text for key in want.keys)]
        if not wants:
            return True
        try:
            document, _ = json.JSONDecoder().raw_decode(text)
        except (ValueError, RecursionError):
            return True
        for want in wants:
            self.found = list(want.parse(document))
            if self.found:
                break
        self.known = True
        return True


class _Xml:
    """An XML document that is being read; what no format wants is forgotten at once."""

    def __init__(self, start: int, wants: Sequence[XmlWant]) -> None:
        self.start = start
        self.known = True
        self.found: list[Failure] = []
        self._wants = wants
        self._tags = {tag for want in wants for tag in want.tags}
        self._parser: XMLPullParser[Any] = XMLPullParser(("start", "end"))
        self._stack: list[Element] = []
        self._inside = 0  # how many wanted elements are open
        self._pending: list[str] = []
        self._unfinished = 0  # characters since the last element began or ended
        self._size = 0  # of what is kept, in characters
        self._reread = 0

    def feed(self, text: str) -> bool:
        """Take a line; whether the document is over."""
        self._pending.append(text + "\n")
        self._unfinished += len(text)
        self._size += len(text)
        if self._size > MAX_XML_CHARS or self._reread > MAX_REREAD_CHARS:
            return self._given_up()
        ends = "</" in text or "/>" in text
        if self._unfinished > PATIENCE_CHARS and not ends:
            return False
        self._reread += self._unfinished
        try:
            self._parser.feed("".join(self._pending))
            self._pending.clear()
            events: Iterable[Any] = self._parser.read_events()
            return any(self._over(event, element) for event, element in events)
        except ParseError:
            return self._given_up()

    def _given_up(self) -> bool:
        self.known = bool(self.found)
        return True

    def _over(self, event: str, element: Any) -> bool:
        self._unfinished = 0
        if not self._inside:
            self._size = 0
        if event == "start":
            _without_namespace(element)
            self._stack.append(element)
            self._inside += element.tag in self._tags
            return False
        self._stack.pop()
        if element.tag in self._tags:
            self._inside -= 1
            if not self._inside:
                self._wanted(element)
        if self._stack and not self._inside:
            self._stack[-1].remove(element)
        return not self._stack

    def _wanted(self, element: Element) -> None:
        node = Node(element, tuple(dict(parent.attrib) for parent in self._stack))
        for want in self._wants:
            if element.tag in want.tags and len(self.found) < MAX_FOUND:
                self.found += want.parse((node,))


def _without_namespace(element: Element) -> None:
    if "}" in element.tag:
        element.tag = element.tag.rpartition("}")[2]
    for name in [name for name in element.attrib if "}" in name]:
        element.attrib[name.rpartition("}")[2]] = element.attrib.pop(name)
