"""The versions of a paper: as a preprint, and as it was published. Nothing is said that the catalog does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from paper_digest import urls
from paper_digest.catalog.records import Paper, PartialDate
from paper_digest.shown import cards

PUBLISHED = "Published"

# Preprint servers by the DOIs that they give: a DOI alone does not make a paper published. Those of bioRxiv and medRxiv
# are the same, so that a link has to tell the two apart, and share their prefix with journals, whose DOIs go on with
# letters.
_EITHER = "bioRxiv or medRxiv"
_SERVERS = {
    r"10\.48550/": "arXiv",
    r"10\.1101/[0-9]": _EITHER,
    r"10\.64898/": _EITHER,
    r"10\.2139/": "SSRN",
    r"10\.20944/": "Preprints.org",
    r"10\.21203/": "Research Square",
    r"10\.26434/": "ChemRxiv",
    r"10\.31219/": "OSF Preprints",
    r"10\.31234/": "PsyArXiv",
    r"10\.36227/": "TechRxiv",
}


@dataclass(frozen=True)
class Version:
    """One form in which a paper can be had. All values are plain."""

    label: str
    """`Preprint` or `Published`."""
    where: str
    """`arXiv 2410.13085`, `ICLR 2025`."""
    date: str | None = None
    """When it appeared, as readers see it, if that is known and `where` does not say it."""
    machine_date: str | None = None
    """The same date as `2024-10-07`."""
    url: str | None = None
    """Its page."""


def versions(paper: Paper) -> tuple[Version, ...]:
    """The versions of a paper that are known, the preprint first."""
    return (*_preprints(paper), *_publications(paper))


def _preprints(paper: Paper) -> Iterator[Version]:
    server = _server(paper)
    if paper.arxiv:
        yield _version(cards.PREPRINT, f"arXiv {paper.arxiv}", _arxiv_date(paper), urls.arxiv_page(paper.arxiv))
    if paper.doi and server and not (paper.arxiv and server == "arXiv"):
        is_first = not paper.arxiv and paper.venue is None
        yield _version(cards.PREPRINT, server, paper.published if is_first else None, urls.doi_page(paper.doi))


def _publications(paper: Paper) -> Iterator[Version]:
    """The published version, if there is one: it has a venue, or a DOI that is no preprint server's."""
    if not _is_published(paper):
        return
    doi = None if _server(paper) else paper.doi
    where = cards.venue_label(paper) or f"DOI {doi}"
    date = _publication_date(paper)
    is_told = paper.venue and paper.venue.year and date == PartialDate(paper.venue.year)
    yield _version(PUBLISHED, where, None if is_told else date, urls.doi_page(doi) if doi else paper.links.page)


def _version(label: str, where: str, date: PartialDate | None, url: str | None) -> Version:
    shown, machine = (cards.shown_date(date), str(date)) if date else (None, None)
    return Version(label, where, shown, machine, url)


def _server(paper: Paper) -> str | None:
    """The preprint server that gave a paper its DOI."""
    server = next((name for form, name in _SERVERS.items() if re.match(form, paper.doi or "")), None)
    host = re.match(r"https?://(?:www\.|connect\.)?(biorxiv|medrxiv)\.org/", paper.links.page or "", re.IGNORECASE)
    if server == _EITHER and host:
        return {"biorxiv": "bioRxiv", "medrxiv": "medRxiv"}[host.group(1).lower()]
    return server


def _is_published(paper: Paper) -> bool:
    return bool(paper.venue or (paper.doi and not _server(paper)))


def _arxiv_date(paper: Paper) -> PartialDate | None:
    """When arXiv got a paper: the day on which it first appeared, unless that was somewhere else; or else the month
    that its id tells, if it tells one."""
    given = PartialDate.of_arxiv(paper.arxiv or "")
    first = paper.published
    if first is None or not _appeared_on_arxiv_first(paper):
        return given
    tells_more = given is not None and first == PartialDate(given.year)
    return given if tells_more else first


def _publication_date(paper: Paper) -> PartialDate | None:
    """When a paper was published, if that is when it first appeared: `published` tells of nothing later."""
    if paper.arxiv:
        given = PartialDate.of_arxiv(paper.arxiv)
        return paper.published if given and not _appeared_on_arxiv_first(paper) else None
    return None if _server(paper) else paper.published


def _appeared_on_arxiv_first(paper: Paper) -> bool:
    """Whether `published` is the day of the preprint on arXiv.

    For papers that are nowhere else it is. For others it depends on the month that the id tells: a paper sent in
    at the end of a month may have an id of the next.
    """
    first, given = paper.published, PartialDate.of_arxiv(paper.arxiv or "")
    if first is None or not _is_published(paper):
        return first is not None
    if given is None or given.month is None:  # an old id: the year of the venue has to tell
        return bool(paper.venue and paper.venue.year and first.year < paper.venue.year)
    if first.month is None:
        return first.year == given.year
    months = (given.year - first.year) * 12 + given.month - first.month
    return months in (0, 1)
