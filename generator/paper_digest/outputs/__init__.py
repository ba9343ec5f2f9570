"""The kinds of output: each makes Artifacts of a Site, knows neither disk nor clock, and none of the others."""

from __future__ import annotations

from paper_digest.digest.site import Site
from paper_digest.outputs import artifact as artifacts
from paper_digest.outputs.artifact import Artifact


def outputs(site: Site) -> list[Artifact]:
    """Every file that is generated of a site."""
    from paper_digest.outputs.emails import emails
    from paper_digest.outputs.exports import exports
    from paper_digest.outputs.exports.robots import sitemap
    from paper_digest.outputs.feeds import feeds
    from paper_digest.outputs.pages import pages
    from paper_digest.outputs.search import documents
    from paper_digest.outputs.share import images

    made = artifacts.gather(kind(site) for kind in (pages, feeds, emails, exports, documents, images))
    return [*made, sitemap(site, (artifact.path for artifact in made))]
