"""What `credentials:` says, and what it says together with the users."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sarv_sync.config.load import load
from sarv_sync.errors import Fault, InputError
from sarv_sync.model import sinks
from sarv_sync.model.configuration import Configuration, SinkSettings
from sarv_sync.model.users import Source

_ID = "{smtp_user_name}"
LIMITS = "defaults: {total_limit: 100, hourly_limit: 10}\n"


def read(folder: Path, text: str) -> Configuration:
    (folder / "main.yaml").write_text(f"version: 1\n{text}", encoding="utf-8")
    return load("main.yaml", folder)


def faults(folder: Path, text: str) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        read(folder, text)
    return caught.value.faults


@pytest.mark.parametrize("section", ["", "credentials:\n", "credentials: []\n"])
def test_without_sinks_there_are_none(tmp_path: Path, section: str) -> None:
    assert read(tmp_path, section).sinks == ()


def test_a_sink_is_its_kind_its_settings_and_whom_it_takes(tmp_path: Path) -> None:
    written = (
        "account: {smtp: {host: h, port: 587}}\n"
        "credentials:\n"
        '  - {sink: dotenv, path: "{name}.env", only: {labels: {b: "2", a: "1"}}, verify: smtp}\n'
    )
    [sink] = read(tmp_path, written).sinks
    assert sink == SinkSettings("dotenv", {"path": "{name}.env"}, (("a", "1"), ("b", "2")), verify=True)
    assert sink.sources == {
        "sink": Source("main.yaml", 4, 5),
        "path": Source("main.yaml", 4, 26),
        "only": Source("main.yaml", 4, 46),
        "verify": Source("main.yaml", 4, 82),
    }


@pytest.fixture
def other_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that brings the sink `pigeon`."""
    site = tmp_path / "site"
    about = site / "pigeon-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeon\nVersion: 1\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(f"[{sinks.GROUP}]\npigeon = pigeon:open\n", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(site), *sys.path])
    return tmp_path


def test_a_sink_of_another_package_has_its_settings_under_options(other_package: Path) -> None:
    [sink] = read(
        other_package, "credentials: [{sink: pigeon, options: {loft: a, secret: mail, birds: [1, 2]}}]\n"
    ).sinks
    assert sink == SinkSettings("pigeon", {"loft": "a", "secret": "mail", "birds": [1, 2]})
    assert sink.sources["loft"] == Source("main.yaml", 2, 46)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("loft: a", "unknown key `loft`"),
        ("path: a", "`path` is no key of the sink `pigeon`"),
        ("options: {api_key_password: hunter2}", "`api_key_password` holds a password or token"),
        ("options: {url: 'https://me:hunter2@loft.example.net'}", "`url` holds a password or token"),
    ],
)
def test_what_a_sink_of_another_package_cannot_have(other_package: Path, settings: str, message: str) -> None:
    [fault] = faults(other_package, f"credentials: [{{sink: pigeon, {settings}}}]\n")
    assert message in fault.message
    assert "hunter2" not in repr(fault)


def test_a_misspelt_sink_of_another_package_is_recognized(other_package: Path) -> None:
    [fault] = faults(other_package, "credentials: [{sink: pidgeon}]\n")
    assert fault.hint == "did you mean `pigeon`?"


