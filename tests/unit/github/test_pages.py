from __future__ import annotations

import pytest

from sarv_sync.errors import GitHubError
from sarv_sync.github.address import next_page
from tests.unit.github.stage import Reply, reply
from tests.unit.github.world import ISSUES, World

BASE = "https://ghe.example/api/v3"


def _page(world: World, items: object, after: str = "", rel: str = "next") -> Reply:
    link = (f'Link: <{world.stage.url}{after}>; rel="{rel}"',) if after else ()
    return reply(items, headers=link)


def test_all_pages_are_read_by_the_links_that_they_give(world: World) -> None:
    world.stage.play(
        _page(world, [1, 2], "/repositories/7/issues?page=2"), _page(world, [], "/x?page=3"), _page(world, [3])
    )
    assert list(world.api.pages(ISSUES, {"state": "all"})) == [1, 2, 3]
    assert [request.path for request in world.stage.asked] == [
        f"/api/v3{ISSUES}?per_page=100&state=all",
        "/api/v3/repositories/7/issues?page=2",
        "/api/v3/x?page=3",
    ]


def test_no_page_is_asked_for_before_it_is_needed(world: World) -> None:
    world.stage.play(_page(world, [1], "/x"), _page(world, [2]))
    assert next(world.api.pages(ISSUES)) == 1
    assert len(world.stage.asked) == 1


def test_a_last_page_ends_them(world: World) -> None:
    world.stage.play(_page(world, [1], "/x", "prev"))
    assert list(world.api.pages(ISSUES, {"per_page": 5})) == [1]
    assert world.stage.asked[0].path.endswith("?per_page=5")


def test_the_list_may_lie_in_an_object_that_counts(world: World) -> None:
    world.stage.play(reply({"total_count": 1, "workflow_runs": [7]}))
    assert list(world.api.pages(ISSUES)) == [7]


@pytest.mark.parametrize("document", [{}, {"a": [1], "b": [2]}, 7, "x", {"message": "x"}])
def test_what_is_no_list_is_an_error(world: World, document: object) -> None:
    world.stage.play(reply(document))
    with pytest.raises(GitHubError, match="no list"):
        list(world.api.pages(ISSUES))


def test_pages_without_an_end_are_an_error(world: World) -> None:
    world.stage.play(_page(world, [1], "/x"))
    items = world.api.pages(ISSUES)
    assert [next(items) for _ in range(100)] == [1] * 100
    with pytest.raises(GitHubError, match="more than 100 pages"):
        next(items)
    assert len(world.stage.asked) == 100


def test_a_page_elsewhere_is_not_read(world: World) -> None:
    world.stage.play(reply([1], headers=('Link: <https://evil.example/x>; rel="next"',)))
    items = world.api.pages(ISSUES)
    assert next(items) == 1
    with pytest.raises(GitHubError, match="not in its API"):
        next(items)


NEXT: dict[str, str | None] = {
    "": None,
    f'<{BASE}/x>; rel="prev"': None,
    f'<{BASE}/x>; rel="next"': f"{BASE}/x",
    f"<{BASE}/x>;rel=next": f"{BASE}/x",
    f'<{BASE}/a>; rel="prev", <{BASE}/x?page=2&after=Y3Vyc29yOnYyOpHOAA%3D%3D>; rel="next"': (
        f"{BASE}/x?page=2&after=Y3Vyc29yOnYyOpHOAA%3D%3D"
    ),
    f'<{BASE}/x>; title="a"; rel="last next"': f"{BASE}/x",
    f'<{BASE}/x>; rel="nextish"': None,
    f'<{BASE}>; rel="next"': "",
    f'<{BASE}x/y>; rel="next"': "",
    f'<{BASE}/../../x>; rel="next"': "",
    f'<{BASE}/%2e%2E/x>; rel="next"': "",
    f'<{BASE}/x y>; rel="next"': "",
    f'<{BASE}/x\\y>; rel="next"': "",
    f'<{BASE}/x#y>; rel="next"': "",
    f'<{BASE}/x?a b>; rel="next"': "",
    f'<{BASE}/x?a#b>; rel="next"': "",
    '<http://ghe.example/api/v3/x>; rel="next"': "",
    '<https://ghe.example:8443/api/v3/x>; rel="next"': "",
    '<https://ghe.example.evil.example/api/v3/x>; rel="next"': "",
    '<https://user@ghe.example/api/v3/x>; rel="next"': "",
    '<https://ghe.example/x>; rel="next"': "",
    '<//evil.example/x>; rel="next"': "",
    '</api/v3/x>; rel="next"': "",
}


@pytest.mark.parametrize(("link", "url"), NEXT.items(), ids=map(repr, NEXT))
def test_a_next_page_is_one_below_the_api(link: str, url: str | None) -> None:
    assert next_page(BASE, link) == url
