"""Judge a change. Pure but for `guards.cli` and `guards.git`; knows nothing of the bot."""

from guards.judgement import judge

__all__ = ["judge"]
