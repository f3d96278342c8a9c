"""A team on GitHub: a repository whose main branch is applied, pull requests, and jobs that run the real program.

The forge plays the API, a bare repository is the remote, where the state is too, and a sandbox is the account. A job
gets a checkout of its own, as on a fresh runner, and the variables that a runner and `action.yml` would set.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.end_to_end.workplace import HEAD, OWNER, TOKEN
from tests.forge.server import Forge
from tests.runner.grammar import Command, commands_in, outputs_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sarv_sync.sandbox.server import Sandbox

REPOSITORY = "acme/mail"
JOB_TOKEN = "ghs_c4naryJobToken0123456789"
EVERYTHING = {"contents": "write", "issues": "write", "pull-requests": "write"}
IDENTITY = ("-c", "user.name=Ann", "-c", "user.email=ann@example.net", "-c", "commit.gpgsign=false")


@dataclass(frozen=True)
class Job:
    """How a job's step ended, and what it left."""

    code: int
    out: str
    err: str
    outputs: dict[str, str]
    summary: str

    @property
    def commands(self) -> list[Command]:
        """What the runner obeyed."""
        return commands_in(self.out + "\n" + self.err)

    @property
    def said(self) -> str:
        """Everything that was printed, with line breaks and indents as single spaces."""
        return " ".join((self.out + self.err).split())


@dataclass
class Pull:
    """A pull request: its number, its branch, and the head that was last pushed."""

    number: int
    branch: str
    head: str


