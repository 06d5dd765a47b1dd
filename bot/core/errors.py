"""The bot's error tree; what a person did wrong and what we did wrong never share a branch.

SelfhealError
├── UserError           a person asked for something that cannot be: answered in the pull request
├── ConfigError         .selfheal.toml or the settings are broken; says file, line and remedy
├── EdgeError           a service failed us
│   ├── TransientError  retried by the engine with backoff
│   │   └── ModelBusyError  the model turned a call away before it began: nothing was billed
│   └── PermanentError  ends the case as GAVE_UP
├── StaleError          the queue moved on: ends the case as OVERTAKEN, quietly
└── IllegalMoveError    a step asked for a move the lifecycle forbids: a bug
"""


class SelfhealError(Exception):
    """Base of every error the bot raises on purpose."""


class UserError(SelfhealError):
    """Shown as it is in a comment: write it as a sentence to the person."""


class ConfigError(SelfhealError):
    """A configuration that cannot be used; the text names file, line and what to write instead."""


class EdgeError(SelfhealError):
    """A service outside failed."""


class TransientError(EdgeError):
    """Worth trying again, not before `retry_after_s` seconds."""

    def __init__(self, service: str, detail: str, *, retry_after_s: float = 0.0) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"{service}: {detail}")


class ModelBusyError(TransientError):
    """The model's service turned a call away before it began: nothing was billed."""


class PermanentError(EdgeError):
    """Not worth trying again."""


class NoSandboxError(PermanentError):
    """No usable sandbox on this machine: no foreign code is run, the case is explained only."""


class SpendCapError(PermanentError):
    """The next call to the model could pass a spend cap; it was not made."""


class StaleError(SelfhealError):
    """The pull request or the queue moved on while we worked."""


class IllegalMoveError(SelfhealError):
    """A step asked for a stage that the lifecycle table does not allow: a bug."""
