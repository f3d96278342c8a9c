"""No server is trusted with a document before it has shown that it honours conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.errors import SwapLost
from tests.contract.s3.stage import DOCUMENT, PROBE, content, failure, listed, opened, written
from tests.engines.s3 import BUCKET
from tests.engines.s3_front import Answer

if TYPE_CHECKING:
    from tests.engines.s3_front import Front


def test_a_server_has_to_show_once_that_it_honours_conditions(front: Front, bucket: Any) -> None:
    store = opened(front)
    version = store.swap(None, b"first")
    asked = [(each.target.rpartition("/")[2], each.headers.get("if-match", "-")[:3]) for each in front.puts()]
    store.swap(store.swap(version, b"second"), b"third")

    assert asked == [(PROBE, '"00'), (PROBE, "-"), (PROBE, "-"), (DOCUMENT, "-")]
    assert len(front.puts()) == len(asked) + 2
    assert [each["Key"] for each in listed(bucket, "Versions")] == [DOCUMENT]


def test_where_there_is_a_document_already_nothing_is_made_to_see_it(front: Front) -> None:
    version = written(front)

    opened(front).swap(version, b"second")

    assert [each.target.rpartition("/")[2] for each in front.puts()] == [PROBE, DOCUMENT]
    assert not [each for each in front.asked if each.method == "DELETE"]


@pytest.mark.parametrize("ignored", ["if-match", "if-none-match"])
def test_a_server_that_ignores_a_condition_is_refused_before_the_first_document(
    front: Front, bucket: Any, ignored: str
) -> None:
    front.left_out.add(ignored)

    error = failure(lambda: opened(front).swap(None, b"first"))

    assert "ignores " + ignored in error.message.lower()
    assert "another backend" in str(error.hint)
    assert listed(bucket, "Versions") == []


def test_a_server_that_ignores_conditions_does_not_get_another_document_either(front: Front) -> None:
    version = written(front)
    front.left_out.add("if-match")

    failure(lambda: opened(front).swap(version, b"new"))

    assert content(opened(front)) == b"old"


def test_a_probe_that_cannot_be_deleted_is_proof_for_the_next(front: Front, bucket: Any) -> None:
    front.say("DELETE", Answer(403, "AccessDenied"), about=PROBE)
    opened(front).swap(None, b"first")
    bucket.delete_object(Bucket=BUCKET, Key=DOCUMENT)
    front.asked.clear()

    opened(front).swap(None, b"again")

    assert [each.target.rpartition("/")[2] for each in front.puts()] == [PROBE, PROBE, DOCUMENT]
    assert {each["Key"] for each in listed(bucket, "Versions")} == {DOCUMENT, PROBE}


def test_who_may_not_write_the_probe_learns_what_it_is(front: Front) -> None:
    front.say("PUT", Answer(403, "AccessDenied"), about=PROBE)

    error = failure(lambda: opened(front).swap(None, b"first"))

    assert f"access is denied (HTTP 403, AccessDenied) on {PROBE}" in error.message
    assert f"s3:DeleteObject on {PROBE}" in str(error.hint)


def test_a_server_that_knows_entity_tags_by_their_bare_form_alone_is_spoken_to_like_that(front: Front) -> None:
    version = written(front)
    front.knows_no_quotes = True
    store = opened(front)

    last = store.swap(store.swap(version, b"second"), b"third")

    assert (content(store), store.version()) == (b"third", last)
    asked = [(each.target.rpartition("/")[2], '"' in each.headers["if-match"]) for each in front.puts()]
    assert asked == [(PROBE, True), (DOCUMENT, True), (PROBE, False), (DOCUMENT, False), (DOCUMENT, False)]
    with pytest.raises(SwapLost):
        opened(front).swap(version, b"late")
    with pytest.raises(SwapLost):
        store.swap(version, b"late")


def test_a_server_that_ignores_the_bare_form_is_refused(front: Front) -> None:
    version = written(front)
    front.knows_no_quotes = True
    front.left_out.add("if-match")

    error = failure(lambda: opened(front).swap(version, b"new"))

    assert "the server ignores If-Match" in error.message
    assert content(opened(front)) == b"old"


def test_a_server_that_refuses_every_write_with_a_condition_is_no_rival(front: Front) -> None:
    version = written(front)
    front.say("PUT", Answer(412, "PreconditionFailed"), about=DOCUMENT, times=9)

    error = failure(lambda: opened(front).swap(version, b"new"))

    assert "takes the document's own ETag for another one" in error.message
    assert "versioning" in str(error.hint)


@pytest.mark.parametrize("etag", ['"a,b"', '"*"'])
def test_a_version_that_would_match_others_without_its_quotes_keeps_them(front: Front, etag: str) -> None:
    front.knows_no_quotes = True
    front.say("HEAD", Answer(200, headers={"ETag": etag}))

    error = failure(lambda: opened(front).swap(etag, b"new"))

    assert "takes the document's own ETag for another one" in error.message
    assert all('"' in each.headers["if-match"] for each in front.puts())


@pytest.mark.parametrize("version", ["*", '"a", "b"', '"a","b"', "a,b", 'W/"a"', "", "line\nend", "x-é", '"'])
def test_a_version_that_could_match_any_document_is_never_asked_for(front: Front, version: str) -> None:
    written(front)

    with pytest.raises(SwapLost):
        opened(front).swap(version, b"new")

    assert front.puts() == []
