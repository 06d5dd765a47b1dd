"""CI services about themselves: lost runners, cancelled and endless jobs, artifacts, caches, actions."""

from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType
from bot.core.framing import Line
from bot.core.pattern import pattern
from bot.core.signatures import Signature, hints, incidents

NAME = "runner"
REACH = (0, 0)

_INFRA, _TIMEOUT, _CONFIG = FailureType.INFRA, FailureType.TIMEOUT, FailureType.CONFIG
_MARK = pattern(r"^(?:##\[error\]|::error.{0,200}?::)(?:Error: )?(?P<message>\S.{0,1000})$")
_TIME = pattern(
    r"(?:^|##\[error\]|ERROR: |: )(?P<message>The (?:action|job|job running on|operation|runner|hosted)\b.{0,300}"
    r"(?:has timed out after|exceeded the maximum execution time|ran longer than the maximum time"
    r"|has exceeded the maximum|reached the maximum).{0,200})"
)
_CANCELLED = pattern(
    r"^##\[error\](?P<message>The (?:operation|run|job|workflow run|build) was cancell?ed.{0,200})$"
)
_WORKFLOW = pattern(r"(?P<message>(?:Invalid workflow file|The workflow is not valid).{0,400})$")
_JENKINS = pattern(r"^(?:Caused by: |Caused: |ERROR: |FATAL: )?(?P<message>\S.{0,400})$")
_GITLAB = pattern(
    r"(?P<message>ERROR: Job failed.{0,4}\(?(?:system failure|execution took longer|.{0,40}timeout).{0,300})"
)
_TRAVIS = pattern(
    r"^(?P<message>(?:No output has been received in the last|The job exceeded the maximum time limit).{0,200})$"
)
_CIRCLE = pattern(r"(?P<message>Too long with no output.{0,200})$")


def _mark(hint: str, rank: int = 0, tool: str = "github-actions") -> Signature:
    """A sentence that counts in a red mark alone."""
    return Signature(hint, _INFRA, tool, rank, True, _MARK)


