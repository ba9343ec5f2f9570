"""Permalinks, file places and GUIDs: made here and nowhere else.

An *address* is a page's or file's path on the site, relative to the site's root: `""` is home, `"papers/mmed-rag/"`
a page, `"categories/segmentation/feed.xml"` a file. It never begins with a slash, so it holds under any sub-path.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from typing import NewType
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid5

Address = NewType("Address", str)

LONGEST_ADDRESS = 2_000
LONGEST_SLUG = 120
"""In bytes: file names have 255 at most."""

HOME = Address("")
PAPERS = Address("papers/")
CATEGORIES = Address("categories/")
TAGS = Address("tags/")
VENUES = Address("venues/")
AUTHORS = Address("authors/")
YEARS = Address("years/")
ISSUES = Address("issues/")
NEWS = Address("news/")
FEEDS = Address("feeds/")
FIELDS = Address("fields/")
TRENDS = Address("trends/")
READING_LIST = Address("reading-list/")
TRENDING = Address("trending/")
SUBSCRIBE = Address("subscribe/")
SCHEMAS = Address("schemas/")
SECTIONS = frozenset({PAPERS, CATEGORIES, TAGS, VENUES, AUTHORS, YEARS, ISSUES})
"""Addresses with others below them."""
OWN_PAGES = frozenset({HOME, NEWS, FEEDS, FIELDS, TRENDS, TRENDING, READING_LIST, SUBSCRIBE, *SECTIONS})
"""The pages that every digest has."""

RSS = "feed.xml"
ATOM = "atom.xml"
JSON_FEED = "feed.json"
FEED_NAMES = (RSS, ATOM, JSON_FEED)
FEED_TYPES = {RSS: "application/rss+xml", ATOM: "application/atom+xml", JSON_FEED: "application/feed+json"}
OPML = Address("feeds.opml")

BIBTEX = "bib"
RIS = "ris"
CSV = "csv"
EXPORTS = {BIBTEX: "BibTeX", RIS: "RIS", CSV: "CSV"}
"""The files that hold all papers of a listing: endings, and the names of their formats."""
CATALOG_JSON = Address("catalog.json")
CATALOG_SCHEMA = Address(f"{SCHEMAS}catalog.schema.json")
LLMS = Address("llms.txt")
ROBOTS = Address("robots.txt")
SITEMAP = Address("sitemap.xml")
CARDS = Address(f"{PAPERS}cards.json")
"""The cards of all papers, for the pages' scripts."""
NEIGHBOURS = Address(f"{PAPERS}neighbours.json")
"""Which papers are beside which, for the reading list."""
SEARCH = Address("pagefind/")
"""The search index."""


def paper(paper_id: str) -> Address:
    """The permalink of a paper's page."""
    return Address(f"{PAPERS}{paper_id}/")


def category(category_id: str) -> Address:
    """The permalink of a category's page."""
    return Address(f"{CATEGORIES}{category_id}/")


def tag(tag_id: str) -> Address:
    """The permalink of a tag's page."""
    return Address(f"{TAGS}{tag_id}/")


def venue(name: str) -> Address:
    """The address of the papers of a venue."""
    return Address(f"{VENUES}{slug(name)}/")


def author(name: str, orcid: str | None = None) -> Address:
    """The address of the papers of an author; the ORCID tells those apart who share a name."""
    return Address(f"{AUTHORS}{slug(name)}{f'_{orcid}' if orcid else ''}/")


def year(number: int) -> Address:
    """The address of the papers of a year."""
    return Address(f"{YEARS}{number}/")


def share_image(category_id: str | None) -> Address:
    """The picture that is shown beside links to a category's pages, or to all others."""
    # In a folder of their own, categories may have any id.
    return Address(f"share/categories/{category_id}.png" if category_id else "share/digest.png")


def issue(key: str) -> Address:
    """The permalink of an issue's page; its key is its date."""
    return Address(f"{ISSUES}{key}/")


def hand_written(stem: str) -> Address:
    """The permalink of a page from `content/pages/`."""
    return Address(f"{stem}/")


def page_of(listing: Address, number: int) -> Address:
    """The address of a listing's page by its number, which counts from 1."""
    return listing if number == 1 else Address(f"{listing}{number}/")


