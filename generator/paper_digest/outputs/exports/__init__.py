"""The catalog for other programs: bibliographies, tables, JSON, plain Markdown, and what crawlers ask for.

Each kind is a module with one function from the Site to its artifacts; a new kind is a module and a line in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from paper_digest.digest.site import Site
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.exports import bibtex, catalog_json, llms, ris, robots, table, twins

KINDS: tuple[Callable[[Site], Iterator[Artifact]], ...] = (
    bibtex.files,
    ris.files,
    table.files,
    catalog_json.files,
    twins.files,
    llms.files,
    robots.files,
)


def exports(site: Site) -> list[Artifact]:
    """All exports of a site."""
    return [artifact for kind in KINDS for artifact in kind(site)]
