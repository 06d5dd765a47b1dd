"""The machine and the network under every tool: names, connections, certificates, disk, memory, apt."""

from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType
from bot.core.framing import Line
from bot.core.pattern import pattern
from bot.core.signatures import Signature, hints, incidents

NAME = "infra"
REACH = (0, 0)

_INFRA, _DEPENDENCY = FailureType.INFRA, FailureType.DEPENDENCY
_CURL = pattern(r"(?P<message>curl: \((?:[1-9]|[1-9]\d)\) \S.{1,400})$")
_WGET = pattern(r"(?:^|[\s'])(?P<message>wget: .{3,300})$")
_WGET_HTTP = pattern(r"(?P<message>ERROR (?:4|5)\d\d: [A-Z].{1,120})$")
_WGET_FAILED = pattern(
    r"(?P<message>failed: (?:Connection|Temporary failure|Name or service|No route|Network is).{1,120})$"
)
_KILLED = pattern(
    r"^(?:/?[\w./-]{1,200}: line \d{1,6}: +|bash: line \d{1,6}: +)\d{1,9} Killed .{1,400}$|^Killed$"
)
_KERNEL = pattern(
    r"(?P<message>(?:Out of memory: |Memory cgroup out of memory: |oom-kill:).{1,300})$"
)
_MEMORY = pattern(
    r"(?:^|: |\] )(?P<message>(?:fork: |fatal: |\S{1,80}: )?(?:[Cc]annot allocate memory"
    r"|fatal error: runtime: out of memory|std::bad_alloc).{0,180})"
)
_EXIT_137 = pattern(r"\bexit(?:ed)?(?: with)?(?: exit)?(?: code| status)?:? 137\b")
_APT = pattern(r"(?:^|\] |\d )(?P<message>E: \S.{1,400})$")
_SSH = pattern(r"^(?:##\[error\])?(?P<message>ssh: (?:connect to host|Could not resolve).{1,300})$")
_TLS = pattern(
    r"(?P<message>(?:x509: |SSL certificate problem|SSL: CERTIFICATE_VERIFY_FAILED).{1,300})$"
)
_RATE = pattern(
    r"(?P<message>(?:You have exceeded a secondary rate limit|API rate limit (?:already )?exceeded(?: for)?).{0,1500}?)\"?,?$"
)
_GH = pattern(
    r"(?P<message>Resource not accessible by (?:integration|personal access token)[^\"]{0,200})"
)
_HTTP = pattern(
    r"(?P<message>(?:HTTP(?:/\d(?:\.\d)?)?|[Ss]tatus(?: code)?:?|error:|returned) ?(?:429|502|503|504)\b.{0,200})$"
)


TABLE = (
    Signature("No space left on device", _INFRA, "disk"),
    Signature("There is not enough space on the disk", _INFRA, "disk"),
    Signature("Disk quota exceeded", _INFRA, "disk"),
    Signature("no space left on device", _INFRA, "disk"),
    Signature("ENOSPC", _INFRA, "disk", 0, False, pattern(r"(?P<message>ENOSPC: .{1,300})$")),
    Signature("Out of memory: Killed process", _INFRA, "kernel", 0, True, _KERNEL),
    Signature("Out of memory: Kill process", _INFRA, "kernel", 0, True, _KERNEL),
    Signature("emory cgroup out of memory", _INFRA, "kernel", 0, True, _KERNEL),
    Signature("oom-kill:", _INFRA, "kernel", 0, True, _KERNEL),
    Signature("OOMKilled", _INFRA, "kubernetes", 0, False),
    Signature("JavaScript heap out of memory", _INFRA, "node", 0, True),
    Signature("java.lang.OutOfMemoryError", _INFRA, "java", 0, False),
    Signature("There is insufficient memory for the Java", _INFRA, "java", 0, True),
    Signature("Gradle build daemon disappeared", _INFRA, "gradle", 1, True),
    Signature("annot allocate memory", _INFRA, "kernel", 0, False, _MEMORY),
    Signature("runtime: out of memory", _INFRA, "go", 0, False, _MEMORY),
    Signature("Killed", _INFRA, "kernel", 1, False, _KILLED),
    Signature(" 137", _INFRA, "kernel", 2, False, _EXIT_137),
    Signature("API rate limit ", _INFRA, "github-api", 0, True, _RATE),
    Signature("secondary rate limit", _INFRA, "github-api", 0, True, _RATE),
    Signature("Resource not accessible by", _INFRA, "github-api", 0, False, _GH),
    Signature("E: Unable to locate package", _DEPENDENCY, "apt", 0, False, _APT),
    Signature("E: Couldn't find any package", _DEPENDENCY, "apt", 1, False, _APT),
    Signature("E: Version '", _DEPENDENCY, "apt", 0, False, _APT),
    Signature("has no installation candidate", _DEPENDENCY, "apt", 0, False, _APT),
    Signature("E: Unable to correct problems", _DEPENDENCY, "apt", 0, False, _APT),
    Signature("E: Failed to fetch", _INFRA, "apt", 0, False, _APT),
    Signature("E: Unable to fetch some archives", _INFRA, "apt", 1, False, _APT),
    Signature("E: Could not get lock", _INFRA, "apt", 0, False, _APT),
    Signature("E: Unable to acquire the dpkg", _INFRA, "apt", 1, False, _APT),
    Signature("E: The repository '", _INFRA, "apt", 0, False, _APT),
    Signature("E: Release file for", _INFRA, "apt", 0, False, _APT),
    Signature("E: Sub-process", _INFRA, "apt", 2, False, _APT),
    Signature("unable to select packages:", _DEPENDENCY, "apk"),
    Signature("curl: (", _INFRA, "curl", 0, False, _CURL),
    Signature("wget: ", _INFRA, "wget", 0, False, _WGET),
    Signature(" ERROR 4", _INFRA, "wget", 0, False, _WGET_HTTP),
    Signature(" ERROR 5", _INFRA, "wget", 0, False, _WGET_HTTP),
    Signature("failed: ", _INFRA, "wget", 0, False, _WGET_FAILED),
    Signature("ssh: connect to host", _INFRA, "ssh", 0, False, _SSH),
    Signature("ssh: Could not resolve", _INFRA, "ssh", 0, False, _SSH),
    Signature("x509: ", _INFRA, "tls", 0, False, _TLS),
    Signature("SSL certificate problem", _INFRA, "tls", 0, False, _TLS),
    Signature("CERTIFICATE_VERIFY_FAILED", _INFRA, "tls", 0, False, _TLS),
    Signature("emporary failure in name resolution", _INFRA, "dns"),
    Signature("Name or service not known", _INFRA, "dns"),
    Signature("nodename nor servname provided", _INFRA, "dns"),
    Signature("no such host", _INFRA, "dns"),
    Signature("No such host is known", _INFRA, "dns"),
    Signature(" 429", _INFRA, "http", 1, False, _HTTP),
    Signature(" 502", _INFRA, "http", 1, False, _HTTP),
    Signature(" 503", _INFRA, "http", 1, False, _HTTP),
    Signature(" 504", _INFRA, "http", 1, False, _HTTP),
)  # fmt: skip
HINTS = hints(TABLE)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an incident; most are weak: what is tried again may go well."""
    yield from incidents(lines, TABLE)
