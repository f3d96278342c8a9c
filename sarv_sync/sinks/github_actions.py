"""Secrets of GitHub Actions, one for each key: those of a repository, of an environment, or of an organisation.

Several secrets cannot be written in one step. The password is the last of them, right after the user name: where it
is there for the first time, all others are too; and while a user's name and password both change, as little time as
possible lies between the two. Where even that is too long, one key can hold both, as in a URL.

The API is the one that GITHUB_API_URL names, the token SARV_SECRETS_TOKEN or GITHUB_TOKEN. Calls are made one after
another: GitHub asks for that, and slows down whoever does otherwise.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple

from sarv_sync.errors import GitHubError, InputError, NotInstalled
from sarv_sync.model.secret import Secret
from sarv_sync.sinks.addressing import Address
from sarv_sync.sinks.contents import Contents
from sarv_sync.sinks.github_places import Place, environment, organization, repository
from sarv_sync.sinks.github_refusals import Refusals
from sarv_sync.sinks.github_secrets import Secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sarv_sync.model.sink import Credential, Recipient, Sight
    from sarv_sync.sinks.site import Site

GITHUB = "https://api.github.com"
TOKENS = ("SARV_SECRETS_TOKEN", "GITHUB_TOKEN")
VISIBILITIES = ("all", "private", "selected")

PATIENCE = 600.0
"""Seconds to wait in all where GitHub asks for it: whoever writes more than 180 secrets in a minute is slowed down.
See docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api, "secondary rate limits"."""

_UNKNOWN = "{smtp_user_name}"
_FORBIDDEN = re.compile(r"[0-9]|GITHUB_")
_TOKEN = re.compile(r"[\x21-\x7e]+")


class Target(NamedTuple):
    """The secrets of a recipient: in which place, and by which names, by key."""

    place: Place
    names: dict[str, str]


class Connection(NamedTuple):
    """The secrets behind the API, and who explains its errors."""

    secrets: Secrets
    refusals: Refusals


def open_github_actions(options: Mapping[str, Any], site: Site) -> GitHubActions:
    """Return the sink that `options` describe. Raises `InputError`."""
    visibility = options.get("visibility")
    if visibility is not None and "organization" not in options:
        raise InputError("`visibility` is for the secrets of an organization", "set `organization`, or leave it out")
    if visibility is not None and visibility not in VISIBILITIES:
        raise InputError(f"`visibility` is {visibility[:40]!r}", f"use one of {', '.join(VISIBILITIES)}")
    if "organization" in options and ("repository" in options or "environment" in options):
        raise InputError(
            "`organization` stands beside `repository` or `environment`: a secret belongs to one of them",
            "leave out `organization`, or make two sinks of this one",
        )
    return GitHubActions(Naming(options, site), site, visibility)


class Naming:
    """Which secrets are whose."""

    def __init__(self, options: Mapping[str, Any], site: Site) -> None:
        self._site = site
        self._organization: str | None = options.get("organization")
        self._repository = Address("repository", options["repository"]) if "repository" in options else None
        self._environment = Address("environment", options["environment"]) if "environment" in options else None
        self._prefix = Address("prefix", options.get("prefix", "{name}_"))
        self.contents = Contents(options.get("keys"))

    def of(self, recipient: Recipient) -> Target:
        """Return the secrets of `recipient`. Raises `InputError` where GitHub takes no such name."""
        prefix = self._prefix.of(recipient)
        names = {key: _secret_name(prefix + key, recipient) for key in self.contents.names}
        if len(set(names.values())) < len(names):
            raise InputError("two of `keys` differ only in what secrets of GitHub cannot have in their names")
        return Target(self._place(recipient), names)

    def _place(self, recipient: Recipient) -> Place:
        if self._organization is not None:
            return organization(self._organization)
        full_name = self._repository.of(recipient) if self._repository else self._own()
        if self._environment is None:
            return repository(full_name)
        return environment(full_name, self._environment.of(recipient))

    def _own(self) -> str:
        found = self._site.setting("GITHUB_REPOSITORY")
        if found is None:
            raise InputError(
                "it is not said which repository the secrets belong to",
                "set `repository: owner/name`, or, in a workflow, leave it to GITHUB_REPOSITORY",
            )
        return found


class GitHubActions:
    """The sink `github-actions`. See `model.sink.Sink`."""

    def __init__(self, naming: Naming, site: Site, visibility: str | None) -> None:
        self._naming = naming
        self._site = site
        self._visibility = visibility
        self._lock = RLock()
        self._made: Connection | None = None
        self._proved: set[Place] = set()

    def address(self, recipient: Recipient) -> str:
        """Return the place, and what the names of the secrets have in common."""
        target = self._naming.of(recipient)
        names = list(target.names.values())
        shown = names[0] if len(names) == 1 else f"{_common_start(names)}*"
        return f"github-actions {target.place.title} {shown}"

    def occupies(self, recipient: Recipient) -> tuple[str, ...]:
        """Return every secret: `a` with the key `B_USER` has one of those that `a-b` with the key `USER` has."""
        place, names = self._naming.of(recipient)
        return tuple(f"github-actions {place.title} {name}" for name in names.values())

    def ready(self) -> None:
        """Raise `InputError` for a token or URL that cannot be used, `NotInstalled` without PyNaCl."""
        self._connection()

    def check(self, recipients: Sequence[Recipient]) -> None:
        """Write a secret into each place once, and delete it: GitHub tells nobody what a token may write."""
        for place in dict.fromkeys(self._naming.of(recipient).place for recipient in recipients):
            with self._lock:
                if place not in self._proved:
                    with self._explained("write", place):
                        self._connection().secrets.probe(place, Secret("harmless"))
                    self._proved.add(place)

    def deliver(self, credential: Credential) -> None:
        """Write each key's secret, the password last. Keys that have no value any more are deleted."""
        values = self._naming.contents.of(credential)
        place, names = self._naming.of(credential.recipient)
        with self._lock, self._explained("write", place):
            secrets = self._connection().secrets
            secrets.prepare(place)
            for key in names.keys() - values.keys():
                secrets.delete(place, names[key])
            for key in sorted(values, key=self._turn):
                secrets.put(place, names[key], Secret(values[key]))

    def read_back(self, credentials: Sequence[Credential]) -> Mapping[str, Sight]:
        """Return whether all secrets are there; what they hold, GitHub tells nobody."""
        there: dict[Place, set[str]] = {}
        seen: dict[str, Sight] = {}
        for credential in credentials:
            place, names = self._naming.of(credential.recipient)
            if place not in there:
                there[place] = self._listed(place)
            wanted = {names[key] for key in self._naming.contents.of(credential)}
            seen[self.address(credential.recipient)] = "there" if wanted <= there[place] else "gone"
        return seen

    def _listed(self, place: Place) -> set[str]:
        with self._lock, self._explained("list", place):
            return self._connection().secrets.names(place)

    def _turn(self, key: str) -> int:
        fields = self._naming.contents.fields(key)
        if fields & {"password", "password_url"}:
            return 2
        return 1 if fields & {"username", "username_url", "smtp_user_name"} else 0

    @contextmanager
    def _explained(self, verb: str, place: Place) -> Iterator[None]:
        try:
            yield
        except GitHubError as error:
            raise self._connection().refusals.explain(error, verb, place) from None

    def _connection(self) -> Connection:
        with self._lock:
            if self._made is None:
                self._made = _connected(self._site, self._visibility)
            return self._made


