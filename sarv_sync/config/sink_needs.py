"""What one setting of a sink asks of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.config.nodes import BROKEN, Map
from sarv_sync.config.settings import choice, section

if TYPE_CHECKING:
    from sarv_sync.config.source_file import SourceFile


def check_needs(file: SourceFile, data: Map, entry: Map, kind: str) -> None:
    """Report a setting of `entry` that means nothing, or something dangerous, without another."""
    smtp = section(section(data, "account"), "smtp")
    missing = next((key for key in ("host", "port") if smtp.get(key) is None), None)
    if choice(entry, "verify", None) is not None and missing is not None:
        message = f"`verify: smtp` needs a server to log in at, and `account.smtp.{missing}` is not set"
        file.error(entry.key_at("verify"), message, f"set `account.smtp.{missing}`, or drop `verify`")
    if kind == "kubernetes":
        _check_manifest(file, entry)
    if kind == "github-actions":
        _check_owner(file, entry)


def _check_manifest(file: SourceFile, entry: Map) -> None:
    written, meant = choice(entry, "manifest", None) is not None, entry.get("plaintext")
    if written and meant is not True and meant is not BROKEN:
        message = "a `manifest` shows the password to everyone who can read the file"
        hint = "add `plaintext: true` if that is meant, and keep the file out of git"
        file.error(entry.key_at("manifest"), message, hint)


def _check_owner(file: SourceFile, entry: Map) -> None:
    """A secret of GitHub belongs to an organization, or to a repository, or to an environment of one."""
    if entry.get("organization") is None:
        if entry.get("visibility") is not None:
            message = "`visibility` is for the secrets of an `organization`, and none is named"
            file.error(entry.key_at("visibility"), message, "name the `organization`, or drop `visibility`")
        return
    for key in ("repository", "environment"):
        if entry.get(key) is not None:
            message = f"`{key}` stands beside `organization`: a secret belongs to one of them"
            file.error(entry.key_at(key), message, "drop one of the two, or make two sinks of this one")
