"""What the page about credentials shows, tried out."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from sarv_sync.model.sinks import OPTIONS
from sarv_sync.sandbox.server import Sandbox
from sarv_sync.schema_files import schema
from tests.end_to_end.accounts import user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import Workplace

PAGE = Path(__file__).parents[2] / "docs" / "credentials.md"
TEXT = PAGE.read_text(encoding="utf-8")
LABELS = {"team": "finance", "stage": "live"}

PASS = """\
#!/bin/sh
# What `pass` does, without the encryption.
[ "$1" = ls ] && exec ls "$PASSWORD_STORE_DIR"
eval "name=\\${$#}"
mkdir -p "$PASSWORD_STORE_DIR/$(dirname "$name")" && cat > "$PASSWORD_STORE_DIR/$name"
"""


def blocks(language: str) -> list[str]:
    """Return the blocks of the page that are in `language`, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def whole(block: str) -> str:
    """Return a main file with the sections of `block`, and with the least of what it leaves out."""
    written = yaml.safe_load(block)
    users = written.pop("users", None) or {"billing": {}}
    for entry in users.values():
        entry.setdefault("labels", LABELS)
        entry.setdefault("total_limit", 1000)
    written["account"] = {"owner_id": "10042", "settle": "400ms", "retry_for": "0s", **written.get("account", {})}
    written["defaults"] = {"hourly_limit": 100, **written.get("defaults", {})}
    document = {"version": 1, **written, "users": users}
    return yaml.safe_dump(document, sort_keys=False)


def sinks(block: str) -> Iterator[dict[str, Any]]:
    yield from yaml.safe_load(block).get("credentials", [])


