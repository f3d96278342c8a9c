"""What the program is wired with offers what applying asks for."""

from __future__ import annotations

import random
import threading

import pytest

from sarv_sync.applying import interface
from sarv_sync.provider.client import Client
from sarv_sync.state.journal import HeldJournal
from tests.unit.applying.stage import Watcher


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        (interface.Provider, Client),
        (interface.Journal, HeldJournal),
        (interface.Chooser, random.SystemRandom),
        (interface.Stop, threading.Event),
        (interface.Clock, Watcher),
        (interface.Observer, Watcher),
    ],
)
def test_everything_that_is_asked_for_is_offered(asked: type, offered: type) -> None:
    wanted = {name for name in vars(asked) if not name.startswith("_")}

    assert wanted
    assert wanted <= set(dir(offered))
