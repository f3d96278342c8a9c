"""What of the sink `kubernetes` is refused before any cluster is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sarv_sync.errors import InputError
from sarv_sync.model.sink import Recipient
from tests.cluster.use import opened


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"via": "curl"}, "`via` is 'curl'"),
        ({"manifest": "a.yaml"}, "anybody who has the file can read"),
        ({"manifest": "a.yaml", "plaintext": False}, "anybody who has the file can read"),
        ({"manifest": "a.yaml", "plaintext": True, "context": "here"}, "no cluster is asked"),
        ({"manifest": "../a.yaml", "plaintext": True}, "leads out of the project"),
        ({"plaintext": True}, "`plaintext` is for a `manifest`"),
        ({"keys": {"a b": "{password}"}}, "cannot have the key 'a b'"),
        ({"keys": {"..": "{password}"}}, "cannot have the key"),
    ],
)
def test_options_that_do_not_fit_are_refused_at_once(tmp_path: Path, options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        opened(tmp_path, **options)


@pytest.mark.parametrize(
    ("name", "said"),
    [("a_b", "it has '_' in it"), ("a.", "start and end"), ("a..b", "start and end"), ("a-.b", "start and end")],
)
@pytest.mark.parametrize("options", [{}, {"manifest": "{name}.yaml", "plaintext": True}])
def test_a_name_that_kubernetes_does_not_take_is_refused(
    tmp_path: Path, name: str, said: str, options: dict[str, Any]
) -> None:
    with pytest.raises(InputError, match=said):
        opened(tmp_path, **options).address(Recipient(name, None))


def test_a_namespace_that_kubernetes_does_not_take_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a namespace cannot be called 'a\.b'"):
        opened(tmp_path, namespace="{name}").address(Recipient("a.b", None))
