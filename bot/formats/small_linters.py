"""Linters that say each finding in one line of their own wording: a table."""

from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType
from bot.core.finding_table import Wording, findings, hints
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "linters"
REACH = (0, 0)

_FILE = r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,300})"
_AT = r":(?P<line>\d{1,7}):(?P<column>\d{1,7})"

TABLE = (
    Wording(
        "luacheck",
        (".lua:", ".rockspec:", ".luau:"),
        pattern(
            r"\s{0,8}(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,300}\.(?:lua|luau|rockspec))" + _AT
            + r"(?:-\d{1,7})?: (?:\((?P<rule>[EWF]\d{3})\) )?(?P<message>[^\s(].{0,500})$"
        ),
        "luacheck",
    ),
    Wording(
        "misspell",
        (" is a misspelling of ",),
        pattern(
            _FILE + _AT
            + r':? (?:corrected )?(?P<message>"[^"]{1,80}" is a misspelling of (?P<suggestion>"[^"]{1,80}"))$'
        ),
        "misspell",
    ),
    Wording(
        "protolint",
        (".proto:",),
        pattern(r"\[(?P<file>[^\]\s:]{1,300}\.proto)" + _AT + r"\] (?P<message>\S.{0,500})$"),
        "protolint lint",
    ),
    Wording(
        "scalastyle",
        ("error file=",),
        pattern(
            r"(?:\[error\] )?error file=(?P<file>\S.{0,400}?) message=(?P<message>\S.{0,600}?)"
            r"(?: line=(?P<line>\d{1,7}))?(?: column=(?P<column>\d{1,7}))?$"
        ),
    ),
    Wording(
        "scalastyle",
        (".scala: ",),
        pattern(
            r"(?:\[error\] )(?P<file>[^\s:]{1,400}\.scala): (?P<message>(?:File (?:length exceeds|must|contains)|Header does not match|Number of types declared|Class name|Object name|Package name).{0,300})$"
        ),
    ),
    Wording(
        "dotenv-linter",
        (".env",),
        pattern(
            r"(?P<file>(?:[^\s:]{0,200}/)?[\w.-]{0,60}\.env[\w.-]{0,60}):(?P<line>\d{1,7}):? "
            r"(?:(?P<rule>[A-Z][a-zA-Z]{5,40}): )?(?P<message>(?:Leading|Invalid leading|Duplicated|The |Extra |Missing|Trailing|The value|Schema|No |Ending|Spac)"
            r".{0,300})$"
        ),
        "dotenv-linter",
    ),
    Wording(
        "ls-lint",
        (" failed for ",),
        pattern(
            r"(?:\d{4}/\d\d/\d\d \d\d:\d\d:\d\d )?(?P<file>[^\s:`]{1,300}) (?P<message>failed for (?:`[^`]{1,40}` )?rules: (?P<rule>\S.{0,200}))$"
        ),
    ),
    Wording(
        "check-jsonschema",
        ("::$",),
        pattern(r"  (?P<file>[^\s:]{1,300})::(?P<message>\$[^\s:]{0,300}: \S.{0,800})$"),
        type=FailureType.CONFIG,
    ),
    Wording(
        "cfn-lint",
        tuple(f":E{digit}" for digit in range(9)),
        pattern(
            r"(?P<file>[^\s:]{1,300}\.(?:ya?ml|json|template))" + _AT
            + r":\d{1,7}:\d{1,7}:(?P<rule>E\d{4}):(?P<message>\S.{0,800})$"
        ),
        "cfn-lint",
    ),
    Wording(
        "gitlint",
        (": T", ": B", ": M", ": UC"),
        pattern(
            r"\d{1,5}: (?P<rule>[TBM]\d|UC\d{1,2}) (?P<message>(?:Title|Body|Line|Second line|Author|Commit) .{1,500})$"
        ),
    ),
    Wording(
        "commitlint",
        ("✖",),
        pattern(r"\s{0,4}✖   (?P<message>\S.{0,400}?) \[(?P<rule>[a-z]{2,30}-[a-z-]{2,60})\]$"),
    ),
    Wording(
        "xenon",
        ("ERROR:xenon:",),
        pattern(
            r'ERROR:xenon:(?P<message>block "(?P<file>[^\s":]{1,300}):(?P<line>\d{1,7}) [^"]{1,200}" has a rank of [A-F])$'
        ),
    ),
    Wording(
        "xenon",
        ("ERROR:xenon:",),
        pattern(r"ERROR:xenon:(?P<message>(?:module|average) .{0,300}rank.{0,100})$"),
    ),
    Wording(
        "bashate",
        (": E00", ": E01", ": E02", ": E03", ": E04"),
        pattern(r"(?P<file>[^\s:][^:]{0,300})" + _AT + r": (?P<rule>E0[0-4]\d) (?P<message>[A-Z].{0,300})$"),
        "bashate",
    ),
    Wording(
        "checkbashisms",
        ("possible bashism in ",),
        pattern(r"(?P<message>possible bashism in (?P<file>\S.{0,300}?) line (?P<line>\d{1,7}) \(.{1,200}\)):$"),
        "checkbashisms",
    ),
    Wording(
        "checkbashisms",
        (": warning: possible bashism; ",),
        pattern(r"(?P<file>[^\s:][^:]{0,300})" + _AT + r": warning: (?P<message>possible bashism; \S.{0,200})$"),
        "checkbashisms --lint",
    ),
    Wording(
        "doc8",
        (": D0",),
        pattern(
            r"(?P<file>[^\s:][^:]{0,300}\.(?:rst|txt|md)):(?P<line>\d{1,7}): (?P<rule>D00\d) (?P<message>\S.{0,400})$"
        ),
        "doc8",
    ),
    Wording(
        "interrogate",
        ("RESULT: FAILED (minimum:",),
        pattern(
            r"(?:-{1,80} )?(?P<message>RESULT: FAILED \(minimum: [\d.]{1,6}%, actual: [\d.]{1,6}%\))"
        ),
    ),
    Wording(
        "deptry",
        ("DEP0",),
        pattern(
            r"(?P<file>[^\s:][^:]{0,300}\.\w{1,8})(?::(?P<line>\d{1,7}):(?P<column>\d{1,7}))?: (?P<rule>DEP0\d\d) (?P<message>'\S.{0,300})$"
        ),
    ),
    Wording(
        "mdformat",
        (" is not formatted.",),
        pattern(r'Error: (?P<message>File "(?P<file>[^"]{1,300})" is not formatted\.)$'),
        "mdformat",
        FailureType.FORMAT,
    ),
    Wording(
        "taplo",
        ("the file is not properly formatted path=",),
        pattern(
            r'.{0,40}?ERROR taplo:format_files: (?P<message>the file is not properly formatted) path="(?P<file>[^"]{1,400})"$'
        ),
        "taplo format",
        FailureType.FORMAT,
    ),
    Wording(
        "htmlhint",
        (" [error/",),
        pattern(
            r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,300})" + _AT
            + r": (?P<message>\S.{0,500}?) \[error/(?P<rule>[a-z-]{2,60})\]$"
        ),
        "htmlhint",
    ),
    Wording(
        "solhint",
        (" [Error/",),
        pattern(
            r"(?P<file>[^\s:][^:]{0,300}\.sol)" + _AT
            + r": (?P<message>\S.{0,500}?) \[Error/(?P<rule>[a-z-]{2,60})\]$"
        ),
        "solhint",
    ),
    Wording(
        "html-validate",
        (": error [",),
        pattern(
            r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,300})" + _AT
            + r": error \[(?P<rule>[a-z][a-z0-9/-]{2,60})\] (?P<message>\S.{0,500})$"
        ),
        "html-validate",
    ),
    Wording(
        "spectral",
        (" error ",),
        pattern(
            r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,300}\.(?:ya?ml|json))" + _AT
            + r' error (?P<rule>[\w-]{2,80}) "(?P<message>.{1,500})"$'
        ),
        "spectral lint",
    ),
    Wording(
        "dependency-cruiser",
        ("  error ",),
        pattern(
            r"  error (?P<rule>[\w-]{2,80}): (?P<message>(?P<file>[^\s:]{1,300})(?: → ?\S{0,300})?)$"
        ),
    ),
    Wording(
        "bundlesize",
        ("> maxSize ",),
        pattern(r"\s{0,4}FAIL {1,4}(?P<file>[^\s:]{1,300}): (?P<message>\S{1,20} ?\w{0,2} > maxSize .{1,60})$"),
    ),
    Wording(
        "size-limit",
        ("size limit has exceeded", "exceeded the size limit", "exceeded the limit"),
        pattern(r"\s{0,6}(?P<message>Package size limit has exceeded by .{1,60}|.{1,200} has exceeded the (?:size )?limit.{0,80})$"),
    ),
    Wording(
        "clj-kondo",
        (".clj:", ".cljs:", ".cljc:", ".edn:"),
        pattern(r"(?P<file>(?:[A-Za-z]:)?[^\s:]{1,300}\.(?:clj[sc]?|edn|bb)):(?P<line>\d{1,7}):(?P<column>\d{1,7}): error: (?P<message>\S.{0,500})$"),
        "clj-kondo --lint",
    ),
    Wording(
        "nilaway",
        ("Potential nil panic detected",),
        pattern(r"(?P<file>[^\s:]{1,300}\.go)" + _AT + r": (?:error: )?(?P<message>Potential nil panic detected\..{0,400})$"),
    ),
    Wording(
        "ktfmt",
        (".kt:", ".kts:"),
        pattern(r"(?:error: )(?P<file>[^\s:]{1,300}\.kts?)" + _AT + r": (?P<message>(?:error: )?\S.{0,400})$"),
        "ktfmt",
        FailureType.FORMAT,
    ),
    Wording(
        "conftest",
        ("FAIL - ",),
        pattern(r"FAIL - (?P<file>[^\s]{1,300}\.\w{1,10}) - (?:[a-z_][\w.]{0,80} - )?(?P<message>\S.{0,500})$"),
        "conftest test",
    ),
    Wording(
        "opa test",
        (": FAIL (", ": ERROR ("),
        pattern(r"(?P<test>data\.[\w.]{1,200}): (?P<message>(?:FAIL|ERROR) \([\d.]{1,12}[nµm]?s\))$"),
        type=FailureType.TEST,
    ),
    Wording(
        "import-linter",
        (" is not allowed to import ",),
        pattern(r"(?P<message>[\w.]{1,200} is not allowed to import [\w.]{1,200}):$"),
    ),
    Wording(
        "pa11y",
        ("• Error: ",),
        pattern(r" {1,4}• Error: (?P<message>\S.{0,500})$"),
        weak=True,
    ),
)  # fmt: skip
HINTS = hints(TABLE)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a finding."""
    return findings(lines, TABLE)
