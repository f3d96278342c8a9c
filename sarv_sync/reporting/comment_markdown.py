"""The pull request's one comment: a title, and a part for each configuration, between hidden lines of their own.

::

    <!-- sarv-sync:plan -->
    ### sarv-sync plan: 3 to create, 1 to disable

    <!-- sarv-sync:part {"configuration":…,"head":…} -->
    <details open> … </details>
    <!-- sarv-sync:part-end -->

No text of a user ever begins a line, so none can be taken for a hidden line. The next run reads the parts of other
configurations back from here. That is for showing them again and for nothing else: a comment proves nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.github_texts import COMMENT_MARKER
from sarv_sync.reporting import cutting
from sarv_sync.reporting.comment_parts import BLOCKED, FAILED, REFUSED, REVIEW_ORDER, SHA_DIGITS, Part
from sarv_sync.reporting.hidden import hidden, hidden_of
from sarv_sync.reporting.markdown_parts import html_code, link
from sarv_sync.reporting.wording import counted
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COMMENT_MAX = 60_000
"""Bytes. GitHub takes 65,536 characters."""

_PART = "sarv-sync:part"
_PART_END = "<!-- sarv-sync:part-end -->"
_OUTDATED = "<summary>Outdated: "

_LINE = re.compile(
    r"|</?details>|<details open>|<summary>[^\n]*</summary>|[|] .* [|]|#### .*|> .*|\*[0-9,]+ .*\*|[A-Z][^<\n].*"
)
"""The lines a part consists of. A part with any other was written by another version, or by another hand."""


def comment(parts: Iterable[Part], head: str, limit: int = COMMENT_MAX) -> str:
    """Return the whole comment, in at most `limit` bytes of UTF-8, a thousand or more.

    Parts that were planned for another commit than `head` are marked and folded. Where all is too much, rows of
    tables go, drift before changes and those before what is blocked; small parts stay whole. The parts read back from
    the result, any of them in its full length again, give the same result.
    """
    by_name = {part.configuration: part for part in parts}
    ordered = [by_name[name] for name in sorted(by_name)]
    start = f"{COMMENT_MARKER}\n{_title(ordered, head)}\n"
    shown = _fitted(ordered, head, limit - cutting.size(start + _left_out(len(ordered))))
    missing = len(ordered) - len(shown)
    lines = start + "".join(_framed(part, head) for part in shown) + (_left_out(missing) if missing else "")
    return lines.rstrip("\n")


def parts_of(body: str) -> tuple[Part, ...]:
    """Return the parts of an earlier comment; what is no part as we write them is left out."""
    lines = re.split(r"\r\n|\r|\n", body)
    if lines[0] != COMMENT_MARKER:
        return ()
    found: list[Part] = []
    start: Part | None = None
    inside: list[str] = []
    for line in lines[1:]:
        if document := hidden_of(_PART, line):
            start, inside = _begun(document), []
        elif line == _PART_END and start is not None:
            found += _ended(start, inside)
            start = None
        else:
            inside.append(line)
    return tuple(found)


def _title(parts: Sequence[Part], head: str) -> str:
    """Return what the current parts amount to. Of a plan that is refused, nothing would be done."""
    current = [dict(part.counts) for part in parts if part.head == head]
    total: Counter[str] = Counter()
    for counts in current:
        total.update({REFUSED: 1} if REFUSED in counts else counts)
    said = [f"{total[action]:,} to {action}" for action in REVIEW_ORDER if total[action]]
    said += [f"{total[BLOCKED]:,} blocked"] if total[BLOCKED] else []
    said += [f"{counted(total[REFUSED], 'plan')} refused"] if total[REFUSED] else []
    said += [f"{counted(total[FAILED], 'plan')} could not be made"] if total[FAILED] else []
    said = said or (["nothing to change"] if current else [])
    outdated = len(parts) - len(current)
    said += [f"{counted(outdated, 'plan')} outdated"] if outdated else []
    return f"### sarv-sync plan: {', '.join(said) or 'nothing was planned'}"


def _framed(part: Part, head: str) -> str:
    run = {} if part.run_url is None else {"run": part.run_url}
    about = {"configuration": part.configuration, "head": part.head, **run}
    document = {**about, "counts": dict(part.counts), "whole": part.whole}
    text = part.text if part.head == head else _outdated(part, head)
    return f"\n{hidden(_PART, document)}\n{text}\n{_PART_END}\n"


def _outdated(part: Part, head: str) -> str:
    planned, now = html_code(part.head[:SHA_DIGITS]), html_code(head[:SHA_DIGITS])
    said = f"{html_code(part.configuration)} was planned for {planned}, the head is now {now}"
    return f"<details>\n{_OUTDATED}{said}</summary>\n\n{part.text}\n\n</details>"


def _where(part: Part) -> str:
    return f"see the job's summary in {link('the run', part.run_url)}"


def _left_out(count: int) -> str:
    return f"\n*{counted(count, 'configuration')} more: no room here, see the jobs' summaries.*\n"


@dataclass(slots=True)
class _Measured:
    part: Part
    shell: int
    least: int

    @property
    def least_framed(self) -> int:
        return self.shell + self.least


def _measured(part: Part, head: str) -> _Measured:
    shell = cutting.size(_framed(replace(part, text=""), head))
    return _Measured(part, shell, cutting.least(part.text, _where(part)))


def _fitted(parts: Sequence[Part], head: str, room: int) -> list[Part]:
    """Return `parts` cut so that all of them, framed, fit into `room` bytes: the current ones before the outdated."""
    measured = _possible([_measured(part, head) for part in parts], head, room)
    left = room - sum(entry.least_framed for entry in measured)
    for current in (True, False):
        chosen = [entry for entry in measured if (entry.part.head == head) is current]
        extra = [max(entry.part.whole, cutting.size(entry.part.text)) - entry.least for entry in chosen]
        for entry, share in zip(chosen, cutting.shares(extra, left), strict=True):
            text = cutting.cut(entry.part.text, entry.least + share, _where(entry.part))
            left -= cutting.size(text) - entry.least
            entry.part = replace(entry.part, text=text)
    return [entry.part for entry in measured]


def _possible(measured: list[_Measured], head: str, room: int) -> list[_Measured]:
    """Return what fits at all: the largest parts are reduced to their headline, and the last ones go if need be."""
    excess = sum(entry.least_framed for entry in measured) - room
    for index in sorted(range(len(measured)), key=lambda index: -measured[index].least):
        if excess <= 0:
            break
        whole, bare = measured[index], _measured(_bare(measured[index].part), head)
        if bare.least < whole.least:
            measured[index] = bare
            excess -= whole.least - bare.least
    while measured and excess > 0:
        excess -= measured.pop().least_framed
    return measured


def _bare(part: Part) -> Part:
    lines = part.text.split("\n")[:2]
    text = "\n".join([*lines, "", f"Not shown here: {_where(part)}.", "", "</details>"])
    return replace(part, text=text, whole=0)


def _begun(document: dict[str, object]) -> Part | None:
    configuration, head, counts = (document.get(name) for name in ("configuration", "head", "counts"))
    run_url, whole = document.get("run"), document.get("whole")
    if not (isinstance(configuration, str) and isinstance(head, str) and isinstance(counts, dict)):
        return None
    numbers = tuple((name, number) for name, number in counts.items() if type(number) is int and number > 0)
    link_to = run_url if isinstance(run_url, str) else None
    return Part(configuration, head, "", numbers, link_to, whole if type(whole) is int else 0)


def _ended(start: Part, lines: Sequence[str]) -> list[Part]:
    if not _is_ours(lines):
        return []
    if len(lines) > 1 and lines[1].startswith(_OUTDATED):
        lines = lines[3:-2]
    return [replace(start, text="\n".join(lines))] if _is_ours(lines) else []


def _is_ours(lines: Sequence[str]) -> bool:
    depth = 0
    for number, line in enumerate(lines):
        depth += line.startswith("<details") - (line == "</details>")
        known = _LINE.fullmatch(line) and line.isprintable() and not (line.startswith("<") and "<!" in line)
        if not known or (depth < 1 and number < len(lines) - 1):
            return False
    return depth == 0 and bool(lines)
