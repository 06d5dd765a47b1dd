"""Links, submodules, modes and binaries change what is run without a line that can be read."""

import re
import unicodedata
from collections.abc import Iterator

from guards.change import Change, FileChange, Status
from guards.evidence import Evidence, Need
from guards.lookalikes import passes_for, words
from guards.pattern import expression
from guards.policy import Policy
from guards.roles import Role, is_test_role, role_of
from guards.verdict import Finding, Severity

NAME = "links"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_SYMLINK, _SUBMODULE = "120000", "160000"
_PLAIN, _EXECUTABLE = "100644", "100755"
_CONTROL = frozenset({".git", ".gitmodules", "git~1"})
_RESERVED = expression(
    r"(?:con|prn|aux|nul|com[1-9]|lpt[1-9]|conin\$|conout\$)(?:\.|$)", re.IGNORECASE
)
_CHECKS = expression(
    r"(?:^|[/_.-])(?:tests?|specs?|checks?|verify|lint|ci|e2e|gradlew|mvnw|run)(?:[/_.-]|$)", re.I
)
_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\n")
_COMPILED = expression(
    r"\.(?:py[cod]|so(?:\.\d+)*|dll|dylib|exe|o|a|lib|class|jar|war|whl|egg|gem|nupkg|wasm|node|elc|beam|pdb|com|msi|deb|rpm|bin)$",
    re.IGNORECASE,
)
_WRAPPER = expression(r"(?:^|/)(?:gradle-wrapper|maven-wrapper)\.jar$")
_PICTURE = expression(
    r"\.(?:png|jpe?g|gif|ico|icns|webp|avif|bmp|tiff?|svgz|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wav|mov|pdf|psd|sketch|fig)$",
    re.IGNORECASE,
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find what a reviewer of lines cannot see: kinds of files, modes, binaries, odd paths."""
    yield from _twins(change)
    for file in change.files:
        if file.status is not Status.DELETED:
            yield from _path(file)
        yield from _kind(file)
        yield from _unread(file, change)


def _twins(change: Change) -> Iterator[Finding]:
    """Paths that are one path on systems that ignore case or ways to write an accent."""
    first: dict[str, FileChange] = {}
    for file in change.files:
        if file.status is Status.DELETED:
            continue
        other = first.setdefault(_folded(file.path), file)
        if other is not file:
            message = f"{file.path!a} and {other.path!a} are one file on some systems"
            yield _finding(file, message, "keep one of the two")
    gone = {
        _folded(path): path
        for file in change.files
        if file.status in {Status.DELETED, Status.RENAMED} and (path := file.old_path or file.path)
    }
    for file in change.files:
        old = gone.get(_folded(file.path), file.path)
        if file.status in {Status.ADDED, Status.RENAMED} and old != file.path:
            message = f"{file.path!a} and {old!a} are one name on some systems"
            yield _finding(file, message, "leave the name as it was", Severity.NEEDS_HUMAN)


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _path(file: FileChange) -> Iterator[Finding]:
    parts = file.path.split("/")
    names = {
        "".join(letter for letter in part if letter.isprintable()).casefold() for part in parts
    }
    if _CONTROL & names or {"..", ".", ""} & set(parts):
        yield _finding(file, f"{file.path!r} steers git or leaves the repository", "take it out")
    elif file.path != file.old_path and any(map(_is_odd, parts)):
        message = f"{file.path!a} looks like another path on some systems"
        yield _finding(file, message, "give the file a plain name")
    elif file.path != file.old_path and not unicodedata.is_normalized("NFC", file.path):
        message = f"{file.path!a} can be written in two ways"
        yield _finding(file, message, "give the file a plain name", Severity.NEEDS_HUMAN)


def _is_odd(part: str) -> bool:
    """Whether a name is another one elsewhere, or for a reader."""
    return (
        part.endswith((".", " "))
        or not part.isprintable()
        or bool(set(part) & set('\\:*?"<>|'))
        or _RESERVED.match(part) is not None
        or any(passes_for(word) for word in words(part))
    )


def _kind(file: FileChange) -> Iterator[Finding]:
    old, new = file.old_mode, file.new_mode
    if new == _SYMLINK:
        yield _finding(file, f"{file.path} is now a symbolic link", "write a regular file")
    elif _SUBMODULE in {old, new}:
        yield _finding(file, f"{file.path} is a submodule", "leave submodules as they were")
    elif old == _SYMLINK and file.status is not Status.DELETED:
        message = f"{file.path} was a symbolic link"
        yield _finding(file, message, "leave the link as it was", Severity.NEEDS_HUMAN)
    elif {old, new} == {_PLAIN, _EXECUTABLE}:
        message = f"the mode of {file.path} changed from {old} to {new}"
        yield _finding(file, message, "leave the mode as it was", _weight_of_mode(file))
    elif new == _EXECUTABLE and file.status is Status.ADDED:
        severity = Severity.WARN if _has_interpreter(file) else Severity.NEEDS_HUMAN
        message = f"{file.path} is a new executable file"
        yield _finding(file, message, "add files without the executable bit", severity)


def _weight_of_mode(file: FileChange) -> Severity:
    """A script that nobody can start checks nothing; one that can be started now is a fix."""
    if file.new_mode == _EXECUTABLE:
        return Severity.WARN if _has_interpreter(file) else Severity.NEEDS_HUMAN
    checks = is_test_role(file.role) or file.role is Role.GOVERNANCE or _CHECKS.search(file.path)
    return SEVERITY if checks and _has_interpreter(file) else Severity.NEEDS_HUMAN


def _has_interpreter(file: FileChange) -> bool:
    return (file.after or b"").startswith(b"#!")


def _unread(file: FileChange, change: Change) -> Iterator[Finding]:
    if file.binary:
        message = f"{file.path} is binary, so nobody can read what changed"
        yield _finding(file, message, "leave binary files as they were", _weight_of_binary(file))
        return
    sides = [_POINTER.match(side or b"") is not None for side in (file.before, file.after)]
    if any(sides) and file.status is not Status.DELETED:
        message = f"{file.path} stands for a large file elsewhere, which nobody can read here"
        is_new_picture = file.before is None and _is_picture(file)
        severity = Severity.WARN if is_new_picture else Severity.NEEDS_HUMAN
        yield _finding(file, message, "leave the large file as it was", severity)
        return
    there = file.status is not Status.DELETED and file.new_mode != _SUBMODULE
    if change.from_trees and there and file.after is None:
        message = f"{file.path} is too large to be judged"
        yield _finding(file, message, "leave this file as it was", Severity.NEEDS_HUMAN)


def _weight_of_binary(file: FileChange) -> Severity:
    """Pictures are looked at; programs that nobody compiled here are run."""
    if _is_picture(file):
        return Severity.WARN
    if not _COMPILED.search(file.path) or _WRAPPER.search(file.path) or is_test_role(file.role):
        return Severity.NEEDS_HUMAN
    if file.status is Status.DELETED:
        return Severity.WARN
    return Severity.NEEDS_HUMAN if file.path.endswith(".bin") else SEVERITY


def _is_picture(file: FileChange) -> bool:
    paths = {file.path, file.old_path or file.path}
    return all(_PICTURE.search(path) and not is_test_role(role_of(path)) for path in paths)


def _finding(file: FileChange, message: str, remedy: str, severity: Severity = SEVERITY) -> Finding:
    return Finding(guard=NAME, severity=severity, message=message, remedy=remedy, file=file.path)
