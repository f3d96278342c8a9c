"""What people do today without this program: a playbook that makes the calls in a loop."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from comparison import Process
from sarv_sync.sandbox.defaults import OWNER_ID, TOKEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox_process import SandboxProcess

CORE = "ansible-core 2.19.14"
_REQUIREMENT = CORE.replace(" ", "==")

_PLAYBOOK = """\
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.uri:
        url: "{{ endpoint }}/settings/editSmtp"
        method: POST
        body_format: json
        body:
          owner_id: "{{ owner_id }}"
          token: "{{ token }}"
          smtp_user_name: "{{ item.user }}"
          total_limit: "{{ item.total_limit }}"
        return_content: true
      register: answer
      failed_when: answer.json.status != "success"
      loop: "{{ users }}"
      loop_control:
        label: "{{ item.user }}"
"""


def playbook_seconds(folder: Path, sandbox: SandboxProcess, users: Sequence[str]) -> float:
    """Set the total limit of each of `users` with Ansible, and return how long that took.

    What runs at the start of a play for nothing is switched off, and what makes it faster on."""
    programs = _installed()
    folder.mkdir()
    (folder / "playbook.yml").write_text(_PLAYBOOK, encoding="utf-8")
    values = [{"user": user, "total_limit": 500_000 + number} for number, user in enumerate(users)]
    settings = {"endpoint": sandbox.url, "owner_id": OWNER_ID, "token": TOKEN, "users": values}
    (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [
        str(programs / "ansible-playbook"), "--inventory", "localhost,", "--connection", "local",
        "--extra-vars", "@settings.json", "--extra-vars", f"ansible_python_interpreter={programs / 'python'}",
        "playbook.yml",
    ]  # fmt: skip
    environment = {"ANSIBLE_HOME": str(folder / "home"), "ANSIBLE_PIPELINING": "true", "LC_ALL": "C.UTF-8"}
    sandbox.tally()
    seconds = Process(command, folder, environment).seconds()
    done = sandbox.tally().calls
    if done != {"editSmtp": len(users)}:
        raise RuntimeError(f"the playbook did not do what it was to do: {done}")
    return seconds


def _installed() -> Path:
    """Return the folder of Ansible's programs. It is installed once, into an environment of its own."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    version = "{}.{}".format(*sys.version_info)
    environment = caches / "sarv-sync-benchmarks" / f"{_REQUIREMENT}-python{version}"
    programs, ready = environment / "bin", environment / "ready"
    if not ready.exists():
        print(f"installing {CORE} into {environment}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(environment)], check=True)
        pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--quiet"]
        subprocess.run([*pip, "--disable-pip-version-check", _REQUIREMENT], check=True)
        ready.touch()
    return programs
