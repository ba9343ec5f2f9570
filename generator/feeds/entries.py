"""What a feed says, whatever its format: made from the same cards as the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment
from markupsafe import Markup

from generator import prose, text, urls
from generator.cards import Link, card
from generator.catalog.models import Gone, Issue, Paper
from generator.site import Site, midnight


@dataclass(frozen=True)
class Term:
    """A category of an entry: the scheme that it is of, and how it is shown."""

    scheme: str
    label: str


@dataclass(frozen=True)
class Entry:
    """One paper or issue in a feed. `summary` is plain text, `content` HTML."""

    guid: str
    title: str
    page: str
    published: datetime
    updated: datetime
    authors: tuple[str, ...]
    summary: str
    content: str
    terms: tuple[Term, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Feed:
    """A feed, before it takes a format."""

    guid: str
    title: str
    description: str
    page: str
    language: str
    publisher: str
    updated: datetime
    entries: tuple[Entry, ...]


def paper_entry(site: Site, paper: Paper, environment: Environment) -> Entry:
    """A paper's entry. An edit moves `updated` alone; the GUID and `published` stay."""
    shown = card(site, paper)
    added = paper.added
    assert added is not None, "channels hold dated papers only"
    content = environment.get_template("paper.html.j2").render(
        card=shown, absolute=lambda address: urls.absolute(site.identity.url, address)
    )
    title = text.plain(paper.title)
    return Entry(
        guid=urls.guid(site.catalog.digest.key, "paper", paper.id),
        title=f"{shown.status}: {title}" if shown.status else title,
        page=urls.absolute(site.identity.url, shown.address),
        published=midnight(added),
        updated=midnight(max(added, paper.updated or added)),
        authors=shown.authors,
        summary=text.plain(shown.summary or text.shortened(shown.abstract or paper.title, 400)),
        content=content,
        terms=tuple(
            Term(urls.absolute(site.identity.url, urls.CATEGORIES), site.category[category].title)
            for category in paper.categories
        ),
        links=shown.links,
    )


def issue_entry(site: Site, issue: Issue, environment: Environment) -> Entry:
    """An issue's entry: its intro, and its papers with their reasons."""
    cards = [card(site, site.paper[entry.paper], entry.reason) for entry in issue.entries]
    content = environment.get_template("issue.html.j2").render(
        intro=prose.html(issue.intro), cards=cards, absolute=lambda address: urls.absolute(site.identity.url, address)
    )
    return Entry(
        guid=urls.guid(site.catalog.digest.key, "issue", issue.key),
        title=f"No. {issue.number}: {text.plain(issue.title)}",
        page=urls.absolute(site.identity.url, urls.issue(issue.key)),
        published=midnight(issue.date),
        updated=midnight(issue.date),
        authors=(site.identity.name,),
        summary=text.plain(issue.preheader),
        content=content,
    )


def last_feed(site: Site, gone: Gone) -> Feed:
    """The feed of a category that was removed: one entry, which says so."""
    key, day = site.catalog.digest.key, midnight(gone.date)
    title = f"The category {gone.id} has ended"
    page = urls.absolute(site.identity.url, urls.category(gone.id))
    reason = text.plain(gone.reason)
    guid = urls.guid(key, "gone", f"{gone.kind}:{gone.id}")
    content = str(Markup("<p>{}</p>").format(text.html_unicode(gone.reason)))
    entry = Entry(guid, title, page, day, day, (site.identity.name,), reason, content)
    return Feed(
        guid=urls.guid(key, "feed", f"category:{gone.id}"),
        title=f"{site.identity.name}: {title}",
        description=reason,
        page=page,
        language=site.identity.language,
        publisher=site.identity.name,
        updated=day,
        entries=(entry,),
    )
