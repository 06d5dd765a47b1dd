"""Failures of a pytest run: summary lines joined with their tracebacks."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.log_paths import is_foreign, relative, subfolder
from bot.core.pattern import pattern
from bot.formats.pytest_log.session import Block, Entry, Place, Session

_AT = pattern(r"ERROR (?:at (?:setup|teardown) of|collecting) (.+)$")
_TEST_FILE = pattern(r"(?:^|/)(?:test_[^/]*|[^/]*_test)\.py$")
_SUBTEST = pattern(r" (?:\[[^\]]{0,200}\])?(?: ?\(.{0,200}\))?$")
_TEST_NAME = pattern(r"test\w*$")
_RULES = {
    "usage": (FailureType.CONFIG, "usage"),
    "missing": (FailureType.CONFIG, "usage"),
    "coverage": (FailureType.TEST, "cov-fail-under"),
    "internal": (FailureType.RUNTIME, "internal-error"),
}


def failures(session: Session) -> Iterator[Failure]:
    """Everything the run says, one failure a test id, in the order of the summary."""
    found = list(_all(session))
    yield from found or _uncounted(session)


def _all(session: Session) -> Iterator[Failure]:
    session.closed()
    tests: dict[str, Failure] = {}
    for entry in session.summary or session.progress:
        if entry.node not in tests or tests[entry.node].message.startswith("contains "):
            tests[entry.node] = _judge(session, entry, _block_of(session, entry))
    yield from tests.values()
    if not session.summary:
        yield from _unnamed(session, {_title(node) for node in tests})
    yield from _crashes(session, tests)
    for remark in session.remarks.values():
        type_, rule = _RULES[remark.rule]
        yield Failure(
            type=type_,
            tool="pytest",
            rule=rule,
            message=remark.message,
            log=LogSpan(start=remark.number, end=remark.number),
        )


def _uncounted(session: Session) -> Iterator[Failure]:
    """What the last line counts where nothing above it says which tests."""
    if session.verdict is not None:
        number = session.verdict.number
        yield Failure(
            type=FailureType.TEST,
            tool="pytest",
            message=session.verdict.message,
            log=LogSpan(start=number, end=number),
            weak=True,
        )


def _judge(session: Session, entry: Entry, block: Block | None) -> Failure:
    named = _names_file(entry.node)
    file = _file(entry.node, session) if named else None
    place = _place(block, entry, file, session.rootdir)
    collecting = named and "::" not in entry.node and entry.kind == "ERROR"
    return Failure(
        type=FailureType.TEST,
        tool="pytest",
        rule="collection" if collecting else None,
        test=entry.node,
        message=_message(entry, block, place),
        file=place.path if place else file,
        line=(place.line or None) if place else None,
        command=f"pytest {shlex.quote(entry.node)}" if named else None,
        detail=tuple(block.lines) if block else (),
        log=_span(block, entry),
        root=collecting,
    )


def _span(block: Block | None, entry: Entry) -> LogSpan:
    if block is None or block.kind == "lines":
        return LogSpan(start=entry.number, end=entry.number)
    return LogSpan(start=block.start, end=block.end)


def _block_of(session: Session, entry: Entry) -> Block | None:
    """The traceback of a summary line; of several with one title, the first that fits its file."""
    title = _title(entry.node) + (f" {entry.variant}" if entry.variant else "")
    fitting = [
        block
        for block in session.blocks
        if not block.used and block.title and _bare(block.title) in (title, entry.node)
    ]
    file = entry.node.partition("::")[0].rpartition("/")[2]
    best = next((block for block in fitting if _mentions(block, file)), None)
    block = best or next(iter(fitting), None)
    if block is not None:
        block.used = True
        return block
    return next((each for each in session.blocks if each.kind == "lines" and each.places), None)


def _mentions(block: Block, file: str) -> bool:
    return any(place.path.endswith(file) for place in block.places)


def _bare(title: str) -> str:
    if (match := _AT.match(title)) is not None:
        return match[1]
    return title.removeprefix("[doctest] ")


def _title(node: str) -> str:
    """How pytest heads the traceback of a node."""
    file, _, name = node.partition("::")
    bracket = name.find("[")
    if bracket < 0:
        return name.replace("::", ".") or file
    return name[:bracket].replace("::", ".") + name[bracket:]


def _message(entry: Entry, block: Block | None, place: Place | None) -> str:
    short = entry.reason.removesuffix("...")
    full = _blame(block)
    if short.startswith("file ") and full.startswith("fixture "):
        return full  # xdist summarises the place of a missing fixture, not its name
    if block is not None and block.kind == "lines":
        full = place.note if place and place.note.startswith(short) else ""
    if not entry.reason:
        return full or f"{entry.node} failed"
    if short != entry.reason and full.startswith(short):
        return full
    return entry.reason


def _blame(block: Block | None) -> str:
    """The first line of the last error of a traceback; "" when it has none."""
    if block is None:
        return ""
    if not block.groups or not block.groups[-1]:
        return block.raised or next((place.note for place in block.places if place.note), "")
    group = [text for text in block.groups[-1] if text.strip()]
    if not group:
        return block.raised
    indent = min(len(text) - len(text.lstrip()) for text in group)
    return next(text.strip() for text in group if len(text) - len(text.lstrip()) == indent)


def _place(block: Block | None, entry: Entry, file: str | None, rootdir: str) -> Place | None:
    """Where it failed: the deepest frame in the test's own file, else the deepest of ours."""
    if block is None or not block.places:
        return None
    if block.kind == "lines":
        return _line_place(block, entry, file, rootdir)
    own = _deepest(block, file)
    if own is not None:
        return own
    ours = [place for place in block.places if not is_foreign(place.path)]
    paths = ((_inside(place.path, rootdir), place) for place in reversed(ours))
    inside = [replace(place, path=path) for path, place in paths if path]
    if entry.kind == "FAILED" and file:  # an inherited test, else only the file is known
        return next((each for each in inside if _TEST_FILE.search(each.path)), None)
    return next(iter(inside), None)


