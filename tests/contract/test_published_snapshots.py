"""A snapshot is published wherever a state can be kept, also where each document needs a number of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from sarv_sync.model.snapshot import parse_snapshot
from sarv_sync.snapshot_workflow.publishing import publish
from tests.contract.http_world import World, world
from tests.engines.terraform_server import Rules
from tests.unit.snapshot_workflow.snapshots import ANY, NOW, snapshot


def published(there: World) -> int:
    content = there.content()
    assert content is not None
    return parse_snapshot(content, "there").serial


@pytest.mark.parametrize("like", ["terraform", "gitlab"])
def test_one_after_another_is_published(like: Literal["terraform", "gitlab"]) -> None:
    with world(replace(Rules(), like=like)) as there:
        for age, serial in ((3, 1), (2, 2), (1, 3)):
            publish(there.store(), snapshot(timedelta(hours=age)), ANY, NOW)
            assert published(there) == serial
        publish(there.store(), snapshot(timedelta(hours=2)), ANY, NOW)
        assert published(there) == 3


def test_what_was_damaged_after_many_is_replaced() -> None:
    with world(replace(Rules(), like="gitlab")) as there:
        there.document.versions.update({number: b'{"serial": %d}' % number for number in range(1, 9)})
        there.document.known = True
        publish(there.store(), snapshot(), ANY, NOW)
        assert published(there) == int(NOW.timestamp())
        publish(there.store(), snapshot(timedelta(hours=1)), ANY, NOW)
        assert published(there) == int(NOW.timestamp()) + 1