TABLE = (
    Signature("timed out after", _TIMEOUT, "github-actions", 0, True, _TIME),
    Signature("exceeded the maximum execution time", _TIMEOUT, "github-actions", 0, True, _TIME),
    Signature("ran longer than the maximum time", _TIMEOUT, "azure-pipelines", 0, True, _TIME),
    _mark("The runner has received a shutdown signal"),
    _mark("lost communication with the server"),
    _mark("The hosted runner"),
    _mark("The self-hosted runner"),
    _mark("The job was not acquired by Runner"),
    _mark("The job was not started because"),
    _mark("We stopped hearing from agent", 0, "azure-pipelines"),
    _mark("The agent did not connect", 0, "azure-pipelines"),
    _mark("The remote provider was unable to process"),
    _mark("GitHub Actions has encountered an internal error"),
    _mark("pod failed to come online"),
    _mark("No runner matching"),
    _mark("Failed to download archive"),
    _mark("download has timed out", 1),
    _mark("Failed to download action"),
    _mark("Failed to resolve action download info"),
    _mark("Unable to resolve action"),
    _mark("An action could not be found at the URI"),
    _mark("Unable to download artifact"),
    _mark("Unable to find any artifacts"),
    _mark("Artifact not found"),
    _mark("Artifact has expired"),
    _mark("Artifact storage quota"),
    _mark("Failed to CreateArtifact"),
    _mark("Failed to FinalizeArtifact"),
    _mark("Failed to ListArtifacts"),
    _mark("Failed to GetSignedArtifactURL"),
    _mark("Create Artifact Container failed"),
    Signature("No files were found with the provided path", _INFRA, "github-actions", 1, False, _MARK),
    _mark("uploading artifact"),
    _mark("Cache service responded with"),
    _mark("Failed to restore cache entry"),
    _mark("Failed to get ID token"),
    _mark("Unable to get ACTIONS_ID_TOKEN"),
    _mark("Error message: Unable to get ACTIONS_ID_TOKEN"),
    _mark("The requested URL returned error"),
    _mark("ECONNRESET"),
    _mark("ETIMEDOUT"),
    _mark("ECONNREFUSED"),
    _mark("EAI_AGAIN"),
    _mark("ENOTFOUND"),
    _mark("socket hang up"),
    _mark("Unexpected HTTP response: "),
    _mark("Unexpected HTTP status code"),
    _mark("Bad credentials"),
    _mark("HttpError: "),
    Signature("Docker pull failed", _INFRA, "docker", 2, False, _MARK),
    Signature("Input required and not supplied", _CONFIG, "github-actions", 0, True, _MARK),
    Signature("Unable to process file command", _CONFIG, "github-actions", 0, True, _MARK),
    Signature("Can't find 'action.yml'", _CONFIG, "github-actions", 0, True, _MARK),
    Signature("Unexpected input(s)", _CONFIG, "github-actions", 1, False, _MARK),
    Signature("Invalid workflow file", _CONFIG, "github-actions", 0, True, _WORKFLOW),
    Signature("The workflow is not valid", _CONFIG, "github-actions", 0, True, _WORKFLOW),
    Signature(" was canceled", _INFRA, "github-actions", 1, True, _CANCELLED),
    Signature(" was cancelled", _INFRA, "github-actions", 1, True, _CANCELLED),
    Signature("ERROR: Job failed", _INFRA, "gitlab-runner", 0, True,
              pattern(r"(?P<message>ERROR: Job failed \(system failure\).{0,400})$")),
    Signature("ERROR: Job failed: execution took", _TIMEOUT, "gitlab-runner", 0, True, _GITLAB),
    Signature("stuck_or_timeout_failure", _TIMEOUT, "gitlab-runner", 0, True),
    Signature("stale_schedule", _INFRA, "gitlab-runner", 0, True),
    Signature("runner_system_failure", _INFRA, "gitlab-runner", 0, True),
    Signature("ERROR: Preparation failed", _INFRA, "gitlab-runner", 0, False),
    Signature("Too long with no output", _TIMEOUT, "circleci", 0, True, _CIRCLE),
    Signature("No output has been received in the last", _TIMEOUT, "travis", 0, True, _TRAVIS),
    Signature("The job exceeded the maximum time limit", _TIMEOUT, "travis", 0, True, _TRAVIS),
    Signature("Build timed out (after", _TIMEOUT, "jenkins", 0, True),
    Signature("Timeout has been exceeded", _TIMEOUT, "jenkins", 0, True, pattern(r"^Timeout has been exceeded$")),
    Signature("Agent went offline", _INFRA, "jenkins", 0, True),
    Signature("was marked offline", _INFRA, "jenkins", 0, True),
    Signature("Slave went offline", _INFRA, "jenkins", 0, True),
    Signature("agent lost", _INFRA, "buildkite", 0, True, pattern(r"(?i)^(?P<message>.{0,200}\bagent lost\b.{0,120})$")),
    Signature("java.nio.channels.ClosedChannelException", _INFRA, "jenkins", 1, False, _JENKINS),
    Signature("hudson.remoting.ChannelClosedException", _INFRA, "jenkins", 0, False, _JENKINS),
    Signature("hudson.remoting.RequestAbortedException", _INFRA, "jenkins", 1, False, _JENKINS),
    Signature("hudson.AbortException", _INFRA, "jenkins", 1, False, _JENKINS),
    Signature("Error cloning remote repo", FailureType.GIT, "jenkins", 1, False, _JENKINS),
    Signature("Couldn't find any revision to build", FailureType.GIT, "jenkins", 0, False, _JENKINS),
    Signature("ERROR: No such credentials", _CONFIG, "jenkins"),
    Signature("WorkflowScript: ", _CONFIG, "jenkins", 0, True, pattern(r"^(?P<message>WorkflowScript: \d{1,6}: .{1,400})$")),
    Signature("No such DSL method", _CONFIG, "jenkins", 0, True, pattern(r"(?P<message>No such DSL method .{1,300})$")),
)  # fmt: skip
HINTS = ("##[error]", *hints(TABLE))  # the mark tells what the runner says from what tools say


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an incident."""
    yield from incidents(lines, TABLE)
