"""Tell code from strings and comments, line by line and roughly, in any language.

For questions about characters, where a syntax tree would be too much: what is doubtful counts as
code.
"""

import re
from collections.abc import Iterable, Iterator

from guards.pattern import expression

_MAX_LINE = 4000
_NUMBER_SIGN = expression(
    r"\.(?:py|pyi|pyx|rb|sh|bash|zsh|pl|pm|r|jl|ex|exs|ya?ml|toml|cfg|conf|ini|cmake|mk|nix|tf|ps1|php|t|bats)$"
    r"|(?:^|/)(?:Makefile|Dockerfile|Gemfile|Rakefile|Jenkinsfile|\.[\w.-]+)$",
    re.IGNORECASE,
)
_DOUBLE_DASH = expression(r"\.(?:sql|lua|hs|elm|ada|adb)$", re.IGNORECASE)
_BACKTICK = expression(r"\.(?:[cm]?[jt]sx?|go|vue|svelte)$", re.IGNORECASE)
_PYTHON = expression(r"\.pyi?$", re.IGNORECASE)
# A quote that is not closed on its line is no string: an apostrophe, a lifetime, a lone mark.
_STRING = r'"(?:[^"\\]|\\.)*+"|\'(?:[^\'\\]|\\.)*+\'|`(?:[^`\\]|\\.)*+`'


def code_of(lines: Iterable[str], path: str, *, strings: bool = False) -> Iterator[str]:
    """Each line with blanks where comments stand, and strings unless they are to stay."""
    token, closers = _language(path)
    closer: str | None = None
    for line in lines:
        code, closer = _code(line[:_MAX_LINE], token, closers, closer, strings=strings)
        yield code + line[_MAX_LINE:]


def _language(path: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """The tokens that are no code, and what closes the blocks among them."""
    if _PYTHON.search(path):
        closers = {'"""': '"""', "'''": "'''"}
        comment = r"#.*"
    elif _NUMBER_SIGN.search(path):
        closers = {}
        comment = r"#.*" if not path.endswith(".php") else r"#.*|//.*"
    elif _DOUBLE_DASH.search(path):
        closers = {"/*": "*/"}
        comment = r"--.*"
    else:
        closers = {"/*": "*/"} | ({"`": "`"} if _BACKTICK.search(path) else {})
        comment = r"//.*"
    blocks = "|".join(re.escape(opener) for opener in closers)
    parts = ([f"(?P<block>{blocks})"] if blocks else ["(?P<block>(?!))"]) + [_STRING, comment]
    return re.compile("|".join(parts)), closers


def _code(
    line: str,
    token: re.Pattern[str],
    closers: dict[str, str],
    closer: str | None,
    *,
    strings: bool,
) -> tuple[str, str | None]:
    kept: list[str] = []
    at = 0
    while at < len(line):
        if closer is not None:
            end = line.find(closer, at)
            stop = len(line) if end < 0 else end + len(closer)
            kept += [line[at:stop]] * (strings and closer != "*/")
            at, closer = stop, closer if end < 0 else None
            continue
        match = token.search(line, at)
        if match is None:
            kept.append(line[at:])
            break
        is_string = match[0][0] in "\"'`"
        kept.append(line[at : match.start()] + (match[0] if strings and is_string else " "))
        at = match.end()
        if match["block"] is not None:
            closer = closers[match["block"]]
    return "".join(kept), closer
