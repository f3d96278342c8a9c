from __future__ import annotations

import threading

from sarv_sync.model.switch import Switch


def test_it_is_off_until_it_is_turned() -> None:
    switch = Switch()
    assert (switch.is_set(), switch.wait(0.0)) == (False, False)

    switch.set()

    assert (switch.is_set(), switch.wait(3600)) == (True, True)


def test_who_waits_for_it_goes_on_when_it_is_turned() -> None:
    switch = Switch()
    waiting = threading.Thread(target=switch.wait, args=(3600,))
    waiting.start()

    switch.set()

    waiting.join(10)
    assert not waiting.is_alive()
