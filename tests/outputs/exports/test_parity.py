"""Slice parity: whatever form a reader takes a category in, it holds the same papers."""

from __future__ import annotations

import json
from collections.abc import Mapping

import feedparser
import pytest
from lxml import html

from paper_digest import urls
from paper_digest.urls import Address
from tests.outputs.exports.reading import READERS, json_ids
from tests.sound.made import Made


def last_part(link: str) -> str:
    return link.rstrip("/").rsplit("/", 1)[-1]


def on_pages(files: Mapping[str, bytes], listing: Address) -> list[str]:
    """The papers on all pages of a listing, in their order."""
    ids: list[str] = []
    number = 1
    while page := files.get(f"docs/{urls.markdown_file(urls.page_of(listing, number))}"):
        links = html.fromstring(page.decode()).xpath("//h2[@class='card__title']/a/@href")
        ids += map(last_part, links)
        number += 1
    return ids


def in_feed(files: Mapping[str, bytes], listing: Address, name: str) -> list[str]:
    """The papers of a feed and its archives, from the latest on."""
    documents = [files[f"docs/{urls.feed(listing, name)}"]]
    count = 1
    while f"docs/{urls.feed_archive(listing, count, name)}" in files:
        count += 1
    documents += [files[f"docs/{urls.feed_archive(listing, number, name)}"] for number in range(count - 1, 0, -1)]
    if name == urls.JSON_FEED:
        return [last_part(item["url"]) for document in documents for item in json.loads(document)["items"]]
    return [last_part(entry.link) for document in documents for entry in feedparser.parse(document).entries]


def check_parity(made: Made) -> None:
    """The one thing to prove, for all papers and every category."""
    site, files = made.site, made.files
    assert json_ids(files[f"docs/{urls.CATALOG_JSON}"]) == [paper.id for paper in site.papers]
    catalog = json.loads(files[f"docs/{urls.CATALOG_JSON}"])["papers"]
    slices = {urls.HOME: [paper["id"] for paper in catalog]}
    for category in site.category:
        slices[urls.category(category)] = [
            paper["id"] for paper in catalog if category in [each["id"] for each in paper["categories"]]
        ]
    dated = {paper["id"] for paper in catalog if "added" in paper}
    for listing, ids in slices.items():
        assert on_pages(files, listing or urls.PAPERS) == ids, listing
        for ending, read in READERS.items():
            assert read(files[f"docs/{urls.export(listing, ending)}"]) == ids, (listing, ending)
        for name in urls.FEED_NAMES:
            assert in_feed(files, listing, name) == [paper for paper in ids if paper in dated], (listing, name)


def test_every_form_of_a_category_holds_the_same_papers(example: Made) -> None:
    check_parity(example)


@pytest.mark.real
def test_every_form_of_a_real_category_holds_the_same_papers(real: Made) -> None:
    check_parity(real)


@pytest.mark.parametrize("ending", urls.EXPORTS)
def test_a_former_address_of_a_category_has_the_same_file(example_outputs: dict[str, bytes], ending: str) -> None:
    former, present = (f"docs/categories/{name}/papers.{ending}" for name in ("seeing", "vision"))
    assert example_outputs[former] == example_outputs[present]


def test_a_category_without_papers_has_files_without_papers(example_outputs: dict[str, bytes]) -> None:
    for ending, read in READERS.items():
        assert read(example_outputs[f"docs/categories/empty/papers.{ending}"]) == []
