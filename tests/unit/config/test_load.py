"""What `load` makes of paths, folders and file systems."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sarv_sync.config import disk
from sarv_sync.config.load import load
from sarv_sync.errors import EXIT_INPUT, Fault, InputError

LIMITS = "defaults: {total_limit: 100, hourly_limit: 10}\n"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def only_fault(path: str, cwd: Path) -> Fault:
    with pytest.raises(InputError) as caught:
        load(path, cwd)
    assert caught.value.exit_code == EXIT_INPUT
    [fault] = caught.value.faults
    return fault


def test_a_file_inside_the_working_directory_is_called_by_its_relative_path(tmp_path: Path) -> None:
    write(tmp_path / "team" / "main.yaml", f"version: 1\n{LIMITS}users: {{a: {{}}}}\n")
    configuration = load("./team/../team/main.yaml", tmp_path)
    assert configuration.file == "team/main.yaml"
    assert configuration.users["a"].source == ("team/main.yaml", 3, 9)
    assert configuration.directory == str(tmp_path / "team")


def test_a_file_elsewhere_is_called_by_its_absolute_path(tmp_path: Path) -> None:
    path = write(tmp_path / "main.yaml", "version: 1\n")
    cwd = tmp_path / "work"
    for typed in (str(path), "../main.yaml"):
        assert load(typed, cwd).file == str(path)


def test_a_sibling_folder_with_a_longer_name_is_not_inside(tmp_path: Path) -> None:
    path = write(tmp_path / "work-2" / "main.yaml", "version: 1\n")
    assert load("../work-2/main.yaml", tmp_path / "work").file == str(path)


def test_everything_may_stand_below_the_root_folder(tmp_path: Path) -> None:
    path = write(tmp_path / "main.yaml", "version: 1\n")
    assert load(str(path), Path("/")).file == str(path).removeprefix("/")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("absent.yaml", "the file does not exist"),
        ("folder", "this is a directory, not a file"),
        ("locked.yaml", "the file may not be read"),
        ("main.yaml/more", "the file cannot be read: Not a directory"),
        ("null\0.yaml", "the file cannot be read: its name is not valid"),
        ("large.yaml", "the file is larger than 64 MiB"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    typed: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    write(tmp_path / "main.yaml", "version: 1\n")
    locked = write(tmp_path / "locked.yaml", "version: 1\n")
    with (tmp_path / "large.yaml").open("wb") as stream:
        stream.truncate(disk.LARGEST + 1)
    real_open = Path.open

    def refuse_locked(self: Path, mode: str = "r") -> object:
        if self == locked:  # The superuser may read everything: permission bits would not do.
            raise PermissionError
        return real_open(self, mode)

    monkeypatch.setattr(Path, "open", refuse_locked)
    fault = only_fault(typed, tmp_path)
    assert (fault.message, fault.file, fault.line, fault.column) == (message, typed, None, None)
    assert fault.hint


def test_a_file_of_exactly_the_largest_size_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "LARGEST", 12)
    write(tmp_path / "main.yaml", "version: 1 #")
    assert load("main.yaml", tmp_path).users == {}


def test_a_pipe_that_delivers_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "LARGEST", 20)
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_text("# " + "x" * 40))
    writer.start()
    assert only_fault("pipe", tmp_path).message == "the file is larger than 64 MiB"
    writer.join()


def test_a_pipe_can_be_the_main_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_text("version: 1\n"))
    writer.start()
    assert load("pipe", tmp_path).file == "pipe"
    writer.join()


@pytest.mark.parametrize("pattern", ["inside/users.yaml", "inside/*.yaml", "inside/**/*.yaml"])
def test_a_symlink_that_leads_outside_the_folder_is_refused(pattern: str, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere.yaml", "users: {}\n")
    main = write(tmp_path / "team" / "main.yaml", f'version: 1\ninclude: ["{pattern}"]\n')
    (main.parent / "inside").mkdir()
    (main.parent / "inside" / "users.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    fault = only_fault("main.yaml", main.parent)
    assert fault.message == "`inside/users.yaml` leads outside the folder of the main file"
    assert (fault.line, fault.column) == (2, 11)


def test_a_folder_that_is_a_symlink_to_the_outside_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "users.yaml", "users: {}\n")
    main = write(tmp_path / "team" / "main.yaml", "version: 1\ninclude: [users/*.yaml]\n")
    (main.parent / "users").symlink_to(tmp_path / "elsewhere")
    assert "leads outside" in only_fault("main.yaml", main.parent).message


def test_symlinks_within_the_folder_are_followed(tmp_path: Path) -> None:
    """Kubernetes mounts a ConfigMap as symlinks into a hidden folder beside them."""
    write(tmp_path / "..data" / "main.yaml", f"version: 1\n{LIMITS}include: [users-*.yaml]\n")
    write(tmp_path / "..data" / "users-1.yaml", "users: {a: {}}\n")
    for name in ("main.yaml", "users-1.yaml"):
        (tmp_path / name).symlink_to(Path("..data") / name)
    assert list(load("main.yaml", tmp_path).users) == ["a"]


def test_a_dangling_symlink_is_a_file_that_does_not_exist(tmp_path: Path) -> None:
    write(tmp_path / "main.yaml", "version: 1\ninclude: ['*.yml']\n")
    (tmp_path / "users.yml").symlink_to("nowhere")
    assert only_fault("main.yaml", tmp_path).message == "the file `users.yml` does not exist"


def test_an_included_file_that_cannot_be_looked_at_is_named(tmp_path: Path) -> None:
    write(tmp_path / "main.yaml", 'version: 1\ninclude: ["a\\0b.yaml"]\n')
    assert only_fault("main.yaml", tmp_path).message == "the file `a\\x00b.yaml` cannot be read"


def test_a_pipe_is_never_included(tmp_path: Path) -> None:
    write(tmp_path / "main.yaml", "version: 1\ninclude: ['users/*']\n")
    (tmp_path / "users").mkdir()
    os.mkfifo(tmp_path / "users" / "pipe")
    assert only_fault("main.yaml", tmp_path).message == "`users/pipe` is not a regular file"


def test_folders_that_a_pattern_matches_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "main.yaml", f"version: 1\n{LIMITS}include: ['users/*']\n")
    write(tmp_path / "users" / "a.yaml", "users: {a: {}}\n")
    write(tmp_path / "users" / "deeper" / "b.yaml", "users: {b: {}}\n")
    (tmp_path / "users" / "link").symlink_to("deeper")
    assert list(load("main.yaml", tmp_path).users) == ["a"]


def test_hidden_files_are_included_only_when_the_pattern_says_so(tmp_path: Path) -> None:
    write(tmp_path / "users" / ".hidden.yaml", "users: {a: {}}\n")
    write(tmp_path / "main.yaml", f"version: 1\n{LIMITS}include: ['users/*.yaml']\n")
    assert load("main.yaml", tmp_path).users == {}
    write(tmp_path / "main.yaml", f"version: 1\n{LIMITS}include: ['users/.*.yaml']\n")
    assert list(load("main.yaml", tmp_path).users) == ["a"]


def test_a_file_that_two_patterns_match_is_read_once(tmp_path: Path) -> None:
    write(tmp_path / "users" / "a.yaml", "users: {a: {}}\n")
    write(
        tmp_path / "main.yaml", f"version: 1\n{LIMITS}include: ['users/a.yaml', 'users/*.yaml', 'users/../users/*']\n"
    )
    assert list(load("main.yaml", tmp_path).users) == ["a"]


def test_the_order_of_includes_does_not_matter(tmp_path: Path) -> None:
    for name in "abc":
        write(tmp_path / f"{name}.yml", f"users: {{{name}: {{total_limit: 1}}}}\nremoved: {{not-{name}: forget}}\n")
    seen = []
    for order in ("a.yml, b.yml, c.yml", "c.yml, a.yml, b.yml", "'*.yml'"):
        write(tmp_path / "main.yaml", f"version: 1\n{LIMITS}include: [{order}]\n")
        seen.append(load("main.yaml", tmp_path))
    assert seen[0] == seen[1] == seen[2]


def test_faults_come_main_file_first_then_included_files_by_name(tmp_path: Path) -> None:
    write(tmp_path / "z-main.yaml", "version: 1\ninclude: [b.yml, a.yml, 'gone.yml']\nusers: {q: {}}\n")
    write(tmp_path / "a.yml", "users: {x: {}, y: {}}\n")
    write(tmp_path / "b.yml", "users: []\n")
    with pytest.raises(InputError) as caught:
        load("z-main.yaml", tmp_path)
    places = [(fault.file, fault.line, fault.column) for fault in caught.value.faults]
    assert places == [
        ("z-main.yaml", 2, 25),
        ("z-main.yaml", 3, 9),
        ("a.yml", 1, 9),
        ("a.yml", 1, 16),
        ("b.yml", 1, 8),
    ]
    assert str(caught.value) == "5 errors in the configuration"


def test_an_included_file_that_may_not_be_read_is_one_fault_among_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "LARGEST", 60)
    write(tmp_path / "main.yaml", "version: 1\ninclude: [a.yml]\nusers: {q: {}}\n")
    write(tmp_path / "a.yml", "#" * 61)
    with pytest.raises(InputError) as caught:
        load("main.yaml", tmp_path)
    assert [(fault.file, fault.line) for fault in caught.value.faults] == [("main.yaml", 3), ("a.yml", None)]


@pytest.mark.parametrize(
    ("written", "seconds"), [("500ms", 0.5), ("10s", 10.0), ("2m", 120.0), ("1h", 3600.0), ("1.5s", 1.5), ("0s", 0.0)]
)
def test_settle_is_in_seconds(written: str, seconds: float, tmp_path: Path) -> None:
    write(tmp_path / "main.yaml", f"version: 1\naccount: {{settle: {written}}}\n")
    assert load("main.yaml", tmp_path).account.settle == seconds


def test_a_configuration_of_a_hundred_users_loads_no_heavy_library(tmp_path: Path) -> None:
    users = "".join(f"  user-{number}: {{}}\n" for number in range(100))
    write(tmp_path / "main.yaml", f"version: 1\n{LIMITS}users:\n{users}")
    script = (
        "import sys, pathlib; from sarv_sync.config.load import load;"
        "print(len(load('main.yaml', pathlib.Path.cwd()).users));"
        "print(*sorted({'jsonschema', 'requests', 'http.client', 'deepdiff'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["100", ""]


@pytest.mark.parametrize("running", [True, False])
def test_the_cycle_collector_is_left_as_it_was_found(running: bool, tmp_path: Path) -> None:
    write(tmp_path / "main.yaml", "version: 1\n")
    before = gc.isenabled()
    (gc.enable if running else gc.disable)()
    try:
        load("main.yaml", tmp_path)
        with pytest.raises(InputError):
            load("absent.yaml", tmp_path)
        assert gc.isenabled() == running
    finally:
        (gc.enable if before else gc.disable)()
