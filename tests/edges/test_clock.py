from datetime import timedelta

from bot.edges.clock import SystemClock


async def test_time_is_told_in_utc_and_goes_on() -> None:
    clock = SystemClock()
    before = clock.now()

    await clock.sleep(0.001)

    assert before.utcoffset() == timedelta(0)
    assert clock.now() > before
