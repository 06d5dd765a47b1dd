"""Too little coverage, and other budgets that a run must keep: what each tool says when it fails for that."""

from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType
from bot.core.finding_table import Wording, findings, hints
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "coverage"
REACH = (0, 0)

_TEST = FailureType.TEST
TABLE = (
    Wording(
        "coverage",
        ("Coverage failure: total of ",),
        pattern(r"(?P<message>Coverage failure: total of [\d.]{1,8}%? is less than fail-under=[\d.]{1,8}%?)$"),
        type=_TEST,
    ),
    Wording(
        "simplecov",
        (" is below the expected minimum ", " has dropped by "),
        pattern(
            r"(?P<message>(?:(?:Line|Branch|Method) c|C)overage (?:by file |by group )?\([\d.]{1,8}%?\) is below the expected minimum (?:per-file |per-group )?coverage \([\d.]{1,8}%?\)"
            r"(?: (?:in|for) (?P<file>[^\s:]{1,300}))?)\.?$"
        ),
        type=_TEST,
    ),
    Wording(
        "simplecov",
        (" has dropped by ",),
        pattern(r"(?P<message>(?:(?:Line|Branch|Method) c|C)overage has dropped by [\d.]{1,8}% since the last time \(maximum allowed: [\d.]{1,8}%\))\.?$"),
        type=_TEST,
    ),
    Wording(
        "coverlet",
        (" coverage is below the specified ",),
        pattern(r"(?:.{0,300}: error : )?(?P<message>The (?:total|minimum|average) (?:line|branch|method) coverage is below the specified [\d.]{1,8})\.?(?: \[.{1,400}\])?$"),
        type=_TEST,
    ),
    Wording(
        "tarpaulin",
        ("Coverage is below the failure threshold",),
        pattern(r'(?:\S{1,40} ERROR cargo_tarpaulin: |Error: )?"?(?P<message>Coverage is below the failure threshold [\d.]{1,8}% < [\d.]{1,8}%)"?$'),
        type=_TEST,
    ),
    Wording(
        "excoveralls",
        ("Expected minimum coverage of ",),
        pattern(r"(?:FAILED: )(?P<message>Expected minimum coverage of [\d.]{1,8}%, got [\d.]{1,8}%)\.?$"),
        type=_TEST,
    ),
    Wording(
        "diff-cover",
        ("Failure. Coverage is below ",),
        pattern(r"(?P<message>Failure\. Coverage is below [\d.]{1,8}%)\.?$"),
        type=_TEST,
    ),
    Wording(
        "infection",
        ("The minimum required ",),
        pattern(r"\s{0,4}\[ERROR\] (?P<message>The minimum required (?:Covered Code )?MSI percentage should be [\d.]{1,8}%, but actual is [\d.]{1,8}%)"),
        type=_TEST,
    ),
    Wording(
        "stryker",
        (" under breaking threshold ",),
        pattern(r".{0,60}ERROR \S{1,60} (?P<message>Final mutation score [\d.]{1,8} under breaking threshold [\d.]{1,8})"),
        type=_TEST,
    ),
    Wording(
        "type-coverage",
        ("The type coverage rate(",),
        pattern(r"(?P<message>The type coverage rate\([\d.]{1,8}%?\) is lower than the target\([\d.]{1,8}%?\))\.?$"),
    ),
    Wording(
        "lighthouse-ci",
        (" failure for ",),
        pattern(r"\s{1,8}[✘✖] {1,4}(?P<message>(?P<rule>[\w.:-]{2,80}) failure for \w{2,40} assertion)$"),
        type=_TEST,
    ),
)  # fmt: skip
HINTS = hints(TABLE)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a threshold that was missed."""
    return findings(lines, TABLE)
