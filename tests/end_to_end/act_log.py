"""What `act` says of a run: what the steps printed, what they set, how the jobs ended."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from tests.runner.grammar import Command, commands_in

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that is over. `entries` are the lines of its log, `complaints` what `act` itself had to say."""

    code: int
    entries: tuple[dict[str, Any], ...]
    complaints: str

    @property
    def log(self) -> str:
        """Everything that any step printed, a job after the other, in colour: `act` gives each step a terminal."""
        printed: dict[str, list[str]] = defaultdict(list)
        for entry in self.entries:
            if entry.get("raw_output"):
                printed[_job(entry)].append(entry["msg"])
            elif "raw" in entry:
                printed[_job(entry)].append(entry["raw"])
        return "".join(text for texts in printed.values() for text in texts)

    @property
    def plain(self) -> str:
        """The log as it is where there is no terminal, which GitHub's runner does not have."""
        return _COLOUR.sub("", self.log)

    @property
    def flat(self) -> str:
        """The log with line breaks and indents as single spaces."""
        return " ".join(self.plain.split())

    @property
    def commands(self) -> list[Command]:
        """What GitHub's runner would obey in the log, with colours or without."""
        found = commands_in(self.plain)
        return found + [command for command in commands_in(self.log) if command not in found]

    @property
    def obeyed(self) -> set[str]:
        """The names of the commands in the log that `act` itself obeyed."""
        return {str(entry["command"]) for entry in self.entries if "raw" in entry and "command" in entry}

    @property
    def jobs(self) -> dict[str, str]:
        """How each job ended, `success` or `failure`. Those that were not run are not here."""
        return {_job(entry): entry["jobResult"] for entry in self.entries if "jobResult" in entry}

    @property
    def summary(self) -> str:
        """The summaries of all steps."""
        told = (entry for entry in self.entries if entry.get("command") == "summary" and _is_inner(entry))
        return "\n".join(entry["content"] for entry in told)

    def outputs(self, job: str, step: str = "run") -> dict[str, str]:
        """Return the outputs of a step inside the Action, in that job."""
        return {
            entry["name"]: entry["arg"]
            for entry in self.entries
            if entry.get("command") == "set-output" and _job(entry) == job and entry["stepID"][1:] == [step]
        }


def read(code: int, out: str, complaints: str) -> Ended:
    """Return the run that printed `out`, a JSON object a line."""
    return Ended(code, tuple(json.loads(line) for line in out.splitlines() if line.strip()), complaints)


def _is_inner(entry: dict[str, Any]) -> bool:
    """Whether it is told of a step of an action: it is told of the step that uses the action, too."""
    return len(entry["stepID"]) > 1


def _job(entry: dict[str, Any]) -> str:
    """Return the job's name, without the workflow's, nor the spaces that line names up."""
    return str(entry.get("job", "")).partition("/")[2].strip()
