"""The one place that knows feedgen: a Feed in, the bytes of RSS 2.0 or Atom 1.0 out.

RSS: https://www.rssboard.org/rss-specification. Atom: RFC 4287. What feedgen leaves out or gets wrong (the `rel` of an
entry's links in Atom) is put right by an extension of its own kind.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from markupsafe import escape

from paper_digest.outputs.feeds.entries import Entry, Feed, Links
from paper_digest.shown.cards import Link

with warnings.catch_warnings():
    # feedgen parses dates with dateutil, which warns about its own use of a deprecated function on some versions.
    warnings.simplefilter("ignore", DeprecationWarning)
    from feedgen.entry import FeedEntry
    from feedgen.ext.base import BaseEntryExtension, BaseExtension
    from feedgen.feed import FeedGenerator
    from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
MEDIA_TYPES = {"pdf": "application/pdf"}


class _FeedLinks(BaseExtension):  # type: ignore[misc]  # feedgen ships no types
    """Writes where the archives of a feed are (RFC 5005), of which feedgen knows the links in Atom alone."""

    def __init__(self) -> None:
        self.around: Sequence[tuple[str, str]] = ()
        self.is_archive = False

    def extend_ns(self) -> dict[str, str]:
        """The name spaces of what is written here."""
        return {"fh": HISTORY.strip("{}")}

    def extend_atom(self, feed: Any) -> Any:
        """Put the mark of an archive before the entries."""
        if self.is_archive:
            feed.insert(0, etree.Element(f"{HISTORY}archive"))
        return feed

    def extend_rss(self, rss: Any) -> Any:
        """Put the mark and the links, which are Atom's, before the items."""
        channel = rss.find("channel")
        first = next((place for place, each in enumerate(channel) if each.tag == "item"), len(channel))
        for rel, href in reversed(self.around):
            channel.insert(first, etree.Element(f"{ATOM}link", rel=rel, href=href))
        if self.is_archive:
            channel.insert(first, etree.Element(f"{HISTORY}archive"))
        return rss


class _EntryLinks(BaseEntryExtension):  # type: ignore[misc]  # feedgen ships no types
    """Writes an Atom entry's links with their `rel`, `type` and `title`, which feedgen drops."""

    def __init__(self) -> None:
        self.page = ""
        self.related: Sequence[Link] = ()

    def extend_atom(self, entry: Any) -> Any:
        """Put the entry's page and related links into its element."""
        etree.SubElement(entry, f"{ATOM}link", rel="alternate", type="text/html", href=self.page)
        for link in self.related:
            element = etree.SubElement(entry, f"{ATOM}link", rel="related", title=link.label, href=link.url)
            if link.kind in MEDIA_TYPES:
                element.set("type", MEDIA_TYPES[link.kind])
        return entry


def rss(feed: Feed, links: Links) -> bytes:
    """The feed as RSS 2.0. `links` say where it will be published, and what is around it."""
    generator = _generator(feed, links)
    generator.description(_as_html(feed.description))
    for entry in feed.entries:
        item = _entry(generator, entry)
        item.link(href=entry.page)
        item.guid(entry.guid, permalink=False)
        item.pubDate(entry.published)
        item.description(_as_html(entry.summary))
        item.content(entry.content, type="CDATA")
        if entry.authors:
            item.dc.dc_creator(", ".join(entry.authors))
    return bytes(generator.rss_str(pretty=True)) + b"\n"


def atom(feed: Feed, links: Links) -> bytes:
    """The feed as Atom 1.0. `links` say where it will be published, and what is around it."""
    generator = _generator(feed, links)
    for rel, href in _around(links):
        generator.link(href=href, rel=rel)
    for entry in feed.entries:
        item = _entry(generator, entry)
        item.links.page = entry.page
        item.links.related = entry.links
        item.published(entry.published)
        item.summary(entry.summary)
        item.content(entry.content, type="html")
        for author in entry.authors:
            item.author(name=author)
    return bytes(generator.atom_str(pretty=True)) + b"\n"


def _as_html(words: str) -> str:
    """Plain text for an RSS `description`, which readers take for HTML."""
    return str(escape(words))


def _around(links: Links) -> list[tuple[str, str]]:
    """The links between the documents of a feed."""
    found = {"current": links.current, "prev-archive": links.previous, "next-archive": links.following}
    return [(rel, href) for rel, href in found.items() if href]


def _generator(feed: Feed, links: Links) -> Any:
    generator = FeedGenerator()
    generator.load_extension("dc", atom=False)
    generator.register_extension("links", _FeedLinks, _EntryLinks, atom=True, rss=True)
    generator.links.around = _around(links)
    generator.links.is_archive = links.current is not None
    generator.id(feed.guid)
    generator.title(feed.title)
    generator.description(feed.description)
    generator.subtitle(feed.description)
    generator.author(name=feed.publisher)
    generator.language(feed.language)
    generator.updated(feed.updated)
    generator.lastBuildDate(feed.updated)
    generator.generator("paper-digest")
    generator.docs("https://www.rssboard.org/rss-specification")
    generator.link(href=links.own, rel="self")
    generator.link(href=feed.page, rel="alternate", type="text/html")
    return generator


def _entry(generator: Any, entry: Entry) -> FeedEntry:
    item = generator.add_entry(order="append")
    item.id(entry.guid)
    item.title(entry.title)
    item.updated(entry.updated)
    for term in entry.terms:
        item.category(term=term.label, scheme=term.scheme)
    return item
