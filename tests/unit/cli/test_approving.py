"""What a person is shown who is asked for consent."""

from __future__ import annotations

import io

import pytest

from sarv_sync.cli.approving import approval_for
from sarv_sync.cli.shell import Shell
from tests.unit.reporting.sample_long_plan import LONG


class Terminal(io.StringIO):
    """Somebody who can be asked."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_long_plan_to_be_applied_names_the_one_flag_that_shows_all_of_it(
    format_: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())
    approval_for(Shell(), format_, None, None, auto_approve=False, full=False).show(LONG)
    shown = "".join(capsys.readouterr())
    assert "\n\nNot all of it is shown: `--full` shows everything\n\n" in shown
    assert "--target" not in shown
