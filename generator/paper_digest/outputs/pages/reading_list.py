"""The reading list: an empty frame, which a script fills with what the reader saved in the browser."""

from __future__ import annotations

from paper_digest import urls
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.pages.desk import Desk, PageHead
from paper_digest.urls import Address

STYLES = Address("assets/css/reading-list.css")


def pages(desk: Desk) -> list[Artifact]:
    """The page of the reading list."""
    description = "The papers that you saved, in your order and with your notes. They stay in this browser."
    head = PageHead("Reading list", description, "reading-list", listed=False, styles=(STYLES,))
    return [desk.page(urls.READING_LIST, head, "reading-list.md.j2")]
