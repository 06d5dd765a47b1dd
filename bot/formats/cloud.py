"""Clouds and clusters: credentials, permissions, quotas; AWS, Google, Azure, kubectl, helm, terraform."""

from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType
from bot.core.framing import Line
from bot.core.pattern import pattern
from bot.core.signatures import Signature, hints, incidents

NAME = "cloud"
REACH = (0, 0)

_INFRA, _CONFIG = FailureType.INFRA, FailureType.CONFIG
_AWS = pattern(
    r"(?:^|##\[error\]|[Ee]rror: |[\s\"'(])(?P<message>(?:User: arn:aws|An error occurred \().{1,500})$"
)
_MARKED = pattern(r"^##\[error\](?:Error: )?(?P<message>\S.{0,1000})$")
_AWS_CODE = pattern(
    r"(?P<message>(?:(?<!\S)\S{1,60}: )?(?:AccessDenied(?:Exception)?|ExpiredToken(?:Exception)?|InvalidClientTokenId"
    r"|UnrecognizedClientException|NoCredentialProviders|RequestLimitExceeded|ThrottlingException"
    r"|InvalidAccessKeyId|SignatureDoesNotMatch)\b[: ].{0,300})$"
)
_GCP = pattern(
    r"(?P<message>(?:ERROR: \(gcloud\.[\w.-]{1,80}\)|PERMISSION_DENIED|RESOURCE_EXHAUSTED|google\.api_core\.exceptions\.).{1,400})$"
)
_AZURE = pattern(
    r"(?P<message>(?:AADSTS\d{4,8}|AuthorizationFailed|ERROR: .{0,60}az login).{1,400})"
)
_KUBE = pattern(
    r"(?P<message>(?:Error from server \([A-Za-z]{3,40}\): |The connection to the server |Unable to connect to the server: "
    r"|error: timed out waiting for|error: You must be logged in|error: deployment .{1,100} exceeded its progress deadline"
    r"|Error: (?:INSTALLATION|UPGRADE) FAILED: ).{1,400})$"
)
_PULL = pattern(
    r"(?P<message>(?:Failed to pull image|Back-off pulling image|(?:Err)?ImagePull(?:BackOff)?).{0,300})$"
)

TABLE = (
    Signature("is not authorized to perform", _INFRA, "aws", 0, True, _MARKED),
    Signature("is not authorized to perform", _INFRA, "aws", 0, False, _AWS),
    Signature("An error occurred (", _INFRA, "aws", 0, True, _MARKED),
    Signature("An error occurred (", _INFRA, "aws", 0, False, _AWS),
    Signature("Credentials could not be loaded", _INFRA, "aws", 0, True),
    Signature("Could not load credentials from any", _INFRA, "aws", 1, True),
    Signature("Could not assume role with", _INFRA, "aws", 0, True),
    Signature("Unable to locate credentials", _INFRA, "aws", 0, False),
    Signature("The security token included in the request", _INFRA, "aws", 0, False),
    Signature("The config profile (", _CONFIG, "aws", 0, False),
    *(
        Signature(code, _INFRA, "aws", 1, False, _AWS_CODE)
        for code in ("AccessDenied", "ExpiredToken", "InvalidClientTokenId", "NoCredentialProviders",
                     "RequestLimitExceeded", "ThrottlingException", "InvalidAccessKeyId", "SignatureDoesNotMatch")
    ),
    Signature("ERROR: (gcloud.", _INFRA, "gcloud", 0, False, _GCP),
    Signature("PERMISSION_DENIED", _INFRA, "gcloud", 1, False, _GCP),
    Signature("RESOURCE_EXHAUSTED", _INFRA, "gcloud", 1, False, _GCP),
    Signature("google-github-actions/auth failed", _INFRA, "gcloud", 0, True),
    Signature("AADSTS", _INFRA, "azure", 0, False, _AZURE),
    Signature("AuthorizationFailed", _INFRA, "azure", 0, False, _AZURE),
    Signature("Login failed with Error", _INFRA, "azure", 0, True),
    Signature("Error from server (", _INFRA, "kubectl", 0, False, _KUBE),
    Signature("The connection to the server", _INFRA, "kubectl", 0, False, _KUBE),
    Signature("Unable to connect to the server", _INFRA, "kubectl", 0, False, _KUBE),
    Signature("error: timed out waiting for", FailureType.TIMEOUT, "kubectl", 0, False, _KUBE),
    Signature("error: You must be logged in", _INFRA, "kubectl", 0, False, _KUBE),
    Signature("exceeded its progress deadline", FailureType.TIMEOUT, "kubectl", 0, False, _KUBE),
    Signature("Error: INSTALLATION FAILED", _INFRA, "helm", 0, True, _KUBE),
    Signature("Error: UPGRADE FAILED", _INFRA, "helm", 0, True, _KUBE),
    Signature("ImagePullBackOff", _INFRA, "kubernetes", 1, False, _PULL),
    Signature("ErrImagePull", _INFRA, "kubernetes", 1, False, _PULL),
    Signature("Failed to pull image", _INFRA, "kubernetes", 0, False, _PULL),
    Signature("Error acquiring the state lock", _INFRA, "terraform", 0, True),
)  # fmt: skip
HINTS = ("##[error]", *hints(TABLE))  # what a step failed for is no longer handled


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an incident."""
    yield from incidents(lines, TABLE)
