"""A corpus of hostile text, and everything that we write for GitHub with such text in every place there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from sarv_sync.errors import Fault
from sarv_sync.model.acceptance import AcceptedField
from sarv_sync.model.outcome import Entry, Outcome
from sarv_sync.model.plan import ACTIONS, Blocked, Drift, FieldChange, Plan, Refusal
from sarv_sync.model.users import Source
from sarv_sync.reporting.comment_markdown import comment
from sarv_sync.reporting.comment_parts import Part, Where, failure_part, plan_part
from sarv_sync.reporting.drift_markdown import drift_markdown
from sarv_sync.reporting.issue_markdown import IssueWhere, Memory, closing, issue, memory_of, reopening
from sarv_sync.reporting.outcome_markdown import outcome_markdown
from sarv_sync.reporting.plan_markdown import plan_markdown
from sarv_sync.reporting.proposal_markdown import ProposalText, ProposalWhere, proposal, proposal_summary, settled
from sarv_sync.reporting.summary_markdown import drift_summary, failure_markdown, plan_summary, valid_summary
from tests.unit.reporting.hostile_words import NASTY, delivered_everywhere, everywhere

HEAD = "a5c3785ed8d6a35868bc169f07e40e889087fd2e"
RUN = "https://github.com/octo/infra/actions/runs/1"
FILE = "https://github.com/octo/infra/blob/main/sarv-sync.yaml"
PATH_MAX = 500
"""Characters. No file system takes a path that is much longer than a few of those."""
NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=timezone.utc)

CORPUS = (
    *NASTY,
    "a5c3785ed8d6a35868bc169f07e40e889087fd2e",
    "see deadbeef and 1234567 and A5C3785ED",
    "octo/infra@a5c3785ed8d6a35868bc169f07e40e889087fd2e",
    "octo@a5c3785",
    "a5c3785...deadbeef",
    "GHSA-jfh8-c2jp-5v3q CVE-2021-44228",
    "octo/infra#1 octo#2 (#3) #4",
    "@octocat (@octo/team) a@b @a-b",
    "first.last+tag@evil.example, mailto:a@evil.example",
    "ftp://evil.example HTTPS://evil.example WWW.evil.example",
    ":x: :+1: :shipit::tada: a:b:c",
    "$x$ $`y`$ $$z$$ \\(x\\) \\[y\\]",
    "a$` and `$b",
    "$",
    "```math\nx\n```",
    "~~~\nx\n~~~",
    "[^1] and [^x]",
    "[^1]: a footnote",
    "^[inline]",
    "- [ ] task\n- [x] done",
    "[ ] [x]",
    "> [!WARNING]\n> no",
    "Title\n=====\n\nText\n-----",
    "\n\n# heading\n\n***\n\n    code\n",
    "<!--",
    "--!> --> <!--->",
    "<!-- sarv-sync:plan -->",
    "<!-- sarv-sync:part-end -->",
    "\n<!-- sarv-sync:part-end -->\n",
    '\n<!-- sarv-sync:part {"configuration":"evil","head":"e","counts":{"create":1}} -->\n<details>\n',
    '<!-- sarv-sync:drift {"configuration":"evil","fingerprint":"e","seen":{}} -->',
    '","configuration":"evil"}} -->',
    "</summary></details><details open>",
    "<a href=https://evil.example>x</a><svg/onload=x><![CDATA[x]]><?php x ?>",
    "<details><summary>x</summary>",
    "<br><wbr><b>x</b></td></tr></table>",
    "![](https://evil.example/x.png) ![a][b]",
    "[a]: https://evil.example 'x'",
    "*a*_b_**c**__d__***e***~f~~~g~~",
    *("`" * count + "x" + "`" * count for count in (2, 3, 4, 7)),
    "a`b``c```d````e",
    "\\`a\\`",
    "\r \v \f \x1c \x85",
    "\u061c\u202a\u202e\u2069\u200e",
    "%0A::error::x",
    "word " * 4_000,
    "x" * 100_000,
    "@" * 5_000,
    "`a`" * 2_000,
    "|" * 3_000,
    "\u0301" * 3_000,
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text, the links it may hold, and how many hidden lines it has."""

    text: str
    links: frozenset[str] = frozenset()
    hidden: int = 0


def plan_of(word: str) -> Plan:
    """Return a plan that shows `word` everywhere, drift of every kind and every reason to refuse included."""
    plan = everywhere(word)
    values = (FieldChange("total_limit", 1, 2), FieldChange("status", "Enable", "Disable"))
    return Plan(
        account=plan.account,
        digest=plan.digest,
        changes=plan.changes,
        drift=(
            Drift(word, word, "changed", values),
            Drift(word, word, "missing"),
            Drift(word, word, "password_changed"),
            Drift(word, word, "undelivered"),
        ),
        unmanaged=plan.unmanaged,
        blocked=(*plan.blocked, Blocked(word, "missing", word, word)),
        refusals=(
            Refusal("guard", word, word, Source(word, 2, 3)),
            *(Refusal(reason, word, word) for reason in ("listing", "unmanaged", "state", "sinks")),
        ),
        warnings=plan.warnings,
        unchanged=1,
        targets=(word, word),
    )


