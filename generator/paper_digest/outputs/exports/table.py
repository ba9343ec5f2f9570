"""CSV (RFC 4180) of all papers and of every category: UTF-8, a header, every cell in quotes, texts in plain Unicode."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from paper_digest import urls
from paper_digest.catalog.records import Paper
from paper_digest.digest.site import Site
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.exports import slices
from paper_digest.shown import cards, citations
from paper_digest.words import text

# What spreadsheets take for the beginning of a formula, in wide letters too
# (https://owasp.org/www-community/attacks/CSV_Injection).
FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")
SEPARATOR = "; "
HEADER = (
    *("id", "title", "authors", "venue", "year", "published", "added", "updated", "status", "categories", "tags"),
    *("arxiv", "doi", "link"),
    *cards.LINK_LABELS,
    *("summary", "summary_by", "abstract"),
)
"""The names of the columns. `year` is that of a citation, `link` the paper's page on the site."""


def files(site: Site) -> Iterator[Artifact]:
    """A row for each paper below the header."""
    return slices.files(site, urls.CSV, lambda paper: _row(_cells(site, paper)), head=_row(HEADER))


def _row(cells: Iterable[object]) -> str:
    line = io.StringIO()
    # Quotes also hold a cell together where another sign than the comma divides cells.
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(map(_harmless, cells))
    return line.getvalue()


def _harmless(value: object) -> str:
    """A cell that no spreadsheet runs: an apostrophe before what looks like a formula makes it text."""
    cell = "" if value is None else str(value)
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell


def _cells(site: Site, paper: Paper) -> Iterator[object]:
    """The cells of a row, in the order of the header. Names of lists are ids, as in addresses."""
    links = {link.kind: link.url for link in cards.links(paper)}
    yield from (paper.id, text.plain(paper.title), SEPARATOR.join(author.name for author in paper.authors))
    yield from (site.venue_title(paper), citations.citation_year(paper), paper.published, paper.added, paper.updated)
    yield from (paper.status, SEPARATOR.join(paper.categories), SEPARATOR.join(paper.tags))
    yield from (paper.arxiv, paper.doi, urls.absolute(site.identity.url, urls.paper(paper.id)))
    yield from (links.get(kind) for kind in cards.LINK_LABELS)
    yield from (text.plain(paper.summary.text), paper.summary.by) if paper.summary else ("", "")
    yield text.plain(paper.abstract or "")
