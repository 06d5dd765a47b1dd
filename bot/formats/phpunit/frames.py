"""Where a PHP test failed, and how to run it again."""

import shlex
from collections.abc import Sequence

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.pattern import pattern

MAX_DETAIL = 40
FRAME = pattern(
    r"\s*(?:│ +|\d{1,4} +|at |#\d{1,4} +)?(?P<file>(?:[A-Za-z]:)?[^\s:│][^:]{0,400}\.(?:php|phpt|phtml)):(?P<line>\d{1,7})$"
)
_VENDOR = pattern(r".{0,400}?(?:^|[/\\])vendor[/\\]|phar://")
_TEST = pattern(r".{0,400}?(?:^|[/\\])tests?[/\\]|.{0,400}(?:Test|Cest|Spec)\.php$")
_NAME = pattern(r"[\w\\]{0,300}?(?P<short>\w{1,200})(?:::| > |$)")
_METHOD = pattern(r"[\w\\]{1,300}::(?P<method>\w{1,200})")


def place(texts: Sequence[str], test: str) -> tuple[str, int] | None:
    """The deepest frame in the test's own file, else in any test, else in the repository."""
    frames = [
        (match["file"], int(match["line"]))
        for text in texts
        if ".ph" in text and (match := FRAME.match(text)) and not _VENDOR.match(match["file"])
    ]
    name = _NAME.match(test)
    own = f"{name['short']}.php" if name else "\0"
    own_frames = [frame for frame in frames if frame[0].replace("\\", "/").endswith("/" + own)]
    tests = [frame for frame in frames if _TEST.match(frame[0])]
    first = [frame for frame in own_frames if frame in tests]
    return next(iter([*first, *tests, *own_frames, *frames]), None)


def failure(
    test: str,
    message: str,
    texts: Sequence[str],
    span: LogSpan,
    *,
    tool: str = "phpunit",
    file: str | None = None,
) -> Failure:
    """The failure of one test."""
    at = place(texts, test)
    method = _METHOD.match(test)
    path = at[0] if at else file
    program = "vendor/bin/" + tool
    filtered = shlex.quote(method["method"] if method else test.rpartition(" > ")[2])
    return Failure(
        type=FailureType.TEST,
        tool=tool,
        test=test,
        message=message or test,
        file=path,
        line=at[1] if at else None,
        command=f"{program} --filter {filtered}" + (f" {shlex.quote(path)}" if path else ""),
        detail=tuple(texts[:MAX_DETAIL]),
        log=span,
    )
