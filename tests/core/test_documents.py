"""Reports are found where they begin, read to their end, and given up when they have none."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from bot.core.documents import Documents, JsonWant, Node, XmlWant
from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.prefilter import excerpt

STAMP = "2026-11-20T09:14:00.1234567Z "
REPORT = {"verdict": "bad", "items": [{"text": "first"}, {"text": "se{c]ond"}]}
SUITE = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites><testsuite name="unit" xmlns:x="urn:x">
 <testcase name="a"/>
 <testcase name="b"><failure message="no">text &amp; more</failure></testcase>
</testsuite></testsuites>
"""


def failure(message: str) -> Failure:
    return Failure(type=FailureType.TEST, message=message)


def parse_json(document: Any) -> Iterator[Failure]:
    if isinstance(document, dict):
        for item in document.get("items", ()):
            yield failure(item["text"])


def parse_xml(nodes: Iterable[Node]) -> Iterator[Failure]:
    for node in nodes:
        for each in node.element.iter("failure"):
            suite = node.parents[-1].get("name")
            yield failure(f"{suite}.{node.element.get('name')}: {each.get('message')} {each.text}")


def documents() -> Documents:
    return Documents(
        [JsonWant(('"verdict"', '"items"'), parse_json)],
        [XmlWant(("testsuites", "testsuite"), ("testcase",), parse_xml)],
    )


def read(text: str | bytes, size: int = 1 << 20) -> Documents:
    raw = text.encode() if isinstance(text, str) else text
    found = documents()
    pieces = (raw[start : start + size] for start in range(0, len(raw), size))
    excerpt(pieces, (), documents=found)
    return found


def messages(text: str | bytes, size: int = 1 << 20) -> list[str]:
    return [each.message for each in read(text, size).found]


@pytest.mark.parametrize("indent", [None, 0, 1, 2, "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_json_file_is_read_whatever_its_layout(indent: int | str | None, end: str) -> None:
    text = json.dumps(REPORT, indent=indent).replace("\n", end or "\n") + end
    assert messages(text) == ["first", "se{c]ond"]
    assert messages(text, size=7) == ["first", "se{c]ond"]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_json_document_between_lines_with_time_stamps_is_found_with_its_lines(
    indent: int | None,
) -> None:
    rows = ["before {", *json.dumps(REPORT, indent=indent).splitlines(), "after }"]
    found = read("".join(f"{STAMP}{row}\n" for row in rows))
    assert [each.message for each in found.found] == ["first", "se{c]ond"]
    assert found.spans == [LogSpan(start=2, end=len(rows) - 1)]


def test_a_document_on_one_line_of_five_megabytes_is_read() -> None:
    report = {"verdict": "bad", "noise": "x" * 5_000_000, "items": [{"text": "last"}]}
    assert messages("first line\n" + json.dumps(report) + "\n") == ["last"]


def test_a_document_that_is_broken_or_never_ends_costs_only_itself() -> None:
    good = json.dumps(REPORT, indent=1)
    assert messages(f'log\n{{"verdict": "items", oops\n{good}\n') == ["first", "se{c]ond"]
    assert messages(f'log\n{{\n "verdict": 1\nno more of it\n{good}\n') == ["first", "se{c]ond"]
    assert messages('{\n "verdict": [\n') == []


def test_deep_nesting_is_refused_quietly() -> None:
    assert messages("[" * 200_000 + '"verdict" "items"' + "]" * 200_000) == []


def test_a_value_that_no_format_knows_is_left_to_the_lines() -> None:
    found = read('{"level": "error"}\n{\n "level": "error"\n}\n')
    assert (found.found, found.spans) == ([], [])


@pytest.mark.parametrize("size", [1 << 20, 5])
def test_an_xml_report_is_read_element_by_element(size: int) -> None:
    assert messages(SUITE, size) == ["unit.b: no text & more"]
    framed = "".join(f"{STAMP}{row}\n" for row in ["cat junit.xml", *SUITE.splitlines(), "done"])
    found = read(framed, size)
    assert [each.message for each in found.found] == ["unit.b: no text & more"]
    assert found.spans == [LogSpan(start=3, end=6)]


def test_an_xml_report_in_utf_16_is_read() -> None:
    assert messages(SUITE.encode("utf-16")) == ["unit.b: no text & more"]


def test_a_truncated_xml_report_keeps_what_was_whole() -> None:
    assert messages(SUITE[: SUITE.index("</testsuite>")]) == ["unit.b: no text & more"]


def test_an_entity_bomb_is_refused() -> None:
    levels = '<!ENTITY e0 "ha">' + "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 20)
    )
    bomb = f'<!DOCTYPE testsuite [{levels}]>\n<testsuite><testcase name="&e19;"/></testsuite>\n'
    assert messages(bomb) == []


def test_what_lines_say_inside_a_document_is_covered_by_it() -> None:
    found = read(SUITE)
    inside = Failure(type=FailureType.TEST, message="m", log=LogSpan(start=3, end=4))
    outside = Failure(type=FailureType.TEST, message="m", log=LogSpan(start=7, end=7))
    assert found.covers(inside)
    assert not found.covers(outside)


@pytest.mark.parametrize("opened", ["<!-- ", '<testsuite name="', "<case><![CDATA["])
def test_what_never_ends_in_xml_is_not_read_anew_with_every_line(opened: str) -> None:
    lines = "a line of words > that goes on & on\n" * 200_000
    assert messages(f"<report>\n{opened}\n{lines}") == []


def test_a_string_of_quotes_that_never_ends_is_read_once() -> None:
    assert messages('{"a": "' + '\\"' * 2_000_000 + "\n") == []
