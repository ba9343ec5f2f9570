"""The files that the pages' scripts fetch."""

from __future__ import annotations

import json
from typing import Any

import pytest

from paper_digest import urls
from paper_digest.digest.site import Site
from tests.outputs.exports.test_parity import on_pages
from tests.sound.made import Made

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def cards(example_outputs: Files) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(example_outputs[f"docs/{urls.CARDS}"])
    return found


def members(cards: dict[str, Any]) -> dict[str, list[str]]:
    """The papers of every list, by its address, as a filter in the browser finds them."""
    lists: dict[str, list[str]] = {address: [] for address, _, _ in cards["lists"]}
    for paper in cards["papers"]:
        for number in paper["in"]:
            lists[cards["lists"][number][0]].append(paper["id"])
    return lists


def check_membership(made: Made) -> None:
    found = json.loads(made.files[f"docs/{urls.CARDS}"])
    lists = members(found)
    used = {tag for paper in made.site.papers for tag in paper.tags}
    assert {*map(urls.category, made.site.category), *map(urls.tag, used)} <= set(lists)
    for address, ids in lists.items():
        assert on_pages(made.files, urls.Address(address)) == ids, address
    assert on_pages(made.files, urls.PAPERS) == [paper["id"] for paper in found["papers"]]


def test_a_listing_holds_in_the_browser_the_papers_that_its_pages_hold(example: Made) -> None:
    check_membership(example)


@pytest.mark.real
def test_so_it_is_with_the_real_catalog(real: Made) -> None:
    check_membership(real)


def test_every_list_that_can_be_filtered_by_has_a_page(cards: dict[str, Any], example_outputs: Files) -> None:
    for address, _, _ in cards["lists"]:
        assert f"docs/{urls.markdown_file(address)}" in example_outputs


def test_texts_are_html_in_which_a_strangers_markup_is_text(cards: dict[str, Any]) -> None:
    [hostile] = [paper for paper in cards["papers"] if paper["id"] == "hostile"]
    assert "<script" not in hostile["title"]
    assert "&lt;script&gt;" in hostile["title"]
    [math] = [paper for paper in cards["papers"] if paper["id"] == "math"]
    assert "<math" in math["title"]


def test_what_is_unknown_is_left_out(cards: dict[str, Any]) -> None:
    [bare] = [paper for paper in cards["papers"] if paper["id"] == "missing-everything"]
    assert set(bare) == {"id", "title", "in", "links"}


def test_neighbours_are_numbers_of_other_papers(example_site: Site, example_outputs: Files) -> None:
    found = json.loads(example_outputs[f"docs/{urls.NEIGHBOURS}"])
    count = len(example_site.papers)
    assert len(found["beside"]) == count
    for number, beside in enumerate(found["beside"]):
        assert number not in beside
        assert set(beside) <= set(range(count))
        assert len(beside) == len(set(beside))
    assert any(found["beside"])
