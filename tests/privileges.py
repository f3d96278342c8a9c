"""Running as somebody whom permissions of files hold back."""

from __future__ import annotations

import os
import shutil

import pytest


def without_privileges() -> list[str]:
    """Return what to put before a command, so that permissions hold for root, too."""
    if os.getuid():
        return []
    if shutil.which("setpriv") is None:
        assert "CI" not in os.environ, "setpriv has to be installed: without it these tests prove nothing"
        pytest.skip("setpriv is not installed")
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--"]
