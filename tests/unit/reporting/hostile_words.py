"""Words as bad as a file, a provider or an exception may hold them, and plans made of them."""

from __future__ import annotations

from hypothesis import strategies as st

from sarv_sync.errors import Fault
from sarv_sync.model.account import Account
from sarv_sync.model.outcome import Entry, Outcome
from sarv_sync.model.plan import ACTIONS, Blocked, Change, Drift, FieldChange, Plan, Refusal, UnmanagedUser
from sarv_sync.model.users import FIELDS, Source

NASTY = (
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;http://evil.example\x07link\x1b]8;;\x07",
    "\x9b2J",
    "::error::pwned",
    "  ::set-output name=x::y",
    "\n::error file=a,line=1::pwned",
    "\r\n::stop-commands::x",
    "##[group]x",
    "###[error]x",
    "a\n##[error]b",
    "`code`",
    "``",
    "`",
    "a ` b `` c ``` d",
    "```\nfence",
    "a|b|c",
    "\\|",
    "a\\",
    "\\`|\\`",
    "<script>alert(1)</script>",
    "</details><img src=x onerror=alert(1)>",
    "<!-- -->",
    "-->",
    "&lt;b&gt; &#64;everyone &amp;",
    "@everyone",
    "@org/team",
    "mail@evil.example",
    "#1",
    "org/repo#12",
    "GH-7",
    "gh-7",
    "![x](http://evil.example/x.png)",
    "[x](javascript:alert(1))",
    "[x]: http://evil.example",
    "<http://evil.example>",
    "http://evil.example/?a=1",
    "https://evil.example",
    "www.evil.example",
    "xmpp:a@b.example/x",
    "**bold** __bold__ *em* _em_ ~~del~~ $x^2$ :smile:",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "---",
    "| --- |",
    "\u202egnp.exe",
    "\u2066x\u2069",
    "a\u200bb\u200dc\ufeffd",
    "a\u2028b\u2029c\u0085d",
    "\ud800 lone \udfff",
    "\U000e0041tag",
    "\u3164\u2800\u00a0",
    "tab\tstop",
    "nul\x00",
    "e\u0301\u4e2d\u6587\U0001f600",
    " ",
    "   leading and trailing   ",
    "x" * 280,
    "\u4e2d" * 90,
    "",
)

words = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=20),
    st.text(alphabet=":#[]`|\\<>@&!*_~$-+=.()\n\r\t \x1b\u202ew1a", max_size=12),
    st.lists(st.sampled_from(NASTY), min_size=2, max_size=3).map("".join),
)

numbers = st.integers(-1, 2_147_483_647)
statuses = st.sampled_from(("Enable", "Disable"))
places = st.builds(Source, words, st.integers(1, 10**6), st.just(1))
moves = st.lists(
    st.sampled_from(FIELDS).flatmap(
        lambda field: st.builds(
            FieldChange,
            st.just(field),
            st.none() | (statuses if field == "status" else numbers),
            statuses if field == "status" else numbers,
        )
    ),
    max_size=3,
).map(tuple)
faults = st.builds(
    Fault,
    words,
    st.none() | words,
    st.none() | words,
    st.none() | st.integers(1, 10**6),
    st.none() | st.integers(1, 400),
    st.none() | words,
)
changes = st.builds(
    Change,
    words,
    st.sampled_from(ACTIONS),
    st.none() | words,
    st.sampled_from(("config", "drift", "both")),
    moves,
    st.none() | places,
    st.none() | words,
    st.lists(words, max_size=7).map(tuple),
)
drifts = st.builds(
    Drift, words, words, st.sampled_from(("changed", "missing", "password_changed", "undelivered")), moves
)
unmanaged = st.booleans().flatmap(
    lambda new: st.builds(UnmanagedUser, words, numbers, numbers, statuses, st.just(new), st.just(new))
)
blocked = st.builds(
    Blocked, words, st.sampled_from(("missing", "listing", "pin", "unreadable", "no_sink", "grace")), words, words
)
refusals = st.builds(
    Refusal, st.sampled_from(("guard", "listing", "unmanaged", "sinks")), words, words, st.none() | places
)


def few(strategy: st.SearchStrategy[object], most: int = 3) -> st.SearchStrategy[object]:
    """Return tuples of up to `most` of them."""
    return st.lists(strategy, max_size=most).map(tuple)


plans: st.SearchStrategy[Plan] = st.builds(
    Plan,
    account=st.builds(Account, words, words),
    digest=st.binary(min_size=32, max_size=32).map(lambda raw: f"sha256:{raw.hex()}"),
    changes=few(changes),
    drift=few(drifts),
    unmanaged=few(unmanaged),
    blocked=few(blocked),
    refusals=few(refusals, 2),
    warnings=few(faults),
    unchanged=st.integers(0, 10**6),
    targets=few(words),
)
entries = st.builds(Entry, words, st.sampled_from(ACTIONS), st.none() | words, st.none() | words)
outcomes: st.SearchStrategy[Outcome] = st.builds(
    Outcome,
    digest=st.just("sha256:" + "0" * 64),
    applied=few(entries),
    failed=few(entries),
    unknown=few(entries, 2),
    not_attempted=few(entries, 2),
    delivered=few(entries, 2),
    undelivered=few(entries, 2),
    blocked=few(blocked, 2),
    warnings=few(faults, 2),
    verified=st.booleans(),
)


def everywhere(word: str) -> Plan:
    """Return a plan that shows `word` in every place a plan has for text."""
    fault = Fault(word, word, word, 3, 2, word)
    return Plan(
        account=Account(word, word),
        digest="sha256:" + "0" * 64,
        changes=tuple(
            Change(
                word,
                action,
                word,
                "both",
                (FieldChange("status", "Enable", "Disable"),),
                Source(word, 1, 1),
                word,
                (word,) * 7 if action == "deliver" else (),
            )
            for action in ACTIONS
        ),
        drift=(Drift(word, word, "changed", (FieldChange("total_limit", 1, 2),)), Drift(word, word, "missing")),
        unmanaged=(UnmanagedUser(word, 1, 1, "Enable", unsettled=True, new=True),),
        blocked=(Blocked(word, "pin", word, word), Blocked(word, "listing", word, word)) * 2,
        refusals=(Refusal("guard", word, word, Source(word, 1, 1)),),
        warnings=(fault, Fault(word)),
        targets=(word,),
    )


def delivered_everywhere(word: str) -> Plan:
    """Return a plan of so many deliveries to targets called `word` that they are summed up."""
    names = [f"n{number}{word}" for number in range(28)] + [f"s{word}", f"s{word}+2"]
    return Plan(
        account=Account(word, word),
        digest="sha256:" + "0" * 64,
        changes=tuple(
            Change(name, "deliver", None, "drift", sinks=(word, f"kind {name}", f"other {{name}}{word}"))
            for name in names
        ),
        drift=tuple(Drift(name, word, kind) for name in names for kind in ("password_changed", "undelivered")),
    )
