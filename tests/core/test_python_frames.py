"""Tracebacks of Python, read from their lines."""

from bot.core.python_frames import first_cause, read

CHAIN = """\
Traceback (most recent call last):
  File "shop/cart.py", line 3, in total
    {}["k"]
KeyError: 'k'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "shop/cart.py", line 5, in total
    raise RuntimeError("outer") from e
RuntimeError: outer
"""


def test_causes_stand_before_what_they_caused() -> None:
    raised = read(CHAIN.splitlines())
    assert [each.message for each in raised] == ["KeyError: 'k'", "RuntimeError: outer"]
    cause = first_cause(raised)
    assert cause is not None
    assert (cause.name, cause.own and cause.own.line) == ("KeyError", 3)


def test_an_installed_frame_is_not_our_own() -> None:
    text = CHAIN.replace('"shop/cart.py", line 5', '"/usr/lib/python3.12/json/decoder.py", line 5')
    assert read(text.splitlines())[1].own is None


def test_a_traceback_that_is_cut_off_names_no_exception() -> None:
    raised = read([*CHAIN.splitlines()[:3], "and then something else was printed"])
    assert first_cause(raised) is None
