"""How a paper is cited: BibTeX, plain text, and the tags by which Scholar and Zotero read a page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator import text, urls
from generator.catalog.models import Paper, VenueKind
from generator.site import Site

BIBTEX_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def bibtex(site: Site, paper: Paper) -> str:
    """The paper's BibTeX entry. What is unknown is left out; capitals inside words are kept by braces."""
    fields = {name: value for name, value in _fields(site, paper) if value}
    lines = "".join(f"  {name} = {value},\n" for name, value in fields.items())
    return f"@{_entry_type(site, paper)}{{{paper.id},\n{lines}}}\n"


def _is_in_journal(site: Site, paper: Paper) -> bool:
    venue = site.venue_of(paper)
    return venue is not None and venue.kind is VenueKind.JOURNAL


def _entry_type(site: Site, paper: Paper) -> str:
    if paper.venue is None:
        return "misc"
    return "article" if _is_in_journal(site, paper) else "inproceedings"


def _fields(site: Site, paper: Paper) -> Iterator[tuple[str, str | None]]:
    yield "title", _braced(_capitals_kept(text.latex(paper.title)))
    yield "author", _braced(" and ".join(_bibtex_name(author.name) for author in paper.authors))
    if venue := site.venue_title(paper):
        yield ("journal" if _is_in_journal(site, paper) else "booktitle"), _braced(text.latex(venue))
    year = citation_year(paper)
    yield "year", _braced(str(year)) if year else None
    if paper.venue is None and paper.published and paper.published.month:
        yield "month", BIBTEX_MONTHS[paper.published.month - 1]
    yield "doi", _braced(paper.doi or "")  # its form has no braces
    if paper.arxiv:
        yield "eprint", _braced(paper.arxiv)
        yield "archiveprefix", _braced("arXiv")
        yield "url", _braced(urls.arxiv_page(paper.arxiv))
    elif page := paper.links.page or paper.links.pdf or paper.links.project:
        yield "url", _braced(page)


def _braced(value: str) -> str:
    return f"{{{value}}}" if value else ""


def _capitals_kept(title: str) -> str:
    """BibTeX styles lower titles: a word with a capital behind its first letter keeps its capitals in braces."""
    parts = re.split(r"(\$[^$]*\$|\\[A-Za-z]+(?:\{\})?|\\.(?:\{\w\}|\w)?)", title)
    kept = (
        part if part.startswith(("$", "\\")) else re.sub(r"\w[\w-]*[A-Z][\w-]*", r"{\g<0>}", part) for part in parts
    )
    return "".join(kept)


def _bibtex_name(name: str) -> str:
    """A name whose own " and " cannot divide it."""
    escaped = text.latex(name)
    return f"{{{escaped}}}" if re.search(r"\sand\s", escaped) or "," in escaped else escaped


def citation_year(paper: Paper) -> int | None:
    """The year to cite: of the venue, or else of the preprint."""
    if paper.venue and paper.venue.year:
        return paper.venue.year
    return paper.published.year if paper.published else None


def plain_citation(site: Site, paper: Paper) -> str:
    """The paper as one line of a reference list."""
    year = citation_year(paper)
    parts = [
        ", ".join(author.name for author in paper.authors),
        text.plain(paper.title),
        site.venue_title(paper) or "",
        str(year) if year else "",
        f"arXiv:{paper.arxiv}" if paper.arxiv else "",
        f"doi:{paper.doi}" if paper.doi else "",
    ]
    return " ".join(part if part[-1] in ".?!" else f"{part}." for part in parts if part)


def head_tags(site: Site, paper: Paper) -> list[tuple[str, str]]:
    """The `citation_*` tags of a paper's page
    (https://scholar.google.com/intl/en/scholar/inclusion.html#indexing), as names and plain values."""
    published = str(paper.published).replace("-", "/") if paper.published else None
    year = citation_year(paper)
    values = [("citation_title", text.plain(paper.title))]
    values += [("citation_author", author.name) for author in paper.authors]
    if year:
        values.append(("citation_publication_date", published if published and not paper.venue else str(year)))
    if venue := site.venue_title(paper):
        values.append(("citation_journal_title" if _is_in_journal(site, paper) else "citation_conference_title", venue))
    if paper.doi:
        values.append(("citation_doi", paper.doi))
    if paper.arxiv:
        values.append(("citation_arxiv_id", paper.arxiv))
    pdf = paper.links.pdf or (urls.arxiv_pdf(paper.arxiv) if paper.arxiv else None)
    if pdf:
        values.append(("citation_pdf_url", str(pdf)))
    return values
