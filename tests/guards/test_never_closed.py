"""Text that takes a parser minutes is refused before it is parsed; ordinary code never is."""

import pytest

from guards.languages import NAMES, code_of

OPENED = {
    "angles": b"class A { void m() { " + b"f<A" * 9000 + b" } }",
    "angles on lines": b"f<A\n" * 9000,
    "comments": b"/*" * 2000,
}


@pytest.mark.parametrize("suffix", sorted(NAMES))
@pytest.mark.parametrize("text", OPENED.values(), ids=list(OPENED))
def test_what_is_never_closed_is_not_read(text: bytes, suffix: str) -> None:
    assert code_of(f"a{suffix}", text) is None


@pytest.mark.parametrize(
    "line", [b"cout << a << b;\n", b"Map<K, V> m;\n", b"if (a < b) { c(); }\n"]
)
def test_many_closed_brackets_are_read(line: bytes) -> None:
    assert code_of("a.cpp", line * 500) is not None
