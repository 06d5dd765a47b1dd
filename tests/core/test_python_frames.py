"""Tracebacks of Python, read from their lines."""

from bot.core.python_frames import blamed, read

HANDLING = "During handling of the above exception, another"
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


def test_what_was_raised_on_purpose_explains_what_it_was_raised_for() -> None:
    for link in ("The above exception was the direct cause of the following", HANDLING):
        text = CHAIN.replace("The above exception was the direct cause of the following", link)
        cause = blamed(read(text.splitlines()))
        assert cause is not None
        assert (cause.name, cause.own and cause.own.line) == ("RuntimeError", 5)


def test_what_went_wrong_in_a_handler_only_hides_what_was_handled() -> None:
    text = CHAIN.replace("The above exception was the direct cause of the following", HANDLING)
    text = text.replace('raise RuntimeError("outer") from e', "log.eror(e)")
    cause = blamed(read(text.replace("RuntimeError: outer", "AttributeError: eror").splitlines()))
    assert cause is not None
    assert (cause.name, cause.own and cause.own.line) == ("KeyError", 3)


def test_of_a_chain_that_ends_in_installed_code_the_last_of_ours_is_to_blame() -> None:
    text = CHAIN.replace('"shop/cart.py", line 5', '"/usr/lib/python3.12/json/decoder.py", line 5')
    cause = blamed(read(text.splitlines()))
    assert cause is not None
    assert cause.name == "KeyError"


def test_an_installed_frame_is_not_our_own() -> None:
    text = CHAIN.replace('"shop/cart.py", line 5', '"/usr/lib/python3.12/json/decoder.py", line 5')
    assert read(text.splitlines())[1].own is None


def test_a_traceback_that_is_cut_off_names_no_exception() -> None:
    raised = read([*CHAIN.splitlines()[:3], "and then something else was printed"])
    assert blamed(raised) is None
