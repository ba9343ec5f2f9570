"""A page per issue, and the archive of all of them."""

from __future__ import annotations

from paper_digest import urls
from paper_digest.catalog.records import Issue
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.pages.desk import Desk, PageHead
from paper_digest.shown import channels, structured
from paper_digest.shown.cards import card, shown_day
from paper_digest.words import prose, text


def pages(desk: Desk) -> list[Artifact]:
    """The pages of all issues, and their archive."""
    site = desk.site
    feeds = (channels.all_issues(site),)
    description = f"Every issue of {site.identity.name}, the latest first."
    said = structured.script(structured.periodical(site))
    archive = PageHead("Issues", description, "text", feeds=feeds, structured=said)
    files = [desk.page(urls.ISSUES, archive, "issues.md.j2")]
    later: Issue | None = None
    for position, issue in enumerate(site.issues):
        earlier = site.issues[position + 1] if position + 1 < len(site.issues) else None
        files.append(_page(desk, issue, earlier, later))
        later = issue
    return files


def _page(desk: Desk, issue: Issue, earlier: Issue | None, later: Issue | None) -> Artifact:
    site = desk.site
    title = f"{text.plain(issue.title)} (No. {issue.number}, {shown_day(issue.date)})"
    said = structured.script(structured.publication_issue(site, issue))
    feeds = (channels.all_issues(site),)
    head = PageHead(title, text.plain(issue.preheader), "issue", feeds=feeds, structured=said)
    cards = [card(site, site.paper[entry.paper], entry.reason) for entry in issue.entries]
    intro = prose.html(issue.intro)
    return desk.page(
        urls.issue(issue.key), head, "issue.md.j2", issue=issue, intro=intro, cards=cards, earlier=earlier, later=later
    )
