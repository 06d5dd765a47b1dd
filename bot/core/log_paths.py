"""Paths as logs print them become paths of the repository."""

import re
from collections.abc import Iterable
from urllib.parse import unquote

# Where runners check a repository out; each ends at the repository root.
_WORKSPACES = re.compile(
    r"/(?:home|Users)/runner/work/[^/]+/[^/]+/"
    r"|(?:[A-Za-z]:)?(?:/[^/]+){0,6}/_work/(?:\d{1,6}/s|[^/]+/[^/]+)/"
    r"|/__w/(?:\d{1,6}/s|[^/]+/[^/]+)/"
    r"|/github/workspace/|/workspaces/[^/]+/|/workspace/"
    r"|[A-Za-z]:/a/(?:_work/)?(?:\d{1,6}/s|[^/]+/[^/]+)/"
    r"|/(?:home/vsts|Users/runner)/work/\d{1,6}/s/"  # Azure
    r"|/home/circleci/(?:project|repo)/|/Users/distiller/project/|/root/(?:project|repo)/"
    r"|(?:[A-Za-z]:/GitLab-Runner)?/builds/[^/]+/[^/]+/"
    r"|/home/travis/build/[^/]+/[^/]+/|/Users/travis/build/[^/]+/[^/]+/"
    r"|(?:/var/lib|/opt|/usr/local/var)?/buildkite(?:-agent)?/builds/[^/]+/[^/]+/[^/]+/"
    r"|/(?:var/lib/jenkins|var/jenkins_home|home/jenkins(?:/agent)?)/workspace/[^/]+/"
    r"|[A-Za-z]:/Jenkins/workspace/[^/]+/"
    r"|/opt/atlassian/pipelines/agent/build/"  # Bitbucket
    r"|/opt/(?:buildagent|TeamCity/buildAgent)/work/[0-9a-f]{16}/"
    r"|/tmp/cirrus-ci-build/|/drone/src/|/woodpecker/src/[^/]+/[^/]+/[^/]+/|/home/semaphore/[^/]+/"
    r"|/codebuild/output/src\d{1,12}/src/[^/]+/(?:[^/]+/){2}"
    r"|/opt/build/repo/|/vercel/path0/|/tmp/build_[0-9a-f]{6,40}/|/build/source/"
    r"|[A-Za-z]:/projects/[^/]+/"  # AppVeyor
    r"|/(?:[^/]+/){0,6}src/(?:github\.com|gitlab\.com|bitbucket\.org)/[^/]+/[^/]+/"  # GOPATH
    r"|/(?:usr/src/app|usr/src/[^/]+|app|application|src|code|repo|project|opt/project|var/www/html)/"
)
_DRIVE = re.compile(r"[A-Za-z]:/")
_INSTALLED = re.compile(r"(?:^|/)(?:site|dist)-packages/")
_FOREIGN = re.compile(
    r"(?:^|/)(?:site-packages|dist-packages|node_modules|lib/python\d[\d.]*)/|^<|^/usr/|hostedtoolcache/"
)
_VENV = re.compile(r"(?:[^/]{1,100}/){0,5}\.?(?:v?env|tox|nox|venvs)[^/]{0,40}/")
MAX_PATH = 1024


def shown(path: str, roots: Iterable[str] = ()) -> str | None:
    """As `relative`; a path that lies elsewhere stays absolute, for people to read."""
    return relative(path, roots) or _elsewhere(_slashes(path))


def relative(path: str, roots: Iterable[str] = ()) -> str | None:
    """The path from the repository root; None when it is none inside the repository.

    Args:
        path: as printed: absolute, relative, `file://`, with backslashes.
        roots: more folders that are the repository root on the machine that ran the job.
    """
    clean = _slashes(path)
    for root in (*map(_slashes, roots), ""):
        if root and clean.startswith(root.rstrip("/") + "/"):
            clean = clean[len(root.rstrip("/")) + 1 :]
            break
    else:
        if (match := _WORKSPACES.match(clean)) is not None:
            clean = clean[match.end() :]
    return _inside(clean)


def without_workspace(text: str) -> str:
    """Text in which paths below the workspace of a known runner are from the repository root."""
    return _WORKSPACES.sub("", text) if "/" in text else text


def is_foreign(path: str) -> bool:
    """Whether it is the code of an interpreter or an installed package, not of the repository."""
    return _FOREIGN.search(_slashes(path)) is not None


def subfolder(root: str, roots: Iterable[str] = ()) -> str:
    """A folder of the runner from the repository root: "" for the root itself or when unknown."""
    found = relative(root.rstrip("/\\") + "/.", roots)
    return "" if found in (None, ".") else str(found).removesuffix("/.")


def _slashes(path: str) -> str:
    clean = path.strip()
    if clean.startswith("file://"):
        clean = unquote(clean[7:].removeprefix("localhost"))
    clean = clean.replace("\\", "/")
    if clean.startswith("/") and _DRIVE.match(clean, 1):  # file:///C:/…
        clean = clean[1:]
    return re.sub(r"/{2,}", "/", clean)


def _inside(path: str) -> str | None:
    if (installed := _INSTALLED.search(path)) is not None and not path.startswith("/"):
        if _VENV.match(path):
            return None
        path = path[installed.end() :]  # a build tree under the workspace: the package is ours
    if path.startswith("/") or _DRIVE.match(path) or len(path) > MAX_PATH:
        return None
    while path.startswith(("./", "../")):
        path = path.partition("/")[2]
    return path or None


def _elsewhere(path: str) -> str | None:
    absolute = path.startswith("/") or _DRIVE.match(path)
    return path if absolute and len(path) <= MAX_PATH else None