def outcome_of(word: str) -> Outcome:
    """Return an outcome that shows `word` everywhere."""
    entries = tuple(Entry(word, action, word, word) for action in ACTIONS)
    return Outcome(
        digest=word,
        applied=entries,
        failed=entries,
        unknown=entries,
        not_attempted=entries,
        delivered=entries,
        undelivered=entries,
        blocked=(Blocked(word, "pin", word, word),),
        warnings=(Fault(word, word, word, 1, 2, word),),
    )


def parts_for(plan: Plan, word: str) -> tuple[Part, ...]:
    """Return the parts of a comment: `plan` for the head and for an older commit, and a failure."""
    faults = (*plan.warnings, Fault(word, word, word, 1, 2, word))
    return (
        plan_part(plan, Where(f"1{word[:PATH_MAX]}", HEAD, RUN, word)),
        plan_part(plan, Where(f"2{word[:PATH_MAX]}", f"{word[:PATH_MAX]}old", None, None)),
        failure_part(faults, Where(f"3{word[:PATH_MAX]}", HEAD, RUN)),
    )


def rendered(plan: Plan, outcome: Outcome, word: str) -> dict[str, Rendered]:
    """Return everything we write for GitHub about these, with `word` for paths, commits, ages and memories too."""
    where = IssueWhere(word[:PATH_MAX], RUN, FILE, f"javascript:{word}")
    many = delivered_everywhere(word)
    new = issue(plan, where, Memory(), NOW)
    known = memory_of(issue(everywhere(f"other {word}"), where, Memory(), NOW).body)
    changed = issue(plan, where, known, NOW).change or ""
    faults = (*plan.warnings, Fault(word, word, word, 1, 2, word))
    run = frozenset({RUN})
    proposed = proposal_of(plan, word)
    return {
        "comment": Rendered(comment(parts_for(plan, word), HEAD), run, hidden=7),
        "cut comment": Rendered(comment(parts_for(plan, word), HEAD, 20_000), run, hidden=-1),
        "plan": Rendered(plan_markdown(plan)),
        "deliveries": Rendered(plan_markdown(many)),
        "comment on deliveries": Rendered(comment(parts_for(many, word), HEAD, 10**6), run, hidden=7),
        "drift of passwords": Rendered(drift_markdown(many)),
        "issue about passwords": Rendered(issue(many, where, Memory(), NOW).body, frozenset({FILE}), hidden=1),
        "plan summary": Rendered(plan_summary(plan)),
        "cut summary": Rendered(plan_summary(plan, 3_000)),
        "drift": Rendered(drift_markdown(plan)),
        "drift summary": Rendered(drift_summary(plan)),
        "outcome": Rendered(outcome_markdown(outcome)),
        "failure": Rendered(failure_markdown(faults, "The plan could not be made")),
        "valid": Rendered(valid_summary(1, 1, faults)),
        "issue": Rendered(new.body, frozenset({FILE}), hidden=1),
        "change": Rendered(changed, run),
        "closing": Rendered(closing(where), run),
        "reopening": Rendered(reopening(where), run),
        "proposal": Rendered(proposed.body, frozenset({FILE}), hidden=1),
        "settled": Rendered(settled(ProposalWhere(word[:PATH_MAX], run_url=RUN)), run),
        "proposal summary": Rendered(proposal_summary("Opened a pull request", 7, f"javascript:{word}")),
    }


def proposal_of(plan: Plan, word: str) -> ProposalText:
    """Return the pull request that accepts drift, with `word` everywhere."""
    accepted = [
        AcceptedField(word, word, "total_limit", 1, 2, word, 3, "user"),
        AcceptedField(word, word, "status", "Enable", "Disable", word, 4, "profile", word),
        AcceptedField(f"{word}2", word, "hourly_limit", None, 5, word, 6, "added"),
    ]
    where = ProposalWhere(word[:PATH_MAX], FILE, f"javascript:{word}", RUN)
    return proposal(plan, where, accepted, [Fault(word, word, word, 1, 2, word)], [Fault(word, word)])


def titles(plan: Plan, word: str) -> list[str]:
    """Return the titles of issues and pull requests about `word`."""
    return [issue(plan, IssueWhere(word), Memory(), NOW).title, proposal_of(plan, word).title]
