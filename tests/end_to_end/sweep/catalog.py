"""Every scenario of the sweep by its name. A new command, format, sink or way to fail belongs here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.end_to_end.sweep import delivering, everyday, failing, whole
from tests.end_to_end.sweep.scene import Scene

SCENARIOS: dict[str, Callable[[Scene], None]] = {
    "commands": everyday.commands,
    "state": everyday.state,
    "drift is told": everyday.drift_is_told,
    "snapshots": everyday.snapshots,
    "help and files": everyday.help_and_files,
    "interrupted": everyday.interrupted,
    "delivered": delivering.delivered,
    "taking turns": delivering.taking_turns,
    "programs that fail": delivering.programs_that_fail,
    "servers that repeat": delivering.servers_that_repeat,
    "a mail server that repeats": delivering.a_mail_server_that_repeats,
    "places that cannot be written": delivering.places_that_cannot_be_written,
    "a sink with a bug": delivering.a_sink_with_a_bug,
    **{f"provider: {fault}": partial(failing.provider, fault=fault) for fault in failing.FAULTS},
    "unreachable": failing.unreachable,
    **{f"file: {what}": partial(failing.bad_file, what=what) for what in failing.BAD_FILES},
    "bad settings": failing.bad_settings,
    "broken state": failing.broken_state,
    "bug": failing.bug,
    "sandbox": whole.sandbox,
    "demo": whole.demo,
    "github": whole.github,
    "github outside of a job": whole.outside_of_a_job,
}
