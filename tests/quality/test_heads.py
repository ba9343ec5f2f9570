"""What reference managers and search engines read in the head of every paper's page, held against the catalog.

Read as Zotero's translator for embedded metadata and Google Scholar's guidelines say: the `citation_*` tags in their
order (https://www.zotero.org/support/dev/exposing_metadata), and schema.org's JSON-LD.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import html

from paper_digest.catalog.records import Paper, VenueKind
from paper_digest.digest.site import Site
from paper_digest.shown.citations import divided
from tests.sound.made import Built

IN = {"citation_conference_title": "conferencePaper", "citation_journal_title": "journalArticle"}


Heads = dict[str, html.HtmlElement]


@pytest.fixture(scope="module", params=["made_up", pytest.param("real_built", marks=pytest.mark.real)])
def built(request: pytest.FixtureRequest) -> Built:
    found: Built = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def heads(built: Built) -> Heads:
    return heads_of(built)


def heads_of(built: Built) -> Heads:
    """The head of every paper's page."""

    def head(paper: Paper) -> html.HtmlElement:
        return html.fromstring((built.folder / f"papers/{paper.id}/index.html").read_text("utf-8")).find("head")

    return {paper.id: head(paper) for paper in built.site.papers}


def as_zotero_reads(head: html.HtmlElement) -> dict[str, Any]:
    """An item as a reference manager makes it of a page's head."""
    tags: dict[str, list[str]] = {}
    for meta in head.iter("meta"):
        if (name := meta.get("name") or "").startswith("citation_"):
            tags.setdefault(name, []).append(meta.get("content"))
    container = next((name for name in IN if name in tags), None)
    return {
        "itemType": IN[container] if container else "preprint" if "citation_arxiv_id" in tags else "webpage",
        "title": tags["citation_title"][0],
        "creators": [divided(name) for name in tags.get("citation_author", ())],
        "date": tags.get("citation_publication_date", [None])[0],
        "publicationTitle": tags[container][0] if container else None,
        "DOI": tags.get("citation_doi", [None])[0],
        "attachment": tags.get("citation_pdf_url", [None])[0],
        "repeated": [name for name, values in tags.items() if len(values) > 1 and name != "citation_author"],
    }


def check_a_reference_manager(site: Site, heads: Heads) -> None:
    for paper in site.papers:
        item = as_zotero_reads(heads[paper.id])
        assert item["title"] == paper.title or "$" in paper.title
        assert item["creators"] == [divided(author.name) for author in paper.authors]
        assert item["DOI"] == paper.doi
        assert item["publicationTitle"] == site.venue_title(paper)
        assert item["repeated"] == []
        venue = site.venue_of(paper)
        if venue:
            journal = venue.kind is VenueKind.JOURNAL
            assert item["itemType"] == ("journalArticle" if journal else "conferencePaper")
        if paper.published or paper.venue:
            assert item["date"] or not (paper.venue is None or paper.venue.year)
        if paper.arxiv:
            assert item["attachment"]


def test_a_reference_manager_reads_every_paper_as_it_is_in_the_catalog(built: Built, heads: Heads) -> None:
    check_a_reference_manager(built.site, heads)


def check_search_engines(site: Site, heads: Heads) -> None:
    for paper in site.papers:
        [script] = heads[paper.id].xpath("script[@type='application/ld+json']")
        said = json.loads(script.text)
        assert said["@type"] == "ScholarlyArticle"
        assert said["url"] == heads[paper.id].xpath("string(link[@rel='canonical']/@href)")
        assert [author["name"] for author in said.get("author", ())] == [author.name for author in paper.authors]


def test_search_engines_read_the_same_paper(built: Built, heads: Heads) -> None:
    check_search_engines(built.site, heads)


def check_what_heads_name(built: Built, heads: Heads) -> None:
    for paper, head in heads.items():
        [image] = head.xpath("meta[@property='og:image']/@content")
        assert image.startswith(built.site.identity.url)
        assert (built.folder / image.removeprefix(built.site.identity.url)).is_file()
        [twin] = head.xpath("link[@type='text/markdown']/@href")
        twins = built.folder / "papers"
        assert (twins / paper / twin).resolve() == (twins / f"{paper}.txt").resolve()


def test_every_picture_and_twin_that_a_head_names_is_there(built: Built, heads: Heads) -> None:
    check_what_heads_name(built, heads)


def check_heads(built: Built) -> None:
    """All that heads promise."""
    heads = heads_of(built)
    check_a_reference_manager(built.site, heads)
    check_search_engines(built.site, heads)
    check_what_heads_name(built, heads)
