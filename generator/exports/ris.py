"""RIS of all papers and of every category."""

from __future__ import annotations

from collections.abc import Iterator

from generator import citations, urls
from generator.artifacts import Artifact
from generator.exports import slices
from generator.site import Site


def files(site: Site) -> Iterator[Artifact]:
    """The records that papers' pages offer, one below the other."""
    return slices.files(site, urls.RIS, lambda paper: citations.ris(site, paper) + "\r\n")