@pytest.fixture
def work(work: Workplace, tmp_path: Path) -> Workplace:
    """A folder for the program, with the package of the page installed."""
    (metadata,) = blocks("toml")
    point = re.search(r'^(\w+) = "(\w+):(\w+)"$', metadata, re.MULTILINE)
    assert point is not None
    name, module, function = point.groups()
    packages = tmp_path / "packages"
    info = packages / "acme_sinks-1.0.dist-info"
    info.mkdir(parents=True)
    (code,) = (block for block in blocks("python") if f"def {function}" in block)
    (packages / f"{module}.py").write_text(code, encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-sinks\nVersion: 1.0\n", encoding="utf-8")
    group = re.search(r'^\[project.entry-points."(.+)"\]$', metadata, re.MULTILINE)
    assert group is not None
    (info / "entry_points.txt").write_text(f"[{group[1]}]\n{name} = {module}:{function}\n", encoding="utf-8")
    work.environment["PYTHONPATH"] = str(packages)
    return work


@pytest.mark.parametrize("block", blocks("yaml"))
def test_every_file_it_shows_is_valid_without_a_warning(work: Workplace, block: str) -> None:
    work.write(whole(block))
    done = work.run("validate")
    assert (done.code, done.err) == (0, ""), done.said


def test_there_is_an_example_of_every_kind_of_sink_under_its_own_heading() -> None:
    sections = dict(re.findall(r"^### ([a-z-]+)\n(.*?)(?=^##|\Z)", TEXT, re.DOTALL | re.MULTILINE))
    assert list(sections) == list(OPTIONS)
    for kind, section in sections.items():
        found = re.findall(r"^```yaml\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
        assert kind in {sink["sink"] for block in found for sink in sinks(block)}
        assert {option for option in OPTIONS[kind] if not re.search(rf"\b{option}\b", section)} <= {"keys"}


def test_every_command_it_shows_is_understood(work: Workplace) -> None:
    script = "\n".join(blocks("sh")) + "\n".join(re.sub(r"^.*?(?=sarv-sync )", "", text) for text in blocks("text"))
    lines = [shlex.split(line) for line in script.splitlines() if line.startswith("sarv-sync ")]
    assert len(lines) >= 6
    for _, *arguments in lines:
        assert work.run(*arguments, "--help").code == 0, arguments
    assert work.run("rotate", "--al", "--help").code == 3


def test_every_json_it_shows_is_json_and_what_a_command_is_told_follows_the_schema() -> None:
    documents = [json.loads(block) for block in blocks("json")]
    told = [document for document in documents if "format" in document]
    assert [document["action"] for document in told] == ["check", "deliver"]
    for document in told:
        Draft202012Validator(schema("credential")).validate(document)


@pytest.mark.parametrize("smtp", [None, {"host": "smtp.example.net"}, {"host": "smtp.example.net", "port": 465}])
def test_what_a_command_is_told_follows_the_schema(
    work: Workplace, sandbox: Sandbox, smtp: dict[str, Any] | None
) -> None:
    work.write("#!/bin/sh\ncat >> told\n", "deliver.sh").chmod(0o755)
    account = {"account": {"smtp": smtp}} if smtp else {}
    work.write(whole(yaml.safe_dump({**account, "credentials": [{"sink": "command", "command": ["./deliver.sh"]}]})))
    assert work.apply().code == 0
    told = [json.loads(line) for line in (work.path / "told").read_text(encoding="utf-8").splitlines()]
    assert [document["action"] for document in told] == ["check", "deliver"]
    for document in told:
        Draft202012Validator(schema("credential")).validate(document)


def test_the_program_it_shows_delivers(work: Workplace, sandbox: Sandbox, tmp_path: Path) -> None:
    (program,) = (block for block in blocks("python") if block.startswith("#!"))
    work.write(program, "deliver.sh").chmod(0o755)
    tools, store = tmp_path / "tools", tmp_path / "store"
    tools.mkdir()
    (tools / "pass").write_text(PASS, encoding="utf-8")
    (tools / "pass").chmod(0o755)
    work.environment |= {"PATH": f"{tools}:/usr/bin:/bin", "PASSWORD_STORE_DIR": str(store)}
    (block,) = (block for block in blocks("yaml") if "command: [./deliver.sh" in block)
    work.write(whole(block))

    refused = work.apply()
    assert (refused.code, sandbox.account.users()) == (4, ()), refused.said
    store.mkdir()
    assert work.apply().code == 0

    (made,) = sandbox.account.users()
    entry = (store / "smtp" / "billing").read_text(encoding="utf-8")
    assert entry == f"{made.password.reveal()}\nlogin: {made.smtp_user_name}\n"


def test_the_sink_of_a_package_works_as_it_is_written(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp12345"),))
    (block,) = (block for block in blocks("yaml") if "msmtp" in block)
    work.write(whole(block).replace("  billing:\n", "  billing:\n    smtp_user_name: smtp12345\n"))

    done = work.apply()
    assert done.code == 0, done.said
    file = work.path / "mail" / "billing.msmtprc"
    assert 'user smtp12345\npassword "pass-of-smtp12345"\n' in file.read_text(encoding="utf-8")
    assert work.run("drift").code == 0

    written = file.read_text(encoding="utf-8")
    file.write_text("account default\n", encoding="utf-8")
    assert work.run("drift").code == 2
    assert work.run("rotate", "billing", "--auto-approve").code == 4, "somebody else's file is not replaced"
    file.write_text(written.replace("smtp12345", "smtp54321"), encoding="utf-8")
    assert work.run("rotate", "billing", "--auto-approve").code == 0
    (now,) = sandbox.account.users()
    assert f'password "{now.password.reveal()}"' in file.read_text(encoding="utf-8")
    assert now.password.reveal() != "pass-of-smtp12345"


def test_the_sink_of_a_package_may_call_its_settings_what_it_likes(work: Workplace, sandbox: Sandbox) -> None:
    (block,) = (block for block in blocks("yaml") if "msmtp" in block)
    work.write(whole(block.replace("options: {", "options: {keys: 5, recipients: false, ")))
    assert work.apply().code == 0


def test_what_the_sink_of_a_package_is_told_is_checked(work: Workplace, sandbox: Sandbox) -> None:
    (block,) = (block for block in blocks("yaml") if "msmtp" in block)
    work.write(whole(block).replace("path: ", "paht: "))
    done = work.run("plan")
    assert (done.code, "the sink msmtp needs `path`" in done.flat) == (3, True), done.said


def test_other_readers_of_an_age_file_are_a_reason_to_write_it_anew(work: Workplace, sandbox: Sandbox) -> None:
    (block,) = (block for block in blocks("yaml") if "sink: age" in block)
    (key,) = next(sinks(block))["recipients"]
    other = "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z"
    work.write(whole(block))
    assert work.apply().code == 0
    assert work.run("plan", "--detailed-exitcode").code == 0

    work.write(whole(block.replace(key, other)))
    plan = work.run("plan", "--format", "json").json
    assert [(change["action"], change["cause"]) for change in plan["changes"]] == [("deliver", "config")]
    assert plan["drift"] == []
    before = work.files()["secrets-for-git/billing.env.age"]
    assert work.apply().code == 0
    assert work.files()["secrets-for-git/billing.env.age"] != before
    assert work.run("plan", "--detailed-exitcode").code == 0