@dataclass
class Office:
    """The team. `sandbox` is the account; `environment` are further variables of every job."""

    folder: Path
    forge: Forge
    sandbox: Sandbox
    environment: dict[str, str] = field(default_factory=dict)
    state: str = "backend=git"
    head: str = HEAD
    comment: str = "true"
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def bare(self) -> Path:
        return self.folder / "origin.git"

    @property
    def desk(self) -> Path:
        """Where Ann edits."""
        return self.folder / "ann"

    def found(self, files: dict[str, str]) -> None:
        """Make the repository, with `files` on its main branch."""
        git(self.folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.bare))
        git(self.folder, "clone", "--quiet", str(self.bare), str(self.desk))
        git(self.desk, "checkout", "--quiet", "-b", "main")
        self.commit(files)
        git(self.desk, "push", "--quiet", "origin", "main")
        self.forge.add_repository(REPOSITORY, git=self.bare)
        self.forge.add_token(JOB_TOKEN, permissions=EVERYTHING)

    def commit(self, files: Mapping[str, str | None]) -> str:
        """Write `files` (None: remove) and commit them on the branch that is checked out."""
        for name, text in files.items():
            path = self.desk / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True) if text is None else path.write_text(text, encoding="utf-8")
        git(self.desk, "add", "--all")
        git(self.desk, *IDENTITY, "commit", "--quiet", "--allow-empty", "-m", "Change users")
        return git(self.desk, "rev-parse", "HEAD")

    def users(self, lines: str) -> dict[str, str]:
        """Return the main file with the users of `lines`."""
        listed = "".join(f"  {line}\n" for line in lines.splitlines())
        return {"sarv-sync.yaml": self.head + ("users:\n" + listed if listed else "")}

    def push_main(self, files: dict[str, Any]) -> str:
        """Commit on the main branch directly, past every pull request."""
        git(self.desk, "checkout", "--quiet", "main")
        git(self.desk, "pull", "--quiet", "--ff-only", "origin", "main")
        sha = self.commit(files)
        git(self.desk, "push", "--quiet", "origin", "main")
        return sha

    def open(self, files: dict[str, Any], **options: Any) -> Pull:
        """Open a pull request with one commit."""
        branch = f"change-{next(self._numbers)}"
        git(self.desk, "checkout", "--quiet", "main")
        git(self.desk, "pull", "--quiet", "--ff-only", "origin", "main")
        git(self.desk, "checkout", "--quiet", "-b", branch)
        head = self.commit(files)
        git(self.desk, "push", "--quiet", "origin", branch)
        number = self.forge.open_pull_request(
            REPOSITORY, head, git(self.desk, "rev-parse", "main"), head_ref=branch, **options
        )
        return Pull(number, branch, head)

    def opened(self, number: int) -> Pull:
        """Return a pull request that a job has opened, for Ann to work with."""
        branch = self.forge.pull_request(REPOSITORY, number).head_ref
        git(self.desk, "fetch", "--quiet", "--force", "origin", f"{branch}:{branch}")
        return Pull(number, branch, git(self.desk, "rev-parse", branch))

    def push(self, pull: Pull, files: dict[str, Any]) -> None:
        """Push one more commit to a pull request."""
        git(self.desk, "checkout", "--quiet", pull.branch)
        pull.head = self.commit(files)
        git(self.desk, "push", "--quiet", "origin", pull.branch)
        self.forge.push(REPOSITORY, pull.number, pull.head)

    def merge(self, pull: Pull, way: str = "merge") -> str:
        """Merge a pull request: `merge`, `squash`, `rebase` or `queue`. Return what main is at then."""
        git(self.desk, "checkout", "--quiet", "main")
        git(self.desk, "pull", "--quiet", "--ff-only", "origin", "main")
        before = git(self.desk, "rev-parse", "HEAD")
        if way in {"merge", "queue"}:
            git(self.desk, *IDENTITY, "merge", "--quiet", "--no-ff", "-m", "Merge", pull.branch)
        elif way == "squash":
            git(self.desk, *IDENTITY, "merge", "--quiet", "--squash", pull.branch)
            git(self.desk, *IDENTITY, "commit", "--quiet", "--allow-empty", "-m", "Squashed")
        else:
            git(self.desk, *IDENTITY, "checkout", "--quiet", "--detach", pull.branch)
            git(self.desk, *IDENTITY, "rebase", "--quiet", "--force-rebase", "main")
            rebased = git(self.desk, "rev-parse", "HEAD")
            git(self.desk, "checkout", "--quiet", "main")
            git(self.desk, "merge", "--quiet", "--ff-only", rebased)
        git(self.desk, "push", "--quiet", "origin", "main")
        merged = git(self.desk, "rev-parse", "HEAD")
        landed = git(self.desk, "rev-list", "--first-parent", f"{before}..{merged}").split()
        self.forge.merge(REPOSITORY, pull.number, merged, landed if way == "rebase" else ())
        return merged

    def plan(self, pull: Pull, **options: Any) -> Job:
        """Run the job that plans a pull request, on a trial merge as GitHub makes it."""
        with self.checkout("main") as folder:
            base = git(folder, "rev-parse", "HEAD")
            git(folder, "fetch", "--quiet", "origin", pull.head)
            git(folder, *IDENTITY, "merge", "--quiet", "--no-ff", "-m", f"Merge {pull.head} into main", pull.head)
            event = {
                "number": pull.number,
                "pull_request": {
                    "number": pull.number,
                    "head": {"sha": pull.head, "repo": {"full_name": options.pop("head_repository", REPOSITORY)}},
                    "base": {"ref": "main", "sha": base},
                },
                "repository": {"default_branch": "main"},
            }
            ref = f"{pull.number}/merge"
            return self.step("plan", folder, event="pull_request", payload=event, ref=ref, **options)

    def apply(self, at: str = "main", event: str = "push", **options: Any) -> Job:
        """Run the job that applies the commit `at`."""
        with self.checkout(at) as folder:
            return self.step("apply", folder, event=event, **options)

    def drift(self, **options: Any) -> Job:
        """Run the scheduled job that looks for drift."""
        with self.checkout("main") as folder:
            return self.step("drift", folder, event="schedule", **options)

    @contextmanager
    def checkout(self, ref: str) -> Iterator[Path]:
        """Yield a checkout as a job has it."""
        folder = self.folder / f"job-{next(self._numbers)}"
        git(self.folder, "clone", "--quiet", str(self.bare), str(folder))
        git(folder, "checkout", "--quiet", ref)
        yield folder

    def step(self, command: str, folder: Path, **options: Any) -> Job:
        """Run the Action's program in `folder`. Options: `event`, `payload`, `ref`, `environment`, and inputs."""
        event, payload = (
            options.pop("event", "push"),
            options.pop("payload", {"repository": {"default_branch": "main"}}),
        )
        ref, further = options.pop("ref", "main"), options.pop("environment", {})
        actor, working = options.pop("actor", "octocat"), options.pop("working_directory", ".")
        scratch = self.folder / f"runner-{next(self._numbers)}"
        scratch.mkdir()
        (scratch / "event.json").write_text(json.dumps(payload))
        inputs = {
            "command": command, "endpoint": self.sandbox.url, "owner_id": OWNER, "token": TOKEN,
            "github_token": JOB_TOKEN, "state_options": self.state, "comment": self.comment, **options,
        }  # fmt: skip
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(scratch), "LANG": "C.UTF-8",
            "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event, "GITHUB_EVENT_PATH": str(scratch / "event.json"),
            "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_SHA": git(folder, "rev-parse", "HEAD"),
            "GITHUB_REF": f"refs/heads/{ref}", "GITHUB_REF_NAME": ref, "GITHUB_RUN_ID": "77",
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_SERVER_URL": "https://github.com", "GITHUB_API_URL": self.forge.url, "GITHUB_ACTOR": actor,
            "GITHUB_WORKSPACE": str(folder), "RUNNER_TEMP": str(scratch),
            "GITHUB_OUTPUT": str(scratch / "outputs"), "GITHUB_STEP_SUMMARY": str(scratch / "summary.md"),
            "GITHUB_ENV": str(scratch / "env"), "GITHUB_PATH": str(scratch / "path"),
            **{f"SARV_SYNC_ACTION_{name.upper()}": value for name, value in inputs.items() if value is not None},
            **self.environment, **further,
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-I", "-m", "sarv_sync", "github"], cwd=folder / working, env=environment,
            capture_output=True, text=True, check=False, timeout=90, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert not (scratch / "env").exists()
        assert not (scratch / "path").exists()
        written = {name: _read(scratch / name) for name in ("outputs", "summary.md")}
        return Job(done.returncode, done.stdout, done.stderr, outputs_in(written["outputs"]), written["summary.md"])

    def writes(self) -> list[str]:
        """Return the calls that changed something in the account, oldest first."""
        return [call.call for call in self.sandbox.calls if call.call != "listSmtp"]

    def reviews(self) -> list[dict[str, Any]]:
        """Return the kept plans, as they are in the remote."""
        text = git(self.bare, "show", "refs/sarv-sync/state-reviews:sarv-sync.state.json", check=False)
        kept: list[dict[str, Any]] = json.loads(text)["reviews"] if text else []
        return kept


def git(folder: Path, *words: str, check: bool = True, more: Mapping[str, str] | None = None) -> str:
    """Run git in `folder`, with `more` in its environment; return what it says."""
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C", **(more or {}),
    }  # fmt: skip
    done = subprocess.run(
        ["git", *words], cwd=folder, capture_output=True, text=True, check=False, env=environment, timeout=60
    )
    assert done.returncode == 0 or not check, done.stderr
    return done.stdout.strip()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
