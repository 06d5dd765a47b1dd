"""A door that is left open lets the fix through, and everybody else."""

import re
from collections import Counter
from collections.abc import Iterator

from guards.change import Change, FileChange
from guards.evidence import Evidence, Need
from guards.lines import LineMap
from guards.pattern import expression
from guards.policy import Policy
from guards.roles import Role, is_test_role
from guards.verdict import Finding, Severity

NAME = "weakened_security"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_MAX_COLUMNS = 2000
_ROLES = frozenset(
    {Role.SOURCE, Role.CONFIG, Role.GOVERNANCE, Role.TEST, Role.TEST_SUPPORT, Role.VENDORED}
)
_COMMENT = expression(r"\s*+(?://|#(?!\[)|\*|/\*|--|<!--)")
# Certificates and hosts that are no longer checked.
_UNCHECKED = expression(
    r"\bverify\s{0,3}=\s{0,3}False\b|\brejectUnauthorized\b[\"']?\s{0,3}:\s{0,3}false|\bInsecureSkipVerify\s{0,3}:\s{0,3}true|\bVERIFY_NONE\b|\bCERT_NONE\b"
    r"|_create_unverified_context|\bcheck_hostname\s{0,3}=\s{0,3}False|NODE_TLS_REJECT_UNAUTHORIZED[\"'\]]{0,2}\s{0,3}[:=]\s{0,3}[\"']?0|CURLOPT_SSL_VERIFY(?:PEER|HOST),?\s{0,3}(?:=>)?\s{0,3}(?:false|0|FALSE)"
    r"|danger_accept_invalid_(?:certs|hostnames)\(true\)|ServerCertificateCustomValidationCallback|DangerousAcceptAnyServerCertificateValidator|\bTrustAll(?:Certs?|Manager|Strategy)?\b|NoopHostnameVerifier|ALLOW_ALL_HOSTNAME_VERIFIER"
    r"|StrictHostKeyChecking[= ]+no\b|GIT_SSL_NO_VERIFY|http\.sslVerify[= ]+[\"']?(?:false|0)|\bsslverify\s{0,3}[=:]\s{0,3}(?:false|0|no)\b|\bstrict-ssl\s{0,3}[= ]\s{0,3}false|PYTHONHTTPSVERIFY\s{0,3}=\s{0,3}0|--no-check-certificate\b"
    r"|\bcurl\b[^|\n]{0,80} (?:-k|--insecure)\b|:verify_ssl\s{0,3}=>\s{0,3}false|\bverify_peer[\"']?\s{0,3}(?:=>|:|=)\s{0,3}(?:false|0|FALSE)|\bAutoAddPolicy\b|InsecureIgnoreHostKey"
)
# Who may come in, and what pages may do.
_OPENED = expression(
    r"@csrf_exempt\b|\bcsrf\(\)\s{0,3}\.disable\(\)|\bcsrf\([^)\n]{0,60}disable|WTF_CSRF_ENABLED[\"'\]]{0,2}\s{0,3}=\s{0,3}False|skip_(?:before_action|forgery_protection)\b|protect_from_forgery\s[^#\n]{0,40}null_session"
    r"|\.permitAll\(\)|\[AllowAnonymous\]|permission_classes\s{0,3}=\s{0,3}[\[(]\s{0,3}(?:AllowAny\b|\])|authentication_classes\s{0,3}=\s{0,3}\[\s{0,3}\]|\b@PermitAll\b|autoescape\s{0,3}=\s{0,3}False|\bautoescape\s{1,3}(?:off|false)\b"
    r"|\bchmod\b[^\n]{0,40}\b0?777\b|\b0o?777\b|Access-Control-Allow-Origin[\"']?\s{0,3}[,:=]\s{0,3}[\"']\*|ALLOWED_HOSTS\s{0,3}=\s{0,3}\[\s{0,3}[\"']\*|usesCleartextTraffic\s{0,3}=\s{0,3}[\"']true|NSAllowsArbitraryLoads"
    r"|\bVersion(?:TLS1[01]|SSL30)\b|\bPROTOCOL_(?:TLSv1(?:_1)?|SSLv[23])\b|\bTLSv1(?:[._]1)?_METHOD\b|SslProtocols\.(?:Tls|Tls11|Ssl3)\b|(?:SESSION|CSRF)_COOKIE_SECURE\s{0,3}=\s{0,3}False|SECURE_SSL_REDIRECT\s{0,3}=\s{0,3}False"
    r"|[\"']?\balg(?:orithms?)?[\"']?\s{0,3}[:=]\s{0,3}\[?\s{0,3}[\"']none[\"']|verify_signature[\"']?\s{0,3}:\s{0,3}False|\bcontextIsolation\s{0,3}:\s{0,3}false|\bnodeIntegration\s{0,3}:\s{0,3}true|\bwebSecurity\s{0,3}:\s{0,3}false"
)
# What kept somebody out.
_GUARDED = expression(
    r"^\s*+(?:@(?:login_required|permission_required|staff_member_required|user_passes_test|csrf_protect|jwt_required|auth_required|require_auth|requires_auth|roles_required|PreAuthorize|Secured|RolesAllowed|UseGuards|RequiresPermissions)\b"
    r"|\[(?:Authorize|ValidateAntiForgeryToken)\b|before_action :(?:authenticate|authorize|require_login|verify)|protect_from_forgery\b|authorize!? )"
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find checks of certificates, tokens and permissions that the change takes away."""
    moved = Counter(
        match[0] for file in change.files for match in _found(_OPENED, _UNCHECKED, file=file)
    )
    kept = Counter(_key(line.text) for file in change.files for line in file.added)
    for file in change.files:
        if file.role in _ROLES:
            yield from _opened(file, moved)
            yield from _unguarded(file, kept)


def _found(*patterns: re.Pattern[str], file: FileChange) -> Iterator[re.Match[str]]:
    for line in file.removed:
        for pattern in patterns:
            if match := pattern.search(line.text[:_MAX_COLUMNS]):
                yield match


def _opened(file: FileChange, moved: Counter[str]) -> Iterator[Finding]:
    for line in file.added:
        text = line.text[:_MAX_COLUMNS]
        if _COMMENT.match(text):
            continue
        unchecked = _UNCHECKED.search(text)
        match = unchecked or _OPENED.search(text)
        if match is None:
            continue
        if moved[match[0]] > 0:
            moved[match[0]] -= 1
            continue
        severity = SEVERITY if unchecked else Severity.NEEDS_HUMAN
        severity = Severity.WARN if is_test_role(file.role) else severity
        yield _finding(file, f"a check is switched off: {match[0][:160]!r}", severity, line.number)


def _unguarded(file: FileChange, kept: Counter[str]) -> Iterator[Finding]:
    """A guard that goes while other lines of the file stay; one that moves is still there."""
    if file.after is not None and not file.after:
        return
    defined = sum(_DEFINITION.match(line.text[:_MAX_COLUMNS]) is not None for line in file.removed)
    for line in file.removed:
        key = _key(line.text)
        if not _GUARDED.match(line.text[:_MAX_COLUMNS]) or is_test_role(file.role):
            continue
        if kept[key] > 0:
            kept[key] -= 1
        elif file.added or not defined:
            message = f"what kept others out is gone: {line.text.strip()[:160]!r}"
            yield _finding(file, message, Severity.NEEDS_HUMAN, LineMap(file).near(line.number))


_DEFINITION = expression(r"\s*+(?:def|class|public|private|protected|async|function|export)\b")


def _key(text: str) -> str:
    return text[:_MAX_COLUMNS].strip()


def _finding(file: FileChange, message: str, severity: Severity, line: int) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message,
        remedy="leave what protects the product as it was",
        file=file.path,
        line=line,
    )
