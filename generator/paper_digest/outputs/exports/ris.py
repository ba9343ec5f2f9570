"""RIS of all papers and of every category."""

from __future__ import annotations

from collections.abc import Iterator

from paper_digest import urls
from paper_digest.digest.site import Site
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.exports import slices
from paper_digest.shown import citations


def files(site: Site) -> Iterator[Artifact]:
    """The records that papers' pages offer, one below the other."""
    return slices.files(site, urls.RIS, lambda paper: citations.ris(site, paper) + "\r\n")
