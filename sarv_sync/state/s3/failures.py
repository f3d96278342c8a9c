"""What can go wrong with a call to an S3 server, said in the program's own words.

Texts of the server and of the library stay out of them: they may hold anything, the library's even the output of a
program that was asked for credentials.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["missing", "mismatch", "passing", "final"]
"""There is no such object, in a bucket that is there; it is another one than the condition says; a write may have
been carried out, and the same call may succeed later; none of these, and nothing was done."""

DENIED = "access is denied"

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9.]{1,60}")
_ACTION = re.compile(r"\bperform: ((?:s3|kms):[A-Za-z]{1,40})\b")

_REGION = "set state.region to the region of the bucket (aws s3api get-bucket-location shows it)"
_KEYS = (
    "the credentials come from where the AWS tools look for them; `aws sts get-caller-identity` shows which are used"
)
_RENEW = "get new ones (for example `aws sso login`) and run this again"
_RIGHTS = (
    "allow s3:GetObject and s3:PutObject on the object, s3:ListBucket on the bucket (without it an object that is"
    " not there looks forbidden), and kms:GenerateDataKey and kms:Decrypt if a KMS key is used"
)
_NETWORK = "check state.endpoint, path_style and region, the network and the proxy (HTTPS_PROXY, NO_PROXY)"
_SETUP = "check the AWS configuration (AWS_ENDPOINT_URL, AWS_REGION, credential_process) and what answers there"
_LATER = "run this again later; what was under way is found out then"
_SUPPORT = "the server has to honour If-Match and If-None-Match on PutObject; use one that does"

_CODES: dict[str, tuple[str, str]] = {
    "AccessDenied": (DENIED, _RIGHTS),
    "AllAccessDisabled": (DENIED, _RIGHTS),
    "AuthorizationHeaderMalformed": ("the bucket is in another region", _REGION),
    "ConditionalRequestConflict": ("another write was going on at the same time", _LATER),
    "ExpiredToken": ("the credentials have expired", _RENEW),
    "ExpiredTokenException": ("the credentials have expired", _RENEW),
    "IllegalLocationConstraintException": ("the bucket is in another region", _REGION),
    "InvalidAccessKeyId": ("the access key is not known there", _KEYS),
    "InvalidObjectState": ("the object was archived", "restore it, and exempt it from the bucket's lifecycle rules"),
    "InvalidToken": ("the session token is not valid", _RENEW),
    "NoSuchBucket": ("there is no such bucket", "check state.bucket and state.endpoint; a bucket is never made"),
    "NotImplemented": ("the server does not know conditional writes", _SUPPORT),
    "PermanentRedirect": ("the bucket is in another region", _REGION),
    "RequestTimeTooSkewed": ("this machine's clock is wrong", "set the clock; S3 allows 15 minutes"),
    "SignatureDoesNotMatch": ("the signature is wrong", f"check the secret key and state.region; {_KEYS}"),
    "SlowDown": ("the server has too much to do", _LATER),
    "TokenRefreshRequired": ("the credentials have expired", _RENEW),
}

_FILES = "check ~/.aws/config and ~/.aws/credentials, what they name, and AWS_CONFIG_FILE and the like"

_CLASSES: dict[str, tuple[str, str]] = {
    "ConnectTimeoutError": ("nobody answers", _NETWORK),
    "ConnectionClosedError": ("the connection was closed before an answer", _LATER),
    "CredentialRetrievalError": ("no credentials could be got", _KEYS),
    "ConfigNotFound": ("an AWS configuration file is missing", _FILES),
    "ConfigParseError": ("an AWS configuration file cannot be read", _FILES),
    "EndpointConnectionError": ("a host (its own, or that of the credentials) is unknown or refuses", _NETWORK),
    "NoCredentialsError": ("there are no credentials", f"set AWS_PROFILE, or AWS_ACCESS_KEY_ID and so on; {_KEYS}"),
    "PartialCredentialsError": ("the credentials are not complete", _KEYS),
    "ProfileNotFound": ("the AWS configuration has no such profile", "check AWS_PROFILE"),
    "ProxyConnectionError": ("the proxy cannot be reached", _NETWORK),
    "ReadTimeoutError": ("there was no answer in time", _LATER),
    "SSLError": ("TLS failed", "check state.endpoint; AWS_CA_BUNDLE names the authorities to trust"),
    "SSOTokenLoadError": ("nobody is logged in", _RENEW),
    "TokenRetrievalError": ("the login has expired", _RENEW),
    "UnauthorizedSSOTokenError": ("the login has expired", _RENEW),
}

_SLOW = frozenset({"ConnectTimeoutError", "ReadTimeoutError"})
_PASSING_STATUS = frozenset({408, 409, 425, 429})


_NONSENSE = (OSError, ValueError, TypeError, AttributeError, LookupError, RuntimeError)
"""What the library also raises, for example when a program that is asked for credentials gives something else."""


class CallFailed(Exception):
    """A call to the server failed. `answered`: the server said so itself. `slow`: after a long wait."""

    def __init__(self, kind: Kind, reason: str, hint: str, *, answered: bool = True, slow: bool = False) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.hint = hint
        self.answered = answered
        self.slow = slow


@contextmanager
def translated() -> Iterator[None]:
    """Raise `CallFailed` in place of whatever the library raises."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        yield
    except ClientError as error:
        raise _answered(error.response) from None
    except BotoCoreError as error:
        raise _unanswered(error) from None
    except FileNotFoundError:
        reason = "a file or program that gives credentials is missing"
        raise CallFailed("final", reason, _FILES, answered=False) from None
    except (ResponseParserError, *_NONSENSE) as error:
        raise CallFailed("passing", f"nonsense came back ({type(error).__name__})", _SETUP, answered=False) from None


