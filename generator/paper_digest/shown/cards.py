"""The card: one view of a paper, the same for page, feed and mail. It holds plain values; templates escape them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from paper_digest import urls
from paper_digest.catalog.records import NewsKind, Paper, PartialDate, Status, SummaryBy
from paper_digest.digest.site import Site
from paper_digest.urls import Address

NAMED_AUTHORS = 3
SHORT_TITLE = 40
MONTHS = "January February March April May June July August September October November December".split()
LINK_LABELS = {
    kind: kind.upper() if kind == "pdf" else kind.capitalize()
    for kind in ("pdf", "code", "data", "model", "project", "page", "demo", "slides", "video", "poster")
}
PREPRINT = "Preprint"
NEWS_LABELS = {
    NewsKind.PUBLISHED: "Published",
    NewsKind.CORRECTED: "Corrected",
    NewsKind.RETRACTED: "Retracted",
    NewsKind.NOTE: "Note",
}
STATUS_LABELS = {Status.CORRECTED: "Corrected", Status.RETRACTED: "Retracted", Status.WITHDRAWN: "Withdrawn"}


@dataclass(frozen=True)
class Named:
    """Something with a title and an address on the site."""

    title: str
    address: Address


@dataclass(frozen=True)
class Link:
    """A link out of the site."""

    label: str
    url: str
    kind: str


@dataclass(frozen=True)
class Card:
    """What a reader sees of a paper in a list."""

    id: str
    address: Address
    title: str
    hue: int
    category: Named | None
    categories: tuple[Named, ...]
    venue: str | None
    venue_address: Address | None
    is_preprint: bool
    """Whether it is on arXiv, and known to be published nowhere else."""
    date: str | None
    machine_date: str | None
    authors: tuple[str, ...]
    summary: str | None
    by_machine: bool
    abstract: str | None
    tags: tuple[Named, ...]
    links: tuple[Link, ...]
    status: str | None
    reason: str | None = None

    @property
    def place(self) -> str | None:
        """Where it was published: the venue, or that it is a preprint."""
        return self.venue or (PREPRINT if self.is_preprint else None)

    @property
    def has_code(self) -> bool:
        """Whether its code is published."""
        return any(link.kind == "code" for link in self.links)

    @property
    def first_authors(self) -> tuple[str, ...]:
        """The authors named on a card: all of them when that is hardly longer."""
        return self.authors if len(self.authors) <= NAMED_AUTHORS + 1 else self.authors[:NAMED_AUTHORS]

    @property
    def further_authors(self) -> int:
        """How many authors are not named."""
        return len(self.authors) - len(self.first_authors)


def card(site: Site, paper: Paper, reason: str | None = None) -> Card:
    """The card of a paper; in an issue with the reason why it is there."""
    categories = tuple(
        Named(site.category[each].title, urls.category(each)) for each in paper.categories if each in site.category
    )
    return Card(
        id=paper.id,
        address=urls.paper(paper.id),
        title=paper.title,
        hue=site.hues.get(paper.categories[0], 1) if paper.categories else 1,
        category=categories[0] if categories else None,
        categories=categories,
        venue=venue_label(paper),
        venue_address=urls.venue(paper.venue.name) if paper.venue else None,
        is_preprint=bool(paper.arxiv and not paper.venue),
        date=shown_date(paper.published) if paper.published else None,
        machine_date=str(paper.published) if paper.published else None,
        authors=tuple(author.name for author in paper.authors),
        summary=paper.summary.text if paper.summary else None,
        by_machine=bool(paper.summary and paper.summary.by is SummaryBy.MACHINE),
        abstract=paper.abstract,
        tags=tuple(Named(site.tag[each].title, urls.tag(each)) for each in paper.tags if each in site.tag),
        links=links(paper),
        status=STATUS_LABELS.get(paper.status),
        reason=reason,
    )


def links(paper: Paper) -> tuple[Link, ...]:
    """A paper's links out, the text itself first."""
    present = paper.links.present()
    if "pdf" not in present and paper.arxiv:
        present["pdf"] = urls.arxiv_pdf(paper.arxiv)
    return tuple(Link(label, present[kind], kind) for kind, label in LINK_LABELS.items() if kind in present)


def short_title(paper: Paper) -> str:
    """What a paper is called for short: the title up to its colon, if that is not nearly all of it."""
    head, colon, _ = paper.title.partition(": ")
    return head if colon and len(head) <= SHORT_TITLE else paper.title


def venue_label(paper: Paper) -> str | None:
    """Venue and year, as `ICLR 2025`."""
    if paper.venue is None:
        return None
    return f"{paper.venue.name} {paper.venue.year}" if paper.venue.year else paper.venue.name


def shown_date(when: PartialDate) -> str:
    """A date as readers see it: `2024`, `Oct 2024` or `7 Oct 2024`."""
    month = MONTHS[when.month - 1][:3] if when.month else None
    return " ".join(str(part) for part in (when.day, month, when.year) if part)


def shown_day(day: date) -> str:
    """A day in full, as `24 November 2026`, in English whatever the machine's language."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
