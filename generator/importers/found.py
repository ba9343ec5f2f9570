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
from urllib.parse import unquote, urljoin

from pydantic import TypeAdapter, ValidationError

from generator.catalog import models
from generator.catalog.models import Author, PartialDate
from generator.signs import FORBIDDEN

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

    Leftovers of LaTeX or HTML in its texts are mended later (`generator.leftovers`), by the caller.
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
    """Sound web addresses, by the kinds of `generator.catalog.models.Links`."""
    withdrawn: bool = False
    """Whether arXiv says so."""
    notice: Notice | None = None
    line: int | None = None
    """Where it stands in a file, counted from 1."""


# ---- the sieve -------------------------------------------------------------------------------------------------------


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _sound(kind: Any, value: object) -> Any:
    try:
        return _adapter(kind).validate_python(value)
    except ValidationError:
        return None


def line(value: object) -> str | None:
    """A text on one line."""
    return _text(models.Line, value)


def prose(value: object) -> str | None:
    """A text in paragraphs, each on a line of its own."""
    return _text(models.Prose, value)


def _text(kind: Any, value: object) -> str | None:
    """Signs that no text may hold are dropped when the white space is settled, since some of them are white space."""
    settled: str | None = _sound(kind, value)
    return settled and _sound(kind, FORBIDDEN.sub("", settled))


def arxiv_id(value: object) -> str | None:
    """An arXiv id without its version."""
    found: str | None = _sound(models.ArxivId, value)
    return found


_BEFORE_DOI = re.compile(r"^(?:https?://(?:dx\.|www\.)?doi\.org/|doi:?\s*)", re.IGNORECASE)


def doi(value: object) -> str | None:
    """A DOI from its `10.` on, without the resolver's address before it."""
    found: str | None = _sound(models.Doi, _BEFORE_DOI.sub("", value.strip()) if isinstance(value, str) else None)
    return found


def web_address(value: object) -> str | None:
    """An address on the web."""
    found: str | None = _sound(models.WebAddress, value.strip() if isinstance(value, str) else None)
    return found


def joined(base: str, value: object) -> str | None:
    """An address on the web that may be told relative to another."""
    try:
        return web_address(urljoin(base, value)) if isinstance(value, str) else None
    except ValueError:
        return None


def orcid(value: object) -> str | None:
    """An ORCID, without the registry's address before it."""
    found: str | None = _sound(models.Orcid, value.rstrip("/").rpartition("/")[2] if isinstance(value, str) else None)
    return found


def year(value: object) -> int | None:
    """A year, from a number or its digits."""
    found: int | None = _sound(models.Year, value)
    return found


def partial_date(value: object) -> PartialDate | None:
    """A date from `2024`, `2024-10` or `2024-10-16`; anything after the day, such as a time, is passed over."""
    found: PartialDate | None = _sound(models.SomeDate, value[:10] if isinstance(value, str) else value)
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


# ---- references: what BibTeX, RIS and CSL-JSON share -----------------------------------------------------------------

_CODE_HOST = re.compile(r"https?://(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)/", re.IGNORECASE)


def reference(
    source: str,
    *,
    title: object,
    authors: tuple[Author, ...],
    abstract: object,
    venue_name: object,
    issued: PartialDate | None,
    doi_of: object,
    arxiv: str | None = None,
    urls: Iterable[object] = (),
    links_of: Mapping[str, object] | None = None,
    at_line: int | None = None,
) -> Found | None:
    """What a reference says of a paper, from its raw fields; None when it has no title."""
    printed = line(title)
    if printed is None:
        return None
    led = _led_to(urls)
    registered = doi(doi_of) or led.pop("doi", None)
    preprint = led.pop("arxiv", None)
    arxiv = arxiv or arxiv_id_of_doi(registered) or preprint
    name = venue(venue_name)
    return Found(
        source=source,
        title=printed,
        authors=authors,
        abstract=prose(abstract),
        arxiv=arxiv,
        doi=None if arxiv_id_of_doi(registered) else registered,
        venue=name,
        year=issued.year if name and issued else None,
        # A reference tells when its venue published the paper; an arXiv id tells when that was first seen.
        published=(PartialDate.of_arxiv(arxiv) if arxiv else None) or issued,
        links={**led, **links(**(links_of or {}))},
        line=at_line,
    )


def _led_to(urls: Iterable[object]) -> dict[str, str]:
    """What addresses lead to, by kind; `arxiv` and `doi` hold ids. Of two of a kind, the first stays."""
    led: dict[str, str] = {}
    for url in filter(None, map(web_address, urls)):
        kind, place = _leads_to(url)
        led.setdefault(kind, place)
    return led


def _leads_to(url: str) -> tuple[str, str]:
    if re.match(r"https?://(?:[\w-]+\.)?arxiv\.org/", url, re.IGNORECASE) and (named := arxiv_id_in(url)):
        return "arxiv", named
    if _BEFORE_DOI.match(url) and (registered := doi(unquote(url))):
        return "doi", registered
    if url.casefold().endswith(".pdf"):
        return "pdf", url
    return ("code" if _CODE_HOST.match(url) else "page"), url
