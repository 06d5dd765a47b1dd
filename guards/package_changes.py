"""Whether a change of what is installed is the daily work of every repository."""

import re
from collections.abc import Iterable, Mapping

from guards.change import Change
from guards.manifests import Dependency, is_lock, is_manifest
from guards.package_versions import FOREIGN, LOCAL, is_raise

_MAX_WORDS = 200_000
_MAX_COLUMNS = 300
_JOINTS = re.compile(r"[_./:\\\\]+")
_OWNER = re.compile(r"^@?[\w.-]+[/:]")
# What runs or writes tests; one of a family may take the place of another.
_FRAMEWORKS = tuple(
    re.compile(rf"^(?:{names})$")
    for names in (
        r"junit(?:-[\w-]{1,40})?|testng|assertj-core|hamcrest(?:-\w{1,20})?|mockito-[\w-]{1,40}|mockk|kotest-[\w-]{1,40}|kotlin-test[\w-]{0,20}|spock-core|truth",
        r"mocha|chai(?:-[\w-]{1,40})?|jasmine(?:-[\w-]{1,40})?|jest(?:-[\w-]{1,40})?|vitest|ava|tape|tap|uvu|karma(?:-[\w-]{1,40})?|sinon(?:-[\w-]{1,40})?|nyc|c8|ts-jest|babel-jest|jsdom|happy-dom|coverage-v8|ui",
        r"phpunit|pest(?:-plugin[\w-]{0,40})?|codeception|mockery|prophecy(?:-phpunit)?",
        r"nose2?|pytest(?:-[\w-]{1,40})?|unittest2|mock|tox|nox",
        r"test-unit|minitest(?:-[\w-]{1,40})?|rspec(?:-[\w-]{1,40})?|shoulda(?:-[\w-]{1,40})?|mocha",
        r"nunit(?:[.\d\w-]{0,40})|xunit(?:[.\w-]{0,40})|mstest[.\w-]{0,40}|microsoft\.net\.test\.sdk|fluentassertions|shouldly|moq|nsubstitute|coverlet\.\w{1,20}",
    )
)


def is_daily(before: Mapping[str, Dependency], after: Mapping[str, Dependency], words: str) -> bool:
    """Whether versions are raised, and what comes or goes only serves those who write tests."""
    gone = before.keys() - after.keys()
    come = after.keys() - before.keys()
    return (
        all(is_raise(before[key].spec, after[key].spec) for key in before.keys() & after.keys())
        and all(is_aside(after[key], before.values(), words) for key in come)
        and all(_is_succeeded(before[key], [after[new] for new in come]) for key in gone)
    )


def is_aside(new: Dependency, known: Iterable[Dependency], words: str) -> bool:
    """Whether a new package serves development alone, and is used or follows one of its kind."""
    foreign = FOREIGN.search(new.spec) or LOCAL.search(new.spec)
    follows = _is_succeeded(new, known) or new.name.startswith("@types/")
    return not foreign and new.aside and (follows or is_used(new.name, words))


def is_used(name: str, words: str) -> bool:
    """Whether the change itself speaks of the package."""
    whole = _plain(name.lower().lstrip("@"))
    bare = whole if name.startswith("@") else _plain(re.split(r"[:/]", name.lower())[-1])
    short = bare.removeprefix("python-").removeprefix("py")
    return any(each and each in words for each in (whole, bare, short))


def words_of(change: Change) -> str:
    """The added lines of all but manifests and lock files, bounded, with "-" for every joint."""
    if "words of packages" not in change.memo:
        change.memo["words of packages"] = _words(change)
    return str(change.memo["words of packages"])


def _words(change: Change) -> str:
    parts: list[str] = []
    size = 0
    for file in change.files:
        if is_manifest(file.path) or is_lock(file.path):
            continue
        for line in file.added:
            size += len(line.text[:_MAX_COLUMNS])
            if size > _MAX_WORDS:
                return " ".join(parts)
            parts.append(_plain(line.text[:_MAX_COLUMNS].lower()))
    return " ".join(parts)


def _plain(text: str) -> str:
    return _JOINTS.sub("-", text)


def _is_succeeded(old: Dependency, others: Iterable[Dependency]) -> bool:
    """Whether one of the others is of the same family of test frameworks."""
    name = _OWNER.sub("", old.name.lower())
    families = [family for family in _FRAMEWORKS if family.match(name)]
    return any(
        family.match(_OWNER.sub("", other.name.lower())) for other in others for family in families
    )
