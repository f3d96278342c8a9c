"""Every fault by its word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.sandbox.exchange import CALLS
from sarv_sync.sandbox.faults.connections import CommitHangUp, HangUpFirst, Truncated
from sarv_sync.sandbox.faults.errors import AuthError, EchoSecrets, GeneralError, ValidationError
from sarv_sync.sandbox.faults.listings import DuplicateRow, EmptyList, ListLag, NullList
from sarv_sync.sandbox.faults.pages import Html, HttpStatus
from sarv_sync.sandbox.faults.rate import RateLimit
from sarv_sync.sandbox.faults.timing import Late, LateCommit
from sarv_sync.sandbox.faults.values import Cap, NoName, WrongTypes
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.sandbox.rules import Effect

_LISTS = ("listSmtp",)
_SETS_LIMITS = ("addSmtp", "editSmtp")
_NAMES_A_USER = ("addSmtp", "resetSmtpPassword")


@dataclass(frozen=True, slots=True)
class Kind:
    """A dataclass whose fields are the fault's options, and the calls it makes sense for."""

    effect: Callable[..., Effect]
    calls: tuple[str, ...] = CALLS


CATALOG: dict[str, Kind] = {
    "late": Kind(Late),
    "hang-up": Kind(HangUpFirst),
    "commit-hang-up": Kind(CommitHangUp),
    "late-commit": Kind(LateCommit),
    "html": Kind(Html),
    "http-status": Kind(HttpStatus),
    "truncated": Kind(Truncated),
    "general-error": Kind(GeneralError),
    "validation-error": Kind(ValidationError),
    "auth-error": Kind(AuthError),
    "echo-secrets": Kind(EchoSecrets),
    "rate-limit": Kind(RateLimit),
    "cap": Kind(Cap, _SETS_LIMITS),
    "wrong-types": Kind(WrongTypes),
    "no-name": Kind(NoName, _NAMES_A_USER),
    "list-lag": Kind(ListLag, _LISTS),
    "null-list": Kind(NullList, _LISTS),
    "empty-list": Kind(EmptyList, _LISTS),
    "duplicate-row": Kind(DuplicateRow, _LISTS),
}
