"""What bioRxiv and medRxiv say of a preprint (https://api.biorxiv.org)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paper_digest.importing import found
from paper_digest.importing.found import Found, Say, dig
from paper_digest.importing.names import written
from paper_digest.importing.web import NotFound, Web

_API = "https://api.biorxiv.org/details"
_SITES = {"biorxiv": "https://www.biorxiv.org", "medrxiv": "https://www.medrxiv.org"}
# Cold Spring Harbor's journals have the same prefix, with letters behind it.
_DOI = re.compile(r"10\.(?:1101/[0-9]|64898/)")


def has(doi: str | None) -> bool:
    """Whether a DOI is one of theirs."""
    return bool(_DOI.match(doi or ""))


def preprint(web: Web, doi: str, say: Say = found.nothing) -> Found:
    """What its server says of a preprint. Raises FetchFailed, and NotFound when neither of the two has it."""
    for server in _SITES:
        versions = found.items(dig(web.json(f"{_API}/{server}/{doi}/na/json"), "collection"))
        if versions and (paper := _paper(versions, doi, server)):
            if later := found.doi(dig(versions[-1], "published")):
                say(f"{paper.source} has appeared as doi:{later}: give that, if it is what you want")
            return paper
    raise NotFound("neither bioRxiv nor medRxiv has it")


def page(doi: str, server: str) -> str:
    """The page of a preprint at its server."""
    return f"{_SITES[server]}/content/{doi}"


def _paper(versions: list[object], doi: str, asked: str) -> Found | None:
    """The newest version, and the day of the first."""
    said, first = versions[-1], versions[0]
    title = found.line(dig(said, "title"))
    if title is None:
        return None
    told = str(dig(said, "server")).casefold()
    server = told if told in _SITES else asked
    people = written(_names(dig(said, "authors")))
    return Found(
        source=f"doi:{doi}",
        title=title,
        authors=tuple(people.authors),
        abstract=found.prose(dig(said, "abstract")),
        doi=found.doi(dig(said, "doi")) or doi,
        published=found.partial_date(dig(first, "date")),
        links=found.links(page=page(doi, server)),
        withdrawn=str(dig(said, "type")).casefold() == "withdrawn",
        doubts=tuple(people.doubts),
    )


def _names(listed: object) -> Iterator[str]:
    """Names as `Bee, A. B.; van Dee, C.`."""
    return (name for name in (listed if isinstance(listed, str) else "").split(";") if name.strip())
