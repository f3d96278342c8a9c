"""JSON documents as text that is safe to show."""

from __future__ import annotations

import json
import re

from sarv_sync.model.visible import is_visible

_BEYOND_ASCII = re.compile(r"[^\n -~]")


def json_text(document: object) -> str:
    r"""Return `document` as JSON with two-space indents, without a final newline.

    Text stays readable, but what must not reach a terminal is written as an escape: controls, bidi marks, invisible
    characters, lone surrogates. So is the first part of `##[`, which CI systems obey. The value is the same.
    """
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return _BEYOND_ASCII.sub(_shown, text).replace("##[", r"#\u0023[")


def _shown(match: re.Match[str]) -> str:
    character = match[0]
    return character if is_visible(character) else json.dumps(character)[1:-1]
