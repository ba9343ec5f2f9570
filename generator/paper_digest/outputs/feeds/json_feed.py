"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from typing import Any

from paper_digest.outputs.feeds.entries import Entry, Feed, Links

VERSION = "https://jsonfeed.org/version/1.1"


def written(feed: Feed, links: Links) -> bytes:
    """The feed as JSON. What the format calls the next page is the archive with older entries."""
    document = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": links.own,
        "description": feed.description,
        "next_url": links.previous,
        "authors": [{"name": feed.publisher}],
        "language": feed.language,
        "items": [_item(entry) for entry in feed.entries],
    }
    return (json.dumps(_known(document), ensure_ascii=False, indent=1) + "\n").encode()


def _item(entry: Entry) -> dict[str, Any]:
    return _known(
        {
            "id": entry.guid,
            "url": entry.page,
            "title": entry.title,
            "content_html": entry.content,
            "summary": entry.summary,
            "date_published": entry.published.isoformat(),
            "date_modified": entry.updated.isoformat(),
            "authors": [{"name": name} for name in entry.authors],
            "tags": list(dict.fromkeys(term.label for term in entry.terms)),
            "attachments": [
                {"url": link.url, "mime_type": "application/pdf", "title": link.label}
                for link in entry.links
                if link.kind == "pdf"
            ],
        }
    )


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """What is known; the items stay, even if there are none."""
    return {name: value for name, value in values.items() if value or name == "items"}
