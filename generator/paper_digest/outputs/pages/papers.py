"""A page per paper: two fragments, head and body, in a Markdown file that `paper.html` frames."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from paper_digest import urls
from paper_digest.catalog.records import Paper
from paper_digest.digest.places import CORRECTION_FORM
from paper_digest.digest.site import Site
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.pages.desk import Desk, PageHead
from paper_digest.shown import citations, structured
from paper_digest.shown.related import Related
from paper_digest.shown.versions import versions
from paper_digest.words import text

DESCRIPTION_LENGTH = 200


@dataclass(frozen=True)
class Download:
    """A file that is offered without lying on the site: its link holds it."""

    label: str
    name: str
    link: str


def pages(desk: Desk) -> list[Artifact]:
    """The pages of all papers."""
    return [_page(desk, paper, desk.neighbours.of(paper)) for paper in desk.site.papers]


def _page(desk: Desk, paper: Paper, related: list[Related]) -> Artifact:
    site = desk.site
    card = desk.card(paper)
    head = PageHead(
        text.plain(paper.title),
        _description(paper),
        "paper",
        "paper.html",
        subject=paper,
        tags=citations.head_tags(site, paper),
        structured=structured.script(structured.scholarly_article(site, paper)),
        twin=urls.twin(paper.id),
    )
    return desk.page(
        card.address,
        head,
        "paper.html.j2",
        card=card,
        paper=paper,
        bibtex=citations.bibtex(site, paper),
        citation=citations.plain_citation(site, paper),
        downloads=list(_downloads(site, paper)),
        related=[(desk.card(other.paper), _reason(site, other)) for other in related],
        issues=site.issues_of[paper.id],
        versions=versions(paper),
        authors=[(author.name, desk.shelves.of_author(author)) for author in paper.authors],
        venue=site.venue_of(paper),
        edit_link=site.identity.edit_link(site.catalog.refs[paper.id]),
        correct_link=_correct_link(site, paper),
    )


def _downloads(site: Site, paper: Paper) -> Iterator[Download]:
    """The citation for reference managers. A file for each paper and format would be most of the site's files."""
    ris = urls.inline("application/x-research-info-systems", citations.ris(site, paper))
    yield Download("RIS", f"{paper.id}.ris", ris)
    items = json.dumps([citations.csl(site, paper)], ensure_ascii=False)
    yield Download("CSL-JSON", f"{paper.id}.json", urls.inline("application/vnd.citationstyles.csl+json", items))


def _correct_link(site: Site, paper: Paper) -> str | None:
    """The form for corrections, with the paper filled in."""
    if not site.takes_corrections:
        return None
    return site.identity.form(CORRECTION_FORM, title=f"Correct: {paper.id}", paper=paper.id)


def _description(paper: Paper) -> str:
    if paper.summary:
        return text.plain(paper.summary.text)
    return text.shortened(text.plain(paper.abstract or paper.title), DESCRIPTION_LENGTH)


def _reason(site: Site, related: Related) -> str:
    """Why a paper is related, in words: the rarest tags that both have and what both write of, or their category."""
    shared = [*(site.tag[tag].title for tag in related.tags), *related.words]
    if shared:
        return "Both: " + ", ".join(shared)
    return "Both in " + site.category[related.categories[0]].title
