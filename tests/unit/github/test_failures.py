"""What GitHub refuses, in words that say what to do."""

from __future__ import annotations

import pytest

from sarv_sync.github.failures import Complaint
from sarv_sync.github.wire import Answer, NoAnswer
from sarv_sync.model.scrub import Scrubber
from sarv_sync.transport.failures import CERTIFICATE, DNS, DROPPED, PROXY
from tests.unit.reporting.hostile_words import NASTY
from tests.unit.reporting.text_rules import assert_plain

COMPLAINT = Complaint("POST", "/repos/a/b/issues", "ghe.example", Scrubber())
NOT_ACCESSIBLE = {"message": "Resource not accessible by integration"}

CASES: dict[str, tuple[Answer, str, str]] = {
    "a bad token": (
        Answer(401, {"message": "Bad credentials"}),
        "401 Unauthorized (Bad credentials)",
        "github.token",
    ),
    "a missing right": (
        Answer(403, NOT_ACCESSIBLE, permissions="issues=write"),
        "403 Forbidden (Resource not accessible by integration)",
        "add `issues: write` to `permissions:` of the job; the token of a pull request from a fork",
    ),
    "one of two rights": (
        Answer(403, NOT_ACCESSIBLE, permissions="issues=write; pull_requests=write"),
        "403",
        "add `issues: write` or `pull-requests: write` to",
    ),
    "two rights": (
        Answer(403, NOT_ACCESSIBLE, permissions="metadata=read, contents=read,pull_requests=write"),
        "403",
        "add `contents: read` and `pull-requests: write` to",
    ),
    "a right that no job can have": (
        Answer(403, NOT_ACCESSIBLE, permissions="administration=write"),
        "403",
        "add what this call needs to `permissions:`",
    ),
    "a right that is not named": (Answer(403, NOT_ACCESSIBLE), "403", "add what this call needs to `permissions:`"),
    "a header of nonsense": (
        Answer(403, NOT_ACCESSIBLE, permissions="issues=write, `evil`=x"),
        "403",
        "add what this call needs to",
    ),
    "an organization's rule": (
        Answer(403, {"message": "Resource protected by organization SAML enforcement."}, permissions="issues=write"),
        "SAML",
        "an owner of the organization",
    ),
    "a setting that forbids pull requests": (
        Answer(403, {"message": "GitHub Actions is not permitted to create or approve pull requests."}),
        "403 Forbidden (GitHub Actions is not permitted to create or approve pull requests.)",
        'turn on "Allow GitHub Actions to create and approve pull requests" under Settings',
    ),
    "nothing there": (Answer(404, {"message": "Not Found"}), "404 Not Found (Not Found)", "may not see it"),
    "nothing to be seen": (
        Answer(404, {"message": "Not Found"}, permissions="contents=read"),
        "404",
        "may not see it: check the repository, and what the job grants; add `contents: read`",
    ),
    "no issues here": (Answer(410, {"message": "Issues are disabled for this repo"}), "410 Gone", "switched on"),
    "a fault in a field": (
        Answer(
            422,
            {
                "message": "Validation Failed",
                "errors": [
                    {"resource": "IssueComment", "field": "data", "message": "Body is too long"},
                    {"field": "title", "code": "missing_field"},
                    "and a text",
                    "one too many",
                ],
            },
        ),
        "(Validation Failed: Body is too long; title missing_field; and a text)",
        "its words say what is wrong",
    ),
    "faults of no kind": (Answer(422, {"errors": [7, {}, None]}), "422 Unprocessable", "its words"),
    "no words": (Answer(409), "GitHub answered 409 Conflict", "run the job again"),
    "a status of nobody": (Answer(799), "GitHub answered 799", "may have been done"),
    "a failure": (Answer(502), "502 Bad Gateway", "may have been done all the same"),
    "a list for words": (Answer(400, ["x"]), "400 Bad Request", "run the job again"),
}


@pytest.mark.parametrize(("answer", "said", "advice"), CASES.values(), ids=CASES.keys())
def test_a_refusal_says_what_and_what_to_do(answer: Answer, said: str, advice: str) -> None:
    error = COMPLAINT.about(answer)
    assert error.message.startswith("POST /repos/a/b/issues: ")
    assert said in error.message
    assert advice in (error.hint or "")
    assert error.status == answer.status
    assert error.reason == "github"


TRANSPORT = {
    "the host name could not be resolved": (NoAnswer(DNS, sent=False), "GITHUB_API_URL"),
    "could not reach ghe.example: its certificate": (NoAnswer(CERTIFICATE, sent=False), "SARV_CA_BUNDLE"),
    "the proxy did not connect": (NoAnswer(PROXY, sent=False), "HTTPS_PROXY"),
    "no answer from ghe.example: the connection broke": (NoAnswer(DROPPED, sent=True), "may have been done"),
}


@pytest.mark.parametrize(("said", "case"), TRANSPORT.items(), ids=TRANSPORT.keys())
def test_no_answer_says_why_and_what_to_do(said: str, case: tuple[NoAnswer, str]) -> None:
    answer, advice = case
    error = COMPLAINT.about(answer)
    assert said in error.message
    assert advice in (error.hint or "")
    assert error.status is None


@pytest.mark.parametrize("word", NASTY)
def test_whatever_github_says_is_shown_visibly_and_short(word: str) -> None:
    document = {"message": word * 50, "errors": [{"field": word, "code": word, "message": word}, word]}
    for status in (403, 404, 422, 500):
        error = COMPLAINT.about(Answer(status, document, permissions=word, redirect=word if status == 500 else None))
        assert_plain(f"error: {error.message}")
        assert_plain(error.hint or "")
        assert len(error.message) < 500
