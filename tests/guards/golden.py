"""Golden cases of the guards: text files that hold two trees and what is found between them.

A line `-- NAME --` begins a section; what stands before the first one says what the case is about.
`before/PATH`, `after/PATH` and `both/PATH` are files of the trees; ` MODE` may follow the path.
`change.diff` stands instead of trees. `policy.toml` and `evidence/SIDE/NAME` are read as the
command line reads them, `failing` names what CI named,
`message` is that of the commit. Control characters are written as ␍ ␀ ␛ ␌. `expected` lists one finding a line:
`severity file:line guard: message`, for the guard the case is filed under; nothing = honest.
"""

import re
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path

from guards.change import Change
from guards.diff_text import from_diff
from guards.evidence import CrossCheck, Evidence, Mutant
from guards.evidence_files import FILES, evidence_from
from guards.git import change_between
from guards.policy import Policy
from guards.policy_file import policy_from_toml

ROOT = Path(__file__).parents[1] / "golden" / "guards"
# Control characters stand as their pictures, so that editors keep them.
_VISIBLE = {0x240D: "\r", 0x2400: "\0", 0x241B: "\x1b", 0x240C: "\f"}
_SECTION = re.compile(r"^-- (\S.*?)(?: (\d{6}))? --\n", re.MULTILINE)


@dataclass
class Golden:
    path: Path
    story: str
    trees: dict[str, dict[str, tuple[str, str]]] = field(
        default_factory=dict
    )  # side → path → mode, text
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def guard(self) -> str:
        return self.path.parent.name

    @property
    def name(self) -> str:
        return f"{self.guard}/{self.path.stem}"

    @property
    def policy(self) -> Policy:
        return policy_from_toml(self.texts.get("policy.toml", ""), "policy.toml")

    @property
    def evidence(self) -> Evidence:
        files = {
            name.removeprefix("evidence/"): text.encode()
            for name, text in self.texts.items()
            if name.startswith("evidence/")
        }
        assert files.keys() <= set(FILES), files.keys()
        read = evidence_from(files)
        check = read.cross_check
        if mutants := tuple(map(_mutant, self.texts.get("mutants", "").splitlines())):
            check = replace(check or CrossCheck(failing=frozenset()), mutants=mutants)
        failing = frozenset(self.texts.get("failing", "").split())
        return replace(read, failing=failing, cross_check=check)

    def change(self, repo: Path) -> Change:
        if "change.diff" in self.texts:
            return from_diff(self.texts["change.diff"])
        change = change_between(repo, f"{self.name}/before", f"{self.name}/after")
        return replace(change, messages=tuple(filter(None, [self.texts.get("message")])))


def load(root: Path = ROOT) -> list[Golden]:
    return [_read(path) for path in sorted(root.glob("*/*.txt"))]


def write_all(repo: Path, cases: list[Golden]) -> None:
    """Make both trees of every case, as tags of one repository, with one start of git."""
    stream = "".join(_commit(case, side) for case in cases for side in ("before", "after"))
    _git(repo, "init", "--quiet", "--bare")
    _git(repo, "fast-import", "--quiet", stdin=stream.encode())


def _read(path: Path) -> Golden:
    story, *parts = _SECTION.split(path.read_text(encoding="utf-8"))
    case = Golden(path=path, story=story, trees={"before": {}, "after": {}})
    for name, mode, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        side, _, inner = name.partition("/")
        if side in {"before", "after", "both"}:
            for tree in ("before", "after") if side == "both" else (side,):
                case.trees[tree][inner] = (
                    mode or "100644",
                    text.translate(_VISIBLE),
                )
        else:
            case.texts[name] = text
    return case


def _mutant(text: str) -> Mutant:
    place, state, what = text.split(" ", 2)
    path, _, line = place.rpartition(":")
    return Mutant(path=path, line=int(line), what=what, caught=state == "caught")


def _commit(case: Golden, side: str) -> str:
    lines = [
        f"commit refs/tags/{case.name}/{side}\n",
        "committer golden <golden@example.org> 0 +0000\n",
        "data 0\n",
        "deleteall\n",
    ]
    for path, (mode, text) in case.trees[side].items():
        if mode == "160000":
            lines.append(f"M {mode} {text.strip()} {path}\n")
            continue
        content = text.rstrip("\n") if mode == "120000" else text
        lines.append(f"M {mode} inline {path}\ndata {len(content.encode())}\n{content}\n")
    return "".join(lines)


def _git(repo: Path, *arguments: str, stdin: bytes = b"") -> None:
    subprocess.run(["git", *arguments], cwd=repo, input=stdin, check=True, capture_output=True)
