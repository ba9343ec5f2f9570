"""What the site is and where its data are, for language models that look: https://llmstxt.org."""

from __future__ import annotations

from collections.abc import Iterator

from paper_digest import urls
from paper_digest.catalog.records import Category, Issue
from paper_digest.digest.site import Site
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.exports.markdown import bullets, named_link, rich, words
from paper_digest.shown import cards
from paper_digest.urls import Address
from paper_digest.words import text

LATEST_ISSUES = 10
DESCRIPTION_LENGTH = 200


def files(site: Site) -> Iterator[Artifact]:
    """The one file."""
    yield Artifact.doc(urls.LLMS, "\n".join(_blocks(site)))


def _blocks(site: Site) -> Iterator[str]:
    yield f"# {words(site.identity.name)}\n"
    yield f"> {words(site.identity.description)}\n"
    yield (
        f"A curated digest of {len(site.papers)} papers. Every paper has a page at "
        f"`{_absolute(site, urls.PAPERS)}<id>/`, and the same as plain Markdown at "
        f"`{_absolute(site, urls.PAPERS)}<id>.txt`.\n"
    )
    yield "Abstracts are the authors' own texts; summaries are the digest's, and say so when a machine wrote them.\n"
    yield "## Data\n"
    yield bullets(_data(site))
    yield "## Categories\n"
    yield bullets(_category(site, category) for category in site.catalog.categories)
    if site.issues:
        yield "## Latest issues\n"
        yield bullets(_issue(site, issue) for issue in site.issues[:LATEST_ISSUES])


def _absolute(site: Site, address: Address) -> str:
    return urls.absolute(site.identity.url, address)


def _entry(site: Site, title: str, address: Address, what: str) -> str:
    return f"{named_link(title, _absolute(site, address))}: {what}"


def _data(site: Site) -> Iterator[str]:
    yield _entry(site, "Catalog in JSON", urls.CATALOG_JSON, "everything about every paper")
    yield _entry(site, "Schema of the catalog", urls.CATALOG_SCHEMA, "the JSON Schema that documents it")
    yield _entry(site, "Catalog in CSV", urls.export(urls.HOME, urls.CSV), "a row for each paper")
    yield _entry(site, "Catalog in BibTeX", urls.export(urls.HOME, urls.BIBTEX), "without abstracts")
    yield _entry(site, "Catalog in RIS", urls.export(urls.HOME, urls.RIS), "with abstracts")
    yield _entry(site, "Latest papers", urls.feed(urls.HOME, urls.ATOM), "the Atom feed of papers")
    yield _entry(site, "Latest issues", urls.feed(urls.ISSUES, urls.ATOM), "the Atom feed of issues")


def _category(site: Site, category: Category) -> str:
    listing = urls.category(category.id)
    exported = ((label, urls.export(listing, ending)) for ending, label in urls.EXPORTS.items())
    files = ", ".join(named_link(label, _absolute(site, address)) for label, address in exported)
    description = rich(text.shortened(category.description, DESCRIPTION_LENGTH))
    return f"{_entry(site, category.title, listing, description)} ({len(site.members[category.id])} papers: {files})"


def _issue(site: Site, issue: Issue) -> str:
    title = f"No. {issue.number}: {text.plain(issue.title)}"
    return _entry(site, title, urls.issue(issue.key), f"{cards.shown_day(issue.date)}. {rich(issue.preheader)}")
