"""What people do today without this program: a playbook that makes the calls in a loop."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from peers import ANSIBLE
from process import Process
from sarv_sync.sandbox.defaults import OWNER_ID, TOKEN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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


def playbook(folder: Path, url: str, users: Sequence[str], more: int) -> Process:
    """Return the play that sets the total limit of each of `users`; its files go into a new `folder`.

    What runs at the start of a play for nothing is switched off, and what makes it faster on. The limits are `more`
    than without."""
    folder.mkdir()
    (folder / "playbook.yml").write_text(_PLAYBOOK, encoding="utf-8")
    values = [{"user": user, "total_limit": 500_000 + more + number} for number, user in enumerate(users)]
    settings = {"endpoint": url, "owner_id": OWNER_ID, "token": TOKEN, "users": values}
    (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [
        ANSIBLE.program("ansible-playbook"), "--inventory", "localhost,", "--connection", "local",
        "--extra-vars", "@settings.json",
        "--extra-vars", f"ansible_python_interpreter={ANSIBLE.program('python')}", "playbook.yml",
    ]  # fmt: skip
    environment = {"ANSIBLE_HOME": str(folder / "home"), "ANSIBLE_PIPELINING": "true", "LC_ALL": "C.UTF-8"}
    return Process(command, folder, environment)
