"""Both ways to look for literals give the same lines and the same groups."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import hints
from bot.core.hints import FindScanner, MakeScanner, Re2Scanner, fastest

re2 = pytest.importorskip("re2")
GROUPS = ((b"error", b"rror:"), (b"FAIL", b"error: no"), (), (b".py:",), (b"[*] ",))
MAKERS: list[MakeScanner] = [FindScanner, lambda groups: Re2Scanner(re2, groups), fastest]


def found(make: MakeScanner, block: bytes) -> list[tuple[int, set[int]]]:
    """Line numbers and groups."""
    hits = [(block.count(b"\n", 0, at), sorted(groups)) for at, groups in make(GROUPS).hits(block)]
    assert all(len(groups) == len(set(groups)) for _, groups in hits)
    assert [line for line, _ in hits] == sorted({line for line, _ in hits})
    return [(line, set(groups)) for line, groups in hits]


@pytest.mark.parametrize("make", MAKERS)
def test_every_line_is_told_once_with_all_its_groups(make: MakeScanner) -> None:
    block = b"fine\na.py: error: no FAIL error\n\nFAILED\n[*] x\nlast error"
    assert found(make, block) == [(1, {0, 1, 3}), (3, {1}), (4, {4}), (5, {0})]
    assert found(make, b"") == []


@given(
    st.lists(
        st.sampled_from([b"error", b"rror:", b"FAIL", b": no", b".py:", b"[*] ", b"\n", b" ", b"x", b"\xff"])
    ).map(b"".join)
)  # fmt: skip
def test_all_ways_agree(block: bytes) -> None:
    first, *others = (found(make, block) for make in MAKERS)
    assert all(other == first for other in others)


def test_a_long_log_is_read_by_the_automaton_and_gives_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hints, "SMALL_BYTES", 10)
    scanner = hints._Growing(re2, GROUPS)
    assert [groups for _, groups in scanner.hits(b"FAIL\n")] == [(1,)]
    assert [set(groups) for _, groups in scanner.hits(b"x.py: FAIL\n")] == [{1, 3}]
    assert isinstance(scanner._scanner, Re2Scanner)
