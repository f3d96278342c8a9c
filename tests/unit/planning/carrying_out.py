"""A model of what an apply does to state and account, without any of its troubles.

It follows the design, not the code of `applying`: renames, forgetting and adoptions happen in the state first, then
open creates are settled, then values are set, then users are made.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sarv_sync.model.secret import Secret
from sarv_sync.model.state import Binding, Retired, State
from sarv_sync.model.users import Listing, ObservedUser, Settings
from sarv_sync.planning.ownership import Absent, Found, divide
from sarv_sync.planning.renames import moved

if TYPE_CHECKING:
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Change, Plan


def carry_out(
    plan: Plan, configuration: Configuration, state: State, listing: Listing, reached: frozenset[str] | None = None
) -> tuple[State, Listing]:
    """Return state and account after `plan`; with `reached`, after a run that got to no other calls."""
    moves = {change.name: change.renamed_from for change in plan.changes if change.renamed_from is not None}
    run = _Run.on(plan, configuration, moved(state, moves), listing)
    run.begin()
    run.recover()
    for change in plan.changes:
        if reached is None or change.name in reached:
            run.call(change)
    return run.state(), replace(listing, users=run.users)


@dataclass
class _Run:
    plan: Plan
    configuration: Configuration
    before: State
    listing: Listing
    users: dict[str, ObservedUser]
    bindings: dict[str, Binding]
    removed: dict[str, Binding]
    intents: dict[str, Any]
    retired: list[Retired]
    loose: set[str] = field(default_factory=set)

    @classmethod
    def on(cls, plan: Plan, configuration: Configuration, state: State, listing: Listing) -> _Run:
        parts = dict(listing.users), dict(state.bindings), dict(state.removed), dict(state.intents)
        return cls(plan, configuration, state, listing, *parts, list(state.retired))

    def state(self) -> State:
        listings = {key: (*names, *sorted(self.loose - set(names))) for key, names in self.before.listings.items()}
        return replace(
            self.before,
            bindings=self.bindings,
            removed=self.removed,
            intents=self.intents,
            retired=tuple(self.retired),
            listings=listings,
        )

    def begin(self) -> None:
        held_back = {entry.name for entry in self.plan.blocked}
        changing = {change.name for change in self.plan.changes}
        spares = divide(self.state(), self.listing).spares
        for change in self.plan.changes:
            if change.action in {"forget", "adopt"}:
                self.let_go(change.name)
            if change.action == "adopt" and change.smtp_user_name is not None:
                self.bind(change.name, change.smtp_user_name, self.users[change.smtp_user_name].settings)
            if change.action == "disable" and change.smtp_user_name in spares:
                self.take(spares[change.smtp_user_name])
                self.bind(change.name, change.smtp_user_name, self.users[change.smtp_user_name].settings)
                self.retire(change.name)
        for name, binding in list(self.bindings.items()):
            observed = self.users.get(binding.smtp_user_name)
            if name in held_back | changing or observed is None or not self.targeted(name):
                continue
            if name not in self.configuration.users:
                assert observed.settings.status == "Disable", "only a user that is off may count as retired"
                self.retire(name)
                continue
            self.close(name)
        for name in self.removed.keys() & self.configuration.users.keys() - held_back:
            if self.targeted(name):
                self.bindings[name] = self.removed.pop(name)

    def recover(self) -> None:
        held_back = {entry.name for entry in self.plan.blocked}
        for name, resolution in divide(self.state(), self.listing).creates.items():
            if name in held_back or not self.targeted(name):
                continue
            match resolution:
                case Found(smtp_user_name):
                    self.bind(name, smtp_user_name, self.users[smtp_user_name].settings)
                case Absent():
                    self.give_up(name)
                case _:
                    raise AssertionError(f"{name} is ambiguous, and the plan did not say so")

    def call(self, change: Change) -> None:
        if change.action == "create":
            self.create(change)
        elif change.fields and change.smtp_user_name is not None:
            self.edit(change, change.smtp_user_name)

    def create(self, change: Change) -> None:
        name, desired = change.name, self.configuration.users[change.name]
        if name not in self.bindings or change.cause == "drift":
            spares = sorted(divide(self.state(), self.listing).spares.items())
            if spares:
                self.take(spares[0][1])
            self.bind(name, spares[0][0] if spares else self.fresh(), desired.settings)
        binding = self.bindings[name]
        self.show(binding.smtp_user_name, desired.settings)
        self.bindings[name] = replace(binding, applied=desired.settings)
        self.close(name)

    def edit(self, change: Change, smtp_user_name: str) -> None:
        values: dict[str, Any] = {entry.field: entry.after for entry in change.fields}
        self.show(smtp_user_name, replace(self.users[smtp_user_name].settings, **values))
        desired = self.configuration.users.get(change.name)
        if desired is None:
            self.retire(change.name)
            return
        binding = self.bindings[change.name]
        kept: dict[str, Any] = {one: binding.applied.get(one) for one in desired.ignore_changes}
        self.bindings[change.name] = replace(binding, applied=replace(desired.settings, **kept))

    def bind(self, name: str, smtp_user_name: str, applied: Settings) -> None:
        desired = self.configuration.users.get(name)
        self.bindings[name] = Binding(smtp_user_name, applied, desired.renamed_from if desired else None)

    def let_go(self, name: str) -> None:
        binding = self.bindings.pop(name, None) or self.removed.pop(name, None)
        if binding is not None:
            self.loose.add(binding.smtp_user_name)
        self.close(name)

    def retire(self, name: str) -> None:
        binding = self.bindings.pop(name, None) or self.removed[name]
        self.removed[name] = replace(binding, applied=replace(binding.applied, status="Disable"))
        self.close(name)

    def give_up(self, name: str) -> None:
        [intent] = [one for one in self.intents.values() if one.name == name]
        self.retired.append(Retired(name, intent.birthmark, intent.listing))
        self.close(name)

    def take(self, spare: Retired) -> None:
        self.retired.remove(spare)

    def close(self, name: str) -> None:
        self.intents = {key: intent for key, intent in self.intents.items() if intent.name != name}

    def show(self, smtp_user_name: str, settings: Settings) -> None:
        self.users[smtp_user_name] = ObservedUser(smtp_user_name, settings, Secret("pw"))

    def fresh(self) -> str:
        taken = self.listing.names() | self.users.keys() | self.before.owned().keys()
        return next(name for index in range(1000) if (name := f"new{index}") not in taken)

    def targeted(self, name: str) -> bool:
        return not self.plan.targets or name in self.plan.targets
