"""How a paper is cited: BibTeX, RIS, CSL-JSON, plain text, and the tags by which Scholar and Zotero read a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from paper_digest import urls
from paper_digest.catalog.records import Paper, PartialDate, VenueKind
from paper_digest.digest.site import Site
from paper_digest.shown import cards
from paper_digest.words import text

BIBTEX_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def bibtex(site: Site, paper: Paper) -> str:
    """The paper's BibTeX entry. What is unknown is left out; capitals inside words are kept by braces."""
    fields = {name: value for name, value in _fields(site, paper) if value}
    lines = "".join(f"  {name} = {value},\n" for name, value in fields.items())
    return f"@{_entry_type(site, paper)}{{{paper.id},\n{lines}}}\n"


def citation_year(paper: Paper) -> int | None:
    """The year to cite: of the venue, or else of the preprint."""
    if paper.venue and paper.venue.year:
        return paper.venue.year
    return paper.published.year if paper.published else None


def _issued(paper: Paper) -> PartialDate | None:
    """The date to cite: the year of the venue, or all that is known of a preprint's."""
    if paper.venue is None:
        return paper.published
    year = citation_year(paper)
    return PartialDate(year) if year else None


def _url(paper: Paper) -> str | None:
    """The page to cite."""
    if paper.arxiv:
        return urls.arxiv_page(paper.arxiv)
    return paper.links.page or paper.links.pdf or paper.links.project


def _is_in_journal(site: Site, paper: Paper) -> bool:
    venue = site.venue_of(paper)
    return venue is not None and venue.kind is VenueKind.JOURNAL


def _entry_type(site: Site, paper: Paper) -> str:
    if paper.venue is None:
        return "misc"
    return "article" if _is_in_journal(site, paper) else "inproceedings"


def _fields(site: Site, paper: Paper) -> Iterator[tuple[str, str | None]]:
    yield "title", _braced(_without_entries(_capitals_kept(_latex(paper.title))))
    yield "author", _braced(" and ".join(_bibtex_name(author.name) for author in paper.authors))
    if venue := site.venue_title(paper):
        yield ("journal" if _is_in_journal(site, paper) else "booktitle"), _braced(_latex(venue))
    year = citation_year(paper)
    yield "year", _braced(str(year)) if year else None
    if paper.venue is None and paper.published and paper.published.month:
        yield "month", BIBTEX_MONTHS[paper.published.month - 1]
    yield "doi", _braced(paper.doi or "")  # its form has no braces
    if paper.arxiv:
        yield "eprint", _braced(paper.arxiv)
        yield "archiveprefix", _braced("arXiv")
    yield "url", _braced(_url(paper) or "")
    yield "note", _braced(cards.STATUS_LABELS.get(paper.status, ""))


_SAME_IN_LATEX = re.compile(r"[A-Za-z0-9.,:;()'/-]+(?: [A-Za-z0-9.,:;()'/-]+)*")


def _latex(words: str) -> str:
    """LaTeX that can stand in a field, whether its parser counts escaped braces, as BibTeX does, or not."""
    if _SAME_IN_LATEX.fullmatch(words):
        return words  # as most names are: the encoder is slow
    written = text.latex(words)
    if not _is_balanced(re.sub(r"\\[{}]", "", written)):
        written = text.latex(words.replace("$", " "))  # it is the math: without dollars there is none
    return _without_entries(written)


def _is_balanced(written: str) -> bool:
    depth = 0
    for sign in re.findall(r"[{}]", written):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _without_entries(written: str) -> str:
    """LaTeX in which no at sign stands before a brace: some parsers take that for the next entry."""
    return re.sub(r"@(?=\w*\s*\{)", "{@}", written)


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
    escaped = _latex(name)
    return f"{{{escaped}}}" if re.search(r"\sand\s", escaped) or "," in escaped else escaped


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


# ---- RIS and CSL-JSON ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Name:
    """A name in its parts. One that has no parts, or none that are known, is all `family`."""

    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""


_SUFFIX = r"(?:Jr|Sr)\.?|II|III|IV"
_OF_MANY = re.compile(r"[,&]|\b(?:and|team|group|consortium|collaboration|network|initiative)\b", re.IGNORECASE)
# Where the family name comes first, spaces do not tell which one it is.
_FAMILY_FIRST = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")