def _answered(response: dict[str, Any]) -> CallFailed:
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    error = response.get("Error", {})
    code = str(error.get("Code", ""))
    reason, hint = _CODES.get(code, ("", "")) if code in _CODES else _by_status(status, code)
    if action := _ACTION.search(str(error.get("Message", ""))):
        reason = f"{reason}: {action[1]}"
    shown = f", {code}" if _CODE.fullmatch(code) else ""
    return CallFailed(_kind(status, code), f"{reason} (HTTP {status}{shown})", hint)


def _kind(status: int, code: str) -> Kind:
    if status == 412:
        return "mismatch"
    if status == 404 and code == "NoSuchKey":
        return "missing"
    if status in _PASSING_STATUS or (status >= 500 and status != 501) or code == "RequestTimeout":
        return "passing"
    return "final" if 300 <= status < 500 or status == 501 else "passing"


def _by_status(status: int, code: str) -> tuple[str, str]:
    if code.startswith("KMS."):
        return "the KMS key cannot be used", "check state.kms_key_id, that the key is enabled, and its policy"
    if 300 <= status < 400:
        return _CODES["PermanentRedirect"]
    if status == 403:
        return _CODES["AccessDenied"]
    if status == 501:
        return _CODES["NotImplemented"]
    if status >= 500 or status in _PASSING_STATUS:
        return "the server could not do it", _LATER
    return "the server refused it", _NETWORK


def _unanswered(error: Exception) -> CallFailed:
    """Return what became of a call that ended in the library.

    What is not a matter of the connection happens before anything is sent: no credentials, a wrong parameter.
    """
    from botocore.exceptions import ConnectionError as NotConnected
    from botocore.exceptions import HTTPClientError, IncompleteReadError

    name = type(error).__name__
    reason, hint = next(
        (_CLASSES[base.__name__] for base in type(error).__mro__ if base.__name__ in _CLASSES),
        (f"it failed ({name})", _NETWORK),
    )
    sent = isinstance(error, (HTTPClientError, NotConnected, IncompleteReadError))
    return CallFailed("passing" if sent else "final", reason, hint, answered=False, slow=name in _SLOW)
