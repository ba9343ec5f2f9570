"""What pages say to search engines: schema.org's vocabulary (https://schema.org) as JSON-LD.

What is unknown is left out, and nothing is said that a reader does not find on the page. What Google makes of it:
https://developers.google.com/search/docs/appearance/structured-data/article.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from markupsafe import Markup

from paper_digest import urls
from paper_digest.catalog.records import Author, Issue, Paper, Status, VenueKind
from paper_digest.digest.site import Site
from paper_digest.shown import cards
from paper_digest.urls import Address
from paper_digest.words import text

CONTEXT = "https://schema.org"
HEADLINE_LENGTH = 110
"""Google asks for a concise headline, and used to name this limit; the `name` holds the whole title."""
PDF = "application/pdf"

_Said = Iterable[tuple[str, object]]


def scholarly_article(site: Site, paper: Paper) -> dict[str, object]:
    """A paper, for its page."""
    return _in_context("ScholarlyArticle", _article(site, paper))


def website(site: Site) -> dict[str, object]:
    """The digest as a site, for its home page."""
    return _in_context("WebSite", _website(site))


def periodical(site: Site) -> dict[str, object]:
    """The digest as what appears in issues, for their archive."""
    return _in_context("Periodical", _periodical(site))


def publication_issue(site: Site, issue: Issue) -> dict[str, object]:
    """An issue of the digest, for its page."""
    return _in_context("PublicationIssue", _issue(site, issue))


def script(data: dict[str, object]) -> Markup:
    """Data as an element of an HTML page.

    Every sign by which HTML or a script could end is written as JSON's escape for it, so that no title leaves the
    element (https://www.w3.org/TR/json-ld11/#restrictions-for-contents-of-json-ld-script-elements).
    """
    written = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    safe = re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found.group()):04x}", written)
    return Markup(f'<script type="application/ld+json">{safe}</script>')  # noqa: S704 - that is the escaping


def _in_context(kind: str, said: _Said) -> dict[str, object]:
    return {"@context": CONTEXT, **_thing(kind, said)}


def _thing(kind: str, said: _Said) -> dict[str, object]:
    """Something of a kind, with what is known of it."""
    return {"@type": kind, **{name: value for name, value in said if value}}


# ---- papers ----------------------------------------------------------------------------------------------------------


def _article(site: Site, paper: Paper) -> Iterator[tuple[str, object]]:
    page = _absolute(site, urls.paper(paper.id))
    title = text.plain(paper.title)
    yield "@id", page
    yield "url", page
    yield "headline", text.shortened(title, HEADLINE_LENGTH)
    yield "name", title
    yield "author", [_author(author) for author in paper.authors]
    yield "datePublished", _first_published(paper)
    yield "dateModified", paper.updated.isoformat() if paper.updated else None
    yield "description", text.plain(paper.summary.text) if paper.summary else None
    yield "abstract", text.plain(paper.abstract) if paper.abstract else None
    yield "creativeWorkStatus", cards.STATUS_LABELS.get(paper.status)
    yield "isPartOf", _publication(site, paper)
    yield "identifier", list(_identifiers(paper))
    yield "sameAs", list(_pages_elsewhere(paper))
    yield "about", [_subject(site, each) for each in paper.categories if each in site.category]
    yield "keywords", [text.plain(site.tag[each].title) for each in paper.tags if each in site.tag]
    yield "encoding", _pdf(paper)
    # What is on arXiv can be read by everybody; of other places the catalog does not know.
    yield "isAccessibleForFree", bool(paper.arxiv and paper.status is not Status.WITHDRAWN)


_GROUP = re.compile(r"\b(?:collaboration|consortium|group|initiative|network|team)$", re.IGNORECASE)


def _author(author: Author) -> dict[str, object]:
    orcid = f"https://orcid.org/{author.orcid}" if author.orcid else None
    kind = "Organization" if _GROUP.search(author.name) and not orcid else "Person"
    return _thing(kind, [("@id", orcid), ("name", author.name), ("sameAs", orcid)])


def _first_published(paper: Paper) -> str | None:
    """The date of the first publication, as far as it is known: that is what schema.org asks for."""
    if paper.published:
        return str(paper.published)
    return str(paper.venue.year) if paper.venue and paper.venue.year else None


def _publication(site: Site, paper: Paper) -> dict[str, object] | None:
    """What a paper appeared in.

    A conference is an event, and only works are parts of works: what the paper is part of are its proceedings, a
    volume for each year. Of a venue that is not listed it is not known what it is.
    """
    title = site.venue_title(paper)
    if paper.venue is None or title is None:
        return None
    venue = site.venue_of(paper)
    if venue and venue.kind is VenueKind.JOURNAL:
        return _thing("Periodical", [("name", title)])
    label = cards.venue_label(paper)
    said = [
        ("name", title),
        ("alternateName", label if label != title else None),
        ("datePublished", str(paper.venue.year) if paper.venue.year else None),
    ]
    return _thing("PublicationVolume" if venue else "CreativeWork", said)


def _identifiers(paper: Paper) -> Iterator[dict[str, object]]:
    for scheme, value in (("DOI", paper.doi), ("arXiv", paper.arxiv)):
        if value:
            yield _thing("PropertyValue", [("propertyID", scheme), ("value", value)])


def _pages_elsewhere(paper: Paper) -> Iterator[str]:
    if paper.doi:
        yield urls.doi_page(paper.doi)
    if paper.arxiv:
        yield urls.arxiv_page(paper.arxiv)


def _subject(site: Site, category_id: str) -> dict[str, object]:
    title = text.plain(site.category[category_id].title)
    return _thing("DefinedTerm", [("name", title), ("url", _absolute(site, urls.category(category_id)))])


def _pdf(paper: Paper) -> dict[str, object] | None:
    """The file of the text. The catalog calls it a PDF; its type is said only where that is sure."""
    url = next((link.url for link in cards.links(paper) if link.kind == "pdf"), None)
    if url is None:
        return None
    is_pdf = urlsplit(url).path.lower().endswith(".pdf") or (paper.arxiv and url == urls.arxiv_pdf(paper.arxiv))
    return _thing("MediaObject", [("contentUrl", url), ("encodingFormat", PDF if is_pdf else None)])


# ---- the digest ------------------------------------------------------------------------------------------------------


def _website(site: Site) -> Iterator[tuple[str, object]]:
    yield "@id", site.identity.url
    yield "url", site.identity.url
    yield "name", site.identity.name
    yield "description", site.identity.description
    yield "inLanguage", site.identity.language


def _periodical(site: Site) -> Iterator[tuple[str, object]]:
    archive = _absolute(site, urls.ISSUES)
    yield "@id", archive
    yield "url", archive
    yield "name", site.identity.name
    yield "description", site.identity.description


def _issue(site: Site, issue: Issue) -> Iterator[tuple[str, object]]:
    page = _absolute(site, urls.issue(issue.key))
    yield "@id", page
    yield "url", page
    yield "name", text.plain(issue.title)
    yield "issueNumber", issue.number
    yield "datePublished", issue.date.isoformat()
    yield "description", text.plain(issue.preheader)
    yield "isPartOf", _thing("Periodical", _periodical(site))
    yield "hasPart", [_part(site, site.paper[entry.paper]) for entry in issue.entries]


def _part(site: Site, paper: Paper) -> dict[str, object]:
    page = _absolute(site, urls.paper(paper.id))
    return _thing("ScholarlyArticle", [("@id", page), ("url", page), ("name", text.plain(paper.title))])


def _absolute(site: Site, address: Address) -> str:
    return urls.absolute(site.identity.url, address)
