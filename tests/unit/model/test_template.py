"""Texts with fields in braces."""

from __future__ import annotations

import pytest

from sarv_sync.model.template import BadTemplate, parse

KNOWN = ("name", "smtp_user_name")
VALUES = {"name": "billing", "labels.team": "finance", "labels.cost center": "7"}


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("", ""),
        ("secrets/shared.env", "secrets/shared.env"),
        ("secrets/{name}.env", "secrets/billing.env"),
        ("{name}{name}", "billingbilling"),
        ("{labels.team}/{name}", "finance/billing"),
        ("{{name}} {{{name}}}", "{name} {billing}"),
        ("aws/{smtp_user_name}", "aws/{smtp_user_name}"),
        ("{labels.absent}", "{labels.absent}"),
    ],
)
def test_fields_are_filled_in_as_far_as_they_are_known(text: str, rendered: str) -> None:
    assert parse(text, KNOWN).render(VALUES) == rendered


def test_what_is_filled_in_is_no_template_itself() -> None:
    assert parse("{name}", KNOWN).render({"name": "{smtp_user_name}", "smtp_user_name": "s1"}) == "{smtp_user_name}"


def test_a_template_knows_its_fields() -> None:
    assert parse("{name}-{labels.team}-{name}", KNOWN).fields == {"name", "labels.team"}
    assert parse("plain", KNOWN).fields == frozenset()


@pytest.mark.parametrize("text", ["{", "}", "{name", "name}", "{name}}", "{{name}"])
def test_a_brace_that_stands_alone_is_an_error(text: str) -> None:
    with pytest.raises(BadTemplate, match="a brace itself is written twice") as wrong:
        parse(text, KNOWN)
    assert wrong.value.field is None


@pytest.mark.parametrize("text", ["{name!r}", "{name:>20}", "{name!s:x}"])
def test_a_field_is_its_name_alone(text: str) -> None:
    with pytest.raises(BadTemplate, match="a field is its name alone"):
        parse(text, KNOWN)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{}", ""),
        ("{0}", "0"),
        ("{nmae}", "nmae"),
        ("{password}", "password"),
        ("{name.__class__}", "name.__class__"),
        ("{name[0]}", "name[0]"),
        ("{labels.}", "labels."),
        ("{labels.a b}", "labels.a b"),
        ("{labels}", "labels"),
    ],
)
def test_a_field_that_there_is_none_of_is_an_error_that_names_those_there_are(text: str, field: str) -> None:
    with pytest.raises(BadTemplate, match=r"the fields are \{name\}, \{smtp_user_name\} and \{labels.KEY\}") as wrong:
        parse(text, KNOWN)
    assert wrong.value.field == field


def test_an_error_shows_no_more_of_a_field_than_fits_and_nothing_that_a_terminal_obeys() -> None:
    with pytest.raises(BadTemplate) as wrong:
        parse("{" + "\x1b[31m" * 100 + "}", KNOWN)
    assert "\x1b" not in str(wrong.value)
    assert len(wrong.value.field or "") < 100
