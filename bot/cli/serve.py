"""`selfheal serve`: the whole service in one process."""


def command() -> None:
    """Serve webhooks and pages, and carry cases on, until stopped."""
    from bot.serving import run_until_stopped

    run_until_stopped(serve=True, work=True)