def _connected(site: Site, visibility: str | None) -> Connection:
    try:
        import nacl.public  # noqa: F401 - said now, and not in the middle of a run
    except ImportError:
        hint = "install the extra: pip install 'sarv-sync[github]'"
        raise NotInstalled("this sink needs PyNaCl, which is not installed, to seal secrets", hint) from None
    from sarv_sync.github.api import RestApi

    name = next((name for name in TOKENS if site.setting(name)), TOKENS[0])
    token = site.required(name, "a token that may write secrets; that of the workflow itself may not").strip()
    if not _TOKEN.fullmatch(token):
        raise InputError(f"{name} holds what cannot be a token", "set it to the token alone, in one line")
    url = site.setting("GITHUB_API_URL") or GITHUB
    api = RestApi(url, Secret(token), site.scrubber, ca_bundle=site.ca_bundle, patience=PATIENCE)
    return Connection(Secrets(api, visibility), Refusals(api, name))


def _common_start(names: Sequence[str]) -> str:
    pairs = enumerate(zip(min(names), max(names), strict=False))
    return min(names)[: next((place for place, (one, other) in pairs if one != other), None)]


def _secret_name(text: str, recipient: Recipient) -> str:
    """Return `text` as the name of a secret. A provider's name that is not known yet stays as it is."""
    known = text.split(_UNKNOWN) if recipient.smtp_user_name is None else [text]
    name = _UNKNOWN.join(re.sub("[^A-Z0-9_]", "_", part.upper()) for part in known)
    if _FORBIDDEN.match(name):
        raise InputError(
            f"{recipient.name}: GitHub takes no secret of the name {name}: none starts with a digit or GITHUB_",
            "set `prefix` to something that starts with a letter: `prefix: SMTP_{name}_`",
        )
    return name
