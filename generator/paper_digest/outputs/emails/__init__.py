"""Every issue as email: inlined HTML, plain text, and a complete `.eml` made of both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from jinja2 import Environment
from markupsafe import Markup

from paper_digest import urls
from paper_digest.catalog.records import Issue
from paper_digest.digest.site import Site
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.emails import layout, message
from paper_digest.outputs.emails.message import Letter
from paper_digest.outputs.theme import html_environment, source, text_environment
from paper_digest.shown.cards import Card, card, shown_day
from paper_digest.words import prose, text

BUDGET = 90_000
"""Bytes that the encoded HTML should stay under: mail clients clip a little above 100,000."""
LEVELS = ("full", "summary", "title")


@dataclass(frozen=True)
class Size:
    """How large an issue's letter is, and how much of its papers found room in it."""

    encoded: int
    """Bytes of the HTML part as it travels."""
    level: str
    """The fullness of every paper, one of LEVELS."""
    left_out: int
    """How many papers are only counted, as "more on the web"."""


def size_of(site: Site, issue: Issue) -> Size:
    """The size of an issue's letter. The issue need not be one of the site's; its papers must be."""
    return _MailDesk(site).size(issue)


def letter_of(site: Site, issue: Issue, unsubscribe: str | None = None) -> Letter:
    """An issue as a letter, with another address at which a reader leaves the list than that of the settings.

    The issue need not be one of the site's; its papers must be.
    """
    return _MailDesk(site, unsubscribe)._letter(issue)


def emails(site: Site) -> list[Artifact]:
    """The three files of every issue, named after its date."""
    desk = _MailDesk(site)
    return [artifact for issue in site.catalog.issues for artifact in desk.files(issue)]


class _MailDesk:
    def __init__(self, site: Site, unsubscribe: str | None = None) -> None:
        self.site = site
        self._leave_at = unsubscribe
        folder = site.templates / "email"
        self._html: Environment = html_environment(folder)
        self._text: Environment = text_environment(folder)
        self._text.filters["wrapped"] = layout.wrapped
        self._inline = layout.inliner(source(self._html, "email.css"))
        self._media = source(self._html, "media.css")

    def files(self, issue: Issue) -> Iterator[Artifact]:
        letter = self._letter(issue)
        yield Artifact.mail(f"{issue.key}.html", letter.html)
        yield Artifact.mail(f"{issue.key}.txt", letter.text)
        yield Artifact.mail(f"{issue.key}.eml", message.eml(letter))

    def size(self, issue: Issue) -> Size:
        return self._fitting(issue, self._values(issue))[1]

    def _values(self, issue: Issue) -> dict[str, object]:
        site = self.site
        return {
            "site": site,
            "identity": site.identity,
            "issue": issue,
            "day": shown_day(issue.date),
            "cards": [card(site, site.paper[entry.paper], entry.reason) for entry in issue.entries],
            "absolute": partial(urls.absolute, site.identity.url),
            "urls": urls,
            "unsubscribe": self._unsubscribe_page,
            "postal_address": site.catalog.digest.email.address,
        }

    def _letter(self, issue: Issue) -> Letter:
        site = self.site
        settings = site.catalog.digest.email
        values = self._values(issue)
        return Letter(
            subject=text.plain(issue.subject),
            sender_name=self._sender[0],
            sender_address=self._sender[1],
            date=issue.date,
            message_id=urls.message_id(site.catalog.digest.key, issue.key, site.identity.host),
            unsubscribe=self._unsubscribe_page,
            one_click=self._leave_at is not None or (bool(settings.unsubscribe_url) and not self._is_for_each),
            html=self._fitting(issue, values)[0],
            text=layout.tidy(
                self._text.get_template("issue.txt.j2").render(intro=prose.paragraphs(issue.intro), **values)
            ),
        )

    @property
    def _sender(self) -> tuple[str, str]:
        """The name and address that letters come from: those of the settings, or else made from the site's."""
        site = self.site
        configured = site.catalog.digest.email.sender
        if configured is None:
            return site.identity.name.replace("=?", ""), f"digest@{site.identity.host}"
        name, _, address = configured.rpartition(" ")
        return name.strip(), address.strip("<>")

    @property
    def _unsubscribe_page(self) -> str:
        site = self.site
        configured = site.catalog.digest.email.unsubscribe_url
        if self._leave_at:
            return self._leave_at
        # Of whom a preview is for nobody can say.
        return configured if configured and not self._is_for_each else urls.absolute(site.identity.url, urls.SUBSCRIBE)

    @property
    def _is_for_each(self) -> bool:
        """Whether the address at which one leaves differs from reader to reader."""
        return "{" in (self.site.catalog.digest.email.unsubscribe_url or "")

    def _fitting(self, issue: Issue, values: dict[str, object]) -> tuple[str, Size]:
        """The fullest HTML within the budget, or else the shortest there is; and its size."""
        for html, level, left_out in self._ever_shorter(issue, values):
            size = Size(message.encoded_size(html), level, left_out)
            if size.encoded <= BUDGET:
                break
        return html, size

    def _ever_shorter(self, issue: Issue, values: dict[str, object]) -> Iterator[tuple[str, str, int]]:
        """Less of every paper, then fewer papers and a count of the rest; each with its level and that count.

        When an intro alone is too long, the preheader stands in its place.
        """
        cards = values["cards"]
        assert isinstance(cards, list)
        for level in LEVELS:
            yield self._render_html(issue, values, cards, level), level, 0
        while len(cards) > 1:
            cards = cards[: -max(1, len(cards) // 10)]
            yield self._render_html(issue, values, cards, LEVELS[-1]), LEVELS[-1], len(issue.entries) - len(cards)
        intro = Markup("<p>{}</p>").format(issue.preheader)
        shortest = self._render_html(issue, values, cards, LEVELS[-1], intro=intro)
        yield shortest, LEVELS[-1], len(issue.entries) - len(cards)

    def _render_html(
        self, issue: Issue, values: dict[str, object], cards: list[Card], level: str, intro: Markup | None = None
    ) -> str:
        template = self._html.get_template("issue.html.j2")
        shown = {**values, "cards": cards, "left_out": len(issue.entries) - len(cards), "level": level}
        return self._inline(template.render(intro=intro or prose.html(issue.intro), media=self._media, **shown))
