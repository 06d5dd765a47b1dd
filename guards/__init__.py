"""Judge a change. Pure but for `guards.cli` and `guards.git`; knows nothing of the bot."""
