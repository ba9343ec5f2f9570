"""What entries are about: papers, issues, what happened to papers, and what trends; and the entry of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment

from paper_digest import urls
from paper_digest.catalog.records import Issue, News, Paper
from paper_digest.digest.site import Site
from paper_digest.outputs.feeds.entries import Entry, issue_entry, news_entry, paper_entry, trending_entry
from paper_digest.shown.channels import Channel, Content
from paper_digest.shown.trending import Arrival, Trending


@dataclass(frozen=True)
class Happening:
    """Something that happened to a paper, and which of the day's it is, should several be of one kind."""

    paper: Paper
    news: News
    number: int

    @property
    def identity(self) -> str:
        """What its GUID is made from: its text may be corrected."""
        told = f"{self.paper.id}:{self.news.date}:{self.news.kind}"
        return told if self.number == 1 else f"{told}:{self.number}"


Subject = Paper | Issue | Happening | Arrival


def subjects_of(site: Site, channel: Channel) -> Sequence[Subject]:
    """All that a channel is about, the latest first."""
    if channel.content is Content.ISSUES:
        return site.issues
    if channel.content is Content.TRENDING:
        return Trending(site, site.catalog.metrics).arrivals()
    return happenings(site) if channel.content is Content.NEWS else channel.papers


def happenings(site: Site) -> list[Happening]:
    """All that happened to papers, the latest first."""
    found = []
    counted: Counter[tuple[str, object, object]] = Counter()
    for paper, news in site.news:
        counted[paper.id, news.date, news.kind] += 1
        found.append(Happening(paper, news, counted[paper.id, news.date, news.kind]))
    return found


def guid_of(site: Site, subject: Subject) -> str:
    """The permanent identity of an entry."""
    key = site.catalog.digest.key
    if isinstance(subject, Paper):
        return urls.guid(key, "paper", subject.id)
    if isinstance(subject, Issue):
        return urls.guid(key, "issue", subject.key)
    if isinstance(subject, Arrival):
        return urls.guid(key, "trending", f"{subject.paper.id}:{subject.week}")
    return urls.guid(key, "news", subject.identity)


def entry_of(site: Site, subject: Subject, environment: Environment) -> Entry:
    """The entry of a subject. `environment` has the templates of feeds."""
    guid = guid_of(site, subject)
    if isinstance(subject, Paper):
        return paper_entry(site, subject, guid, environment)
    if isinstance(subject, Issue):
        return issue_entry(site, subject, guid, environment)
    if isinstance(subject, Arrival):
        return trending_entry(site, subject.paper, subject.since, subject.why, guid, environment)
    return news_entry(site, subject.paper, subject.news, guid, environment)
