"""What a source says of one paper, and the sieve that everything from outside goes through on its way in.

A sieve (`line`, `doi`, `web_address`, …) takes a value of any kind and gives it back sound, or else None: what is
ill-formed is left out, and never an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Literal
from urllib.parse import urljoin

from pydantic import TypeAdapter, ValidationError

from paper_digest.catalog import records
from paper_digest.catalog.records import Author, PartialDate
from paper_digest.words import text
from paper_digest.words.signs import FORBIDDEN
from paper_digest.words.text import without_punctuation

Say = Callable[[str], None]


def nothing(_: str) -> None:
    """Say nothing: for callers who want no notes."""


class SourceFailed(Exception):  # noqa: N818 - it says what happened
    """A source gave no paper; the sentence tells a newcomer why, and what to do."""


class NothingAdded(Exception):  # noqa: N818 - it says what happened
    """Why nothing was added: a sentence a line, each with what to do."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(reasons))


@dataclass(frozen=True)
class Notice:
    """A correction or retraction that a registry tells of."""

    kind: Literal["retracted", "corrected"]
    date: date | None = None
    url: str | None = None


@dataclass(frozen=True)
class Found:
    """What a source says of one paper, cleaned of white space and invisible characters alone.

    Whatever else its texts and names bring along is mended later, for all sources alike:
    `paper_digest.importing.mending`.
    """

    source: str
    """How the source is called in messages: “arXiv 2410.13085”, “line 12 of refs.bib”."""
    title: str
    authors: tuple[Author, ...] = ()
    abstract: str | None = None
    arxiv: str | None = None
    """Without its version."""
    doi: str | None = None
    venue: str | None = None
    """As the source calls it; never a preprint server."""
    year: int | None = None
    """Of the venue."""
    published: PartialDate | None = None
    """When the paper first appeared, as far as the source knows."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Sound web addresses, by the kinds of `paper_digest.catalog.records.Links`."""
    withdrawn: bool = False
    """Whether arXiv says so."""
    notice: Notice | None = None
    remarks: tuple[str, ...] = ()
    """What is said beside it, as comments and notes: it may tell of a withdrawal."""
    doubts: tuple[str, ...] = ()
    """What somebody should look at."""
    line: int | None = None
    """Where it stands in a file, counted from 1."""
    is_of_file: bool = False
    """Whether it is one of many in a file of references."""
    is_mended: bool = False
    """Whether its texts and names are mended."""


# ---- the sieve -------------------------------------------------------------------------------------------------------


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    """By its name: types of that sort are slow to look up by themselves."""
    return TypeAdapter(getattr(records, kind))


def _sound(kind: str, value: object) -> Any:
    try:
        return _adapter(kind).validate_python(value)
    except ValidationError:
        return None


def line(value: object) -> str | None:
    """A text on one line."""
    return _text("Line", value)


def prose(value: object) -> str | None:
    """A text in paragraphs, each on a line of its own."""
    return _text("Prose", value)


def _text(kind: str, value: object) -> str | None:
    """Signs that no text may hold are dropped when the white space is settled, since some of them are white space."""
    settled: str | None = _sound(kind, value)
    return settled and _sound(kind, FORBIDDEN.sub("", settled))


def with_subtitle(title: str, subtitle: str | None) -> str:
    """A title with its subtitle, unless it has it already."""
    if not subtitle or text.comparable(subtitle) in text.comparable(title):
        return title
    joint = " " if title[-1] in ".?!:–—" else ": "
    return line(f"{title}{joint}{subtitle}") or title


def arxiv_id(value: object) -> str | None:
    """An arXiv id without its version."""
    found: str | None = _sound("ArxivId", value)
    return found


_BEFORE_DOI = re.compile(r"^(?:doi:?\s*)?(?:https?://(?:dx\.|www\.)?doi\.org/)?", re.IGNORECASE)


def doi(value: object) -> str | None:
    """A DOI from its `10.` on, without the resolver's address before it."""
    found: str | None = _sound("Doi", _BEFORE_DOI.sub("", value.strip()) if isinstance(value, str) else None)
    return found


def doi_in(text: str) -> str | None:
    """The first DOI in a text, without the punctuation around it."""
    named = re.search(r"10\.[0-9]{4,9}/[^\s\"“”|]+", text)
    return doi(without_punctuation(named.group()).rstrip("]}>")) if named else None


def pmid(value: object) -> str | None:
    """A PubMed id: up to eight digits."""
    bare = re.fullmatch(r"(?:pmid:?\s*)?([1-9][0-9]{0,7})", str(value).strip(), re.IGNORECASE)
    return bare.group(1) if bare else None


def pmcid(value: object) -> str | None:
    """An id of PubMed Central, with its letters."""
    bare = re.fullmatch(r"(?:pmcid:?\s*)?(?:pmc)?([1-9][0-9]{3,8})(?:\.[0-9]+)?", str(value).strip(), re.IGNORECASE)
    return f"PMC{bare.group(1)}" if bare else None


Page = Callable[[str], str]


def page_of_pmid(number: str) -> str:
    """The page of a paper at PubMed."""
    return f"https://pubmed.ncbi.nlm.nih.gov/{number}/"


def page_of_pmcid(number: str) -> str:
    """The page of a paper at PubMed Central."""
    return f"https://pmc.ncbi.nlm.nih.gov/articles/{number}/"


