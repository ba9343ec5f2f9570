"""What arXiv says of papers (https://info.arxiv.org/help/api/user-manual.html)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from paper_digest.importing import found
from paper_digest.importing.found import Found
from paper_digest.importing.mending import is_told_withdrawn
from paper_digest.importing.web import FetchFailed, Web

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_AT_ONCE = 100
_API = "https://export.arxiv.org/api/query"
_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"


def batch(web: Web, ids: Sequence[str]) -> dict[str, Found]:
    """What arXiv says of papers, by the ids as they were given; those that it does not have are not in the answer.

    Raises FetchFailed.
    """
    names = {arxiv_id: found.canonical_arxiv_id(arxiv_id) for arxiv_id in ids}
    asked = list(dict.fromkeys(names.values()))
    known: dict[str, Found] = {}
    for start in range(0, len(asked), MOST_AT_ONCE):
        known |= _ask(web, asked[start : start + MOST_AT_ONCE])
    return {
        arxiv_id: known[found.canonical_arxiv_id(arxiv_id)]
        for arxiv_id in ids
        if found.canonical_arxiv_id(arxiv_id) in known
    }


def _ask(web: Web, ids: list[str]) -> dict[str, Found]:
    """Since arXiv refuses a whole question for one id that cannot be, a refused question is asked by halves."""
    url = f"{_API}?id_list={','.join(ids)}&max_results={len(ids)}"
    try:
        feed = web.text(url, "application/atom+xml", read)
    except FetchFailed as failed:
        if failed.status != 400:
            raise
        half = len(ids) // 2
        return _ask(web, ids[:half]) | _ask(web, ids[half:]) if half else {}
    return read(feed)


def read(feed: str) -> dict[str, Found]:
    """The papers of a feed by their ids. Raises FetchFailed when it is none, or tells of an error (status 400)."""
    papers = [_paper(entry) for entry in _root(feed).iterfind(f"{_ATOM}entry")]
    return {paper.arxiv: paper for paper in papers if paper is not None and paper.arxiv}


def _root(feed: str) -> _Element:
    from lxml import etree

    # Nothing is fetched and no entity replaced. Feeds have no use for a document type, and attacks do.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8")
    try:
        root = etree.fromstring(feed.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise FetchFailed("sent an answer that is no sound XML; try again later") from None
    if root.tag != f"{_ATOM}feed" or root.getroottree().docinfo.doctype:
        raise FetchFailed("sent XML that is no feed of papers; try again later")
    return root


def _paper(entry: _Element) -> Found | None:
    address = _said(entry, f"{_ATOM}id")
    if "/api/errors" in address:
        raise FetchFailed(f"did not accept the question: {_said(entry, f'{_ATOM}summary')[:200]}", 400)
    arxiv_id, title = found.arxiv_id_in(address), found.line(_said(entry, f"{_ATOM}title"))
    if arxiv_id is None or title is None:
        return None
    return Found(
        source=f"arXiv {arxiv_id}",
        title=title,
        authors=found.authors(found.author(name) for name in _all_said(entry, f"{_ATOM}author/{_ATOM}name")),
        abstract=found.prose(_said(entry, f"{_ATOM}summary")),
        arxiv=arxiv_id,
        doi=_doi(entry),
        published=found.partial_date(_said(entry, f"{_ATOM}published")),
        withdrawn=is_told_withdrawn([_said(entry, f"{_ATOM}summary").strip()[:200]]),
        remarks=(_said(entry, f"{_ARXIV}comment"), _said(entry, f"{_ARXIV}journal_ref")),
    )


def _doi(entry: _Element) -> str | None:
    """The DOI of the published version; of several, the first."""
    given = [found.doi(word) for word in _said(entry, f"{_ARXIV}doi").split()]
    return next((doi for doi in given if doi and not found.arxiv_id_of_doi(doi)), None)


def _said(entry: _Element, path: str) -> str:
    return next(_all_said(entry, path), "")


def _all_said(entry: _Element, path: str) -> Iterator[str]:
    return (str(element.xpath("string()")) for element in entry.iterfind(path))
