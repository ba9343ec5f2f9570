"""The feeds: which there are, and whether somebody can subscribe to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from paper_digest.digest.opening import examine
from paper_digest.doctor.findings import Finding, fine, missing
from paper_digest.doctor.repository import Repository
from paper_digest.reports import counted
from paper_digest.shown import channels


def findings(root: Path, today: date, _: Repository) -> Iterator[Finding]:
    """What is to be said of the feeds. They come with the site, and need nothing of their own."""
    site = examine(root, today).site
    if site is None:
        return
    dated = [paper for paper in site.papers if paper.added]
    if dated:
        told = counted(len(list(channels.channels(site))), "feeds")
        yield fine(f"{told} come with the site, at {site.identity.url}feeds/")
    else:
        yield missing("No paper is in a feed.", "Give papers the day they came in: `added: 2026-11-24`.")
