"""What the Action installs is what pyproject.toml asks for, whole, on every Python and machine it is to run on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

LOCKS = Path(__file__).parents[2] / "action" / "locks"
EXTRAS = ("s3", "postgres", "signing", "metrics", "notify", "github", "vault", "aws", "kubernetes", "age")
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
MACHINES = (("linux", "Linux", "x86_64"), ("linux", "Linux", "aarch64"), ("darwin", "Darwin", "arm64"))
PLACES = [
    {
        "python_version": python, "python_full_version": f"{python}.1", "implementation_name": "cpython",
        "platform_python_implementation": "CPython", "os_name": "posix", "sys_platform": system,
        "platform_system": name, "platform_machine": machine, "platform_release": "", "platform_version": "",
        "implementation_version": f"{python}.1", "extra": "",
    }
    for python in PYTHONS for system, name, machine in MACHINES
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pin:
    """One entry of a lock file."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> Version:
        (specifier,) = self.requirement.specifier
        assert specifier.operator == "=="
        return Version(specifier.version)

    def counts(self, place: dict[str, str]) -> bool:
        return self.requirement.marker is None or self.requirement.marker.evaluate(place)


@cache
def _pins(lock: str) -> tuple[Pin, ...]:
    entries = (LOCKS / f"{lock}.txt").read_text(encoding="utf-8").replace("\\\n", "").splitlines()
    parts = [re.split(r"\s+--hash=", entry) for entry in entries]
    return tuple(Pin(Requirement(first), tuple(hashes)) for first, *hashes in parts)


def _installed(place: dict[str, str], *extras: str) -> dict[str, Version]:
    pins = [pin for lock in ("base", *extras) for pin in _pins(lock) if pin.counts(place)]
    versions = {pin.name: pin.version for pin in pins}
    assert all(versions[pin.name] == pin.version for pin in pins), "a package has two versions"
    return versions


def _wanted(distribution: str, place: dict[str, str], extras: tuple[str, ...]) -> list[Requirement]:
    wanted = [Requirement(line) for line in metadata.requires(distribution) or ()]
    return [
        one for one in wanted
        if one.marker is None or any(one.marker.evaluate({**place, "extra": extra}) for extra in ("", *extras))
    ]  # fmt: skip


def _missing(place: dict[str, str], extras: tuple[str, ...], locks: tuple[str, ...]) -> list[str]:
    """Return what is wanted, by this program or by what it wants, but not installed from the locks of `locks`.

    Of a package whose locked version is not the one installed here, what it wants is not known here; that the whole
    is complete is also tested by installing it.
    """
    versions, missing, seen = _installed(place, *locks), [], set()
    todo = [("sarv-sync", extras)]
    while todo:
        distribution, asked = todo.pop()
        for one in _wanted(distribution, place, asked):
            name = canonicalize_name(one.name)
            if name not in versions or not one.specifier.contains(versions[name], prereleases=True):
                missing.append(f"{distribution} wants {one}")
            elif (key := (name, tuple(sorted(one.extras)))) not in seen and _is_here(name, versions[name]):
                seen.add(key)
                todo.append(key)
    return missing


def _is_here(name: str, version: Version) -> bool:
    try:
        return Version(metadata.version(name)) == version
    except metadata.PackageNotFoundError:
        return False


@pytest.mark.parametrize("extras", [(), *[(extra,) for extra in EXTRAS], EXTRAS], ids="+".join)
def test_everything_that_is_wanted_is_locked(extras: tuple[str, ...]) -> None:
    assert [missing for place in PLACES for missing in _missing(place, extras, extras)] == []


def test_the_test_sees_what_is_not_locked() -> None:
    (missing,) = _missing(PLACES[0], ("s3",), ())
    assert missing.startswith("sarv-sync wants botocore")


@pytest.mark.parametrize("lock", ["base", *EXTRAS])
def test_every_pin_is_exact_and_has_hashes(lock: str) -> None:
    for pin in _pins(lock):
        assert pin.version
        assert pin.hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in pin.hashes)


def test_there_is_a_lock_for_every_extra_and_no_other() -> None:
    assert {path.stem for path in LOCKS.iterdir()} == {"base", *EXTRAS}
    offered = set(metadata.metadata("sarv-sync").get_all("Provides-Extra") or ())
    assert set(EXTRAS) == offered - {"dev"}


@pytest.mark.parametrize("lock", ["base", *EXTRAS])
def test_a_lock_names_no_index_and_no_file(lock: str) -> None:
    text = (LOCKS / f"{lock}.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|^\s*--(?!hash=)|^#|@", text, re.MULTILINE)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place['python_version']}-{place['platform_machine']}")
def test_a_package_is_locked_once_for_a_place(place: dict[str, str]) -> None:
    names = [pin.name for pin in _pins("base") if pin.counts(place)]
    assert len(names) == len(set(names))
