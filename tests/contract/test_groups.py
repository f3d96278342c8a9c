"""Tests that share what is dear, or that count what they find, are kept together in one process."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("groups")
def test_a_group_is_known_to_whoever_shares_out_the_tests(request: pytest.FixtureRequest) -> None:
    if getattr(request.config.option, "loadgroup", False):
        assert request.node.nodeid.endswith("@groups"), "pytest-xdist leaves groups apart with this pytest"
