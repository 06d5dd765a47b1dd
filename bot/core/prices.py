"""What tokens cost: a dated table, and the arithmetic of the spend cap on top of it.

Read on 2026-11-22 from the price list in Claude Code 2.1.330, which agrees with the pricing page
of platform.claude.com for every model named there. A model that is not listed is refused: a price
of nothing would switch the spend cap off.

All sums are whole nano-dollars, so that no rounding ever adds up to more than a cap.
"""

from dataclasses import dataclass

from bot.core.errors import ConfigError
from bot.core.transcript import Usage

AS_OF = "2026-11-22"
_NANO = 1_000_000_000
# Kept free below a cap: the store adds floats, and must not refuse what was fitted here.
_SLACK_NANO = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """USD per million tokens; cache writes live for five minutes."""

    fresh: float
    output: float
    cache_read: float
    cache_write: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """A model's price; `dear` is what everything costs once the prompt passes `dear_above`."""

    price: Price
    dear: Price | None = None
    dear_above: int = 0

    def at(self, prompt_tokens: int) -> Price:
        """The price of a call with so large a prompt."""
        return self.dear if self.dear and prompt_tokens > self.dear_above else self.price


def _tariff(fresh: float, output: float, cache_read: float) -> Tariff:
    price = Price(fresh=fresh, output=output, cache_read=cache_read, cache_write=fresh * 1.25)
    return Tariff(price=price)


TARIFFS = {
    "claude-fable-5-2": _tariff(8, 40, 0.20),
    "claude-fable-5-1": _tariff(10, 50, 0.25),
    "claude-opus-5-5": _tariff(4, 20, 0.20),
    "claude-opus-5": _tariff(5, 25, 0.50),
    "claude-opus-4-8": _tariff(5, 25, 0.50),
    "claude-sonnet-5-5": _tariff(2, 10, 0.10),
    "claude-sonnet-5": _tariff(2, 10, 0.20),
    "claude-sonnet-4-6": _tariff(3, 15, 0.30),
    "claude-haiku-5-5": Tariff(
        price=Price(fresh=0.10, output=0.50, cache_read=0.01, cache_write=0.125),
        dear=Price(fresh=0.50, output=2.50, cache_read=0.05, cache_write=0.625),
        dear_above=100_000,
    ),
    "claude-haiku-4-5": _tariff(1, 5, 0.10),
}


def price(model: str, prompt_tokens: int) -> Price:
    """What a call of this model costs.

    Raises:
        ConfigError: the model is not in the table.
    """
    if (tariff := TARIFFS.get(model)) is None:
        msg = f"no price is known for the model {model!r}; choose one of {', '.join(TARIFFS)}"
        raise ConfigError(msg)
    return tariff.at(prompt_tokens)


def cost_usd(model: str, usage: Usage) -> float:
    """What a call cost, by the tokens that were billed."""
    now = price(model, usage.prompt)
    nano = (
        usage.fresh * _per_token(now.fresh)
        + usage.cache_write * _per_token(now.cache_write)
        + usage.cache_read * _per_token(now.cache_read)
        + usage.output * _per_token(now.output)
    )
    return nano / _NANO


def worst_usd(model: str, prompt_tokens: int, max_tokens: int) -> float:
    """The most a call can cost: the whole prompt goes into the cache, and every token is used."""
    return _worst_nano(price(model, prompt_tokens), prompt_tokens, max_tokens) / _NANO


def fit_max_tokens(model: str, prompt_tokens: int, usd_left: float, want: int) -> int:
    """The largest `max_tokens`, at most `want`, whose worst case fits; 0 when none does."""
    now = price(model, prompt_tokens)
    free = int(usd_left * _NANO) - _SLACK_NANO - _worst_nano(now, prompt_tokens, 0)
    return max(0, min(want, free // _per_token(now.output)))


def _worst_nano(now: Price, prompt_tokens: int, max_tokens: int) -> int:
    dearest = max(now.fresh, now.cache_write)
    return prompt_tokens * _per_token(dearest) + max_tokens * _per_token(now.output)


def _per_token(usd_per_million: float) -> int:
    """Nano-dollars for one token; every price of the table is a whole number of them."""
    return round(usd_per_million * 1000)
