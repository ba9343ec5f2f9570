"""What a feed says, whatever its format: made from the same cards as the pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from jinja2 import Environment
from markupsafe import Markup, escape

from paper_digest import urls
from paper_digest.catalog.records import Gone, Issue, News, Paper
from paper_digest.digest.site import Site, midnight
from paper_digest.shown.cards import NEWS_LABELS, Link, card
from paper_digest.urls import Address
from paper_digest.words import prose, text


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

    def shortened(self) -> Entry:
        """The entry with its summary for its content."""
        return replace(self, content=f"<p>{escape(self.summary)}</p>")


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


@dataclass(frozen=True)
class Links:
    """Where one document of a feed stands, and those around it. Only an archive has a `current` one beside itself."""

    own: str
    current: str | None = None
    previous: str | None = None
    """The archive that holds older entries."""
    following: str | None = None
    """The archive that holds newer ones."""


def paper_entry(site: Site, paper: Paper, guid: str, environment: Environment, reason: str | None = None) -> Entry:
    """A paper's entry. An edit moves `updated` alone; the GUID and `published` stay."""
    shown = card(site, paper, reason)
    added = paper.added or site.updated  # only trending papers may have no day
    content = environment.get_template("paper.html.j2").render(
        card=shown, absolute=lambda address: urls.absolute(site.identity.url, address)
    )
    title = text.plain(paper.title)
    return Entry(
        guid=guid,
        title=f"{shown.status}: {title}" if shown.status else title,
        page=urls.absolute(site.identity.url, shown.address),
        published=midnight(added),
        updated=midnight(max(added, paper.updated or added)),
        authors=shown.authors,
        summary=text.plain(shown.summary or text.shortened(shown.abstract or paper.title, 400)),
        content=content,
        terms=_terms(site, paper),
        links=shown.links,
    )


def _terms(site: Site, paper: Paper) -> tuple[Term, ...]:
    """The paper's categories and tags, each with the page that lists all of its kind as its scheme."""
    categories, tags = (urls.absolute(site.identity.url, listing) for listing in (urls.CATEGORIES, urls.TAGS))
    return (
        *(Term(categories, site.category[each].title) for each in paper.categories),
        *(Term(tags, site.tag[each].title) for each in paper.tags),
    )


def news_entry(site: Site, paper: Paper, news: News, guid: str, environment: Environment) -> Entry:
    """What happened to a paper, as an entry of its own."""
    shown = card(site, paper)
    content = environment.get_template("news.html.j2").render(
        news=news, card=shown, absolute=lambda address: urls.absolute(site.identity.url, address)
    )
    return Entry(
        guid=guid,
        title=f"{NEWS_LABELS[news.kind]}: {text.plain(paper.title)}",
        page=urls.absolute(site.identity.url, shown.address),
        published=midnight(news.date),
        updated=midnight(news.date),
        authors=shown.authors,
        summary=text.plain(news.text),
        content=content,
        terms=_terms(site, paper),
        links=shown.links,
    )


def trending_entry(site: Site, paper: Paper, since: date, why: str, guid: str, environment: Environment) -> Entry:
    """A paper that came among the first of a week, and why: told in that week once."""
    return replace(
        paper_entry(site, paper, guid, environment, reason=why),
        title=f"{text.plain(paper.title)} ({why})",
        published=midnight(since),
        updated=midnight(since),
        summary=f"{why[:1].upper()}{why[1:]}",
    )


def issue_entry(site: Site, issue: Issue, guid: str, environment: Environment) -> Entry:
    """An issue's entry: its intro, and its papers with their reasons."""
    cards = [card(site, site.paper[entry.paper], entry.reason) for entry in issue.entries]
    content = environment.get_template("issue.html.j2").render(
        intro=prose.html(issue.intro), cards=cards, absolute=lambda address: urls.absolute(site.identity.url, address)
    )
    return Entry(
        guid=guid,
        title=f"No. {issue.number}: {text.plain(issue.title)}",
        page=urls.absolute(site.identity.url, urls.issue(issue.key)),
        published=midnight(issue.date),
        updated=midnight(issue.date),
        authors=(site.identity.name,),
        summary=text.plain(issue.preheader),
        content=content,
    )


def last_feed(site: Site, gone: Gone, place: Address) -> Feed:
    """The feed of a category or tag that was removed from a place: one entry, which says so."""
    key, day = site.catalog.digest.key, midnight(gone.date)
    title = f"The {gone.kind} {gone.id} has ended"
    page = urls.absolute(site.identity.url, place)
    reason = text.plain(gone.reason)
    guid = urls.guid(key, "gone", f"{gone.kind}:{gone.id}")
    content = str(Markup("<p>{}</p>").format(text.html_unicode(gone.reason)))
    entry = Entry(guid, title, page, day, day, (site.identity.name,), reason, content)
    return Feed(
        guid=urls.guid(key, "feed", f"{gone.kind}:{gone.id}"),
        title=f"{site.identity.name}: {title}",
        description=reason,
        page=page,
        language=site.identity.language,
        publisher=site.identity.name,
        updated=day,
        entries=(entry,),
    )
