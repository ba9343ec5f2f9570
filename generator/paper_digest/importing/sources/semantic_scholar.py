"""What Semantic Scholar says of papers (https://api.semanticscholar.org/api-docs/graph).

It knows papers by ids of others, written as it wants them: `ARXIV:2410.13085`, `DOI:10.…`, `ACL:2024.acl-long.1`.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from paper_digest.importing import found
from paper_digest.importing.found import Found, dig
from paper_digest.importing.web import NotFound, Web

MOST_AT_ONCE = 500
_API = "https://api.semanticscholar.org/graph/v1/paper"
_FIELDS = (
    "title,abstract,authors,venue,publicationVenue,year,externalIds,publicationDate,publicationTypes,openAccessPdf"
)


def paper(web: Web, paper_id: str) -> Found:
    """What it says of one paper. Raises FetchFailed, and NotFound when it does not have it."""
    said = _read(web.json(f"{_API}/{quote(paper_id, safe=':/')}?fields={_FIELDS}"), paper_id)
    if said is None:
        raise NotFound("Semantic Scholar says nothing of it")
    return said


def batch(web: Web, ids: Sequence[str]) -> dict[str, Found]:
    """What it says of papers, by their ids; those that it does not have are not in the answer. Raises FetchFailed."""
    papers: dict[str, Found] = {}
    for start in range(0, len(ids), MOST_AT_ONCE):
        asked = list(ids[start : start + MOST_AT_ONCE])
        answers = found.items(web.post_json(f"{_API}/batch?fields={_FIELDS}", {"ids": asked}))
        said = {paper_id: _read(answer, paper_id) for paper_id, answer in zip(asked, answers, strict=False)}
        papers |= {paper_id: paper for paper_id, paper in said.items() if paper is not None}
    return papers


def _read(said: object, paper_id: str) -> Found | None:
    title = found.line(dig(said, "title"))
    if title is None:
        return None
    doi = found.doi(dig(said, "externalIds", "DOI"))
    venue = _venue(said)
    year = found.year(dig(said, "year"))
    return Found(
        source=f"Semantic Scholar {paper_id}",
        title=title,
        authors=found.authors(found.author(dig(one, "name")) for one in found.items(dig(said, "authors"))),
        abstract=found.prose(dig(said, "abstract")),
        arxiv=found.arxiv_id(dig(said, "externalIds", "ArXiv")),
        doi=None if found.arxiv_id_of_doi(doi) else doi,
        venue=venue,
        year=year if venue else None,
        published=found.partial_date(dig(said, "publicationDate")) or found.partial_date(year),
        links=found.links(pdf=dig(said, "openAccessPdf", "url")),
    )


def _venue(said: object) -> str | None:
    return found.venue(dig(said, "publicationVenue", "name") or dig(said, "venue"))