@pytest.mark.parametrize(
    "sink",
    [
        'sink: dotenv, path: "{name}.env"',
        'sink: dotenv, path: "{smtp_user_name}.env"',
        'sink: dotenv, path: "{labels.app}.env"',
        "sink: github-actions, repository: acme/shop",
        'sink: github-actions, repository: "acme/{name}", prefix: MAIL_',
        'sink: github-actions, environment: "{name}", prefix: MAIL_',
        "sink: github-actions, organization: acme",
        'sink: kubernetes, secret: smtp, namespace: "{name}"',
        'sink: kubernetes, secret: smtp, manifest: "{name}.yaml", plaintext: true',
        "sink: command, command: [deliver]",
        'sink: dotenv, path: one.env, only: {labels: {app: "1"}}',
    ],
)
def test_targets_of_users_that_differ_are_fine(tmp_path: Path, sink: str) -> None:
    users = 'users: {a: {labels: {app: "1"}}, b: {labels: {app: "2"}}}\n'
    assert len(read(tmp_path, f"{LIMITS}credentials: [{{{sink}}}]\n{users}").sinks) == 1


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ('sink: dotenv, path: "{name}"', 'sink: dotenv, path: "{name}"', True),
        ('sink: dotenv, path: "{name}"', 'sink: dotenv, path: "{name}", keys: {A: "{password}"}', True),
        ('sink: dotenv, path: "{name}"', 'sink: dotenv, path: "{name}", only: {labels: {t: x}}', True),
        ("sink: command, command: [a]", "sink: command, command: [a], timeout: 1s", True),
        ('sink: dotenv, path: "{name}"', 'sink: dotenv, path: "a/{name}"', False),
        ('sink: dotenv, path: "{name}"', 'sink: vault, path: "{name}"', False),
        ('sink: vault, path: "{name}"', 'sink: vault, path: "{name}", mount: kv', False),
        ('sink: age, path: "{name}", recipients: [a]', 'sink: age, path: "{name}", recipients: [b]', True),
        ("sink: vault, path: x, only: {labels: {t: x}}", "sink: vault, path: x, only: {labels: {t: y}}", False),
        ('sink: dotenv, path: "s/{name}"', 'sink: age, path: "s//{name}", recipients: [a]', True),
        ('sink: dotenv, path: "{name}"', 'sink: kubernetes, secret: s, manifest: "./{name}", plaintext: true', True),
        ('sink: dotenv, path: "s/{name}"', 'sink: dotenv, path: "s/a", only: {labels: {t: x}}', True),
        ('sink: dotenv, path: "{labels.t}"', 'sink: dotenv, path: "x", only: {labels: {t: x}}', True),
        ('sink: dotenv, path: "{labels.t}"', 'sink: dotenv, path: "{labels.t}.age"', False),
        (f"sink: dotenv, path: '{_ID}', only: {{labels: {{t: x}}}}",
         f"sink: age, path: '{_ID}', recipients: [a], only: {{labels: {{t: y}}}}", False),
    ],
)  # fmt: skip
def test_one_target_is_written_by_one_sink(tmp_path: Path, one: str, other: str, alike: bool) -> None:
    users = "users: {a: {labels: {t: x}}, b: {labels: {t: y}}}\n"
    text = f"{LIMITS}credentials:\n  - {{{one}}}\n  - {{{other}}}\n{users}"
    if alike:
        [fault] = faults(tmp_path, text)
        assert (fault.line, fault.message.partition(",")[0]) == (
            5, "this is the same target as that of the sink on line 4",
        )  # fmt: skip
    else:
        assert len(read(tmp_path, text).sinks) == 2


def test_a_file_is_one_users_whichever_sinks_write_it(tmp_path: Path) -> None:
    text = (
        f"{LIMITS}credentials:\n  - {{sink: dotenv, path: 'x/{{name}}'}}\n"
        "  - {sink: age, path: x/b, recipients: [k], only: {labels: {t: x}}}\nusers: {a: {labels: {t: x}}, b: }\n"
    )
    [fault] = faults(tmp_path, text)
    assert (fault.line, fault.message, fault.hint) == (
        5,
        "the password of `a` would overwrite that of `b`: the sink on line 4 writes the same file",
        "give one of the two another path",
    )


@pytest.mark.parametrize(("path", "name"), [(".{name}/config", "git"), ("a/.{labels.t}/hooks/{name}", "b")])
def test_a_path_that_becomes_one_into_gits_own_folder_is_refused(tmp_path: Path, path: str, name: str) -> None:
    text = f"{LIMITS}credentials:\n  - {{sink: dotenv, path: '{path}'}}\nusers: {{{name}: {{labels: {{t: git}}}}}}\n"
    [fault] = faults(tmp_path, text)
    assert (fault.line, fault.column) == (4, 26)
    assert fault.message == f"`path` leads into git's own folder for `{name}`"


def test_whatever_is_wrong_with_a_sink_its_users_are_not_held_against_it(tmp_path: Path) -> None:
    text = (
        f"{LIMITS}credentials:\n  - {{sink: dotenv, path: 'secrets/{{nam}}.env'}}\n"
        "  - {sink: vault, path: mail, only: {labels: {team: 5}}}\nusers: {a: , b: }\n"
    )
    assert [(fault.line, fault.column) for fault in faults(tmp_path, text)] == [(4, 26), (5, 53)]


