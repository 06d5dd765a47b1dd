"""A secret in a commit is public, whatever the next commit does."""

import math
import re
from collections import Counter
from collections.abc import Iterator

from guards.change import Change, FileChange
from guards.evidence import Evidence, Need
from guards.pattern import expression
from guards.policy import Policy
from guards.roles import Role, is_test_role
from guards.verdict import Finding, Severity

NAME = "secrets"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_MAX_COLUMNS = 2000
_LEAST_BITS = 3.5  # of entropy a character, for values without a provider's form
_PRIVATE_KEY = expression(
    r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d:"
)
# The forms that providers give their tokens, so that they can be found.
_TOKENS = expression(
    r"(?<![A-Za-z0-9])(?:(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,}|gl(?:pat|dt|rt|ptt)-[\w-]{20,}"
    r"|xox[abeoprs]-[\w-]{10,}|xapp-\d-[\w-]{10,}|sk_live_[A-Za-z0-9]{16,}|rk_live_[A-Za-z0-9]{16,}|sk-(?:ant|proj|svcacct)-[\w-]{20,}|sk-[A-Za-z0-9]{40,}"
    r"|AIza[\w-]{35}|ya29\.[\w-]{30,}|npm_[A-Za-z0-9]{36}|pypi-[\w-]{60,}|SG\.[\w-]{20,24}\.[\w-]{40,}|dop_v1_[a-f0-9]{64}|hf_[A-Za-z0-9]{34}|shp(?:at|ss|ca|pa)_[a-fA-F0-9]{32}"
    r"|dckr_pat_[\w-]{20,}|hvs\.[\w-]{24,}|glsa_[A-Za-z0-9]{32}_|rubygems_[a-f0-9]{48}|key-[a-f0-9]{32}|EAACEdEose0cBA|\d{8,10}:AA[\w-]{33}"
    r"|https://hooks\.slack\.com/services/T\w{8,}/B\w{8,}/\w{20,}|https://discord(?:app)?\.com/api/webhooks/\d{16,}/[\w-]{50,}|AccountKey=[A-Za-z0-9+/]{80,})"
)
_NAMED = expression(
    r"(?P<name>[\w.-]{0,40}?(?:passw(?:or)?d|passwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|auth[_-]?key)[\w-]{0,20})"
    r"[\"'\]]{0,2}\s{0,8}(?::=|=>|[:=])\s{0,8}[rbf]?(?P<quote>[\"'`]?)(?P<value>[A-Za-z0-9+/_.~!@#$%^&*=-]{12,200})(?P=quote)",
    re.IGNORECASE,
)
_IN_URL = expression(
    r"[a-z][a-z0-9+.-]{1,20}://[^\s:/@\"'{}<>$]{1,60}:(?P<value>[^\s:/@\"'{}<>$]{6,100})@(?P<host>[\w.-]{1,80})"
)
_DUMMY = expression(
    r"example|sample|dummy|fake|test|mock|placeholder|changeme|change[_-]me|your[_-]|my[_-]?(?:secret|token|password|key)|insert|replace|redacted|xxx|\*\*\*|\.\.\."
    r"|secret|password|passw0rd|token|foo|bar|abc|1234|0000|aaaa|<|\$\{|\{\{|%\(|process\.env|os\.environ|getenv|env\.|localhost|default|none|null|true|false|lorem|hunter2|s3cr3t",
    re.IGNORECASE,
)
_DIGEST = expression(
    r"(?:sha\d{1,3}[-:])?[a-f0-9]{32,128}|[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}|sha\d{3}-[A-Za-z0-9+/=]{40,90}",
    re.IGNORECASE,
)
_WORDS_ONLY = expression(
    r"[A-Za-z]+(?:[._/-][A-Za-z]+)*|[a-z]+(?:[A-Z][a-z]+)*\d{0,2}|[\w.]+\.[\w.]+|[A-Z][A-Z0-9_]+|[a-z][a-z0-9_]*"
)
_HASHES = expression(
    r"hash|digest|checksum|integrity|sha\d|md5|fingerprint|tokenizer|token_type|max_token|public|url|path|file|name|field|header|prefix|label|regex|pattern",
    re.I,
)
_LOCAL = expression(
    r"localhost|127\.0\.0\.1|0\.0\.0\.0|::1|example\.|\.(?:local|test|invalid|example)$|^(?:db|postgres|mysql|redis|rabbitmq|mongo|host|proxy|server)$"
)
_KEY_FILE = expression(
    r"(?:^|/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|\.netrc|\.pgpass|\.htpasswd|credentials\.json|service[_-]account[\w-]*\.json)$|\.(?:p12|pfx|jks|keystore|kdbx|ppk)$"
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find keys, tokens and passwords that the change adds; what only moves was known before."""
    moved = "\n".join(line.text[:_MAX_COLUMNS] for file in change.files for line in file.removed)
    for file in change.files:
        if file.role is Role.LOCK:
            continue
        if _KEY_FILE.search(file.path) and file.after is not None and file.old_path is None:
            yield _finding(file, None, "a file that holds keys", _severity(file))
        for line in file.added:
            text = line.text[:_MAX_COLUMNS]
            found = _secret(text, file)
            if found is not None and found[1] not in moved:
                yield _finding(file, line.number, found[0], found[2])


def _severity(file: FileChange) -> Severity:
    """Keys of tests are made for tests, as a rule; a person can tell."""
    prose = file.role in {Role.DOCS, Role.GENERATED, Role.VENDORED}
    return Severity.WARN if is_test_role(file.role) or prose else SEVERITY


def _secret(text: str, file: FileChange) -> tuple[str, str, Severity] | None:
    """What a line holds, its text, and how much that weighs."""
    if match := _PRIVATE_KEY.search(text):
        return "a private key", match[0] + text[match.end() :][:80], _severity(file)
    if (match := _TOKENS.search(text)) and not _is_dummy(match[0], 3.0):
        return "a token of a known provider", match[0], _severity(file)
    if is_test_role(file.role) or file.role in {Role.DOCS, Role.VENDORED, Role.GENERATED}:
        return None
    return _in_address(text) or _named(text)


def _in_address(text: str) -> tuple[str, str, Severity] | None:
    match = _IN_URL.search(text)
    if match is None or _is_dummy(match["value"], 2.5) or _LOCAL.search(match["host"]):
        return None
    if _WORDS_ONLY.fullmatch(match["value"]):
        return None
    return "a password in an address", match["value"], Severity.NEEDS_HUMAN


def _named(text: str) -> tuple[str, str, Severity] | None:
    match = _NAMED.search(text)
    if match is None or _HASHES.search(match["name"]):
        return None
    value = match["value"]
    if (
        _WORDS_ONLY.fullmatch(value)
        or "(" in text[match.end("value") :][:1]
        or _is_dummy(value, _LEAST_BITS)
    ):
        return None
    severity = SEVERITY if match["quote"] and len(value) >= 16 else Severity.NEEDS_HUMAN  # noqa: PLR2004
    if _DIGEST.fullmatch(value):
        severity = Severity.NEEDS_HUMAN
    return f"a secret under the name {match['name'][-40:]!r}", value, severity


def _is_dummy(value: str, least_bits: float) -> bool:
    """Whether a value is there to be read: a word for a secret, or too regular for one."""
    return bool(_DUMMY.search(value)) or _bits(value) < least_bits


def _bits(value: str) -> float:
    """Shannon entropy a character."""
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)


def _finding(file: FileChange, line: int | None, what: str, severity: Severity) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=f"the change adds {what}",  # never the secret itself
        remedy="read it from the environment; if it was real, revoke it",
        file=file.path,
        line=line,
    )
