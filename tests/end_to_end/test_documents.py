"""Every document the program writes follows the schema it prints."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.end_to_end.accounts import bind, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Workplace

SCHEMAS = (
    "config", "plan", "state", "result", "drift", "explain", "history", "error", "doctor", "snapshot", "credential",
)  # fmt: skip

EXAMPLE = """\
version: 1
account:
  endpoint: https://api.us1-mta1.example.net/v1.0
  owner_id: "10042"
  smtp: {host: smtp.example.net, port: 587}
  settle: 10s
state: {backend: local, path: sarv-sync.state.json}
include: [users/*.yaml]
defaults: {hourly_limit: 100, status: Enable}
profiles:
  bulk: {total_limit: 1000000, hourly_limit: 10000}
credentials:
  - {sink: dotenv, path: "secrets/{name}.env"}
unmanaged: report
on_removal: disable
guards: {max_creates: 100, max_disables: 30%, max_updates: 100%}
users:
  billing:
    total_limit: 5000
    hourly_limit: 200
    status: Enable
    description: Invoices and receipts
    labels: {team: finance}
  newsletter: {profile: bulk, ignore_changes: [total_limit]}
  legacy: {smtp_user_name: smtp12345, total_limit: 100, hourly_limit: 10}
  orders: {renamed_from: shop, total_limit: 900, hourly_limit: 90}
removed:
  old-app: forget
"""


def validator(work: Workplace, name: str) -> Draft202012Validator:
    done = work.run("schema", name)
    assert (done.code, done.json["$schema"]) == (0, "https://json-schema.org/draft/2020-12/schema"), done.said
    Draft202012Validator.check_schema(done.json)
    return Draft202012Validator(done.json)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_valid_and_knows_its_dialect(work: Workplace, name: str) -> None:
    assert not validator(work, name).is_valid("no document")


def test_the_contracts_example_is_a_valid_file(work: Workplace) -> None:
    work.write(EXAMPLE)
    assert work.run("validate").code == 0
    validator(work, "config").validate(yaml.safe_load(EXAMPLE))


def test_the_config_schema_refuses_what_validate_refuses(work: Workplace) -> None:
    schema = validator(work, "config")
    for wrong in ("totl_limit: 5", "total_limit: 0", "total_limit: true", "status: On", "labels: {a: 1}"):
        document = yaml.safe_load(f"{HEAD}users: {{a: {{{wrong}}}}}\n")
        assert not schema.is_valid(document), wrong
        work.write(f"{HEAD}users: {{a: {{{wrong}}}}}\n")
        assert work.run("validate").code == 3, wrong


def test_plan_drift_result_and_state_follow_their_schemas(work: Workplace, serve: Serve) -> None:
    users = tuple(user(f"smtp{number}") for number in range(1, 8))
    sandbox = serve("editSmtp:validation-error:nth=1", users=users)
    bind(work, sandbox, a="smtp1", gone="smtp2", old="smtp3", dropped="smtp4", z="smtp5")
    sandbox.account.edit("smtp5", status="Disable")
    work.users(
        "a: {hourly_limit: 5}\nb: {}\nnew: {renamed_from: old}\nlegacy: {smtp_user_name: smtp6}\nz: {}\n"
        "lost: {smtp_user_name: nobody}\nwarned: {total_limit: 5}",
        HEAD + "removed: {dropped: forget}\n",
    )
    plan = work.run("plan", "--format", "json").json
    assert {change["action"] for change in plan["changes"]} == {
        "create", "update", "disable", "adopt", "rename", "forget",
    }  # fmt: skip
    assert all(plan[part] for part in ("drift", "unmanaged", "blocked", "warnings"))
    result = work.apply("--format", "json")
    assert all(result.json[part] for part in ("applied", "failed", "blocked")), result.said
    documents: list[tuple[str, Any]] = [
        ("plan", plan),
        ("result", result.json),
        ("drift", work.run("drift", "--format", "json").json),
        ("state", work.state()),
        ("state", work.run("show", "--format", "json").json),
    ]
    for name, document in documents:
        validator(work, name).validate(document)


def test_a_refused_plan_follows_its_schema(work: Workplace, serve: Serve) -> None:
    sandbox = serve("listSmtp:empty-list", users=(user("smtp1"),))
    bind(work, sandbox, a="smtp1")
    work.users("a: {hourly_limit: 5}\nb: {}")
    for command, name in (("plan", "plan"), ("drift", "drift")):
        validator(work, name).validate(work.run(command, "--format", "json").json)


def test_a_state_with_creates_under_way_follows_its_schema(work: Workplace, serve: Serve) -> None:
    serve("addSmtp:html")
    work.users("a: {}")
    assert work.apply().code == 5
    assert work.state()["retired"]
    validator(work, "state").validate(work.state())


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("plan",), 3),
        (("plan", "--bogus"), 3),
        (("apply",), 4),
        (("apply", "nowhere.json"), 3),
        (("drift",), 1),
        (("show",), 4),
        (("state", "list"), 4),
    ],
)
def test_every_error_follows_its_schema(work: Workplace, serve: Serve, arguments: tuple[str, ...], code: int) -> None:
    serve("listSmtp:html" if arguments == ("drift",) else "any:cap")
    work.users("a: {total_limit: 0}" if arguments == ("plan",) else "a: {}")
    done = work.run(*arguments, "--format", "json")
    assert (done.code, done.json["exit_code"], done.raw_err) == (code, code, b"")
    validator(work, "error").validate(done.json)


def test_json_output_is_one_document_with_a_line_end(work: Workplace, serve: Serve) -> None:
    serve()
    work.users("a: {}")
    for arguments in (("plan",), ("drift",), ("apply", "--auto-approve"), ("show",), ("validate",)):
        out = work.run(*arguments, "--format", "json").raw_out
        assert out.endswith(b"}\n")
        assert isinstance(json.loads(out), dict)
