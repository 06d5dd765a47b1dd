import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.checks import config_for, narrow, same_part
from bot.core.errors import ConfigError
from bot.core.failure import Failure, FailureType
from bot.core.repo_config import CheckConfig, Mode, parse

WHOLE = b"""
mode = "observe"
[checks.unit]
run = "pytest -q"
only = "pytest -q {tests}"
covers = true
matches = ["test (ubuntu*)"]
[setup]
run = "pip install -e ."
[guards]
protected = ["security/**"]
[limits]
attempts = 2
usd_per_pr = 1
[bots]
label = "hands-off"
"""


def test_a_whole_file_is_read() -> None:
    config = parse(WHOLE)
    assert config.mode is Mode.OBSERVE
    assert config.checks[0].only == "pytest -q {tests}"
    assert (config.limits.attempts, config.limits.usd_per_pr) == (2, 1.0)
    assert config.bots.label == "hands-off"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('mode = "x"', ".selfheal.toml:1: `mode`: input should be 'off'"),
        ("[limits]\nattemps = 2", ".selfheal.toml:2: unknown key `limits.attemps`; did you mean"),
        ("[limits]\nattempts = 9", ".selfheal.toml:2: `limits.attempts`: input should be less"),
        ('[limits]\nattempts = "2"', "`limits.attempts`: input should be a valid integer"),
        ("[checks.unit]\nrun = 3", "`checks.unit.run`: input should be a valid string"),
        ("[checks.unit]\nonly = 'x'", "`checks.unit.run`: field required"),
        ("checks = 3", "`checks`"),
        ("[nonsense]", "unknown key `nonsense`"),
        ("x =", "not valid TOML"),
    ],
)
def test_a_broken_file_is_refused_with_place_and_remedy(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text.encode())
    assert said in str(caught.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_config_or_a_clear_error(content: bytes) -> None:
    said = ".selfheal.toml"
    try:
        parse(content)
    except ConfigError as exc:
        said = str(exc)
    assert said.startswith(".selfheal.toml")


def test_a_job_finds_its_check_by_name_or_pattern() -> None:
    config = parse(WHOLE)
    assert config_for("unit", config) is config.checks[0]
    assert config_for("test (ubuntu-24.04)", config) is config.checks[0]
    assert config_for("lint", config) is None


def test_a_narrow_command_quotes_what_the_log_said() -> None:
    check = CheckConfig(name="unit", run="pytest", only="pytest {tests}")
    hostile = Failure(type=FailureType.TEST, message="x", test="t.py::t; rm -rf /")
    option = Failure(type=FailureType.TEST, message="x", test="--collect-only")
    assert narrow(check, [hostile]) == "pytest 't.py::t; rm -rf /'"
    assert narrow(check, [option]) is None
    assert narrow(CheckConfig(name="u", run="x"), [hostile]) is None


def test_two_runs_show_the_same_part_when_a_test_or_file_is_in_both() -> None:
    one = Failure(type=FailureType.TEST, message="x", test="t.py::a")
    two = Failure(type=FailureType.TEST, message="y", test="t.py::b")
    tail = Failure(type=FailureType.UNKNOWN, message="exit 1")
    assert same_part([one], [one, two])
    assert not same_part([one], [two])
    assert same_part([one], [tail])
