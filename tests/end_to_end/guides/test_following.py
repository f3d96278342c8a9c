"""A guide that is wrong about anything is not followed to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.guides.following import Unlike, follow
from tests.end_to_end.guides.likeness import Likeness
from tests.end_to_end.guides.pages import Unreadable, steps
from tests.end_to_end.guides.test_guides import GUIDES, text_of

ID, OTHER = "57047b28589e", "a3042ab8aa9f"
PAGE = """\
Write `notes.csv`:

```csv
a,b
```

```console
$ cat notes.csv
a,b
$ cat nowhere
…
$ echo $?
1
```
"""


def test_a_small_page_is_followed(tmp_path: Path) -> None:
    ran = follow(tmp_path, steps(PAGE)).ran
    assert [command.line for command, _ in ran] == ["cat notes.csv", "cat nowhere", "echo $?"]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("$ cat notes.csv\na,b\n", "$ cat notes.csv\na,c\n", "is to print:\na,c"),
        ("$ cat notes.csv\na,b\n", "$ cat notes.csv\n", "and prints:\na,b"),
        ("$ cat notes.csv\na,b\n", "$ cat notes.csv\na,b\n\n", "is to print"),
        ("$ echo $?\n1\n", "$ echo $?\n0\n", "is to print:\n0"),
        ("$ echo $?\n1\n", "", "nothing shows that this ends with 1"),
        ("$ echo $?\n1\n", "$ true\n", "nothing shows that this ends with 1"),
    ],
)
def test_a_wrong_output_and_a_failure_that_is_not_shown_are_told(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    assert right in PAGE
    with pytest.raises(AssertionError) as found:
        follow(tmp_path, steps(PAGE.replace(right, wrong)))
    assert said in str(found.value)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("```sh\nsarv-sync plan\n```\n", "a block in 'sh' is nothing to do"),
        ("```\n$ sarv-sync plan\n```\n", "a block in '' is nothing to do"),
        ("```console\nsarv-sync plan\n```\n", "begins with none"),
        ("```yaml\nversion: 1\n```\n", "nothing says which file this is"),
        ("<!-- consul: smtp1 hourly_limit=5 -->\n", "nobody knows what 'consul' asks for"),
    ],
)
def test_what_nobody_could_follow_is_told(wrong: str, said: str) -> None:
    with pytest.raises(Unreadable) as found:
        steps(wrong)
    assert said in str(found.value)


def test_a_change_of_lines_that_are_not_there_is_told(tmp_path: Path) -> None:
    page = PAGE.partition("```console")[0] + "```diff\n-a,c\n+a,d\n```\n"
    with pytest.raises(AssertionError, match="is not once in"):
        follow(tmp_path, steps(page))


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_with_one_wrong_digit_is_not_followed(tmp_path: Path, guide: str) -> None:
    before, applied, after = text_of(guide).rpartition("Applied: ")
    with pytest.raises(Unlike):
        follow(tmp_path, steps(f"{before}{applied}9{after[1:]}"))


@pytest.mark.parametrize(
    ("shown", "said", "alike"),
    [
        ("nothing\n", "nothing\n", True),
        ("nothing\n", "nothing", False),
        ("5,000\n", "5,001\n", False),
        ("smtp10482\n", "smtp10483\n", False),
        ("1000000\n", "2000000\n", False),
        (f"commit {ID}\n", f"commit {OTHER}\n", True),
        (f"commit {ID}\n", f"commit {OTHER}0\n", False),
        (f"commit {ID}\n", "commit a3042ab8aa9-\n", False),
        (f"{ID} {ID}\n", f"{OTHER} {OTHER}\n", True),
        (f"{ID} {ID}\n", f"{OTHER} {ID}\n", False),
        (f"{ID} {OTHER}\n", f"{ID} {ID}\n", False),
        (f"{ID}\n{ID}ff\n", f"{OTHER}\n{OTHER}00\n", True),
        ("at 2026-01-02 03:04:05 UTC\n", "at 2027-11-12 13:14:15 UTC\n", True),
        ("at 2026-01-02 03:04:05 UTC\n", "at noon\n", False),
        ("since 2026-01-02\n", "since 2027-11-12\n", True),
        ("a\n…\nz\n", "a\nz\n", True),
        ("a\n…\nz\n", "a\nb\nc\nz\n", True),
        ("a\n…\nz\n", "a\nb\nc\n", False),
        ("a …\n", "a b\n", False),
    ],
)
def test_only_what_differs_from_run_to_run_may_differ(shown: str, said: str, alike: bool) -> None:
    assert Likeness().matches(shown, said) == alike


def test_an_id_stands_for_the_same_one_wherever_it_is_met_again() -> None:
    likeness = Likeness()
    assert likeness.matches(f"commit {ID}\n", f"commit {OTHER}\n")
    assert likeness.translated(f"git revert {ID}") == f"git revert {OTHER}"
    assert likeness.translated(f"git show {ID[:8]}") == f"git show {OTHER[:8]}"
    assert likeness.shown(f"{OTHER}\n") == f"{ID}\n"
    assert not likeness.matches(f"commit {ID}\n", f"commit {ID}\n")
    assert not likeness.matches(f"commit {ID}ff\n", f"commit {ID}00\n")
    assert likeness.matches(f"commit {ID}ff\n", f"commit {OTHER}00\n")
