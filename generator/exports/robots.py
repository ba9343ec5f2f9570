"""What crawlers may read, which is everything, and where the sitemap is (RFC 9309, https://www.sitemaps.org)."""

from __future__ import annotations

from collections.abc import Iterator

from generator import urls
from generator.artifacts import Artifact
from generator.site import Site


def files(site: Site) -> Iterator[Artifact]:
    """The one file. Crawlers ask for it at the root of a host, so it counts for a digest that has one of its own."""
    sitemap = urls.absolute(site.identity.url, urls.SITEMAP)
    yield Artifact.doc(urls.ROBOTS, f"User-agent: *\nAllow: /\n\nSitemap: {sitemap}\n")
