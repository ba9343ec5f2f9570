"""What stands at addresses that were given up: a way on to where a thing stands now, or a notice why it went."""

from __future__ import annotations

from paper_digest import urls
from paper_digest.catalog.records import Gone, GoneKind
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.pages.desk import Desk, PageHead
from paper_digest.urls import Address

_ADDRESS_OF = {
    GoneKind.PAPER: urls.paper,
    GoneKind.CATEGORY: urls.category,
    GoneKind.TAG: urls.tag,
    GoneKind.ISSUE: urls.issue,
}


def pages(desk: Desk) -> list[Artifact]:
    """Redirects from former addresses, and the notices of what was removed."""
    return [
        *(_redirect(desk, here, title, there) for here, (title, there) in desk.site.moved.items()),
        *(_notice(desk, gone) for gone in desk.site.catalog.gone),
    ]


def _redirect(desk: Desk, here: Address, title: str, there: Address) -> Artifact:
    """Readers, and the links of others, are led on."""
    target = urls.absolute(desk.site.identity.url, there)
    page = desk.render("redirect.html.j2", here, title=title, there=there, target=target)
    return Artifact.doc(f"{here}index.html", page)


def _notice(desk: Desk, gone: Gone) -> Artifact:
    head = PageHead(f"Removed: {gone.kind} {gone.id}", gone.reason, "text", listed=False)
    return desk.page(_ADDRESS_OF[gone.kind](gone.id), head, "gone.md.j2", gone=gone)
