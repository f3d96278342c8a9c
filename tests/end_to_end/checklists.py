"""Running `doctor`, and reading what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.end_to_end.workplace import Ended, Workplace


def traces(work: Workplace) -> dict[str, tuple[bytes, int]]:
    """Return every file with its content and the time of its last change, and the folder's."""
    files = {name: (content, (work.path / name).stat().st_mtime_ns) for name, content in work.files().items()}
    return {**files, ".": (b"", work.path.stat().st_mtime_ns)}


def doctor(work: Workplace, *arguments: str, **environment: Any) -> Ended:
    """Run doctor as JSON, and assert what always holds: one document, its exit code, and no trace of the run."""
    before = traces(work)
    done = work.run("doctor", "--format", "json", *arguments, **environment)
    assert traces(work) == before
    assert (done.raw_err, done.json["format"]) == (b"", "sarv-sync-doctor/1"), done.said
    failed = done.json["summary"]["failed"]
    assert (done.code, done.json["healthy"]) == (1 if failed else 0, not failed)
    return done


def findings(done: Ended, *verdicts: str) -> dict[str, dict[str, Any]]:
    """Return the findings by name, only those with these verdicts if there are any."""
    found: list[dict[str, Any]] = done.json["findings"]
    return {each["name"]: each for each in found if not verdicts or each["verdict"] in verdicts}


def said_by(finding: dict[str, Any]) -> str:
    """Return everything that a finding says."""
    faults = (f"{fault['file']}:{fault['line']} {fault['message']} {fault['hint']}" for fault in finding["faults"])
    return " ".join((finding["message"], finding["remedy"] or "", *faults))
