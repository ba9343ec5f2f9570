"""What every kind of page is made with: templates, cards, and the frame of a Markdown file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import yaml
from jinja2 import Environment
from markupsafe import Markup, escape

from paper_digest import urls
from paper_digest.catalog.records import Category, Paper
from paper_digest.digest.site import Site
from paper_digest.outputs import share
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.theme import html_environment
from paper_digest.shown.cards import Card, card, shown_date, shown_day
from paper_digest.shown.channels import Channel
from paper_digest.shown.related import Neighbours
from paper_digest.shown.shelves import Shelves
from paper_digest.urls import Address

TEMPLATES = "pages"


@dataclass(frozen=True)
class PageHead:
    """What stands in a page's front matter, as plain text: it is escaped on its way into the file."""

    title: str
    description: str
    kind: str
    template: str = "main.html"
    feeds: tuple[Channel, ...] = ()
    listed: bool = True
    """Whether search engines may list it."""
    subject: Paper | Category | None = None
    """What it is about: that chooses the picture that is shown beside links to it."""
    tags: Sequence[tuple[str, str]] = ()
    """Names and contents of `meta` elements."""
    structured: Markup | None = None
    """What it says to search engines, as an element."""
    twin: Address | None = None
    """The same page as Markdown."""
    forms_to: str = ""
    """The site to which its form sends what is written into it, if that is another one."""
    styles: tuple[Address, ...] = ()
    """Style sheets beside the one of all pages."""


class Desk:
    """Renders the pages of one site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.shelves = Shelves(site)
        self._cards: dict[str, Card] = {}

    @cached_property
    def neighbours(self) -> Neighbours:
        """Which papers are related."""
        return Neighbours(self.site)

    @cached_property
    def _environment(self) -> Environment:
        environment = html_environment(self.site.templates / TEMPLATES)
        environment.globals.update(
            site=self.site,
            identity=self.site.identity,
            urls=urls,
            shown_day=shown_day,
            shown_date=shown_date,
            by_mail=self.site.catalog.digest.email.provider != "none",
        )
        return environment

    def card(self, paper: Paper) -> Card:
        """The card of a paper, made once."""
        if paper.id not in self._cards:
            self._cards[paper.id] = card(self.site, paper)
        return self._cards[paper.id]

    def cards(self, papers: Sequence[Paper]) -> list[Card]:
        """The cards of papers, in their order."""
        return [self.card(paper) for paper in papers]

    def render(self, template: str, here: Address, **values: Any) -> Markup:
        """A template rendered for the page at `here`: it gets `link`, which makes links that hold from there."""
        rendered = self._environment.get_template(template).render(
            here=here, link=partial(urls.relative, here), **values
        )
        return Markup(rendered)  # noqa: S704 - the environment escapes

    def page(self, here: Address, head: PageHead, template: str, **values: Any) -> Artifact:
        """A Markdown file: front matter, and a template's output."""
        matter = yaml.safe_dump(
            _front_matter(head, self._head(here, head)), sort_keys=False, allow_unicode=True, width=10_000
        )
        body = self.render(template, here, **values)
        return Artifact.doc(urls.markdown_file(here), f"---\n{matter}---\n\n{body.strip()}\n")

    def _head(self, here: Address, head: PageHead) -> Markup:
        """What is put into the page's head as it stands."""
        return self.render(
            "head.html.j2",
            here,
            head=head,
            image=share.image_for(self.site, head.subject),
            image_words=share.words_for(self.site, head.subject),
            image_size=(share.WIDTH, share.HEIGHT),
        )


def _front_matter(head: PageHead, fragment: Markup) -> dict[str, Any]:
    """Everything here is escaped: MkDocs' templates print it as it stands."""
    matter: dict[str, Any] = {
        "title": str(escape(head.title)),
        "description": str(escape(head.description)),
        "kind": head.kind,
        "template": head.template,
    }
    if head.feeds:
        matter["feeds"] = [
            {"title": str(escape(channel.title)), "listing": str(channel.listing)} for channel in head.feeds
        ]
    if not head.listed:
        matter["robots"] = "noindex"
    if head.forms_to:
        matter["forms_to"] = head.forms_to
    if head.styles:
        matter["styles"] = list(head.styles)
    matter["head"] = str(fragment)
    return matter
