"""A fix needs no more power: wider triggers, permissions, secrets and unpinned code are attacks."""

import re
from collections import Counter
from collections.abc import Iterator

from guards.change import Change, FileChange, Line
from guards.evidence import Evidence, Need
from guards.pattern import expression
from guards.pipelines import is_pipeline
from guards.policy import Policy
from guards.roles import Role
from guards.script_files import holds_scripts
from guards.verdict import Finding, Severity

NAME = "ci_permissions"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_MAX_COLUMNS = 2000
_REJECTED = (
    (expression(r"\bpull_request_target\b"), "started with secrets for code of strangers"),
    (expression(r"^\s*(?:- )?workflow_run\s*:|on:.{0,200}\bworkflow_run\b"), "started with secrets after another run"),
    (expression(r"\bpermissions\s*:\s*['\"]?write-all\b"), "all permissions"),
    (
        expression(r"^\s*['\"]?(?:contents|actions|packages|id-token|deployments|security-events|pages|statuses|checks|administration|workflows|repository-projects|attestations)['\"]?\s*:\s*['\"]?write\b"),
        "a permission to write",
    ),
    (expression(r"\bpermissions\s*:\s*\{[^}]{0,300}:\s*write"), "a permission to write"),
    (expression(r"^\s*runs-on\s*:.{0,200}\bself-hosted\b|^\s*-\s*self-hosted\b"), "a machine of its own"),
    (expression(r"\bpersist-credentials\s*:\s*['\"]?true\b"), "credentials that stay"),
    (expression(r"\bsecrets\s*:\s*inherit\b"), "all secrets handed on"),
    (expression(r"\btoJSON\(\s*secrets\s*\)", re.IGNORECASE), "all secrets written out"),
    (expression(r"\bACTIONS_ALLOW_UNSECURE_COMMANDS\b|^\s*privileged\s*:\s*true\b|--privileged\b"), "protection of the runner off"),
)  # fmt: skip
_SECRET = expression(r"\$\{\{[^}]{0,200}\bsecrets\.(\w+)|\$\{\{[^}]{0,200}\bsecrets\[['\"](\w+)")
_MILD_PERMISSION = expression(
    r"^\s*['\"]?(?:pull-requests|issues|discussions)['\"]?\s*:\s*['\"]?write\b"
)
_USES = expression(r"^\s*(?:- )?['\"]?uses['\"]?\s*:\s*['\"]?([\w.-]+/[\w./-]+)@([\w./-]+)")
_SHA = expression(r"[0-9a-f]{40,64}")
_MOVING = expression(r"main|master|latest|HEAD|develop|trunk|dev|nightly|next|edge")
_KNOWN_OWNERS = frozenset(
    "actions github docker astral-sh pypa codecov aws-actions google-github-actions azure golangci pre-commit gradle ruby shivammathur dtolnay"
    " Swatinem actions-rs actions-rust-lang taiki-e pnpm oven-sh denoland hashicorp softprops peaceiris peter-evans JamesIves coverallsapp"
    " SonarSource cypress-io browser-actions microsoft nick-fields conda-incubator mamba-org prefix-dev julia-actions erlef haskell-actions subosito"
    " r-lib android-actions reactivecircus ossf step-security aquasecurity anchore sigstore goreleaser goto-bus-stop msys2 ilammy lukka".lower().split()
)
_PIPED = expression(
    r"\b(?:curl|wget|iwr|Invoke-WebRequest)\b[^|;&\n]{0,500}\|\s*(?:sudo\s+)?(?:-\w+\s+)?(?:ba|z|da|k)?sh\b|\b(?:curl|wget)\b[^|;\n]{0,500}\|\s*(?:sudo\s+)?(?:python3?|node|perl|ruby|php)\b"
    r"|\b(?:ba|z)?sh\s+(?:-c\s+)?[\"']?(?:<\(|\$\()\s*(?:curl|wget)\b|\beval\s+[\"']?\$\(\s*(?:curl|wget)\b|\b(?:iex|Invoke-Expression)\b[^\n]{0,200}(?:http|DownloadString|iwr)|\bsource\s+<\(\s*(?:curl|wget)"
)  # fmt: skip
_TRUSTED_INSTALLERS = expression(
    r"https://(?:sh\.rustup\.rs|astral\.sh/|install\.python-poetry\.org|deb\.nodesource\.com|get\.docker\.com|raw\.githubusercontent\.com/(?:nvm-sh|Homebrew|golangci|rhysd/actionlint)/|bun\.sh/|get\.sdkman\.io|deno\.land/|just\.systems/|get\.pnpm\.io)"
)
_FROM = expression(r"^\s*FROM\s+(?:--platform=\S+\s+)?(\S+)", re.IGNORECASE)
_IMAGE = expression(r"^\s*(?:- )?image\s*:\s*['\"]?([^\s'\"#]+)")
_SENDS_SECRETS = expression(
    r"\b(?:curl|wget|nc|ncat)\b.{0,400}(?:\$\{\{\s*secrets\.|\$\(?\s*(?:env|printenv)\b|\$(?:\{)?(?:GITHUB_TOKEN|ACTIONS_ID_TOKEN_REQUEST_TOKEN|CI_JOB_TOKEN|NPM_TOKEN|AWS_SECRET_ACCESS_KEY))|(?:env|printenv)\s*\|\s*(?:curl|nc|base64)"
    r"|echo\s.{0,100}\$\{\{\s*secrets\.\w+\s*\}\}.{0,60}\|\s*(?:base64|rev|xxd|sed)"
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find new powers of the pipeline, and code that it fetches from places that can change."""
    known = _known(change)
    for file in change.files:
        if file.role is Role.VENDORED or file.role is Role.DOCS:
            continue
        if not (is_pipeline(file.path) or holds_scripts(file.path) or ".github/" in file.path):
            continue
        for line in file.added:
            for severity, what, text in _findings(file, line):
                key = f"{what} {text}"
                if known[key] > 0:
                    known[key] -= 1
                    continue
                yield Finding(
                    guard=NAME,
                    severity=severity,
                    message=f"{what}: {line.text.strip()[:160]}",
                    remedy="do without it; what the pipeline may do and whose code it runs is for people to decide",
                    file=file.path,
                    line=line.number,
                )


def _known(change: Change) -> Counter[str]:
    """What stood there before, wherever it stands now."""
    return Counter(
        f"{what} {text}"
        for file in change.files
        for line in file.removed
        for _, what, text in _findings(file, line)
    )


def _findings(file: FileChange, line: Line) -> Iterator[tuple[Severity, str, str]]:
    """Severity, what it is, and what identifies it."""
    text = line.text[:_MAX_COLUMNS].partition(" #")[0]
    if text.lstrip().startswith(("#", "//")):
        return
    yield from _code(text)
    if file.path.endswith((".yml", ".yaml")):
        yield from _powers(text)
        yield from _actions(text)
    yield from _images(file, text)


def _powers(text: str) -> Iterator[tuple[Severity, str, str]]:
    for pattern, what in _REJECTED:
        if pattern.search(text):
            yield SEVERITY, what, ""
    if _MILD_PERMISSION.search(text):
        yield Severity.NEEDS_HUMAN, "a permission to write", ""
    for match in _SECRET.finditer(text):
        name = match[1] or match[2]
        usual = name in {"GITHUB_TOKEN", "CODECOV_TOKEN"}
        yield (Severity.WARN if usual else SEVERITY), "a secret handed over", name


def _actions(text: str) -> Iterator[tuple[Severity, str, str]]:
    match = _USES.match(text)
    if match is None:
        return
    name, version = match[1], match[2]
    if _SHA.fullmatch(version):
        return
    owner = name.partition("/")[0].lower()
    if _MOVING.fullmatch(version):
        yield SEVERITY, "code of others that can change at any time", name
    elif owner not in _KNOWN_OWNERS:
        yield Severity.NEEDS_HUMAN, "code of others without a fixed commit", name


def _code(text: str) -> Iterator[tuple[Severity, str, str]]:
    if _SENDS_SECRETS.search(text):
        yield SEVERITY, "secrets are sent or written out", ""
    match = _PIPED.search(text)
    if match:
        trusted = _TRUSTED_INSTALLERS.search(text)
        yield (
            (Severity.WARN if trusted else SEVERITY),
            "a program is fetched and run",
            match[0][:100],
        )


def _images(file: FileChange, text: str) -> Iterator[tuple[Severity, str, str]]:
    docker = "ockerfile" in file.path or "ontainerfile" in file.path
    match = _FROM.match(text) if docker else _IMAGE.match(text) if is_pipeline(file.path) else None
    if match is None or "$" in match[1] or ("/" not in match[1] and ":" not in match[1] and docker):
        return
    image = match[1]
    name, _, tag = image.rpartition(":") if ":" in image.rpartition("/")[2] else (image, "", "")
    if "@sha256:" in image:
        return
    if tag == "latest" or (not tag and not docker):
        yield Severity.NEEDS_HUMAN, "an image that can change at any time", name
    elif "/" in name and "." in name.partition("/")[0] and docker:
        yield Severity.NEEDS_HUMAN, "an image from another registry", name
