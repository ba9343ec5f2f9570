"""What PubMed says of a paper (https://www.ncbi.nlm.nih.gov/books/NBK25499/), and which paper is which at PubMed
Central (https://pmc.ncbi.nlm.nih.gov/tools/id-converter-api/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from paper_digest.catalog.records import Author, PartialDate
from paper_digest.importing import dates, found
from paper_digest.importing.found import Found, Notice, dig
from paper_digest.importing.names import printed
from paper_digest.importing.web import FetchFailed, NotFound, Web

if TYPE_CHECKING:
    from lxml.etree import _Element

_FETCH = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/efetch.fcgi"
_CONVERT = "https://pmc.ncbi.nlm.nih.gov/tools/idconv/api/v1/articles/"
_TOOL = "tool=paper-digest"


def article(web: Web, pmid: str) -> Found:
    """What PubMed says of a paper. Raises FetchFailed, and NotFound when it does not have it."""
    xml = web.text(f"{_FETCH}?db=pubmed&id={pmid}&retmode=xml&{_TOOL}", "text/xml, application/xml", _root)
    said = _root(xml).find(".//PubmedArticle")
    paper = _paper(said, pmid) if said is not None else None
    if paper is None:
        raise NotFound("PubMed has no such paper: look whether its id is copied whole")
    return paper


def pmid_of(web: Web, pmcid: str) -> str:
    """The PubMed id of a paper at PubMed Central. Raises FetchFailed, and NotFound when there is none."""
    said = web.json(f"{_CONVERT}?ids={pmcid}&format=json&{_TOOL}")
    pmid = found.pmid(dig(said, "records", 0, "pmid"))
    if pmid is None:
        raise NotFound("PubMed Central names no PubMed id for it: give the paper's DOI, which stands on that page")
    return pmid


def _root(xml: str) -> _Element:
    from lxml import etree

    # PubMed's answers name their document type; nothing of it is fetched, and no entity replaced.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8")
    try:
        root = etree.fromstring(xml.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise FetchFailed("sent an answer that is no sound XML; try again later") from None
    if root.tag != "PubmedArticleSet":
        raise FetchFailed("sent XML that is no set of papers; try again later")
    return root


def _paper(said: _Element, pmid: str) -> Found | None:
    article = said.find("MedlineCitation/Article")
    title = found.line(_markup(article, "ArticleTitle").removesuffix(".")) if article is not None else None
    if article is None or title is None:
        return None
    doi, pmcid = _id(said, "doi"), found.pmcid(_id(said, "pmc"))
    venue, issue = found.venue(_words(article, "Journal/Title")), _date(article.find("Journal/JournalIssue/PubDate"))
    return Found(
        source=f"PubMed {pmid}",
        title=title.strip("[]") if title.startswith("[") and title.endswith("]") else title,
        authors=found.authors(map(_author, article.iterfind("AuthorList/Author"))),
        abstract=found.prose("\n\n".join(_abstract(article))),
        doi=found.doi(doi) or found.doi(_words(article, "ELocationID[@EIdType='doi']")),
        venue=venue,
        year=issue.year if venue and issue else None,
        published=_first_appeared(article, issue),
        links=found.links(page=found.page_of_pmcid(pmcid) if pmcid else found.page_of_pmid(pmid)),
        notice=Notice("retracted") if _is_retracted(article) else None,
    )


def _markup(element: _Element, path: str) -> str:
    """The text at a path with the tags in it, which are read with those of all sources."""
    from lxml import etree

    inner = element.find(path)
    if inner is None:
        return ""
    whole = str(etree.tostring(inner, encoding="unicode", with_tail=False))
    return re.sub(r"^<[^>]*>|</[^>]*>$", "", whole.strip())


def _words(element: _Element, path: str) -> str:
    inner = element.find(path)
    return str(inner.xpath("string()")).strip() if inner is not None else ""


def _id(said: _Element, kind: str) -> str:
    """An id of the paper itself, and of none that it cites."""
    return _words(said, f"PubmedData/ArticleIdList/ArticleId[@IdType='{kind}']")


def _author(said: _Element) -> Author | None:
    if group := _words(said, "CollectiveName"):
        return found.author(group)
    given = _words(said, "ForeName") or _words(said, "Initials")
    name = printed(given, _words(said, "LastName"), _words(said, "Suffix"))
    return found.author(name, _words(said, "Identifier[@Source='ORCID']"))


def _abstract(article: _Element) -> Iterator[str]:
    for part in article.iterfind("Abstract/AbstractText"):
        label = str(part.get("Label") or "").strip()
        text = _markup(part, ".")
        yield f"{label}: {text}" if label and label != "UNLABELLED" else text


def _date(element: _Element | None) -> PartialDate | None:
    """A date in PubMed's parts, whose month may be a word; some are a text, as `2024 May-Jun`."""
    if element is None:
        return None
    parts = [_words(element, part) for part in ("Year", "Month", "Day")]
    dated = dates.read(" ".join(filter(None, parts)) if not parts[1].isdecimal() else "-".join(filter(None, parts)))
    dated = dated or dates.read(_words(element, "MedlineDate"))
    return dated.date if dated else None


def _first_appeared(article: _Element, issue: PartialDate | None) -> PartialDate | None:
    """The day when it appeared online, if that was before its issue."""
    known = [when for when in (_date(article.find("ArticleDate")), issue) if when]
    return min(known, key=lambda when: (when.year, when.month or 13, when.day or 32), default=None)


def _is_retracted(article: _Element) -> bool:
    kinds = (str(kind.text or "") for kind in article.iterfind("PublicationTypeList/PublicationType"))
    return "Retracted Publication" in kinds
