"""What the registries of DOIs say: Crossref (https://api.crossref.org), and DataCite of what Crossref does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import quote

from paper_digest.catalog.records import Author, PartialDate
from paper_digest.importing import found
from paper_digest.importing.found import Found, Notice, Say, SourceFailed, dig
from paper_digest.importing.names import written
from paper_digest.importing.web import NotFound, Web
from paper_digest.urls import doi_page

_CROSSREF = "https://api.crossref.org/works"
_DATACITE = "https://api.datacite.org/dois"
_WITH_A_VENUE = frozenset({"journal-article", "proceedings-article", "book-chapter"})
_SERIES = re.compile(
    r"(?:lecture notes in|advances in intelligent systems|communications in computer and information science"
    r"|studies in|ifmbe proceedings|proceedings of machine learning research$)",
    re.IGNORECASE,
)
_RETRACTIONS = frozenset({"retraction", "removal", "withdrawal"})
_CORRECTIONS = frozenset({"correction", "corrigendum", "erratum", "partial_retraction"})


def work(web: Web, doi: str, say: Say = found.nothing) -> Found:
    """What the registry of a DOI says of its work. Raises FetchFailed, and NotFound when neither registry has it.

    For a preprint that has appeared since, the published work is taken, and `say` is told.
    """
    try:
        said = _message(web, doi)
    except NotFound:
        return _elsewhere(web, doi)
    paper, later = _from_crossref(said, doi), _published_as(said)
    return _appeared(web, paper, later, say) if later else paper


def _elsewhere(web: Web, doi: str) -> Found:
    try:
        return _from_datacite(web.json(f"{_DATACITE}/{quote(doi, safe='')}"), doi)
    except NotFound:
        raise NotFound("neither Crossref nor DataCite knows this DOI: look whether it is copied whole") from None


def _message(web: Web, doi: str) -> object:
    return dig(web.json(f"{_CROSSREF}/{quote(doi, safe='')}"), "message")


def _appeared(web: Web, preprint: Found, doi: str, say: Say) -> Found:
    """The published work, with what only its preprint tells; or else the preprint."""
    try:
        work = _from_crossref(_message(web, doi), doi)
    except SourceFailed:
        return preprint
    say(f"{preprint.source} has appeared as {work.source}, which was taken instead")
    return replace(work, abstract=work.abstract or preprint.abstract, published=preprint.published or work.published)


# ---- Crossref --------------------------------------------------------------------------------------------------------


def _from_crossref(said: object, doi: str) -> Found:
    title = _title(said)
    if title is None:
        raise NotFound("Crossref has no title for it")
    venue = _venue(said)
    return Found(
        source=f"doi:{doi}",
        title=title,
        authors=found.authors(map(_author, found.items(dig(said, "author")))),
        abstract=found.prose(dig(said, "abstract")),
        arxiv=_preprint(said),
        doi=found.doi(dig(said, "DOI")) or doi,
        venue=venue,
        year=_year(said) if venue else None,
        published=_first_appeared(said),
        links=found.links(pdf=_pdf(said)),
        notice=_notice(said),
    )


def _title(said: object) -> str | None:
    title = found.line(dig(said, "title", 0))
    return found.with_subtitle(title, found.line(dig(said, "subtitle", 0))) if title else None


def _author(said: object) -> Author | None:
    """A person by given name, family name and suffix, or a group by its name."""
    parts = [dig(said, part) for part in ("given", "family", "suffix")]
    name = " ".join(part for part in parts if isinstance(part, str))
    return found.author(name or dig(said, "name"), dig(said, "ORCID"))


def _venue(said: object) -> str | None:
    if str(dig(said, "type")) not in _WITH_A_VENUE:
        return None
    titles = [found.venue(title) for title in found.items(dig(said, "container-title"))]
    known = [title for title in titles if title]
    return next((title for title in known if not _SERIES.match(title)), known[0] if known else None)


def _dates(said: object, *kinds: str) -> list[PartialDate]:
    dates = [found.date_parts(dig(said, kind, "date-parts")) for kind in kinds]
    return [when for when in dates if when is not None]


def _year(said: object) -> int | None:
    """The year of the issue or volume, which may come after the day when the paper went online."""
    return next((when.year for when in _dates(said, "published-print", "published", "issued")), None)


def _first_appeared(said: object) -> PartialDate | None:
    kinds = ("posted", "published-online", "published-print", "published", "issued")
    return min(_dates(said, *kinds), key=_exact_ones_first, default=None)


def _exact_ones_first(when: PartialDate) -> tuple[int, int, int]:
    return (when.year, when.month or 13, when.day or 32)


def _pdf(said: object) -> object:
    """The PDF; links for those who search for plagiarism are not for readers."""
    for link in found.items(dig(said, "link")):
        if (
            dig(link, "content-type") == "application/pdf"
            and dig(link, "intended-application") != "similarity-checking"
        ):
            return dig(link, "URL")
    return None


def _related(said: object, how: str) -> Iterator[str]:
    dois = (found.doi(dig(one, "id")) for one in found.items(dig(said, "relation", how)))
    return filter(None, dois)


def _preprint(said: object) -> str | None:
    return next(filter(None, map(found.arxiv_id_of_doi, _related(said, "has-preprint"))), None)


def _published_as(said: object) -> str | None:
    return next(_related(said, "is-preprint-of"), None)


def _notice(said: object) -> Notice | None:
    """The retraction, or else the latest correction, that Retraction Watch or the publisher tells of."""
    told = list(_notices(said))
    retractions = [notice for notice in told if notice.kind == "retracted"]
    if retractions:
        return min(retractions, key=lambda notice: notice.date or date.max)
    return max(told, key=lambda notice: notice.date or date.min, default=None)


def _notices(said: object) -> Iterator[Notice]:
    for update in found.items(dig(said, "updated-by")):
        kind = str(dig(update, "type")).casefold()
        when = found.day(found.date_parts(dig(update, "updated", "date-parts")))
        doi = found.doi(dig(update, "DOI"))
        if kind in _RETRACTIONS:
            yield Notice("retracted", when, doi and doi_page(doi))
        elif kind in _CORRECTIONS:
            yield Notice("corrected", when, doi and doi_page(doi))


# ---- DataCite --------------------------------------------------------------------------------------------------------


def _from_datacite(answer: object, doi: str) -> Found:
    said = dig(answer, "data", "attributes")
    title = found.line(dig(said, "titles", 0, "title"))
    if title is None:
        raise NotFound("DataCite has no title for it")
    arxiv_id = found.arxiv_id_of_doi(doi)
    return Found(
        source=f"doi:{doi}",
        title=title,
        authors=found.authors(map(_creator, found.items(dig(said, "creators")))),
        abstract=_description(said),
        arxiv=arxiv_id,
        doi=None if arxiv_id else doi,
        published=_issued(said),
        links={} if arxiv_id else found.links(page=dig(said, "url")),
    )


def _creator(said: object) -> Author | None:
    """A person in parts, or as `Bee, Ann`; or a group by its name."""
    parts = [dig(said, part) for part in ("givenName", "familyName")]
    name = " ".join(part for part in parts if isinstance(part, str))
    ids = found.items(dig(said, "nameIdentifiers"))
    orcid = next((dig(one, "nameIdentifier") for one in ids if dig(one, "nameIdentifierScheme") == "ORCID"), None)
    whole = dig(said, "name")
    if not name and isinstance(whole, str) and dig(said, "nameType") != "Organizational":
        name = next((author.name for author in written([whole]).authors), "")
    return found.author(name or whole, orcid)


def _description(said: object) -> str | None:
    descriptions = found.items(dig(said, "descriptions"))
    abstracts = (dig(one, "description") for one in descriptions if dig(one, "descriptionType") == "Abstract")
    return found.prose(next(abstracts, None))


def _issued(said: object) -> PartialDate | None:
    dates = {str(dig(one, "dateType")): dig(one, "date") for one in found.items(dig(said, "dates"))}
    exact = found.partial_date(dates.get("Submitted")) or found.partial_date(dates.get("Issued"))
    return exact or found.partial_date(dig(said, "publicationYear"))
