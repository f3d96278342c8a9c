"""Hostile text in every place of everything we write for GitHub, read by GitHub's own Markdown parser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarv_sync.reporting.comment_markdown import comment, parts_of
from sarv_sync.reporting.issue_markdown import IssueWhere, Memory, issue, marker_of, memory_of
from sarv_sync.reporting.markdown_parts import code, html_code, link, prose
from tests.unit.reporting.github_markdown import assert_only_ours, findings, read
from tests.unit.reporting.hostile import (
    CORPUS,
    HEAD,
    NOW,
    PATH_MAX,
    RUN,
    outcome_of,
    parts_for,
    plan_of,
    rendered,
    titles,
)
from tests.unit.reporting.hostile_words import outcomes, plans, words

if TYPE_CHECKING:
    from sarv_sync.model.outcome import Outcome
    from sarv_sync.model.plan import Plan

_HIDDEN = re.compile(r" sarv-sync:(plan|part-end|part \{[^<>]*\}|(?:drift|accept) \{[^<>]*\}) ")
_BENIGN = rendered(plan_of("word"), outcome_of("word"), "word")
_SHAPES = {name: read(made.text).blocks for name, made in _BENIGN.items()}


@pytest.mark.parametrize("word", CORPUS, ids=lambda word: ascii(word[:30]))
def test_hostile_text_adds_nothing_anywhere(word: str) -> None:
    for name, made in rendered(plan_of(word), outcome_of(word), word).items():
        page = assert_only_ours(made.text, made.links)
        assert all(_HIDDEN.fullmatch(line) for line in page.comments), name
        if made.hidden >= 0:
            assert len(page.comments) == made.hidden, name
        if "cut" not in name and len(word) < 1_000:
            assert page.blocks == _SHAPES[name], name


@given(plans, outcomes, words)
@settings(max_examples=60, deadline=None)
def test_any_text_adds_nothing_anywhere(plan: Plan, outcome: Outcome, word: str) -> None:
    for name, made in rendered(plan, outcome, word).items():
        page = assert_only_ours(made.text, made.links)
        assert all(_HIDDEN.fullmatch(line) for line in page.comments), name


@pytest.mark.parametrize("word", CORPUS, ids=lambda word: ascii(word[:30]))
def test_no_text_forges_a_part_of_the_comment_or_the_memory_of_an_issue(word: str) -> None:
    parts = parts_for(plan_of(word), word)
    back = parts_of(comment(parts, HEAD, 10**9))
    assert sorted(back, key=lambda part: part.configuration) == sorted(parts, key=lambda part: part.configuration)
    path = word[:PATH_MAX]
    body = issue(plan_of(word), IssueWhere(path), Memory(), NOW).body
    assert body.startswith(marker_of(path))
    assert memory_of(body).configuration == path
    assert [line for line in body.split("\n") if line.startswith("<!--")] == [body.split("\n")[0]]


@pytest.mark.parametrize("word", CORPUS, ids=lambda word: ascii(word[:30]))
def test_a_title_holds_nothing_that_github_would_render(word: str) -> None:
    for title in titles(plan_of(word), word):
        assert title.isprintable()
        assert len(title) < 256
        assert not re.search(r"[@#`<>&$*\[\]|]|:(?! \d)|www\.|GH-\d", title, re.IGNORECASE)


@given(st.text(max_size=60) | words)
@settings(max_examples=300, deadline=None)
def test_prose_and_code_are_text_and_nothing_else(word: str) -> None:
    for piece in (f"Said: {prose(word)}", f"Named: {code(word)}", f"<summary>{html_code(word)}</summary>"):
        assert findings(piece) == []


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://evil.example/) [x](https://evil.example",
        "https://evil.example/\n",
        "https://evil.example/<x>",
        "http://evil.example/ 'title'",
        "",
        None,
    ],
)
def test_what_is_not_plainly_an_address_is_no_link(url: str | None) -> None:
    assert link("the run", url) == "the run"
    assert read(link("the run", RUN)).links == [RUN]


@pytest.mark.parametrize(
    "raw",
    [
        "@octocat",
        "@<!---->octocat",
        "#1",
        "octo/infra#1",
        "GH-1",
        "CVE-2021-44228",
        "a5c3785ed8d6a35868bc169f07e40e889087fd2e",
        "octo/infra@a5c3785",
        "https://evil.example",
        "www.evil.example",
        "a@evil.example",
        "a&#64;evil.example",
        "![x](y)",
        "<img src=x>",
        "<b onclick=x>x</b>",
        ":x:",
        "$x$",
        "$`x`$",
        "[^1]\n\n[^1]: x",
        "- [ ] x",
        "# x",
        "## x",
        "x\n---",
        "~~x~~",
        "</details>",
        "<details>",
        "<!DOCTYPE html>",
    ],
)
def test_the_reading_sees_what_must_not_be_there(raw: str) -> None:
    page = read(raw)
    assert findings(raw) or page.links
