from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given

from sarv_sync.model.plan import ACTIONS, Drift, Plan
from sarv_sync.monitoring.exposition import exposition
from sarv_sync.monitoring.metrics import DRIFT_KINDS, Check, gauges
from tests.unit.monitoring.receiver import samples, series
from tests.unit.reporting.hostile_words import NASTY, everywhere, plans, words
from tests.unit.reporting.sample_plans import ACCOUNT, DIGEST, MIXED

NOTHING = Plan(ACCOUNT, DIGEST)
DRIFTED = replace(NOTHING, drift=tuple(Drift(f"u{i}", f"smtp{i}", kind) for i, kind in enumerate(DRIFT_KINDS)))
DOCS = Path(__file__).parents[3] / "docs" / "monitoring.md"


def read(check: Check, name: str, **labels: str) -> float | None:
    return series(samples(exposition(check).decode()), name, configuration=check.configuration, **labels)


@pytest.mark.parametrize(
    ("code", "plan", "success", "clean"),
    [
        (0, NOTHING, 1, 1),
        (2, DRIFTED, 1, 0),
        (4, NOTHING, 0, 0),
        (1, None, 0, 0),
        (3, None, 0, 0),
        (0, None, 1, 0),
    ],
)
def test_the_verdict_says_whether_it_could_be_found_and_what_it_is(
    code: int, plan: Plan | None, success: float, clean: float
) -> None:
    check = Check("a.yaml", code, 1_700_000_000.25, plan)
    assert (read(check, "check_success"), read(check, "check_clean")) == (success, clean)
    assert read(check, "check_timestamp_seconds") == 1_700_000_000.25


def test_every_kind_and_action_is_counted_also_where_there_is_none() -> None:
    check = Check("a.yaml", 2, 0.0, replace(MIXED, drift=DRIFTED.drift[:1] * 3), 40)
    counts = MIXED.summary()
    assert {kind: read(check, "drift_users", kind=kind) for kind in DRIFT_KINDS} == {
        "changed": 3, "missing": 0, "password_changed": 0, "undelivered": 0,
    }  # fmt: skip
    assert {action: read(check, "pending_changes", action=action) for action in ACTIONS} == {
        action: counts[action] for action in ACTIONS
    }
    assert [read(check, f"{name}_users") for name in ("managed", "unmanaged", "blocked")] == [
        40, counts["unmanaged"], counts["blocked"],
    ]  # fmt: skip


def test_a_check_that_saw_nothing_has_no_counts() -> None:
    names = {name for name, _ in samples(exposition(Check("a.yaml", 1, 0.0)).decode())}
    assert names == {f"sarv_sync_check_{name}" for name in ("success", "clean", "timestamp_seconds")}


@pytest.mark.parametrize("word", NASTY, ids=ascii)
def test_no_word_of_a_plan_gets_into_the_metrics(word: str) -> None:
    plan, plain = everywhere(word), everywhere("plain")
    assert exposition(Check("a.yaml", 2, 0.0, plan)) == exposition(Check("a.yaml", 2, 0.0, plain))


@given(words, plans)
def test_any_path_comes_back_as_it_was_but_for_what_is_no_text(path: str, plan: Plan) -> None:
    found = samples(exposition(Check(path, 0, 0.0, plan)).decode())
    kept = path.encode("utf-8", "replace") == path.encode("utf-8", "surrogatepass")
    labels = {dict(key)["configuration"] for _, key in found}
    assert len(labels) == 1
    assert not kept or labels == {path}


@pytest.mark.parametrize("path", ['a"b\\c\nd.yaml', 'x"} 1\nsarv_sync_check_clean 1\n# ', "\udcff.yaml"])
def test_a_path_cannot_forge_a_line(path: str) -> None:
    text = exposition(Check(path, 1, 0.0)).decode()
    assert len(text.splitlines()) == 3 * 3
    assert len(samples(text)) == 3


def test_the_alerts_of_the_guide_can_be_read() -> None:
    [rules] = re.findall(r"^```yaml\n(.*?)^```", DOCS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    [group] = yaml.safe_load(rules)["groups"]
    assert all({"alert", "expr", "labels", "annotations"} <= rule.keys() for rule in group["rules"])


def test_the_guide_has_every_metric_and_no_other() -> None:
    known = {gauge.name for gauge in gauges(Check("a", 0, 0.0, NOTHING))}
    assert set(re.findall(r"sarv_sync_(?!config)[a-z_]+[a-z]", DOCS.read_text(encoding="utf-8"))) == known
