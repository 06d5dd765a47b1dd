"""What a repository depends on, from the manifests and lock files of the package managers."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from guards.documents import document

_REQUIREMENTS = re.compile(
    r"(?:^|/)(?:[\w.-]*requirements[\w.-]*|constraints[\w.-]*)\.(?:txt|in)$|(?:^|/)requirements/[\w.-]+\.(?:txt|in)$"
)
_MANIFEST = re.compile(
    r"(?:^|/)(?:pyproject\.toml|setup\.cfg|setup\.py|Pipfile|package\.json|go\.mod|Cargo\.toml|pom\.xml|build\.gradle(?:\.kts)?|libs\.versions\.toml|Gemfile|[\w.-]+\.gemspec|composer\.json"
    r"|Directory\.Packages\.props|packages\.config|environment\.ya?ml|pubspec\.yaml|mix\.exs|deno\.json|\.tool-versions|\.python-version|\.nvmrc|\.node-version|\.ruby-version|go\.work|rust-toolchain(?:\.toml)?)$|\.(?:cs|fs|vb)proj$"
)
_LOCK = re.compile(
    r"(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|Cargo\.lock|go\.sum|Gemfile\.lock|composer\.lock)$"
)
_NAME = re.compile(r"([A-Za-z0-9][\w.-]{0,100})\s*(?:\[[^\]]{0,200}\])?\s*(.{0,500})$")
_GO = re.compile(r"^\s*(?:require\s+)?([\w.-]+\.[\w.-]+/[\w./~-]+)\s+(v\S+)")
_GEM = re.compile(
    r"^\s*(?:gem|\w+\.add_(?:\w+_)?dependency)[\s(]+['\"]([\w.-]+)['\"]\s*,?\s*(.{0,300})"
)
_GRADLE = re.compile(
    r"['\"]([\w.-]+:[\w.-]+):([\w.+,\[\]()-]+)['\"]|\bid[\s(]+['\"]([\w.-]+)['\"]\)?\s+version\s+['\"]([\w.-]+)['\"]"
)
_MIX = re.compile(r"\{:(\w+),\s*(.{0,200}?)\}")
_SECTIONS = re.compile(r"^(?:dependencies|devDependencies|peerDependencies|optionalDependencies|require|require-dev|dev-dependencies|build-dependencies|dependency_overrides|dev_dependencies|packages|dev-packages|plugins|libraries|versions)$")  # fmt: skip

_ASIDE = re.compile(
    r"(?i)(?:^|[^a-z])(?:dev|develop|development|tests?|testing|lint|linting|docs?|typing)(?:$|[^a-z])|^dev[A-Z]|^(?:test|androidTest)[A-Z]"
)
_QUOTED = re.compile(
    r"['\"]([A-Za-z][\w.-]{0,60}(?:\[[\w,]{0,60}\])?\s{0,3}(?:[<>=!~]=?|@)[^'\"\n]{1,120})['\"]"
)
_MAX_TEXT = 200_000
_MAX_DEPTH = 12
_MAX_TABLE_DEPTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """One entry of a manifest: `spec` is what it asks for, as written.

    Attributes:
        aside: only those who work on the repository get it; what it is for is not shipped.
    """

    name: str
    spec: str
    hashed: bool = False
    aside: bool = False


def is_manifest(path: str) -> bool:
    """Whether people write what a repository depends on in this file."""
    return bool(_MANIFEST.search(path) or _REQUIREMENTS.search(path))


def is_lock(path: str) -> bool:
    """Whether a package manager writes what it resolved to this file."""
    return bool(_LOCK.search(path))


def dependencies(path: str, content: bytes) -> dict[str, Dependency]:
    """The dependencies of a manifest by name, the language's own version among them.

    Raises:
        UnparsableError: it is not what its name says.
    """
    text = content.decode("utf-8-sig", errors="replace")
    aside = bool(_REQUIREMENTS.search(path) and _ASIDE.search(path.rpartition("/")[2]))
    found = [replace(each, aside=each.aside or aside) for each in _read(path, content, text)]
    shipped = {_key(each): each for each in found if not each.aside}
    apart = {_key(each): each for each in found if each.aside}
    return shipped | {key + " (aside)" * (key in shipped): each for key, each in apart.items()}


def _key(dependency: Dependency) -> str:
    return dependency.name.lower().replace("_", "-")


def _read(path: str, content: bytes, text: str) -> Iterator[Dependency]:
    name = path.rpartition("/")[2]
    if _REQUIREMENTS.search(path):
        yield from _requirements(text)
    elif name in {"go.mod", "go.work"}:
        yield from _go(text)
    elif name == "Gemfile" or name.endswith(".gemspec"):
        yield from _by_line(text, _GEM)
    elif "gradle" in name or name in {"mix.exs", "setup.py"}:
        yield from _from_code(name, text[:_MAX_TEXT])
    elif name.startswith(".") or name == "rust-toolchain":
        yield from _version_file(name, text)
    else:
        yield from _document(name, document(path, content))


def _go(text: str) -> Iterator[Dependency]:
    yield from _by_line(text, _GO)
    if version := re.search(r"^go\s+(\S+)", text, re.MULTILINE):
        yield Dependency(name="(go)", spec=version[1])


def _version_file(name: str, text: str) -> Iterator[Dependency]:
    for index, line in enumerate(text.split("\n")[:40]):
        if line.strip():
            yield Dependency(name=f"({name} {index})", spec=line.split()[-1])


def _from_code(name: str, text: str) -> Iterator[Dependency]:
    """From manifests that are programs, by their text."""
    if name == "mix.exs":
        for match in _MIX.finditer(text):
            yield Dependency(name=match[1], spec=match[2])
    elif name == "setup.py":
        for match in _QUOTED.finditer(text):
            yield from _requirements(match[1])
    else:
        for line in text.split("\n"):
            for match in _GRADLE.finditer(line[:2000]):
                aside = bool(_ASIDE.search(line.strip()[:60].partition("(")[0].partition(" ")[0]))
                yield Dependency(name=match[1] or match[3], spec=match[2] or match[4], aside=aside)


def _document(name: str, values: Any) -> Iterator[Dependency]:
    if name == "pyproject.toml":
        yield from _pyproject(values)
    elif name == "setup.cfg":
        yield from _setup_cfg(values)
    elif name == "pom.xml":
        yield from _maven(values)
    elif name.endswith(("proj", ".props", "packages.config")):
        yield from _nuget(values, 0)
    elif name.startswith("environment."):
        yield from _conda(values)
    elif isinstance(values, dict):
        yield from _tables(values, 0)
        engines = _table(values, "engines") if name == "package.json" else {}
        for engine, version in engines.items():
            yield Dependency(name=f"({engine})", spec=str(version))


def _setup_cfg(values: Any) -> Iterator[Dependency]:
    yield from _requirements(str(_table(values, "options").get("install_requires") or ""))
    for extra in _table(values, "options.extras_require").values():
        yield from _requirements(str(extra or ""))


def _conda(values: Any) -> Iterator[Dependency]:
    for item in _items(values, "dependencies"):
        if isinstance(item, str):
            exact = "==" not in item and ">" not in item and "<" not in item
            yield from _requirements(item.replace("=", "==", 1) if exact else item)
        else:
            yield from _requirements("\n".join(str(one) for one in _items(item, "pip")))


def _table(value: Any, key: str) -> Mapping[Any, Any]:
    """A table in a table; an empty one where something else stands."""
    inner = value.get(key) if isinstance(value, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def _items(value: Any, key: str) -> list[Any]:
    """A list in a table; an empty one where something else stands."""
    inner = value.get(key) if isinstance(value, Mapping) else None
    return inner if isinstance(inner, list) else []


def _tables(values: Mapping[str, Any], depth: int, *, aside: bool = False) -> Iterator[Dependency]:
    """Tables of names and versions, wherever they are."""
    for key, inner in values.items():
        if not isinstance(inner, dict) or depth > _MAX_TABLE_DEPTH:
            continue
        apart = aside or bool(_ASIDE.search(str(key)))
        if not _SECTIONS.match(str(key)):
            yield from _tables(inner, depth + 1, aside=apart)
            continue
        for name, spec in inner.items():
            yield Dependency(name=str(name), spec=_spec(spec), aside=apart)


def _spec(spec: Any) -> str:
    if isinstance(spec, dict):
        version = spec.get("version", spec.get("ref", ""))
        version = version.get("ref", "") if isinstance(version, dict) else version
        place = next(
            (
                f"{key}+{spec[key]}"
                for key in ("git", "path", "url", "registry", "source", "index")
                if key in spec
            ),
            "",
        )
        return f"{version} {place}".strip()
    return "" if spec is None else str(spec)


def _pyproject(values: Mapping[str, Any]) -> Iterator[Dependency]:
    project, tool = _table(values, "project"), _table(values, "tool")
    extra, own = _table(project, "optional-dependencies"), _table(values, "dependency-groups")
    groups = [(_items(project, "dependencies"), False)]
    groups += [(_items(_table(values, "build-system"), "requires"), False)]
    groups += [(_items(extra, key), bool(_ASIDE.search(str(key)))) for key in extra]
    groups += [(_items(own, key), True) for key in own]
    for group, aside in groups:
        for item in group:
            for each in _requirements(item) if isinstance(item, str) else ():
                yield replace(each, aside=aside)
    if project.get("requires-python"):
        yield Dependency(name="(python)", spec=str(project["requires-python"]))
    yield from _tables(_table(tool, "poetry"), 0)
    for name, spec in _table(_table(tool, "uv"), "sources").items():
        yield Dependency(name=f"(source of {name})", spec=_spec(spec))


def _requirements(text: str) -> Iterator[Dependency]:
    for line in text.replace("\\\n", " ").split("\n"):
        bare = re.split(r"(?:^|\s)#", line[:2000])[0].strip().strip(",\"'")
        if not bare or bare.startswith("-"):
            continue
        hashed = "--hash=" in bare
        bare = bare.partition(" --hash")[0].partition(";")[0].strip()
        if re.match(r"(?:git|hg|svn)\+|https?://|file:", bare):
            name = bare.rpartition("#egg=")[2].partition("&")[0] if "#egg=" in bare else bare[:100]
            yield Dependency(name=name, spec=bare)
            continue
        match = _NAME.match(bare)
        if match:
            yield Dependency(name=match[1], spec=match[2].strip(), hashed=hashed)


def _by_line(text: str, pattern: re.Pattern[str]) -> Iterator[Dependency]:
    for line in text.split("\n"):
        match = pattern.match(line[:2000])
        if match and not line.lstrip().startswith(("#", "//")):
            aside = bool(re.search(r"add_dev|group\w*:|:test\b|:development\b", line[:500]))
            yield Dependency(name=match[1], spec=match[2].strip().strip("'\""), aside=aside)


def _maven(values: Mapping[str, Any]) -> Iterator[Dependency]:
    project = _table(values, "project")
    for key, value in _table(project, "properties").items():
        if re.search(r"version|release|source|target", str(key)) and isinstance(value, str):
            yield Dependency(name=f"(property {key})", spec=value)
    stack: list[Any] = list(project.values())
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(node)
        elif isinstance(node, dict):
            stack.extend(node.values())
            if isinstance(node.get("artifactId"), str):
                name = f"{node.get('groupId', '')}:{node['artifactId']}"
                aside = node.get("scope") == "test"
                yield Dependency(name=name, spec=str(node.get("version", "")), aside=aside)


def _nuget(values: Any, depth: int) -> Iterator[Dependency]:
    if isinstance(values, list):
        for item in values:
            yield from _nuget(item, depth + 1)
    if not isinstance(values, dict) or depth > _MAX_DEPTH:
        return
    for key, inner in values.items():
        if key in {"PackageReference", "PackageVersion", "package"}:
            yield from _references(inner)
        elif key in {"TargetFramework", "LangVersion"} and isinstance(inner, str):
            yield Dependency(name=f"({key})", spec=inner)
        else:
            yield from _nuget(inner, depth + 1)


def _references(value: Any) -> Iterator[Dependency]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            name = item.get("@Include") or item.get("@Update") or item.get("@id") or ""
            spec = item.get("@Version") or item.get("@version") or item.get("Version") or ""
            yield Dependency(name=str(name), spec=str(spec))