@pytest.mark.parametrize(
    "value",
    [
        "smtp://{username_url}:{password_url}@mail.example.net",
        "https://{username_url}:{password_url}@mail.example.net/?password={password_url}&user={name}",
        "user={username} password={password} host=mail",
        "{username}:{password}",
        "Mail <noreply@example.net>",
        "postgres://{username_url}:x{password_url}@h",
    ],
)
@pytest.mark.parametrize("key", ["VALUE", "SMTP_PASSWORD"])
def test_what_is_stored_may_be_about_the_password(tmp_path: Path, key: str, value: str) -> None:
    text = f"credentials: [{{sink: dotenv, path: '{{name}}', keys: {{{key}: '{value}', REST: '{{password}}'}}}}]\n"
    if key == "SMTP_PASSWORD" and "{" not in value:
        [fault] = faults(tmp_path, text)
        assert "a password or token of its own" in fault.message
    else:
        assert len(read(tmp_path, text).sinks) == 1


@pytest.mark.parametrize(
    "value",
    [
        "smtp://me:hunter2@mail.example.net",
        "smtp://{username_url}:hunter2@mail.example.net",
        "https://hunter2@mail.example.net/{name}",
        "user={username} password=hunter2 host=mail",
        "smtp://mail.example.net/?user={username}&auth_token=hunter2",
    ],
)
def test_a_password_among_what_is_stored_is_refused_and_not_shown(tmp_path: Path, value: str) -> None:
    [fault] = faults(
        tmp_path, f"credentials:\n- sink: dotenv\n  path: '{{name}}'\n  keys:\n    VALUE:\n      '{value}'\n"
    )
    assert (fault.line, fault.excerpt) == (7, None)
    assert "hunter2" not in repr(fault)


def test_an_unknown_key_of_a_sink_is_told_alone_and_not_what_follows_from_it(tmp_path: Path) -> None:
    text = f"{LIMITS}credentials:\n  - {{sink: vault, path: mail, pth: 'm/{{name}}'}}\nusers: {{a: , b: }}\n"
    assert [fault.message for fault in faults(tmp_path, text)] == ["unknown key `pth`"]


def test_a_token_under_a_sink_is_not_taken_for_that_of_the_api(tmp_path: Path) -> None:
    text = "credentials:\n  - sink: vault\n    path: 'm/{name}'\n    token: hvs.abc\n"
    [fault] = faults(tmp_path, text)
    assert (fault.line, fault.message) == (5, "the token of a sink must not stand in a file")
    assert "docs/credentials.md says which" in (fault.hint or "")
    assert "SARV_TOKEN" not in (fault.hint or "")
    assert "hvs" not in repr(fault)


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("main.yaml", "the main file"),
        ("./{name}.yaml", "the main file"),
        ("users/more.yaml", "an included file"),
        ("here/state.json", "the file of the state"),
        ("here/state.json.lock", "the lock of the state"),
    ],
)
@pytest.mark.parametrize("sink", ["sink: dotenv, path", "sink: age, recipients: [k], path"])
def test_no_sink_writes_over_a_file_of_the_program(tmp_path: Path, sink: str, path: str, what: str) -> None:
    (tmp_path / "users").mkdir()
    (tmp_path / "users" / "more.yaml").write_text("users: {}\n", encoding="utf-8")
    head = f"{LIMITS}include: [users/*.yaml]\nstate: {{path: ./here/state.json}}\nusers: {{main: }}\n"
    [fault] = faults(tmp_path, f"{head}credentials:\n  - {{{sink}: '{path}'}}\n")
    assert (fault.line, fault.column) == (7, len(f"  - {{{sink}: ") + 1)
    assert fault.message == f"`path` is {what} for `main`: the password would be written over it"


def test_the_usual_file_of_the_state_is_the_programs_too_unless_the_state_is_elsewhere(tmp_path: Path) -> None:
    text = f"{LIMITS}users: {{a: }}\ncredentials: [{{sink: dotenv, path: sarv-sync.state.json}}]\n"
    [fault] = faults(tmp_path, text)
    assert "is the file of the state" in fault.message
    assert len(read(tmp_path, f"{text}state: {{backend: git}}\n").sinks) == 1
