"""Prices and the arithmetic of the cap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import prices
from bot.core.errors import ConfigError
from bot.core.transcript import Usage

MODELS = st.sampled_from(sorted(prices.TARIFFS))
TOKENS = st.integers(0, 1_000_000)


def test_a_call_costs_what_the_price_list_says() -> None:
    usage = Usage(fresh=1_000, cache_write=2_000, cache_read=30_000, output=500)

    assert prices.cost_usd("claude-sonnet-5-5", usage) == 0.002 + 0.005 + 0.003 + 0.005


@pytest.mark.parametrize(("prompt", "usd"), [(100_000, 0.01), (100_001, 0.0500005)])
def test_haiku_is_five_times_as_dear_above_a_hundred_thousand_tokens(
    prompt: int, usd: float
) -> None:
    assert prices.cost_usd("claude-haiku-5-5", Usage(fresh=prompt)) == pytest.approx(usd)


def test_an_unknown_model_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(ConfigError, match="claude-sonnet-5-5"):
        prices.cost_usd("gpt", Usage())


def test_every_price_is_a_whole_number_of_nano_dollars_a_token() -> None:
    for tariff in prices.TARIFFS.values():
        for price in (tariff.price, tariff.dear or tariff.price):
            for usd in (price.fresh, price.output, price.cache_read, price.cache_write):
                assert usd * 1000 == pytest.approx(round(usd * 1000))


@given(model=MODELS, prompt=TOKENS, left=st.floats(0, 100), want=st.integers(0, 64_000))
def test_what_is_fitted_never_costs_more_than_what_is_left(
    model: str, prompt: int, left: float, want: int
) -> None:
    fitted = prices.fit_max_tokens(model, prompt, left, want)

    assert 0 <= fitted <= want
    assert fitted == 0 or prices.worst_usd(model, prompt, fitted) <= left


@given(model=MODELS, parts=st.tuples(TOKENS, TOKENS, TOKENS, TOKENS))
def test_the_worst_case_is_never_exceeded(model: str, parts: tuple[int, int, int, int]) -> None:
    usage = Usage(fresh=parts[0], cache_write=parts[1], cache_read=parts[2], output=parts[3])

    worst = prices.worst_usd(model, usage.prompt, usage.output)

    assert prices.cost_usd(model, usage) <= worst
