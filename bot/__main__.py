"""`python -m bot` is the `selfheal` command."""

from bot.cli import run


def main() -> None:
    """Run the command line of this process and exit with its code."""
    raise SystemExit(run())


if __name__ == "__main__":
    main()