_AT_PUBMED = re.compile(
    r"https?://(?:www\.|pubmed\.|pmc\.|m\.)?(?:ncbi\.nlm\.nih\.gov|europepmc\.org)"
    r"(?:/(?:m/)?pubmed|/article/med|/abstract/med)?/([1-9][0-9]{3,7})/?(?:[?#].*)?",
    re.IGNORECASE,
)
_AT_PMC = re.compile(
    r"https?://(?:www\.|pmc\.)?(?:ncbi\.nlm\.nih\.gov|europepmc\.org)"
    r"/(?:pmc/)?(?:articles?/)(?:pmc/)?(PMC[0-9]+)(?:[./?#].*)?",
    re.IGNORECASE,
)


def id_at_pubmed(url: str) -> tuple[str | None, str | None]:
    """The PubMed id and the id of PubMed Central that an address holds; one of them at most."""
    at_pubmed, at_pmc = _AT_PUBMED.fullmatch(url), _AT_PMC.fullmatch(url)
    return (at_pubmed.group(1) if at_pubmed else None), (at_pmc.group(1).upper() if at_pmc else None)


def page_of_pubmed(url: str) -> str | None:
    """The page that an address at PubMed or PubMed Central leads to."""
    at_pubmed, at_pmc = id_at_pubmed(url)
    return page_of_pmcid(at_pmc) if at_pmc else page_of_pmid(at_pubmed) if at_pubmed else None


def web_address(value: object) -> str | None:
    """An address on the web."""
    found: str | None = _sound("WebAddress", value.strip() if isinstance(value, str) else None)
    return found


def joined(base: str, value: object) -> str | None:
    """An address on the web that may be told relative to another."""
    try:
        return web_address(urljoin(base, value)) if isinstance(value, str) else None
    except ValueError:
        return None


def orcid(value: object) -> str | None:
    """An ORCID, without the registry's address before it."""
    found: str | None = _sound("Orcid", value.rstrip("/").rpartition("/")[2] if isinstance(value, str) else None)
    return found


def year(value: object) -> int | None:
    """A year, from a number or its digits."""
    found: int | None = _sound("Year", value)
    return found


def partial_date(value: object) -> PartialDate | None:
    """A date from `2024`, `2024-10` or `2024-10-16`; anything after the day, such as a time, is passed over."""
    found: PartialDate | None = _sound("SomeDate", value[:10] if isinstance(value, str) else value)
    return found


def date_parts(value: object) -> PartialDate | None:
    """A date from Crossref's and CSL's lists, as `[[2024, 10, 16]]`, whose numbers may be texts."""
    parts = [str(part) for part in items(dig(value, 0))[:3] if part is not None]
    return partial_date("-".join([part.zfill(2) for part in parts]))


def day(when: PartialDate | None) -> date | None:
    """A date in full, when its day is known."""
    return date(when.year, when.month, when.day) if when and when.month and when.day else None


def author(name: object, orcid_of: object = None) -> Author | None:
    """An author by the name as printed; an ORCID that is none is left out."""
    printed = line(name)
    return Author(name=printed, orcid=orcid(orcid_of)) if printed else None


def authors(found: Iterable[Author | None]) -> tuple[Author, ...]:
    """The authors that have a name."""
    return tuple(author for author in found if author is not None)


def links(**found: object) -> dict[str, str]:
    """Links by kind; those that are no web address are left out."""
    sound = {kind: web_address(url) for kind, url in found.items()}
    return {kind: url for kind, url in sound.items() if url}


_PREPRINT_SERVER = re.compile(
    r"(?:arxiv|corr\b|computing research repository|biorxiv|medrxiv|chemrxiv|techrxiv|psyarxiv|research ?square"
    r"|ssrn|social science research network|preprints(?:\.org)?$|osf preprints|authorea|zenodo|openreview)",
    re.IGNORECASE,
)


def venue(name: object) -> str | None:
    """A venue's name; a preprint server is none."""
    found = line(name)
    return None if found is None or _PREPRINT_SERVER.match(found) else found


# ---- arXiv ids in texts and DOIs -------------------------------------------------------------------------------------

_OLD_ARCHIVES = "|".join(
    "acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas cond-mat cs dg-ga "
    "funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin nucl-ex nucl-th patt-sol physics plasm-ph "
    "q-alg q-bio quant-ph solv-int supr-con".split()
)
_ARXIV_ID = re.compile(
    rf"(?:(?<![0-9])[0-9]{{2}}(?:0[1-9]|1[0-2])\.[0-9]{{4,5}}|(?<![\w-])(?:{_OLD_ARCHIVES})(?:\.[A-Z]{{2}})?/[0-9]{{7}})"
    r"(?![0-9])"
)


def arxiv_id_in(text: str) -> str | None:
    """The first arXiv id in a text that is of arXiv, without its version.

    The text may be an address, or “arXiv preprint arXiv:2410.13085”; elsewhere, other numbers look the same.
    """
    named = _ARXIV_ID.search(text)
    return canonical_arxiv_id(named.group()) if named else None


def arxiv_id_of_doi(doi: str | None) -> str | None:
    """The arXiv id that a DOI of arXiv's own holds, as 10.48550/arXiv.2410.13085."""
    return arxiv_id_in(doi) if doi and doi.lower().startswith("10.48550/arxiv.") else None


def canonical_arxiv_id(arxiv_id: str) -> str:
    """An old-style id as arXiv itself writes it: `math/0309136` for `math.GT/0309136`."""
    return re.sub(r"\.[A-Z]{2}/", "/", arxiv_id)


# ---- finding one's way in JSON that may hold anything ----------------------------------------------------------------


def dig(value: object, *path: str | int) -> object:
    """What stands at a path of keys and places; None when the value has no such path."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step] if step < len(value) else None
        else:
            return None
    return value


def items(value: object) -> list[object]:
    """The items of a list; none when it is not one."""
    return value if isinstance(value, list) else []
