"""References in BibTeX and BibLaTeX."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from generator.catalog.models import Author, Links, PartialDate
from generator.importers import found
from generator.importers.found import Found, Say

if TYPE_CHECKING:
    from bibtexparser.library import Library
    from bibtexparser.model import Entry

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_PIECE = r"(?:\{[^{}]*\}|\"[^\"]*\"|[^\s\"{}#,]+)"
_PIECES = re.compile(rf"{_PIECE}(?:\s*#\s*{_PIECE})*")

Fields = Mapping[str, str]


def read(text: str, name: str, say: Say = found.nothing) -> list[Found]:
    """The papers of a file that is called `name`; `say` is told of entries that are broken or have no title."""
    library = _parsed(text)
    strings = {key.lower(): _value(string.value, {}) for key, string in library.strings_dict.items()}
    papers = []
    for entry in _entries(library, name, say):
        line = (entry.start_line or 0) + 1
        if paper := _paper(_fields(entry, strings), f"line {line} of {name}", line):
            papers.append(paper)
        else:
            say(f"line {line} of {name}: the entry has no title; it was passed over")
    return papers


def _parsed(text: str) -> Library:
    """The blocks of a file as they are written."""
    from bibtexparser.entrypoint import parse_string

    # What the parser logs is told again by `_entries`, in our words.
    logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
    return parse_string(text, parse_stack=[])


def _entries(library: Library, name: str, say: Say) -> Iterator[Entry]:
    """The entries in their order. A key or field that stands twice does no harm here."""
    from bibtexparser.model import Entry, ParsingFailedBlock

    for block in library.blocks:
        entry = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else block
        if isinstance(entry, Entry):
            yield entry
        elif entry is None:
            line = (block.start_line or 0) + 1
            say(f"line {line} of {name}: the entry is broken, perhaps for want of a brace or comma; it was passed over")


def _fields(entry: Entry, strings: Mapping[str, str]) -> Fields:
    """The fields by name: without what encloses them, and with what the names of @string stand for."""
    fields: dict[str, str] = {}
    for field in entry.fields:
        fields.setdefault(field.key.lower(), _value(str(field.value), strings))
    return fields


def _value(written: str, strings: Mapping[str, str]) -> str:
    """The value of a field, of one piece or of several that are joined by `#`."""
    if not _PIECES.fullmatch(written):
        return _opened(written)
    return "".join(strings.get(piece.lower(), _opened(piece)) for piece in re.findall(_PIECE, written))


def _opened(piece: str) -> str:
    piece = piece.strip()
    return piece[1:-1] if piece[:1] + piece[-1:] in {"{}", '""'} else piece


def _paper(said: Fields, source: str, line: int) -> Found | None:
    venue = said.get("booktitle") or said.get("journal") or said.get("journaltitle") or ""
    return found.reference(
        source,
        title=plain(said.get("title", "")),
        authors=found.authors(_authors(said.get("author", ""))),
        abstract=plain(said.get("abstract", "")),
        venue_name=plain(venue),
        issued=_issued(said),
        doi_of=_address(said.get("doi", "")),
        arxiv=_arxiv(said, venue),
        urls=[_address(said.get("url", ""))],
        links_of={kind: _address(said[kind]) for kind in Links.model_fields if kind in said},
        at_line=line,
    )


def _authors(written: str) -> Iterator[Author | None]:
    """Names as printed. What stands in braces is one name, whatever is in it; “and others” is nobody."""
    from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names

    guarded = re.sub(r"(?<!\S)(?=\\)", "{}", written)  # the splitter loses a backslash at the beginning of a name
    for name in split_multiple_persons_names(guarded):
        if name.strip().lower() != "others":
            yield found.author(plain(parse_single_name_into_parts(name, strict=False).merge_first_name_first))


def _arxiv(said: Fields, venue: str) -> str | None:
    """The arXiv id from `eprint`, or from “arXiv preprint arXiv:…” or “CoRR abs/…” in the place of a journal."""
    archive = said.get("archiveprefix") or said.get("eprinttype") or "arxiv"
    if archive.lower() == "arxiv" and (given := found.arxiv_id_in(said.get("eprint", ""))):
        return given
    is_preprint = re.match(r"arxiv|corr\b", venue, re.IGNORECASE)
    return found.arxiv_id_in(f"{venue} {said.get('volume', '')}") if is_preprint else None


def _issued(said: Fields) -> PartialDate | None:
    if exact := found.partial_date(said.get("date", "").partition("/")[0]):
        return exact
    year = found.year(said.get("year"))
    return PartialDate(year, _month(said.get("month", "").lower())) if year else None


def _month(written: str) -> int | None:
    """The number of a month, from `nov`, `November`, `11` or, with a day, `15~nov`."""
    named = re.search("|".join(_MONTHS), written)
    if named:
        return _MONTHS.index(named.group()) + 1
    return int(written) if re.fullmatch("0?[1-9]|1[0-2]", written) else None


def _address(written: str) -> str:
    """An address or DOI: LaTeX's escapes are undone, and nothing else is touched."""
    bare = re.sub(r"\\url\s*\{(.*)\}", r"\1", written.strip())
    return re.sub(r"\\([_%&#~])", r"\1", bare).strip("{}")


# ---- LaTeX -----------------------------------------------------------------------------------------------------------


def plain(latex: str) -> str:
    """LaTeX as text: accents as letters, without braces; `$math$` stays. What cannot be read comes back as it is."""
    if not re.search(r"[\\{}~`]|''|--", latex):
        return latex
    meant = re.sub(r"(?<!\\)([%&])", r"\\\1", latex)  # that they are comments and columns in LaTeX is mostly forgotten
    meant = re.sub(r"(?<=/)~", r"\\textasciitilde{}", meant)
    meant = re.sub(r"\\\((.+?)\\\)", r"$\1$", meant)
    try:
        return str(_decoder().latex_to_text(meant))
    except Exception:  # the converter raises whatever its parser meets
        return latex


@cache
def _decoder() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

    signs = get_default_latex_context_db()
    links = [MacroTextSpec("url", simplify_repl="%s"), MacroTextSpec("href", simplify_repl="%(2)s (%(1)s)")]
    signs.add_context_category("links", prepend=True, macros=links)
    return LatexNodes2Text(latex_context=signs, math_mode="verbatim", strict_latex_spaces=True)
