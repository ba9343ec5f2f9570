"""The one place that knows feedgen: a Feed in, the bytes of RSS 2.0 or Atom 1.0 out.

RSS: https://www.rssboard.org/rss-specification. Atom: RFC 4287. What feedgen leaves out or gets wrong (the `rel` of an
entry's links in Atom) is put right by an extension of its own kind.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from markupsafe import escape

from generator.cards import Link
from generator.feeds.entries import Entry, Feed

with warnings.catch_warnings():
    # feedgen parses dates with dateutil, which warns about its own use of a deprecated function on some versions.
    warnings.simplefilter("ignore", DeprecationWarning)
    from feedgen.entry import FeedEntry
    from feedgen.ext.base import BaseEntryExtension, BaseExtension
    from feedgen.feed import FeedGenerator
    from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA_TYPES = {"pdf": "application/pdf"}


class _FeedPart(BaseExtension):  # type: ignore[misc]  # feedgen ships no types
    """feedgen asks for an extension of the feed beside that of its entries; there is nothing to add."""


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


def rss(feed: Feed, own_address: str) -> bytes:
    """The feed as RSS 2.0. `own_address` is where it will be published."""
    generator = _generator(feed, own_address)
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


def atom(feed: Feed, own_address: str) -> bytes:
    """The feed as Atom 1.0. `own_address` is where it will be published."""
    generator = _generator(feed, own_address)
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


def _generator(feed: Feed, own_address: str) -> Any:
    generator = FeedGenerator()
    generator.load_extension("dc", atom=False)
    generator.register_extension("links", _FeedPart, _EntryLinks, atom=True, rss=False)
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
    generator.link(href=own_address, rel="self")
    generator.link(href=feed.page, rel="alternate")
    return generator


def _entry(generator: Any, entry: Entry) -> FeedEntry:
    item = generator.add_entry(order="append")
    item.id(entry.guid)
    item.title(entry.title)
    item.updated(entry.updated)
    for term in entry.terms:
        item.category(term=term.label, scheme=term.scheme)
    return item
