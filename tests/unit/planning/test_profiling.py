"""What entries share is said once, under a name that a person would accept."""

from __future__ import annotations

from typing import Any

import pytest

from sarv_sync.model.export import ExportedUser, Profile, Remarks, Shared, Values
from sarv_sync.model.users import LIMIT_MAX, Settings
from sarv_sync.planning.profiling import factor_out, use_profiles

NOTHING = Shared()
BULK = Profile("bulk", Values(1_000_000, 10_000))


def users(**values: tuple[int, int]) -> list[ExportedUser]:
    """Users by their names, `_` for `-`."""
    names = {name.replace("_", "-"): pair for name, pair in values.items()}
    return [ExportedUser(name, f"smtp-{name}", Settings(*pair, "Enable")) for name, pair in names.items()]


def shared(which: list[ExportedUser], known: Shared = NOTHING) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    layout = factor_out(which, known)
    return layout.defaults.said(), {one.name: one.values.said() for one in layout.profiles}


def said(total: int, hourly: int, **more: Any) -> dict[str, Any]:
    return {"total_limit": total, "hourly_limit": hourly, **more}


def test_values_that_three_users_have_are_a_profile_named_after_them() -> None:
    three = users(a=(5000, 200), b=(5000, 200), c=(5000, 200), d=(1, 1), e=(2, 2), f=(3, 3))
    assert shared(three) == ({}, {"5k-200": said(5000, 200)})
    layout = factor_out(three, NOTHING)
    assert [user.profile and user.profile.name for user in layout.main] == ["5k-200"] * 3 + [None] * 3
    assert shared(three[1:]) == ({}, {})


def test_what_most_users_have_is_a_default_and_no_profile_repeats_it() -> None:
    most = users(a=(1, 100), b=(2, 100), c=(3, 100), d=(9, 7), e=(9, 7), f=(1, 100), g=(4, 100))
    assert shared(most) == ({"hourly_limit": 100}, {})
    both = users(**{f"u{number}": (5, 3) for number in range(4)}, v=(9, 7), w=(9, 7), x=(9, 7))
    assert shared(both) == (said(5, 3), {"9-7": said(9, 7)})
    assert [user.profile for user in factor_out(both, NOTHING).main[:4]] == [None] * 4


def test_half_of_all_is_not_most_and_two_are_not_many() -> None:
    assert shared(users(a=(5, 3), b=(5, 3), c=(6, 2), d=(7, 1))) == ({}, {})
    assert shared(users(a=(5, 3), b=(5, 3))) == ({}, {})


@pytest.mark.parametrize(
    ("pair", "name"),
    [
        ((1_000_000, 10_000), "1m-10k"),
        ((1500, 150), "1.5k-150"),
        ((1_250_000, 999), "1250k-999"),
        ((1234, 10), "1234-10"),
        ((LIMIT_MAX, LIMIT_MAX), "max-max"),
        ((0, 7), "0-7"),
    ],
)
def test_a_name_says_both_limits_in_short(pair: tuple[int, int], name: str) -> None:
    which = users(a=pair, b=pair, c=pair, d=(1, 1), e=(2, 2), f=(3, 3), g=(4, 4))
    assert list(shared(which)[1]) == [name]


def test_a_profile_of_all_users_whose_names_begin_alike_is_named_after_that() -> None:
    news = {"news_de": (9, 8), "news_fr": (9, 8), "news_at": (9, 8)}
    rest = {"a": (1, 1), "b": (2, 2), "c": (3, 3), "d": (4, 4)}
    assert list(shared(users(**news, **rest))[1]) == ["news"]
    assert list(shared(users(**news, **rest, news_it=(5, 5)))[1]) == ["9-8"]
    longer = {f"app_news_{name}": (9, 8) for name in "abc"}
    assert list(shared(users(**longer, app_x=(5, 5), **rest))[1]) == ["app-news"]


def test_limits_that_no_file_can_say_share_what_stands_for_them() -> None:
    odd = users(a=(0, 5), b=(0, 5), c=(0, 5), d=(1, 5), e=(9, 9), f=(8, 8), g=(7, 7))
    profile = {"0-5": {"total_limit": 1, "ignore_changes": ["total_limit"]}}
    assert shared(odd) == ({"hourly_limit": 5}, profile)


def test_what_entries_ignored_before_is_part_of_what_they_share() -> None:
    noting = Remarks(ignore_changes=("total_limit",))
    plain = users(a=(5000, 200), b=(5000, 200), c=(5000, 200))
    ignoring = [ExportedUser(f"x{one.name}", f"x{one.smtp_user_name}", one.settings, None, noting) for one in plain]
    others = users(**{f"o{number}": (number + 1, number + 1) for number in range(7)})
    assert shared([*plain, *ignoring, *others])[1] == {
        "5k-200": said(5000, 200),
        "5k-200-2": said(5000, 200, ignore_changes=["total_limit"]),
    }


def test_a_profile_of_the_files_is_used_by_whoever_has_its_values_and_gives_its_name() -> None:
    known = Shared(Values(hourly_limit=10_000), (Profile("bulk", Values(total_limit=1_000_000)),))
    one = users(a=(1_000_000, 10_000), b=(5, 5))
    assert shared(one, known) == ({"hourly_limit": 10_000}, {"bulk": {"total_limit": 1_000_000}})


def test_a_new_profile_is_not_called_as_one_of_the_files() -> None:
    known = Shared(profiles=(Profile("5k-200", Values(7, 7)),))
    which = users(a=(7, 7), b=(5000, 200), c=(5000, 200), d=(5000, 200), e=(1, 1), f=(2, 2))
    assert list(shared(which, known)[1]) == ["5k-200", "5k-200-2"]


@pytest.mark.parametrize(
    ("known", "profile"),
    [
        (Shared(profiles=(BULK,)), "bulk"),
        (Shared(profiles=(BULK, Profile("mass", BULK.values))), "bulk"),
        (Shared(Values(hourly_limit=10_000), (Profile("big", Values(1_000_000)),)), "big"),
        (Shared(profiles=(Profile("off", Values(1_000_000, 10_000, "Disable")),)), None),
        (Shared(Values(status="Disable"), (BULK,)), None),
        (Shared(profiles=(Profile("noted", Values(1_000_000, 10_000, None, ("status",))),)), None),
        (Shared(Values(1_000_000, 10_000), (Profile("same", Values(1_000_000)),)), None),
        (NOTHING, None),
    ],
)
def test_an_added_user_uses_a_profile_that_gives_it_just_its_values(known: Shared, profile: str | None) -> None:
    [user] = use_profiles(users(a=(1_000_000, 10_000)), known)
    assert (user.profile and user.profile.name) == profile


def test_the_order_of_users_changes_nothing() -> None:
    which = users(a=(9, 8), b=(9, 8), c=(9, 8), d=(7, 6), e=(7, 6), f=(7, 6), g=(5, 4), h=(3, 2))
    assert shared(which) == shared(which[::-1])
