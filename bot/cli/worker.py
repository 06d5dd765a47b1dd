"""`selfheal worker`: the half that carries cases on."""


def command() -> None:
    """Carry cases on until stopped."""
    from bot.serving import run_until_stopped

    run_until_stopped(serve=False, work=True)