def feed(listing: Address, name: str) -> Address:
    """The address of a feed file (`feed.xml`, `atom.xml`, `feed.json`) of a listing."""
    return Address(f"{listing}{name}")


def feed_archive(listing: Address, number: int, name: str) -> Address:
    """The address of a part of a feed's archive, which are counted from the oldest on."""
    return Address(f"{listing}archive/{number}/{name}")


def export(listing: Address, ending: str) -> Address:
    """The address of the file (`bib`, `ris`, `csv`) of all papers of a listing; that of all papers is home's."""
    return Address(f"catalog.{ending}" if listing == HOME else f"{listing}papers.{ending}")


def twin(paper_id: str) -> Address:
    """The address of a paper's page as plain Markdown: that of the page, with `.txt` for its last slash."""
    return Address(f"{PAPERS}{paper_id}.txt")


def slug(name: str) -> str:
    """A name as a part of an address: in small letters, without accents, signs as hyphens.

    Names that differ in nothing else have the same. Letters of other scripts stay, and of a name without any letter its
    digest stands.
    """
    letters = unicodedata.normalize("NFKD", name).casefold()
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    whole = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", bare)).strip("-")
    made = whole.encode()[:LONGEST_SLUG].decode("utf-8", "ignore").strip("-")
    if made == whole and made not in {"", "index"}:
        return made
    return f"{made or 'x'}-{sha256((whole or name).encode()).hexdigest()[:8]}"


def markdown_file(address: Address) -> str:
    """The Markdown file, relative to the docs folder, that MkDocs publishes at an address."""
    if address == HOME or address in SECTIONS:
        return f"{address}index.md"
    return f"{address.removesuffix('/')}.md"


def published_at(docs_path: str) -> Address:
    """The address at which MkDocs publishes a file of the docs folder."""
    if not docs_path.endswith(".md"):
        return Address(docs_path.removesuffix("index.html"))
    stem = docs_path.removesuffix(".md")
    if stem == "index" or stem.endswith("/index"):
        return Address(stem.removesuffix("index"))
    return Address(f"{stem}/")


def relative(here: Address, there: Address) -> str:
    """A link from the page at `here` to `there` that holds wherever the site is served."""
    up = "../" * here.count("/")
    return up + quote(there) or "./"


def absolute(site_url: str, address: Address) -> str:
    """The full URL of an address, for feeds and email. `site_url` ends with a slash."""
    return site_url + quote(address)


# Every byte as `quote` writes it, which takes its time over a whole text.
_IN_PERCENT = {byte: quote(bytes([byte]), safe="") for byte in range(256)}


def inline(media_type: str, content: str) -> str:
    """A file within its link (RFC 2397): a download without a file of its own."""
    return f"data:{media_type};charset=utf-8,{content.encode().decode('latin-1').translate(_IN_PERCENT)}"


def guid(key: UUID, kind: str, identity: str) -> str:
    """A feed's or entry's permanent identity, as a `urn:uuid:` (RFC 4122, version 5).

    It is made from the digest's key and the record's id alone: a new title, address or domain leaves it as it was.
    """
    return uuid5(key, f"{kind}:{identity}").urn


def message_id(key: UUID, issue_key: str, host: str) -> str:
    """The Message-ID (RFC 5322) of an issue's email: the same however often it is made."""
    return f"<{uuid5(key, f'mail:{issue_key}')}@{host}>"


def arxiv_page(arxiv_id: str) -> str:
    """The abstract page of an arXiv paper."""
    return f"https://arxiv.org/abs/{arxiv_id}"


def arxiv_pdf(arxiv_id: str) -> str:
    """The PDF of an arXiv paper."""
    return f"https://arxiv.org/pdf/{arxiv_id}"


def doi_page(doi: str) -> str:
    """The resolver's address of a DOI."""
    return f"https://doi.org/{quote(doi, safe='/:;()._-')}"


def web_address(text: str) -> str:
    """The text, when it is the address of something on the web. Raises ValueError otherwise."""
    parts = urlsplit(text)
    sound = parts.scheme in {"http", "https"} and parts.hostname and text.isprintable()
    if not sound or re.search(r"[\s<>\"\\`{}|^]", text) or len(text) > LONGEST_ADDRESS or parts.port == 0:
        raise ValueError(text)
    return text
