"""What crawlers may read, which is everything, and where the sitemap is (RFC 9309, https://www.sitemaps.org)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from paper_digest import urls
from paper_digest.digest.site import Site
from paper_digest.outputs.artifact import Artifact


def files(site: Site) -> Iterator[Artifact]:
    """The one file. Crawlers ask for it at the root of a host, so it counts for a digest that has one of its own."""
    sitemap = urls.absolute(site.identity.url, urls.SITEMAP)
    yield Artifact.doc(urls.ROBOTS, f"User-agent: *\nAllow: /\n\nSitemap: {sitemap}\n")


def sitemap(site: Site, paths: Iterable[str]) -> Artifact:
    """The sitemap of all pages: those of the Markdown files among the paths of all that is generated."""
    addresses = sorted(urls.published_at(path.removeprefix("docs/")) for path in paths if path.endswith(".md"))
    lines = (f"  <url><loc>{escape(urls.absolute(site.identity.url, address))}</loc></url>" for address in addresses)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return Artifact.doc(urls.SITEMAP, "\n".join([head, *lines, "</urlset>\n"]))
