"""A fingerprint is the same for the same fault, and another for another."""

import pytest

from bot.core.failure import Failure, FailureType


def fingerprint(message: str, *, test: str | None = None, line: int | None = None) -> str:
    return Failure(
        type=FailureType.TEST, tool="pytest", message=message, test=test, line=line
    ).fingerprint


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<Shop object at 0x7f5b45c74610>", "<Shop object at 0x7f5b45879cd0>"),
        ("cannot open /tmp/pytest-of-ci/pytest-3/a.txt", "cannot open /tmp/tmpk2x9/a.txt"),
        ("timed out after 3.01s", "timed out after 12.5s"),
        ("cannot connect to 127.0.0.1:40123", "cannot connect to 127.0.0.1:5311"),
        (
            "no row 3f2a9c1e-77aa-4b1c-9a55-0123456789ab",
            "no row aaaaaaaa-0000-4b1c-9a55-0123456789ab",
        ),
        ("took 950 ms", "took 1.2 seconds"),
        (
            "lock 3F2A9C1E-77AA-4B1C-9A55-0123456789AB held",
            "lock AAAAAAAA-0000-4B1C-9A55-0123456789AB held",
        ),
        ("at 00000000023AF0C8", "at 00000000FFFFF0C8"),
        ("in /home/runner/work/_temp/1f.sh: no", "in /home/runner/work/_temp/2a.sh: no"),
        ("no /home/runner/work/shop/shop/src/a.py", "no /builds/acme/shop/src/a.py"),
        ("no tmpk2x9ab1c left", "no tmpzz81abcd left"),
        ("at 2026-11-22T10:00:00Z", "at 2026-11-23T11:30:12Z"),
        (
            "no C:\\Users\\ci\\AppData\\Local\\Temp\\a1\\x",
            "no C:\\Users\\ci\\AppData\\Local\\Temp\\b2\\x",
        ),
    ],
)
def test_what_changes_from_run_to_run_does_not_count(one: str, other: str) -> None:
    assert fingerprint(one) == fingerprint(other)


def test_the_line_does_not_count() -> None:
    assert fingerprint("assert 1", line=3) == fingerprint("assert 1", line=30)


def test_addresses_in_parameters_of_a_test_do_not_count() -> None:
    one, other = (
        "t.py::test_a[<Shop object at 0x7f5b45c7>]",
        "t.py::test_a[<Shop object at 0x11>]",
    )
    assert fingerprint("no", test=one) == fingerprint("no", test=other)


def test_another_test_parameter_or_reason_is_another_failure() -> None:
    assert fingerprint("no", test="t.py::test_a[1]") != fingerprint("no", test="t.py::test_a[2]")
    assert fingerprint("no", test="t.py::test_a") != fingerprint("no", test="t.py::test_b")
    assert fingerprint("KeyError: 'a'") != fingerprint("ValueError: 'a'")
