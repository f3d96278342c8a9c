"""The next state, while it is being put together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.applying.records import born, served
from sarv_sync.model.evidence import NOTHING_KNOWN
from sarv_sync.model.state import NO_RECORD, Binding, Census, Retired
from sarv_sync.model.users import entry_name, other_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.state import Intent, PasswordRecord, State
    from sarv_sync.model.users import DesiredUser, Settings


class Draft:
    """Changes to a `State`, collected until `finish` returns the new one. The old one stays as it is.

    `desired` are the entries of the files by name, as far as users are to be bound; `evidence` says when that is, and
    where their passwords are to go; `serves` which user of an entry that has two is the one in use.
    """

    def __init__(
        self,
        state: State,
        desired: Mapping[str, DesiredUser] | None = None,
        evidence: Evidence = NOTHING_KNOWN,
        serves: Mapping[str, str] | None = None,
    ) -> None:
        self._state = state
        self._serves = serves or {}
        self._desired = desired or {}
        self._evidence = evidence
        self._bindings = dict(state.bindings)
        self._removed = dict(state.removed)
        self._intents = dict(state.intents)
        self._retired = list(state.retired)
        self._listings = dict(state.listings)
        self._echoes = state.echoes_limits
        self._let_go: set[str] = set()

    def bind(self, name: str, smtp_user_name: str, applied: Settings) -> None:
        """Let `name` own the user.

        A rename that its entry asks for counts as done: whatever owns the old name later is another user. Of two
        users, one that does not serve is nobody's until it is its turn.
        """
        entry = self._desired.get(name)
        idle = self._serves.get(entry_name(name), name) != name
        record = NO_RECORD if idle else born(entry, smtp_user_name, self._evidence, self.next_turn(name))
        self._bindings[name] = Binding(smtp_user_name, applied, entry.renamed_from if entry else None, record)

    def next_turn(self, name: str) -> int:
        """Return the turn at which `name` takes over from the other user of its entry, 0 if there is none."""
        other = self._bindings.get(other_name(name))
        return 0 if other is None else other.password.turn + 1

    def is_bound(self, name: str) -> bool:
        """Say whether `name` owns a user."""
        return name in self._bindings

    def smtp_user_name(self, name: str) -> str:
        """Return the user that `name` owns."""
        return self._bindings[name].smtp_user_name

    def applied(self, name: str) -> Settings:
        """Return the values that were last applied to the user of `name`."""
        return self._bindings[name].applied

    def record(self, name: str) -> PasswordRecord:
        """Return what is known of the password of the user of `name`."""
        return self._bindings[name].password

    def set_record(self, name: str, record: PasswordRecord) -> None:
        """Note what is known of the password of the user of `name`."""
        self._bindings[name] = replace(self._bindings[name], password=record)

    def hand_over(self, name: str) -> None:
        """Let the grace of an entry's other user begin once every target holds the password of `name`."""
        other, deliveries = other_name(name), self.record(name).deliveries
        if self.is_bound(other) and deliveries and all(delivery.verifier for delivery in deliveries):
            enabled = self.applied(other).status == "Enable"
            self.set_record(other, served(self.record(other), self._evidence.moment if enabled else None))

    def forget_rename(self, name: str) -> None:
        """Let a rename that the files do not ask for any more be asked for anew."""
        if self._bindings[name].renamed_from is not None:
            self._bindings[name] = replace(self._bindings[name], renamed_from=None)

    def set_applied(self, name: str, applied: Settings) -> None:
        """Note the values that were applied to the user of `name`."""
        self._bindings[name] = replace(self._bindings[name], applied=applied)

    def bring_back(self, name: str) -> None:
        """Let a returning name own its retired user again."""
        self._bindings[name] = replace(self._removed.pop(name), removed_at=None)

    def retire_user(self, name: str) -> None:
        """Move the user of `name`, which is disabled now, among the removed ones. Its time there begins anew."""
        binding = self._bindings.pop(name, None) or self._removed[name]
        since = self._evidence.moment or binding.removed_at
        disabled = replace(binding.applied, status="Disable")
        self._removed[name] = replace(binding, applied=disabled, removed_at=since, recycled_from=None)
        self.close(name)

    def date_retired(self) -> None:
        """Let the time of retired users of which nobody knows since when they are begin now."""
        for name, binding in self._removed.items():
            if binding.removed_at is None:
                self._removed[name] = replace(binding, removed_at=self._evidence.moment)

    def recycle(self, name: str, former: str, shown: Settings) -> None:
        """Let `name` own the user that was retired as `former` and shows these values. It is not ready yet."""
        retired = self._removed.pop(former)
        self.bind(name, retired.smtp_user_name, shown)
        self._bindings[name] = replace(self._bindings[name], removed_at=retired.removed_at, recycled_from=former)

    def recycled(self, name: str) -> None:
        """Note that the user of `name` is ready."""
        self._bindings[name] = replace(self._bindings[name], removed_at=None, recycled_from=None)

    def give_back(self, name: str) -> None:
        """Let the user of `name`, which could not be made ready, be retired as before, if nobody bears that name."""
        binding = self._bindings[name]
        former = binding.recycled_from
        if former is not None and former not in self._bindings and former not in self._removed:
            del self._bindings[name]
            self._removed[former] = replace(binding, recycled_from=None, renamed_from=None, password=NO_RECORD)

    def put_back(self, name: str, shown: Settings) -> None:
        """Note that the user of `name` still has the values that the account shows, and is bound as before."""
        binding = self._bindings.pop(name, None) or self._removed.pop(name)
        self._bindings[name] = replace(binding, applied=shown, removed_at=None)

    def let_go(self, name: str) -> None:
        """Forget `name`, its user and its create."""
        binding = self._bindings.pop(name, None) or self._removed.pop(name, None)
        if binding is not None:
            self.was_there(binding.smtp_user_name)
            self._let_go.add(binding.smtp_user_name)
        self.close(name)

    def was_there(self, smtp_user_name: str) -> None:
        """Note that a user nobody owns any more is older than every open create, and cannot have come of one."""
        self._listings = {
            key: names if smtp_user_name in names else (*names, smtp_user_name)
            for key, names in self._listings.items()
        }

    def open(self, intents: Sequence[Intent], listing: str, listed: tuple[str, ...]) -> None:
        """Journal `intents`, with the loose names that the account listed before them.

        A name that is made anew lets go of the user it had; should that one still have its birthmark when it
        turns up, it is a spare.
        """
        self._listings[listing] = listed
        anew = {intent.name for intent in intents}
        for earlier in [intent for intent in self._intents.values() if intent.name in anew]:
            self.give_up(earlier)
        for intent in intents:
            self._bindings.pop(intent.name, None)
            self._intents[intent.id] = intent

    def undo(self, name: str, binding: Binding | None) -> None:
        """End a create that is proven not to have happened; `binding` is the user that the name had before."""
        self.close(name)
        if binding is not None:
            self._bindings[name] = binding

    def close(self, name: str) -> None:
        """End the create of `name`: it is done, or of no concern any more."""
        self.close_all({name})

    def close_all(self, names: set[str]) -> None:
        """End the creates of all of `names`."""
        if names:
            self._intents = {key: intent for key, intent in self._intents.items() if intent.name not in names}

    def give_up(self, intent: Intent) -> None:
        """End a create that counts as never made. Its birthmark is remembered for ever."""
        self._intents.pop(intent.id, None)
        self._retired.append(Retired(intent.name, intent.birthmark, intent.listing))

    def use_spare(self, retired: Retired) -> None:
        """Take a given-up birthmark back: its user is about to be bound."""
        self._retired.remove(retired)

    @property
    def echoes(self) -> bool | None:
        """Whether the account lists the limits that it was given, None if nobody knows yet."""
        return self._echoes

    def set_echoes(self, *, echoes: bool) -> None:
        """Note whether the account lists the limits that it was given."""
        self._echoes = echoes

    def finish(self) -> State:
        """Return the new state, without the listings that nothing refers to any more."""
        used = {intent.listing for intent in self._intents.values()} | {retired.listing for retired in self._retired}
        return replace(
            self._state,
            bindings=self._bindings,
            removed=self._removed,
            intents=self._intents,
            retired=tuple(self._retired),
            listings={key: names for key, names in self._listings.items() if key in used},
            echoes_limits=self._echoes,
            census=self._census(),
        )

    def _census(self) -> Census | None:
        """Return the users that nobody owns: whom an entry has let go of is no stranger."""
        census = self._state.census
        if census is None or not self._let_go:
            return census
        known = tuple(sorted(self._let_go.union(census.known)))
        return Census(known, tuple(name for name in census.appeared if name not in self._let_go))
