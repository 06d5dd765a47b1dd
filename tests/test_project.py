import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.core import repo_config
from bot.core.repo_config import Bots, Limits, Mode
from tests import readme

ROOT = Path(__file__).parents[1]
PAGES = sorted(ROOT.glob("*.md"))
PIN = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+")
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#]+)?(#[^)]*)?\)")
MAX_LINES = 300


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def requirements() -> list[Requirement]:
    project = pyproject()["project"]
    extras = project["optional-dependencies"].values()
    return [
        Requirement(text) for text in [*project["dependencies"], *(t for e in extras for t in e)]
    ]


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return {canonicalize_name(line.split("==")[0]): line.split("==")[1] for line in lines}


def test_every_requirement_is_pinned_to_a_version_that_it_allows() -> None:
    pinned = pins()

    missing = [each.name for each in requirements() if canonicalize_name(each.name) not in pinned]
    wrong = [
        each.name
        for each in requirements()
        if not each.specifier.contains(pinned.get(canonicalize_name(each.name), "0"))
    ]
    assert (missing, wrong) == ([], [])


def test_pins_are_versions_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()

    assert [line for line in lines if not PIN.fullmatch(line)] == []
    assert len(lines) == len(pins())


def test_the_base_install_stays_light() -> None:
    light = {Requirement(text).name for text in pyproject()["project"]["dependencies"]}

    grammars = {name for name in light if name.startswith("tree-sitter")}
    assert light - grammars <= {"google-re2", "pyyaml", "rich", "typer"}


def test_no_file_is_longer_than_can_be_read_at_once() -> None:
    files = [path for folder in ("bot", "guards") for path in ROOT.glob(f"{folder}/**/*.py")]
    long = {
        str(path.relative_to(ROOT)): count
        for path in files
        if (count := len(path.read_text().splitlines())) > MAX_LINES
    }

    assert long == {}


def test_the_readme_is_what_the_code_says() -> None:
    """`make docs` writes it anew."""
    text = readme.README.read_text()

    assert readme.rendered(text) == text


def test_the_readme_starts_with_the_two_commands() -> None:
    first_screen = readme.README.read_text().splitlines()[:20]

    assert any(line.startswith("make demo") for line in first_screen)
    assert any(line.startswith("make test") for line in first_screen)


def test_the_configuration_shown_in_the_readme_is_a_real_one() -> None:
    shown = re.findall(r"^```toml\n(.*?)^```", readme.README.read_text(), re.MULTILINE | re.DOTALL)

    config = repo_config.parse(shown[0].encode())

    assert len(shown) == 1
    assert (config.mode, config.limits, config.bots) == (Mode.REQUEUE, Limits(), Bots())


def test_the_readme_shows_the_demo() -> None:
    text = readme.README.read_text()

    assert text.count("<!-- demo -->") == text.count("<!-- /demo -->") == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    broken = [
        target
        for target, anchor in LINK.findall(page.read_text())
        if not _exists(ROOT / target if target else page, anchor)
    ]

    assert broken == []


def _exists(page: Path, anchor: str) -> bool:
    if not page.exists():
        return False
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    slugs = {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }
    return not anchor or anchor.removeprefix("#") in slugs


def test_every_make_target_that_is_told_of_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    told = {
        word
        for page in [*PAGES, ROOT / ".ci" / "run"]
        for word in re.findall(r"^(?:.*`)?make ([a-z]+)", page.read_text(), re.MULTILINE)
    }

    assert told >= {"demo", "test", "check", "docs", "pins"}
    assert [word for word in told if not re.search(rf"^{word}:", makefile, re.MULTILINE)] == []


def test_continuous_integration_runs_the_gate() -> None:
    script = ROOT / ".ci" / "run"

    assert script.stat().st_mode & 0o111
    assert "\nmake check\n" in script.read_text()
    assert ".ci/run" in (ROOT / ".github" / "workflows" / "ci.yml").read_text()


def test_both_halves_of_the_service_are_named_for_a_platform() -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()

    assert lines == ["web: selfheal web", "worker: selfheal worker"]


def test_what_is_not_code_is_packaged_too() -> None:
    package = ROOT / "bot"
    kinds = {path.suffix for path in package.rglob("*") if path.is_file()}

    assert {".html", ".css", ".json"} <= kinds
    assert pyproject()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == [
        "bot",
        "guards",
    ]
