"""Passwords in files that are encrypted with age, so that they can be kept in git.

Such a file has the lines of a dotenv file in it, and is armored: ASCII text, which git and reviews take as it is.
Every encryption gives other bytes, and nobody here can decrypt them: an age file that is there counts as right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.errors import InputError, NotInstalled, SinkError
from sarv_sync.sinks.contents import Contents
from sarv_sync.sinks.dotenv_text import check_keys, dotenv
from sarv_sync.sinks.file_path import FilePath
from sarv_sync.sinks.files import Files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sarv_sync.model.sink import Credential, Recipient, Sight
    from sarv_sync.sinks.site import Site

_HINT = "give public keys: `age1…` as `age-keygen` prints them, or lines `ssh-ed25519 …` or `ssh-rsa …`"

_ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----"


def open_age(options: Mapping[str, Any], site: Site) -> AgeSink:
    """Return the sink for files at `path`, each to be decrypted by any of `recipients`. Raises `InputError`."""
    contents = Contents(options.get("keys"))
    check_keys(contents.names)
    recipients = tuple(options["recipients"])
    if not recipients:
        raise InputError("`recipients` is empty: nobody could decrypt the files", _HINT)
    # Ciphertext is made to be shared: a file that only its owner may read would just be in the way of that.
    files = Files(site.directory, private=False, mark=_ARMOR)
    return AgeSink(FilePath("path", options["path"]), contents, files, recipients)


class AgeSink:
    """Files at the paths that `path` gives, each with what `contents` gives, for `recipients` to decrypt."""

    def __init__(self, path: FilePath, contents: Contents, files: Files, recipients: tuple[str, ...]) -> None:
        self._path = path
        self._contents = contents
        self._files = files
        self._recipients = recipients

    def address(self, recipient: Recipient) -> str:
        """Return the kind and the path."""
        return f"age {self._path.of(recipient)}"

    def occupies(self, recipient: Recipient) -> tuple[str, ...]:
        """Return the file, which any kind of sink that writes files could be given."""
        return (self._path.place(recipient),)

    def ready(self) -> None:
        """Raise `NotInstalled` without pyrage, `InputError` if a recipient is no public key."""
        _keys(self._recipients)

    def check(self, recipients: Sequence[Recipient]) -> None:
        """Make and delete a file where each would be, or where its folder would be."""
        for recipient in recipients:
            self._files.check(self._path.of(recipient))

    def deliver(self, credential: Credential) -> None:
        """Replace the file by a newly encrypted one."""
        path = self._path.of(credential.recipient)
        self._files.write(path, _encrypted(dotenv(self._contents.of(credential)), self._recipients))

    def read_back(self, credentials: Sequence[Credential]) -> Mapping[str, Sight]:
        """Say which files are there, and which are no age files."""
        return {self.address(one.recipient): self._sight(one.recipient) for one in credentials}

    def _sight(self, recipient: Recipient) -> Sight:
        found = self._files.read(self._path.of(recipient))
        if found is None:
            return "gone"
        return "there" if self._files.ours(found) else "other"


def _encrypted(text: bytes, recipients: Sequence[str]) -> bytes:
    keys = _keys(recipients)
    import pyrage

    try:
        encrypted: bytes = pyrage.encrypt(text, keys, armored=True)
    except pyrage.EncryptError:
        pass
    else:
        return encrypted
    raise SinkError("it is not possible to encrypt to these `recipients`", _HINT)


def _keys(recipients: Sequence[str]) -> list[Any]:
    try:
        import pyrage
    except ImportError:
        hint = "install the extra: pip install 'sarv-sync[age]'"
        raise NotInstalled("this sink needs pyrage, which is not installed", hint) from None
    keys: list[Any] = []
    for number, text in enumerate(recipients, 1):
        kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
        try:
            keys.append(kind.Recipient.from_str(text))
        except pyrage.RecipientError:
            # What it is stays unsaid: somebody may have pasted the private key.
            raise InputError(
                f"`recipients`: number {number} is no public key that can be encrypted to", _HINT
            ) from None
    return keys
