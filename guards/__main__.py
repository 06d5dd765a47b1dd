"""`python -m guards` is the `selfheal-guard` command; best as `python -P -I -m guards`."""

from guards.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
