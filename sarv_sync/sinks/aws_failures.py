"""What can go wrong with a call to AWS Secrets Manager, said in the program's own words.

Texts of the server and of the library stay out of them: they may hold anything, the library's even the output of a
program that was asked for credentials.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9.]{1,60}")
_ACTION = re.compile(r"\bperform: ((?:secretsmanager|kms):[A-Za-z]{1,40})\b")

_KEYS = (
    "the credentials come from where the AWS tools look for them; `aws sts get-caller-identity` shows which are used"
)
_RENEW = "get new ones (for example `aws sso login`) and run this again"
_NETWORK = "check the region, the network and the proxy (HTTPS_PROXY, NO_PROXY)"
_SETUP = "check the AWS configuration (AWS_ENDPOINT_URL, AWS_REGION, credential_process) and what answers there"
_FILES = "check ~/.aws/config and ~/.aws/credentials, what they name, and AWS_CONFIG_FILE and the like"
_LATER = "run this again later"
_KMS = "check that the KMS key is there and enabled, and allow kms:GenerateDataKey and kms:Decrypt on it"

_CODES: dict[str, tuple[str, str]] = {
    "DecryptionFailure": ("the KMS key of the secret cannot be used", _KMS),
    "EncryptionFailure": ("the KMS key of the secret cannot be used", _KMS),
    "ExpiredTokenException": ("the credentials have expired", _RENEW),
    "InternalServiceError": ("the server could not do it", _LATER),
    "InvalidClientTokenId": ("the access key is not known there", _KEYS),
    "InvalidSignatureException": (
        "the signature is wrong",
        f"check the secret key and this machine's clock; {_KEYS}",
    ),
    "LimitExceededException": ("a quota of the AWS account is used up", "see Service Quotas for AWS Secrets Manager"),
    "ThrottlingException": ("there were too many calls", _LATER),
    "UnrecognizedClientException": ("the access key is not known there", _KEYS),
}

_CLASSES: dict[str, tuple[str, str]] = {
    "ConnectTimeoutError": ("nobody answers", _NETWORK),
    "ConnectionClosedError": ("the connection was closed before an answer", _LATER),
    "CredentialRetrievalError": ("no credentials could be got", _KEYS),
    "ConfigNotFound": ("an AWS configuration file is missing", _FILES),
    "ConfigParseError": ("an AWS configuration file cannot be read", _FILES),
    "EndpointConnectionError": ("a host (its own, or that of the credentials) is unknown or refuses", _NETWORK),
    "NoCredentialsError": (
        "there are no AWS credentials",
        f"set AWS_PROFILE, or AWS_ACCESS_KEY_ID and so on; {_KEYS}",
    ),
    "NoRegionError": ("no region is set", "set `region` of the sink, or AWS_REGION"),
    "PartialCredentialsError": ("the AWS credentials are not complete", _KEYS),
    "ProfileNotFound": ("the AWS configuration has no such profile", "check AWS_PROFILE"),
    "ProxyConnectionError": ("the proxy cannot be reached", _NETWORK),
    "ReadTimeoutError": ("there was no answer in time", _LATER),
    "SSLError": ("TLS failed", "AWS_CA_BUNDLE or SARV_CA_BUNDLE names the authorities to trust"),
    "SSOTokenLoadError": ("nobody is logged in", _RENEW),
    "TokenRetrievalError": ("the login has expired", _RENEW),
    "UnauthorizedSSOTokenError": ("the login has expired", _RENEW),
}

_NONSENSE = (OSError, ValueError, TypeError, AttributeError, LookupError, RuntimeError)
"""What the library also raises, for example when a program that is asked for credentials gives something else."""


class CallFailed(Exception):
    """A call failed. `code` is the server's own, None where it did not answer."""

    def __init__(self, code: str | None, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.hint = hint


@contextmanager
def translated() -> Iterator[None]:
    """Raise `CallFailed` in place of whatever the library raises."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        yield
    except ClientError as error:
        raise _answered(error.response, str(error.operation_name)) from None
    except BotoCoreError as error:
        raise _unanswered(error) from None
    except FileNotFoundError:
        raise CallFailed(None, "a file or program that gives credentials is missing", _FILES) from None
    except (ResponseParserError, *_NONSENSE) as error:
        raise CallFailed(None, f"nonsense came back ({type(error).__name__})", _SETUP) from None


def _answered(response: dict[str, Any], operation: str) -> CallFailed:
    error = response.get("Error", {})
    said = str(error.get("Code", ""))
    code = said if _CODE.fullmatch(said) else "an error without a name"
    reason, hint = _words(code, str(error.get("Message", "")), operation)
    return CallFailed(code, f"{reason} ({operation}: {code})", hint)


def _words(code: str, message: str, operation: str) -> tuple[str, str]:
    if code in _CODES:
        return _CODES[code]
    if code in {"AccessDeniedException", "AccessDenied"}:
        named = _ACTION.search(message)
        action = named[1] if named else f"secretsmanager:{operation}"
        return f"access is denied: {action}", f"allow {action} on it; docs/credentials.md has the whole policy"
    if code == "InvalidRequestException" and "delet" in message:
        return (
            "the secret is scheduled for deletion",
            "bring it back with `aws secretsmanager restore-secret --secret-id NAME`, or wait until it is gone",
        )
    return "the server refused it", _NETWORK


def _unanswered(error: Exception) -> CallFailed:
    name = type(error).__name__
    reason, hint = next(
        (_CLASSES[base.__name__] for base in type(error).__mro__ if base.__name__ in _CLASSES),
        (f"it failed ({name})", _NETWORK),
    )
    return CallFailed(None, reason, hint)
