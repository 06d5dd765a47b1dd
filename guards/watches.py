"""What guards watch in the settings of tools: the words in which a rule says it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from guards.change import FileChange
from guards.setting_entries import Entry
from guards.verdict import Finding, Severity


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, in any case of letters."""
    return re.compile(pattern, re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Entries of a tool that decide how much it sees.

    Attributes:
        key: what the last parts of the dotted key must be, in any case of letters.
        appears, vanishes: values that matter when they come or go; None = neither matters.
        lowered, raised: whether a smaller or greater number matters.
        first: values that matter when the key had none before.
        split: what separates the values in one text.
        mild, severe: values that weigh less, or more.
    """

    key: str
    what: str
    appears: str | None = None
    vanishes: str | None = None
    first: str | None = None
    lowered: bool = False
    raised: bool = False
    severity: Severity = Severity.NEEDS_HUMAN
    split: str = r"[,\s|]+"
    mild: str | None = None
    severe: str | None = None
    remedy: str = "leave this setting as it was"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool and where it reads its settings.

    Attributes:
        files: patterns of paths, with what its keys begin with there.
        optional: what keys may begin with besides, and means nothing.
        introducible: whether its first settings weigh less when the change brings the tool.
    """

    name: str
    files: Mapping[str, str]
    watches: Sequence[Watch]
    optional: str = "."
    introducible: bool = True

    def prefix(self, path: str) -> str | None:
        """What keys begin with in the file; None when the tool does not read it."""
        for pattern, prefix in self.files.items():
            if compiled(pattern).search(path):
                return prefix
        return None

    def reads(self, file: FileChange) -> bool:
        """Whether the file holds settings of the tool, in one tree at least."""
        return any(
            path is not None and self.prefix(path) is not None
            for path in (file.path, file.old_path)
        )

    def own(self, path: str, found: Sequence[Entry]) -> Iterator[Entry]:
        """The entries that are the tool's, without what its keys begin with."""
        prefix = self.prefix(path)
        for key, value in found if prefix is not None else ():
            if not prefix or key.startswith(prefix):
                yield key.removeprefix(prefix or "").removeprefix(self.optional), value


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A watched entry that changed for the worse."""

    severity: Severity
    message: str
    remedy: str
    file: FileChange
    line: int | None

    def finding(self, guard: str) -> Finding:
        """The same as the complaint of a guard."""
        return Finding(
            guard=guard,
            severity=self.severity,
            message=self.message,
            remedy=self.remedy,
            file=self.file.path,
            line=self.line,
        )
