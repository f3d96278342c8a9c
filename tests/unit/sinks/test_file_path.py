from __future__ import annotations

import pytest

from sarv_sync.errors import InputError
from sarv_sync.model.sink import Recipient
from sarv_sync.sinks.file_path import FilePath

BILLING = Recipient("billing", "smtp1")


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../billing.env", "secrets/../../x.env", "secrets/..", "a/../b", "", ".", "secrets/", "a\nb.env",
     "a\0b", "a\x1b[2Jb", ".git/hooks/post-checkout", "vendored/.GIT/config"],
)  # fmt: skip
def test_a_path_out_of_the_project_or_to_no_file_is_refused(path: str) -> None:
    with pytest.raises(InputError, match="`path`"):
        FilePath("path", path)


@pytest.mark.parametrize("path", ["secrets/{name}.env", "./secrets//{name}.env", "secrets/./{name}.env"])
def test_one_file_has_one_spelling(path: str) -> None:
    assert FilePath("path", path).of(BILLING) == "secrets/billing.env"


@pytest.mark.parametrize(
    ("path", "name", "labels"),
    [
        (".{name}/config", "git", ()),
        (".{name}/config", "GIT", ()),
        ("vendored/.{labels.team}/hooks/{name}", "pre-commit", (("team", "git"),)),
        (".g{name}", "it", ()),
    ],
)
def test_a_path_that_becomes_one_into_gits_own_folder_is_refused(
    path: str, name: str, labels: tuple[tuple[str, str], ...]
) -> None:
    with pytest.raises(InputError, match="leads into git's own folder"):
        FilePath("path", path).of(Recipient(name, None, labels))
    assert FilePath("path", path).of(Recipient("billing", None, (("team", "finance"),)))
