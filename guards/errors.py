"""What can go wrong while judging a change."""


class GuardsError(Exception):
    """Base of every error raised by this package."""


class BadDiffError(GuardsError):
    """The text given to us is not a unified diff."""


class BadPolicyError(GuardsError):
    """The policy or configuration cannot be used; the text names file, line and remedy."""


class BadEvidenceError(GuardsError):
    """An evidence file is not what its name says."""


class GitError(GuardsError):
    """git did not answer: not a repository, or no such revision."""


class UnparsableError(GuardsError):
    """A source file that cannot be read as its language, so that nothing is known about it."""


class OutOfTimeError(BaseException):
    """The time for judging is over. No Exception: a guard that catches those must not go on."""
