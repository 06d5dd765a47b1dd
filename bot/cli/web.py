"""`selfheal web`: the half that answers HTTP; a worker beside it carries cases on."""


def command() -> None:
    """Serve webhooks, pages, health and metrics until stopped."""
    from bot.serving import run_until_stopped

    run_until_stopped(serve=True, work=False)
