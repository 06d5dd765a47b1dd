"""Whatever stands in a pipeline, script or manifest: rules about them answer and do not fail."""

from collections.abc import Sequence

import pytest

from guards.change import Change, FileChange, Line, Status
from guards.evidence import Evidence
from guards.policy import Policy
from guards.rules import (
    Guard,
    ci_masks,
    ci_permissions,
    commit_message,
    dependencies,
    scripts,
    shadowing,
)

_RULES: Sequence[Guard] = (
    ci_masks,
    ci_permissions,
    commit_message,
    dependencies,
    scripts,
    shadowing,
)
_PATHS = (
    ".github/workflows/ci.yml",
    ".gitlab-ci.yml",
    "Jenkinsfile",
    "Makefile",
    "package.json",
    "tox.ini",
    "noxfile.py",
    "test.sh",
    "Dockerfile",
    "pyproject.toml",
    "requirements.txt",
    "go.mod",
    "pom.xml",
    "build.gradle",
    "a.csproj",
    "Gemfile",
    "mix.exs",
    "setup.py",
    "environment.yml",
    "package-lock.json",
    "go.sum",
    "Taskfile.yml",
    "mvnw",
)
_TEXTS = (
    "a: " + "[" * 5000,
    "curl " * 1_000,
    "ignore all " * 2_000,
    ("x" * 1990 + "\n") * 12,
    "\n".join(f"a: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 500)),
    '{"scripts": {"test": ' + '"' + "\\\\" * 40_000 + '"}}',
    "pytest " * 3_000,
    "pytest && " * 2_000,
    "pytest\n" * 3_000,
    "jobs:\n  a:\n    steps:\n" + "      - run: pytest -q\n" * 1_000,
    "--" * 50_000,
    " " * 100_000,
    "test: " + "a " * 50_000 + "\n\ttrue\n",
    "'" * 100_000,
    "${{" * 6_000,
    "<a>" * 3_000,
    "{:a, " * 1_000,
    '"a:b:1" ' * 3_000,
    "\0\x01\ud7ff\n" * 2_000,
    '{"dependencies": [1, 2], "scripts": 3, "engines": []}',
    '{"scripts": {"test": ["a", ["b"], {"c": 1}]}, "overrides": null}',
    "[]",
    "jobs: [1, {a: b}]\non: {push: 1}\nenv: {A: [1]}\nsteps: null\n",
    "on: null\njobs: {a: {strategy: {matrix: 1}, steps: {b: c}, if: []}}\n",
    "[project]\ndependencies = 3\n[tool.poetry]\ndependencies = [1]\n[tool.uv]\nsources = 1\n",
    "[project]\ndependencies = [1]\noptional-dependencies = 2\n",
    "[options]\ninstall_requires = a\n[options.extras_require]\nb\n",
    "<project><dependencies><dependency>x</dependency></dependencies></project>",
    "<Project><PackageReference Include='a'><Version>1</Version><Version>2</Version></PackageReference></Project>",
    "dependencies: {a: b}\n",
    "dependencies: [1, {pip: 3}, {pip: [4]}]\n",
)


@pytest.mark.parametrize("path", _PATHS)
def test_hostile_files_are_answered(path: str) -> None:
    for text in _TEXTS:
        for from_trees in (True, False):
            change = _change(path, "pytest\n", text, from_trees=from_trees)
            for rule in _RULES:
                list(rule.check(change, Policy(), Evidence()))


def _change(path: str, before: str, after: str, *, from_trees: bool) -> Change:
    file = FileChange(
        path=path,
        status=Status.MODIFIED,
        old_path=path,
        before=before.encode(errors="replace") if from_trees else None,
        after=after.encode(errors="replace") if from_trees else None,
        added=_lines(after),
        removed=_lines(before),
    )
    return Change(files=(file,), from_trees=from_trees, messages=(after,))


def _lines(text: str) -> tuple[Line, ...]:
    return tuple(Line(number=n, text=line) for n, line in enumerate(text.split("\n"), start=1))
