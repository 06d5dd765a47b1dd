"""Where a file of a package lies in the repository: go test prints its base name alone."""

from bot.core.log_paths import relative
from bot.core.pattern import pattern

# The import path of these hosts names the repository; a major version is no folder.
_HOSTED = pattern(
    r"(?:github\.com|bitbucket\.org)/[^/]{1,100}/[^/]{1,100}(?:/v\d{1,3})?(?:/(?P<folder>.{1,400}))?$"
)
_FOREIGN_BASES = frozenset(
    {
        "testing.go", "benchmark.go", "fuzz.go", "assertions.go", "suite.go", "require.go",
        "forward_requirements.go", "assertion_format.go", "panic.go", "asm_amd64.s", "_testmain.go",
    }
)  # fmt: skip
_FOREIGN_FOLDERS = (
    "/pkg/mod/", "/src/testing/", "/src/runtime/", "/src/reflect/", "/src/internal/", "/src/sync/",
    "/src/time/", "/src/net/", "/src/os/", "/src/io/", "/src/fmt/", "/src/encoding/", "/vendor/",
    "/usr/lib/go", "/usr/local/go/", "/hostedtoolcache/", "/stretchr/testify/", "/usr/share/gocode/",
    "/src/context/", "/src/log/", "/src/strings/", "/src/bytes/", "/src/syscall/", "/src/iter/",
)  # fmt: skip


def folder(package: str | None, *, short: bool = False) -> str | None:
    """The folder of a package from the repository root; None when that cannot be told."""
    if package is None:
        return None
    if short and "." not in package.partition("/")[0]:
        return package
    if package == ".":
        return ""
    match = _HOSTED.match(package)
    return None if match is None else match["folder"] or ""


def locate(file: str, package: str | None, *, short: bool = False) -> str:
    """The path of a file that a test of the package named."""
    path = file.replace("\\", "/")
    base = path.rpartition("/")[2]
    if path != base and relative(path) is not None and not path.startswith("github.com/"):
        return path
    inside = folder(package, short=short)
    if inside is None:
        return base
    return f"{inside}/{base}" if inside else base


def is_own(file: str) -> bool:
    """Whether it may be code of the repository: not Go's own, not a module's, not an assertion's."""
    path = file.replace("\\", "/")
    return path.rpartition("/")[2] not in _FOREIGN_BASES and not any(
        part in path for part in _FOREIGN_FOLDERS
    )
