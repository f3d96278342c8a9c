"""What one configuration has to say in the pull request's comment: its plan, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.reporting.change_markdown import group_section
from sarv_sync.reporting.cutting import size
from sarv_sync.reporting.drift_markdown import drift_section
from sarv_sync.reporting.markdown_parts import (
    account_words,
    blocked_section,
    code,
    faults_table,
    html_code,
    link,
    prose,
    refused_section,
    section,
    target_lines,
    unmanaged_section,
    warnings_section,
)
from sarv_sync.reporting.rows import groups_of
from sarv_sync.reporting.summaries import rest_counts, summary_line
from sarv_sync.reporting.wording import ORDER, counted
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.errors import Fault
    from sarv_sync.model.plan import Action, Plan

_FIRST: tuple[Action, ...] = ("create", "rotate", "disable")
REVIEW_ORDER: tuple[Action, ...] = (*_FIRST, *(action for action in ORDER if action not in _FIRST))
"""What stays for ever and what stops mail come first: what is cut is cut from the end."""

FAILED = "failed"
REFUSED = "refused"
BLOCKED = "blocked"

SHA_DIGITS = 7
"""Digits of a commit's id that are shown."""


@dataclass(frozen=True, slots=True)
class Where:
    """What a part is about.

    `configuration` is the file's path from the root of the repository, `head` the commit that was planned, `age`
    how old the snapshot was that stood for the account, None for the live account.
    """

    configuration: str
    head: str
    run_url: str | None = None
    age: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One configuration's part of the comment.

    `text` is Markdown, `counts` are what the comment's title sums up, and `whole` is how many bytes the text had
    before anything of it was cut: by that the parts share the room, so that cutting again changes nothing.
    """

    configuration: str
    head: str
    text: str
    counts: tuple[tuple[str, int], ...] = ()
    run_url: str | None = None
    whole: int = 0


def plan_part(plan: Plan, where: Where) -> Part:
    """Return a plan as a part, folded where there is nothing to decide."""
    counts = plan.summary()
    found = [(name, counts[name]) for name in (*REVIEW_ORDER, BLOCKED) if counts[name]]
    if plan.refusals:
        found.append((REFUSED, 1))
    body = [*_findings(plan), *_foot(plan, where)]
    return _part(where, _headline(plan), body, tuple(found), folded=not (plan.pending or plan.drift))


def failure_part(faults: Sequence[Fault], where: Where) -> Part:
    """Return why there is no plan as a part."""
    body = [
        "There is no plan for this commit, and nothing of it can be applied until this is mended.",
        "",
        *section(f"Errors: {len(faults):,}", faults_table(faults), len(faults)),
        f"Tried for {short(where.head)} by {link('this run', where.run_url)}.",
    ]
    return _part(where, "<b>the plan could not be made</b>", body, ((FAILED, 1),), folded=False)


def short(head: str) -> str:
    """Return a commit's id as it is shown in Markdown."""
    return code(head[:SHA_DIGITS]) or "an unknown commit"


def _part(
    where: Where, headline: str, body: Sequence[str], counts: tuple[tuple[str, int], ...], *, folded: bool
) -> Part:
    lines = [
        "<details>" if folded else "<details open>",
        f"<summary>{html_code(where.configuration)}: {headline}</summary>",
        "",
        *body,
        "",
        "</details>",
    ]
    text = "\n".join(lines)
    return Part(where.configuration, where.head, text, counts, where.run_url, size(text))


def _headline(plan: Plan) -> str:
    if not (plan.pending or plan.drift):
        line = summary_line(plan).removesuffix(".")
        return f"{line[0].lower()}{line[1:]}"
    counts = plan.summary()
    todo = ", ".join(f"{counts[action]:,} to {action}" for action in REVIEW_ORDER if counts[action])
    refused = " (refused)" if plan.refusals else ""
    return f"<b>{todo or 'nothing to apply'}{refused}</b>, {', '.join(rest_counts(plan))}"


def _findings(plan: Plan) -> list[str]:
    """Return everything between summary and foot: what needs a decision, what stays for ever, what is merely news."""
    groups = sorted(groups_of(plan), key=lambda group: REVIEW_ORDER.index(group.action))
    return [
        *target_lines(plan.targets),
        *refused_section(plan.refusals),
        *blocked_section(plan.blocked),
        *warnings_section(plan.warnings),
        *_irreversible(plan),
        *(line for group in groups for line in group_section(group)),
        *drift_section(plan.drift),
        *unmanaged_section(plan.unmanaged),
    ]


def _irreversible(plan: Plan) -> list[str]:
    counts = plan.summary()
    verb = "would" if plan.refusals else "will"
    said = []
    if made := counts["create"]:
        later = f"a later change can only disable {'it' if made == 1 else 'them'}"
        said.append(f"{counted(made, 'user')} {verb} be made, and can never be deleted: {later}.")
    if renewed := counts["rotate"]:
        said.append(f"{counted(renewed, 'password')} {verb} be replaced, and nothing brings the old one back.")
    return ["> [!CAUTION]", f"> {' '.join(said)}", ""] if said else []


def _foot(plan: Plan, where: Where) -> list[str]:
    run = f" by {link('this run', where.run_url)}" if where.run_url else ""
    lines = [
        f"Planned for {short(where.head)}{run}, for {account_words(plan.account)}.",
        "",
        f"Digest {code(plan.digest)}",
    ]
    if where.age is not None:
        age = f"Made from a snapshot of the account that was {prose(where.age)} old."
        lines += ["", f"{age} It approves nothing: apply needs a plan that was made with the token."]
    return lines
