"""Both scanners stop in the same lines and say the same of them."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.hints import FindScanner, Re2Scanner, fastest

GROUPS = [(b"a", b"xa"), (b"\x00", b"b.c"), (b"bb", b"cc"), (b"\xff",)]
small = st.lists(st.sampled_from([b"a", b"b", b"b.c", b"\n", b"\x00", b"\xff", b"x"]), max_size=80)


@given(st.one_of(st.binary(max_size=300), small.map(b"".join)))
def test_they_agree(raw: bytes) -> None:
    fast, slow = fastest(GROUPS), FindScanner(GROUPS)
    lines = {raw.count(b"\n", 0, offset) for offset in fast.hits(raw)}
    assert lines == {raw.count(b"\n", 0, offset) for offset in slow.hits(raw)}
    for number, row in enumerate(raw.split(b"\n")):
        assert sorted(fast.groups(row)) == list(slow.groups(row))
        assert (number in lines) == bool(slow.groups(row))


def test_without_re2_the_slow_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(fastest(GROUPS), Re2Scanner)
    monkeypatch.setitem(sys.modules, "re2", None)
    assert isinstance(fastest(GROUPS), FindScanner)
