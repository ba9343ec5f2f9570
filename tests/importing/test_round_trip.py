"""From the catalog to reference files and back by `add`: nothing is lost but what a format cannot say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from paper_digest.catalog.records import Paper, PartialDate, Status
from paper_digest.digest.site import Site
from paper_digest.importing.found import Found
from paper_digest.importing.mending import mended
from paper_digest.importing.report import Losses
from paper_digest.importing.sources import bibtex, csl, ris
from paper_digest.shown import citations
from paper_digest.words import leftovers, text
from tests.conftest import REPOSITORY, site_of

KEPT = {"title", "authors", "arxiv", "doi", "venue", "published", "status", "links"}
"""Of links one address; of `published` what is not told by the year of a venue; of authors not their ORCIDs."""
KEPT_BY_RIS_ALONE = {"abstract"}
"""Styles do not show it, so that neither BibTeX nor CSL-JSON is given it."""
LOST = {"id", "aliases", "categories", "tags", "summary", "added", "updated", "news"}
"""What is the digest's own, and no format of references has a place for.

Within a field, BibTeX loses the day of a month and straight quotation marks, RIS and CSL-JSON the dollars around math,
which they say in Unicode; and with a venue, no format tells its year from that of a preprint.
"""


@dataclass(frozen=True)
class Format:
    """A format: how the papers of a site are written in it, and how they are read."""

    name: str
    write: Callable[[Site], str]
    read: Callable[[str, str, Losses], list[Found]]


FORMATS = (
    Format("bibtex", lambda site: "\n".join(citations.bibtex(site, paper) for paper in site.papers), bibtex.read),
    Format("ris", lambda site: "\n".join(citations.ris(site, paper) for paper in site.papers), ris.read),
    Format("csl", lambda site: json.dumps([citations.csl(site, paper) for paper in site.papers]), csl.read),
)


def said(site: Site, paper: Paper, of: Format) -> dict[str, Any]:
    """What a format can say of a paper."""
    is_plain = of.name != "bibtex"
    year, given = citations.citation_year(paper), PartialDate.of_arxiv(paper.arxiv or "")
    told = PartialDate(year) if paper.venue and year else paper.published
    is_more_exact = given and told and (told.year, told.month) == (given.year, given.month)
    published = told if is_more_exact or given is None else given
    if of.name == "bibtex" and published:
        published = PartialDate(published.year, published.month)
    return {
        "title": text.plain(paper.title) if is_plain else paper.title,
        "authors": [author.name for author in paper.authors],
        "abstract": paper.abstract and text.plain(paper.abstract) if of.name == "ris" else None,
        "arxiv": paper.arxiv,
        "doi": paper.doi,
        "venue": site.venue_title(paper),
        "year": year if paper.venue else None,
        "published": str(published),
        "address": None if paper.arxiv else paper.links.page or paper.links.pdf or paper.links.project,
        "status": paper.status,
    }


def came_back(found: Found) -> dict[str, Any]:
    """What is read of a paper."""
    status = Status(found.notice.kind) if found.notice else Status.WITHDRAWN if found.withdrawn else Status.ACTIVE
    address = found.links.get("page") or found.links.get("pdf") or found.links.get("code")
    return {
        "title": found.title,
        "authors": [author.name for author in found.authors],
        "abstract": found.abstract,
        "arxiv": found.arxiv,
        "doi": found.doi,
        "venue": found.venue,
        "year": found.year,
        "published": str(found.published),
        "address": address,
        "status": status,
    }


def is_sound(paper: Paper) -> bool:
    """Whether nothing in a paper's texts would be mended: what is no text, no format keeps."""
    words = [paper.title, *(author.name for author in paper.authors)]
    return not any(list(leftovers.find(each)) or '"' in each for each in words)


def differences(site: Site, of: Format) -> Iterator[str]:
    losses = Losses()
    found = [mended(each) for each in of.read(of.write(site), "all", losses)]
    assert losses.told == []
    assert len(found) == len(site.papers)
    for paper, each in zip(site.papers, found, strict=True):
        before, after = said(site, paper, of), came_back(each)
        if is_sound(paper):
            yield from (
                f"{paper.id}: {key}: {before[key]!r} → {after[key]!r}" for key in before if before[key] != after[key]
            )


@pytest.mark.parametrize("of", FORMATS, ids=lambda of: of.name)
def test_the_made_up_digest_comes_back_but_for_what_a_format_cannot_say(example_site: Site, of: Format) -> None:
    assert list(differences(example_site, of)) == []


@pytest.mark.real
@pytest.mark.parametrize("of", FORMATS, ids=lambda of: of.name)
def test_the_real_catalog_comes_back_but_for_what_a_format_cannot_say(of: Format) -> None:
    """Texts are compared by their letters: a curator may write a sign that only looks like another."""
    letters = {"title", "authors", "abstract", "venue"}
    told = [line for line in differences(site_of(REPOSITORY), of) if not _is_of_signs(line, letters)]
    assert told == []


def _is_of_signs(line: str, letters: set[str]) -> bool:
    key = line.split(": ")[1]
    before, _, after = line.partition(f"{key}: ")[2].partition(" → ")
    return key in letters and text.comparable(before) == text.comparable(after)


def test_every_field_of_a_paper_comes_back_or_is_listed_as_lost() -> None:
    assert set(Paper.model_fields) == KEPT | KEPT_BY_RIS_ALONE | LOST
