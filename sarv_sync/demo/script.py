"""What the tour shows, step by step."""

from __future__ import annotations

from stat import filemode
from typing import TYPE_CHECKING

from sarv_sync.demo.files import AFTER, BEFORE, MAIN, difference
from sarv_sync.errors import EXIT_CHANGES, EXIT_DONE
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.demo.stage import Stage


@dataclass(frozen=True, slots=True)
class Command:
    """One command line, without the program's name, and the exit code it has to end with."""

    line: str
    exit_code: int = EXIT_DONE


@dataclass(frozen=True, slots=True)
class Step:
    """One screen: a title, why it is done, what happens before any command and what that shows, and the commands."""

    title: str
    why: str
    happens: Callable[[Stage], str] | None = None
    commands: tuple[Command, ...] = ()


def _invite(stage: Stage) -> str:
    return (
        f"$ sarv-sync sandbox &\nlistening on {stage.url}\n"
        f"$ export SARV_ENDPOINT={stage.url}\n"
        "  (SARV_TOKEN is set too. No command ever prints it.)"
    )


def _write(stage: Stage) -> str:
    (stage.folder / MAIN).write_text(BEFORE, encoding="utf-8")
    return f"$ cat {MAIN}\n{BEFORE}"


def _edit(stage: Stage) -> str:
    (stage.folder / MAIN).write_text(AFTER, encoding="utf-8")
    return f"  (the edit, as `git diff` shows it)\n{difference()}"


def _look_into_sink(stage: Stage) -> str:
    """Show what was delivered, and to whom it is readable; the password itself is nobody's business."""
    target = stage.folder / "secrets" / "billing.env"
    lines = target.read_text(encoding="utf-8").splitlines()
    shown = [line if "PASSWORD" not in line else "SMTP_PASSWORD=(not shown here)" for line in lines]
    mode = filemode(target.stat().st_mode)
    listed = ["$ ls -l secrets", f"{mode} billing.env", f"{mode} newsletter.env"]
    return "\n".join([*listed, "$ cat secrets/billing.env", *shown])


def _meddle(stage: Stage) -> str:
    """Change two users, and a password, as somebody with the console open would: past the tool and its state."""
    account = stage.sandbox.account
    billing, newsletter = sorted(account.users(), key=lambda user: user.settings.total_limit)
    account.edit(billing.smtp_user_name, status="Disable")
    account.edit(newsletter.smtp_user_name, total_limit=900_000)
    account.reset(billing.smtp_user_name)
    return (
        f"  (in the console: {billing.smtp_user_name} is switched off and gets a new password,\n"
        f"   and {newsletter.smtp_user_name} may now send 900,000 e-mails)"
    )


STEPS = (
    Step(
        "An account to play with",
        "The sandbox is a provider on this machine. It answers as Sarv's published API\n"
        "does, so everything below happens for real, and nothing leaves this machine.",
        _invite,
    ),
    Step(
        "The users, as a file",
        "One file is one account. `validate` needs neither network nor token, and tells\n"
        "every mistake at once with its line and what to do.",
        _write,
        (Command("validate"),),
    ),
    Step(
        "Plan: what would happen",
        "A plan compares the file, the state (nothing yet) and the account, and writes\n"
        "to none of them. It says what cannot be undone: a user exists for ever.",
        commands=(Command("plan"),),
    ),
    Step(
        "Apply: do it, and prove it",
        "Apply shows the plan, makes each user exactly once, and lists the account anew\n"
        "to see that all came out as written.",
        commands=(Command("apply --auto-approve"),),
    ),
    Step(
        "The passwords are where they are used",
        "Each new password went to its sink, here a file that an application reads. It\n"
        "was printed nowhere, and the state holds none.",
        _look_into_sink,
    ),
    Step(
        "Change the file",
        "From now on a change is an edit, and a pull request is where it is discussed.",
        _edit,
    ),
    Step(
        "Plan the change, and keep the plan",
        "Saved, the plan can be reviewed. The digest at its end stands for all of it.",
        commands=(Command("plan --out plan.json"),),
    ),
    Step(
        "Apply what was reviewed",
        "With a saved plan, apply plans again and goes on only if nothing new came up.\n"
        "The review was the consent, so it does not ask.",
        commands=(Command("apply plan.json"),),
    ),
    Step(
        "Drift: somebody uses the console",
        "Two users are now changed behind the tool's back. `drift` finds that, and ends\n"
        "with exit code 2, for a job that runs every morning.",
        _meddle,
        (Command("drift", EXIT_CHANGES),),
    ),
    Step(
        "Apply repairs it",
        "The file is what holds. Apply brings the account back to it.",
        commands=(Command("apply --auto-approve"),),
    ),
    Step(
        "Rotate a password",
        "A new password, delivered at once. With `rotate: {every: 90d}` in the file it\n"
        "happens by itself, with `rotation: alternate` without a moment's outage.",
        commands=(Command("rotate newsletter --auto-approve"),),
    ),
    Step(
        "Nothing is left to do",
        "The circle is closed: the account is as the file says. With --detailed-exitcode\n"
        "a pending change would end with exit code 2.",
        commands=(Command("plan --detailed-exitcode"), Command("state list")),
    ),
)