@lru_cache(maxsize=4096)
def divided(name: str) -> Name:
    """A name as printed, in the parts into which BibTeX divides it: the family name is the last word, with the
    words before it from the first in lower case on. A suffix is told apart; BibTeX would need commas for that.
    """
    bare = re.sub(rf",(?= (?:{_SUFFIX})$)", "", name)
    words = bare.split()
    suffix = words.pop() if len(words) > 2 and re.fullmatch(_SUFFIX, words[-1]) else ""
    if len(words) < 2 or _OF_MANY.search(bare) or _FAMILY_FIRST.search(bare):
        return Name(name)
    begins = next((at for at in range(1, len(words) - 1) if words[at][0].islower()), len(words) - 1)
    particles = list(takewhile(lambda word: word[0].islower(), words[begins:-1]))
    family = words[begins + len(particles) :]
    return Name(" ".join(family), " ".join(words[:begins]), " ".join(particles), suffix)


def ris(site: Site, paper: Paper) -> str:
    """The paper's record in RIS (https://en.wikipedia.org/wiki/RIS_(file_format)), with its abstract."""
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in _ris_lines(site, paper))


def _ris_lines(site: Site, paper: Paper) -> Iterator[tuple[str, str]]:
    """Tags and values, from `TY` to `ER`; what is unknown is left out."""
    journal = "JOUR" if _is_in_journal(site, paper) else "CPAPER"
    yield "TY", journal if paper.venue else "UNPB"
    yield "ID", paper.id
    yield "TI", text.plain(paper.title)
    for author in paper.authors:
        yield "AU", _ris_name(divided(author.name))
    if venue := site.venue_title(paper):
        yield "T2", venue
    if issued := _issued(paper):
        yield "PY", str(issued.year)
        if issued.month:
            yield "DA", f"{issued.year}/{issued.month:02}/{f'{issued.day:02}' if issued.day else ''}/"
    if paper.doi:
        yield "DO", paper.doi
    if url := _url(paper):
        yield "UR", url
    if paper.abstract:
        yield "AB", text.plain(paper.abstract)
    if note := cards.STATUS_LABELS.get(paper.status):
        yield "N1", note
    yield "ER", ""


def _ris_name(name: Name) -> str:
    """A name as `van der Berg, Jan, Jr.`: commas divide it, so that its own are left out."""
    if not name.given:
        return name.family.replace(",", " ")
    family = f"{name.particle} {name.family}".strip()
    return ", ".join(part for part in (family, name.given, name.suffix) if part)


def csl(site: Site, paper: Paper) -> dict[str, object]:
    """The paper as an item of CSL-JSON 1.0.2 (https://docs.citationstyles.org/en/stable/specification.html).

    Styles have no need of its abstract.
    """
    return {name: value for name, value in _csl_fields(site, paper) if value}


def _csl_fields(site: Site, paper: Paper) -> Iterator[tuple[str, object]]:
    issued = _issued(paper)
    journal = "article-journal" if _is_in_journal(site, paper) else "paper-conference"
    yield "id", paper.id
    yield "type", journal if paper.venue else "article"
    yield "title", text.plain(paper.title)
    yield "author", [_csl_name(divided(author.name)) for author in paper.authors]
    yield "container-title", site.venue_title(paper)
    if issued:
        yield "issued", {"date-parts": [[part for part in (issued.year, issued.month, issued.day) if part]]}
    if paper.arxiv and not paper.venue:
        yield "publisher", "arXiv"
        yield "number", f"arXiv:{paper.arxiv}"
    yield "DOI", paper.doi
    yield "URL", _url(paper)
    yield "note", cards.STATUS_LABELS.get(paper.status)


def _csl_name(name: Name) -> dict[str, str]:
    if not name.given:
        return {"literal": name.family}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {part: value for part, value in parts.items() if value}


# ---- head tags -------------------------------------------------------------------------------------------------------


def head_tags(site: Site, paper: Paper) -> list[tuple[str, str]]:
    """The `citation_*` tags of a paper's page
    (https://scholar.google.com/intl/en/scholar/inclusion.html#indexing), as names and plain values."""
    issued = _issued(paper)
    values = [("citation_title", text.plain(paper.title))]
    values += [("citation_author", author.name) for author in paper.authors]
    if issued:
        values.append(("citation_publication_date", str(issued).replace("-", "/")))
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