def _deepest(block: Block, file: str | None) -> Place | None:
    for place in reversed(block.places):
        path = place.path.replace("\\", "/")
        while path.startswith("../"):
            path = path[3:]
        if file and (path == file or path.endswith("/" + file) or file.endswith("/" + path)):
            return replace(place, path=file)
    return None


def _line_place(block: Block, entry: Entry, file: str | None, rootdir: str) -> Place | None:
    """`--tb=line` prints places without titles: the first with this reason is it."""
    stem = entry.reason.removesuffix("...")
    for place in block.places:
        if stem and place.note.startswith(stem):
            block.places.remove(place)
            inside = file and place.path.replace("\\", "/").endswith(file)
            path = file if inside else _inside(place.path, rootdir)
            return replace(place, path=path) if path else None
    return None


def _inside(path: str, rootdir: str) -> str | None:
    """The path from the repository root; what pytest calls its root may be a folder below it."""
    if (known := relative(path)) is not None:
        return known
    below = relative(path, (rootdir,)) if rootdir else None
    folder = subfolder(rootdir) if rootdir else ""
    return f"{folder}/{below}" if below and folder else below


def _file(node: str, session: Session) -> str | None:
    """The file of a node from the repository root, when pytest ran in a folder below it."""
    path = relative(node.partition("::")[0])
    folder = subfolder(session.rootdir) if session.rootdir else ""
    if path and folder and not path.startswith(folder + "/") and not folder.startswith("/"):
        return f"{folder}/{path}"
    return path


def _unnamed(session: Session, known: set[str]) -> Iterator[Failure]:
    """Tracebacks of tests that no summary names."""
    for block in session.blocks:
        title = _SUBTEST.sub("", _bare(block.title))
        if block.kind in ("crash", "lines") or block.used or title in known or not title:
            continue
        node = _node(title, block, session.rootdir)
        known.add(title)
        entry = Entry(kind="ERROR", node=node, reason="", variant="", number=block.start)
        yield _judge(session, entry, block)


def _node(title: str, block: Block, rootdir: str) -> str:
    """A node id from a title and the frames; the title alone when no frame is in a file of ours."""
    if title.endswith(".py"):
        return title
    inside = (_inside(each.path, rootdir) for each in block.places if not is_foreign(each.path))
    ours = [path for path in inside if path]
    file = next(iter([path for path in ours if _TEST_FILE.search(path)] or ours), None)
    if file is None:
        return title
    name, bracket, params = title.partition("[")
    return f"{file}::{name.replace('.', '::')}{bracket}{params}"


def _names_file(node: str) -> bool:
    return "::" in node or "/" in node or node.endswith(".py")


def _crashes(session: Session, tests: Mapping[str, Failure]) -> Iterator[Failure]:
    """Runs that died; not again when xdist outlived its worker and named the test."""
    for block in session.blocks:
        conftest = block.title.startswith("ImportError while loading conftest")
        if block.kind != "crash" or not (conftest or session.started or _in_pytest(block)):
            continue
        place = _crash_place(block)
        if not conftest and any(_same(place, node) for node in tests):
            continue
        yield Failure(
            type=FailureType.TIMEOUT if block.title == "Timeout" else FailureType.TEST,
            tool="pytest",
            rule="conftest" if conftest else "crash",
            test=place.note if place and _TEST_NAME.match(place.note) else None,
            message=(_blame(block) if conftest else "") or block.title,
            file=place.path if place else None,
            line=place.line if place else None,
            detail=tuple(block.lines),
            log=LogSpan(start=block.start, end=block.end),
            root=conftest,
        )


def _same(place: Place | None, node: str) -> bool:
    return place is None or node.partition("[")[0].endswith(f"::{place.note}")


def _in_pytest(block: Block) -> bool:
    return any("_pytest" in place.path for place in block.places)


def _crash_place(block: Block) -> Place | None:
    """The test's frame: faulthandler prints the innermost first, pytest-timeout last."""
    known = [
        replace(place, path=path)
        for place in block.places
        if "_pytest" not in place.path and (path := relative(place.path)) is not None
    ]
    tests = [place for place in known if _TEST_FILE.search(place.path)]
    ours = [place for place in known if not is_foreign(place.path)]
    return next(iter(tests or ours), None)
