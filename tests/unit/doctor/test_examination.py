from __future__ import annotations

from dataclasses import replace

import pytest

from sarv_sync.doctor.evidence import Evidence
from sarv_sync.doctor.examination import examine
from sarv_sync.errors import AuthenticationFailed, Fault, InputError
from sarv_sync.model.diagnosis import Diagnosis
from sarv_sync.schema_files import schema
from tests.unit.doctor.sound import ACCOUNT, CALL, PLACE, SETTINGS, SOUND

WRONG = Fault("it is wrong", "put it right")
NOTHING = Evidence(
    SOUND.now,
    replace(SETTINGS, configuration=InputError("no"), endpoint=None, owner_id=None, token=WRONG),
    None,
    None,
    None,
)


def names(diagnosis: Diagnosis, *verdicts: str) -> list[str]:
    return [
        finding.name
        for part in diagnosis.parts
        for finding in part.findings
        if not verdicts or finding.verdict in verdicts
    ]


def test_where_nothing_is_wrong_every_check_is_ok() -> None:
    diagnosis = examine(SOUND)
    assert (diagnosis.endpoint, diagnosis.owner_id) == (ACCOUNT.endpoint, ACCOUNT.owner_id)
    assert names(diagnosis, "ok") == names(diagnosis)
    assert diagnosis.healthy


@pytest.mark.parametrize(
    ("evidence", "failed"),
    [
        (SOUND, []),
        (NOTHING, ["configuration", "token"]),
        (replace(SOUND, call=CALL._replace(result=AuthenticationFailed("no"))), ["credentials"]),
        (replace(SOUND, state=PLACE._replace(document=WRONG, trouble=WRONG)), ["state", "folder"]),
        (replace(SOUND, settings=replace(SETTINGS, proxy=WRONG), route=None), ["proxy"]),
    ],
)
def test_every_check_is_there_whatever_is_wrong_and_in_the_same_order(evidence: Evidence, failed: list[str]) -> None:
    diagnosis = examine(evidence)
    assert names(diagnosis) == schema("doctor")["$defs"]["finding"]["properties"]["name"]["enum"]
    assert names(diagnosis, "failed") == failed
    assert diagnosis.healthy == (not failed)


def test_a_warning_leaves_everything_healthy() -> None:
    diagnosis = examine(replace(SOUND, state=PLACE._replace(taken=True)))
    assert (names(diagnosis, "warning"), diagnosis.healthy) == (["lock"], True)
    assert diagnosis.summary()["warning"] == 1


def test_what_there_is_nothing_to_look_at_for_is_skipped() -> None:
    diagnosis = examine(NOTHING)
    assert (diagnosis.endpoint, diagnosis.owner_id) == (None, None)
    assert names(diagnosis, "ok") == ["ca_bundle"]
    assert set(names(diagnosis)) == set(names(diagnosis, "ok", "failed", "skipped"))
