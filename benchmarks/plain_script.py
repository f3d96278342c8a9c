"""What people write before they look for a program: `plain_script.py SCHEMA validate|plan|apply`.

It reads the same file, checks it against the same schema and sets the same limits, one call after the other. A user
without `smtp_user_name` is called in the account what the file calls it: there is no state that would know.
"""

import json
import os
import sys
from typing import Any

import jsonschema
import requests
import yaml


def main() -> None:
    schema, command = sys.argv[1:]
    with open("sarv-sync.yaml") as file:  # noqa: PTH123 - as people write it
        config = yaml.safe_load(file)
    with open(schema) as file:  # noqa: PTH123
        jsonschema.validate(config, json.load(file))
    if command != "validate":
        bring_about(config["users"], apply=command == "apply")


def bring_about(users: dict[str, Any], *, apply: bool) -> None:
    found = {row["smtp_user_name"]: row for row in call("listSmtp")["smtp_list"]}
    for name, wanted in users.items():
        user = wanted.get("smtp_user_name", name)
        changes = {key: wanted[key] for key in ("total_limit", "hourly_limit") if wanted[key] != found[user][key]}
        if changes:
            print(f"{name} ({user}): {changes}")
            if apply:
                call("editSmtp", smtp_user_name=user, **changes)


def call(name: str, **fields: object) -> Any:
    credentials = {"owner_id": os.environ["SARV_OWNER_ID"], "token": os.environ["SARV_TOKEN"]}
    url = f"{os.environ['SARV_ENDPOINT']}/settings/{name}"
    answer = requests.post(url, json={**credentials, **fields}, timeout=60).json()
    if answer["status"] != "success":
        sys.exit(f"{name} failed")
    return answer


if __name__ == "__main__":
    main()
