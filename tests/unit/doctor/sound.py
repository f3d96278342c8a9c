"""Evidence in which nothing is wrong, to be spoilt in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.doctor.evidence import Call, Evidence, Setting, Settings, StatePlace
from sarv_sync.model.account import Account
from sarv_sync.model.configuration import Configuration
from sarv_sync.model.route import Handshake, Route
from sarv_sync.model.secret import Secret
from sarv_sync.model.state import Binding, State
from sarv_sync.model.users import Listing, ObservedUser
from sarv_sync.model.users import Settings as Values

if TYPE_CHECKING:
    from sarv_sync.model.users import Status

NOW = 1_750_000_000.0
DAY = 86_400.0
DATE = "Sun, 15 Jun 2025 15:06:40 GMT"
"""The same moment as NOW."""

ACCOUNT = Account("https://api.example.net/v1.0", "10042")

SETTINGS = Settings(
    file=Setting("sarv-sync.yaml", "the default"),
    configuration=Configuration("sarv-sync.yaml", "/work", ("sarv-sync.yaml",)),
    endpoint=Setting(ACCOUNT.endpoint, "SARV_ENDPOINT"),
    owner_id=Setting(ACCOUNT.owner_id, "sarv-sync.yaml"),
    token=Setting("set", "SARV_TOKEN"),
    ca_bundle=None,
    proxy=None,
)
ROUTE = Route(("192.0.2.7",), "192.0.2.7", Handshake("TLSv1.3", NOW + 90 * DAY))


def user(name: str, total: int = 1000, hourly: int = 100, status: Status = "Enable") -> ObservedUser:
    return ObservedUser(name, Values(total, hourly, status), Secret(""))


def listing(*users: ObservedUser) -> Listing:
    return Listing({each.smtp_user_name: each for each in users})


def bound(**names: str) -> dict[str, Binding]:
    """Return bindings by name, each with the values that `user` has unless it is told others."""
    return {name: Binding(smtp_user_name, Values(1000, 100, "Enable")) for name, smtp_user_name in names.items()}


STATE = State("lineage", 12, ACCOUNT, bindings=bound(a="smtp1"), echoes_limits=True)
PLACE = StatePlace("sarv-sync.state.json", STATE, None, taken=False, trouble=None)
CALL = Call(listing(user("smtp1")), DATE, NOW, NOW)

SOUND = Evidence(NOW, SETTINGS, ROUTE, CALL, PLACE)
