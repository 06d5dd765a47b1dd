"""A path tells what part its file plays."""

import pytest

from guards.roles import Role, role_of


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("tests/test_a.py", Role.TEST),
        ("pkg/a_test.go", Role.TEST),
        ("src/a.test.ts", Role.TEST),
        ("src/test/java/FooTest.java", Role.TEST),
        ("spec/a_spec.rb", Role.TEST),
        ("tests/conftest.py", Role.TEST_SUPPORT),
        ("tests/helpers.py", Role.TEST_SUPPORT),
        ("src/__snapshots__/a.snap", Role.SNAPSHOT),
        ("pkg/testdata/out.golden", Role.SNAPSHOT),
        ("tests/data/x.json", Role.FIXTURE),
        (".github/workflows/ci.yml", Role.GOVERNANCE),
        ("package-lock.json", Role.LOCK),
        ("pyproject.toml", Role.CONFIG),
        ("vendor/x/y.go", Role.VENDORED),
        ("api_pb2.py", Role.GENERATED),
        ("README.md", Role.DOCS),
        ("src/contest.py", Role.SOURCE),
        ("src/latest/foo.py", Role.SOURCE),
        ("src/Manifest.java", Role.SOURCE),
    ],
)
def test_a_path_has_one_role(path: str, role: Role) -> None:
    assert role_of(path) is role
