"""Judge a change. Pure but for its command, plug-ins and git reader; knows nothing of the bot."""

from guards.judgement import judge

__all__ = ["judge"]
