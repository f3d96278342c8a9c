"""The steps of `action.yml`, run as a runner runs them."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.runner.grammar import outputs_in

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["id"]: step for step in ACTION["runs"]["steps"]}

_EXPRESSION = re.compile(r"\$\{\{ (inputs|steps)\.([\w.-]+) \}\}")
_MACHINE = ("PATH", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "https_proxy", "HTTPS_PROXY")
"""What a runner's own environment would say of the machine and its network."""


@dataclass(slots=True)
class Job:
    """One job: a checkout, a temporary folder, and what the steps said so far. `environment` is the job's own."""

    folder: Path
    checkout: Path
    inputs: dict[str, str]
    environment: dict[str, str] = field(default_factory=dict)
    action: Path = ROOT
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)

    def run(self, step: str) -> subprocess.CompletedProcess[str]:
        """Run one step to its end, and remember its outputs."""
        command, options = self.prepared(step)
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **options)
        text = (self.folder / f"{step}.output").read_text(encoding="utf-8")
        self.outputs[step] = outputs_in(text)
        return done

    def prepared(self, step: str) -> tuple[list[str], dict[str, Any]]:
        """Return the command of one step, and where and with which environment it is to run."""
        for name in ("temp", "home"):
            (self.folder / name).mkdir(exist_ok=True)
        script, output = self.folder / f"{step}.sh", self.folder / f"{step}.output"
        script.write_text(STEPS[step]["run"], encoding="utf-8")
        output.write_bytes(b"")
        (self.folder / "event.json").write_text("{}", encoding="utf-8")
        environment = {
            **{name: os.environ[name] for name in _MACHINE if name in os.environ},
            "HOME": str(self.folder / "home"),
            **self.environment,
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": "http://127.0.0.1:1",
            "GITHUB_EVENT_NAME": "workflow_dispatch",
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_REPOSITORY": "acme/mail",
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_RUN_ID": "1",
            "GITHUB_SERVER_URL": "http://127.0.0.1:1",
            "GITHUB_SHA": "0" * 40,
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            "GITHUB_WORKSPACE": str(self.checkout),
            "RUNNER_TEMP": str(self.folder / "temp"),
            **{name: self._evaluated(value) for name, value in STEPS[step]["env"].items()},
        }
        place = self.checkout / self._evaluated(STEPS[step].get("working-directory", "."))
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)]
        return command, {"cwd": place, "env": environment, "stdin": subprocess.DEVNULL}

    def _evaluated(self, text: str) -> str:
        return _EXPRESSION.sub(lambda found: self._value(found[1], found[2]), text)

    def _value(self, context: str, name: str) -> str:
        if context == "inputs":
            default = ACTION["inputs"][name].get("default", "")
            return self.inputs.get(name, "" if "${{" in default else default)
        step, _, output = name.split(".")
        return self.outputs[step].get(output, "")
