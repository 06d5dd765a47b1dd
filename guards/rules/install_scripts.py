"""Code that runs when a package is installed or built runs where nobody looks."""

import re
from collections.abc import Iterator

from guards.change import Change, FileChange
from guards.evidence import Evidence, Need
from guards.pattern import expression
from guards.policy import Policy
from guards.verdict import Finding, Severity

NAME = "install_scripts"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_INSTALL_SCRIPT = expression(
    r"^\s*\"(preinstall|install|postinstall|preprepare|prepublish|post-install-cmd|post-update-cmd|pre-install-cmd|post-autoload-dump)\"\s*:\s*(.{0,300})"
)
_USUAL_SCRIPT = expression(
    r"husky|patch-package|electron-builder|prisma generate|nuxt prepare|ngcc|lefthook|simple-git-hooks|node-gyp"
)
_SETUP_CODE = expression(
    r"\bcmdclass\b|\b(?:os\.system|subprocess\.\w+|urlopen|urlretrieve|requests\.(?:get|post)|exec|eval|base64\.b64decode)\s*\("
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find scripts of packages, commands of setup.py and build programs that are new."""
    for file in change.files:
        yield from _by_lines(file)


def _by_lines(file: FileChange) -> Iterator[Finding]:
    name = file.path.rpartition("/")[2]
    known = {line.text.strip().rstrip(",") for line in file.removed}
    for line in file.added:
        text = line.text[:2000].strip().rstrip(",")
        if text in known:
            continue
        if name in {"package.json", "composer.json"}:
            match = _INSTALL_SCRIPT.match(text)
            if match:
                usual = _USUAL_SCRIPT.search(match[2])
                yield _finding(
                    file,
                    f"runs when installed: {text[:160]}",
                    line.number,
                    SEVERITY if usual else Severity.REJECT,
                )
        elif name == "setup.py" and _SETUP_CODE.search(text) and not text.startswith("#"):
            yield _finding(file, f"runs when installed: {text[:160]}", line.number, Severity.REJECT)
    if name in {"build.rs", "binding.gyp"} and file.added:
        severity = (
            Severity.REJECT
            if any(
                re.search(r"Command::new|TcpStream|reqwest|ureq|env::vars\(\)", line.text[:2000])
                for line in file.added
            )
            else SEVERITY
        )
        yield _finding(
            file, f"{name} runs when the package is built", file.added[0].number, severity
        )


def _finding(file: FileChange, message: str, line: int | None, severity: Severity) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message[:300],
        remedy="let nothing run at installation; if it must, a person decides",
        file=file.path,
        line=line,
    )
