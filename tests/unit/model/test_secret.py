from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import traceback
from typing import TYPE_CHECKING

import pytest
from deepdiff import DeepDiff

from sarv_sync.model.secret import Secret
from sarv_sync.model.users import ObservedUser, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

CANARY = "canary-pa55"
USER = ObservedUser("smtp1", Settings(1, 1, "Enable"), Secret(CANARY))

SHOWING: dict[str, Callable[[Secret], object]] = {
    "repr": repr,
    "str": str,
    "ascii": ascii,
    "format": format,
    "an f-string": lambda secret: f"{secret} {secret!s} {secret!r} {secret!a} {secret:>20}",
    "str.format": lambda secret: "{} {!r} {:^30}".format(secret, secret, secret),  # noqa: UP032
    "percent": lambda secret: "%s %r %a" % (secret, secret, secret),  # noqa: UP031
    "a list": lambda secret: str([secret]),
    "a dict": lambda secret: str({"password": secret, secret: 1}),
    "a dataclass": lambda secret: repr(dataclasses.replace(USER, password=secret)),
    "json with str": lambda secret: json.dumps({"p": secret}, default=str),
    "json with repr": lambda secret: json.dumps({"p": secret}, default=repr),
    "an exception": lambda secret: repr(ValueError(secret)) + str(ValueError(secret)),
    "DeepDiff": lambda secret: DeepDiff(secret, Secret("another")).to_dict(),
    "DeepDiff of users": lambda secret: DeepDiff(
        USER, dataclasses.replace(USER, password=Secret("another"))
    ).pretty(),
    "DeepDiff of added users": lambda secret: DeepDiff({}, {"smtp1": secret}, verbose_level=2).pretty(),
}

REFUSING: dict[str, Callable[[Secret], object]] = {
    "json": json.dumps,
    "json with vars": lambda secret: json.dumps(secret, default=vars),
    "pickle": pickle.dumps,
    "pickle, oldest": lambda secret: pickle.dumps(secret, 0),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "asdict": lambda secret: dataclasses.asdict(USER),
    "astuple": lambda secret: dataclasses.astuple(USER),
    "pickle of a dataclass": lambda secret: pickle.dumps(USER),
    "vars": vars,
    "getstate": lambda secret: secret.__getstate__(),
    "joining": lambda secret: ", ".join(iter([secret])),  # type: ignore[arg-type]
    "adding": lambda secret: "x" + secret,  # type: ignore[operator]
    "iterating": lambda secret: [*secret],  # type: ignore[misc]
    "indexing": lambda secret: secret[0],  # type: ignore[index]
    "len": len,  # type: ignore[dict-item]
    "sorting": lambda secret: sorted([secret, Secret("b")]),  # type: ignore[type-var]
    "bytes": bytes,  # type: ignore[dict-item]
}


@pytest.mark.parametrize("show", SHOWING.values(), ids=SHOWING.keys())
def test_whatever_shows_a_secret_shows_a_placeholder(show: Callable[[Secret], object]) -> None:
    assert CANARY not in str(show(Secret(CANARY)))


@pytest.mark.parametrize("take", REFUSING.values(), ids=REFUSING.keys())
def test_whatever_would_take_a_secret_apart_fails_without_naming_it(take: Callable[[Secret], object]) -> None:
    with pytest.raises(TypeError) as caught:
        take(Secret(CANARY))
    assert CANARY not in str(caught.value)


def test_a_traceback_with_local_variables_does_not_show_a_secret() -> None:
    def fail(secret: Secret, user: ObservedUser) -> None:
        raise RuntimeError("failed")

    with pytest.raises(RuntimeError) as caught:
        fail(Secret(CANARY), USER)
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "Secret([redacted])" in shown
    assert CANARY not in shown.replace(f"CANARY = '{CANARY}'", "")


def test_a_secret_has_no_attributes_that_hold_it_by_an_ordinary_name() -> None:
    public = [name for name in dir(Secret(CANARY)) if not name.startswith("_")]
    assert public == ["reveal"]


def test_secrets_are_equal_by_content_and_to_nothing_else() -> None:
    assert Secret(CANARY) == Secret(CANARY)
    assert hash(Secret(CANARY)) == hash(Secret(CANARY))
    assert Secret(CANARY) != Secret("another")
    assert Secret(CANARY) != CANARY


def test_reveal_is_the_way_in_and_an_empty_secret_is_false() -> None:
    assert Secret(CANARY).reveal() == CANARY
    assert Secret(CANARY)
    assert not Secret("")
