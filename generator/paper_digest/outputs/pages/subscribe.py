"""How to get the next issue: by mail, if the digest has a provider that keeps a list, and by feed."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from paper_digest import urls
from paper_digest.catalog.records import EmailSettings
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.pages.desk import Desk, PageHead
from paper_digest.shown import channels

BUTTONDOWN = "https://buttondown.com/api/emails/embed-subscribe/"
CADENCES = {
    "daily": "once a day",
    "weekdays": "once a day from Monday to Friday",
    "weekly": "once a week",
    "monthly": "once a month",
}


@dataclass(frozen=True)
class Form:
    """A form that a provider takes: where it is sent, what goes with the address, and who the provider is."""

    action: str
    provider: str
    hidden: tuple[tuple[str, str], ...] = ()

    @property
    def origin(self) -> str:
        """The site that takes it."""
        parts = urlsplit(self.action)
        return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}"


def pages(desk: Desk) -> list[Artifact]:
    """The page that offers what there is, and no more: without a provider there is no form."""
    site = desk.site
    issues = channels.all_issues(site)
    form = form_of(site.catalog.digest.email)
    ways = "by mail or in a feed reader" if form else "in a feed reader"
    description = f"Get {site.identity.name} {ways}. No account, no tracking."
    head = PageHead("Subscribe", description, "text", feeds=(issues,), forms_to=form.origin if form else "")
    return [
        desk.page(
            urls.SUBSCRIBE,
            head,
            "subscribe.md.j2",
            form=form,
            cadence=CADENCES[site.catalog.digest.issues.cadence],
            size=site.catalog.digest.issues.size,
            latest=site.issues[0] if site.issues else None,
            issues=issues,
            papers=channels.all_papers(site),
            news=channels.all_news(site),
        )
    ]


def form_of(settings: EmailSettings) -> Form | None:
    """The form of the provider that is set: as Buttondown (https://docs.buttondown.com/building-your-subscriber-base)
    and listmonk (its own subscription page) say."""
    if settings.provider == "buttondown" and settings.account:
        return Form(f"{BUTTONDOWN}{settings.account}", "Buttondown", (("embed", "1"),))
    if settings.provider == "listmonk" and settings.server and settings.list:
        return Form(f"{settings.server.rstrip('/')}/subscription/form", "listmonk", (("l", settings.list),))
    return None
