"""References of all formats as one: a reader tells what stands in which field, and here a paper is made of it.

Nothing is left out in silence. What could have been used and could not be is a loss, with its line and field; what is
not certain is a doubt of the paper; and fields for which a digest has no place are counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import unquote

from paper_digest.catalog.records import LINE_LENGTH, PROSE_LENGTH, Author, PartialDate
from paper_digest.importing import dates, found, names
from paper_digest.importing.found import Found
from paper_digest.importing.names import People
from paper_digest.importing.report import Losses, shown
from paper_digest.importing.sources import biorxiv
from paper_digest.words.text import without_punctuation


class Role(Enum):
    """What a field is for, whatever its format calls it."""

    TITLE = auto()
    SUBTITLE = auto()
    ADDITION = auto()
    ABSTRACT = auto()
    VENUE = auto()
    SCHOOL = auto()
    DOI = auto()
    ARXIV = auto()
    PMID = auto()
    PMCID = auto()
    ADDRESS = auto()
    PDF = auto()
    DATE = auto()
    MONTH = auto()
    DAY = auto()
    NUMBER = auto()
    """A number or volume, which is an arXiv id where the venue is arXiv."""
    NOTE = auto()
    """Words that may hold ids, an address, or what became of the paper."""
    EDITOR = auto()


class Form(Enum):
    """What kind of work it is, as far as a digest tells them apart."""

    PAPER = auto()
    THESIS = auto()
    REPORT = auto()
    CHAPTER = auto()
    BOOK = auto()


@dataclass(frozen=True)
class Said:
    """What stands in a field, with its name and place."""

    value: str
    name: str
    where: str


@dataclass
class Entry:
    """An entry of a file, in the words that all formats share."""

    source: str
    form: Form = Form.PAPER
    people: People = field(default_factory=People)
    fields: dict[Role, list[Said]] = field(default_factory=dict)
    links: list[tuple[str, Said]] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    line: int | None = None
    authors_at: tuple[str, str] = ("", "author")
    """Where the authors stand, and what their field is called."""

    def say(self, role: Role, value: object, name: str, where: str) -> None:
        """Add a field, if there is something in it."""
        if isinstance(value, str | int | float) and not isinstance(value, bool) and (text := str(value).strip()):
            self.fields.setdefault(role, []).append(Said(text, name, where))

    def say_link(self, kind: str, url: str, where: str) -> None:
        """Add a link under one of the digest's own names."""
        self.links.append((kind, Said(url, kind, where)))

    def all(self, role: Role) -> list[Said]:
        """Every field of a kind, in their order."""
        return self.fields.get(role, [])

    def first(self, role: Role) -> str:
        """The first field of a kind, or nothing."""
        return next((each.value for each in self.all(role)), "")


def paper(entry: Entry, losses: Losses) -> Found | None:
    """The paper that an entry tells of; None when it has no title that could be one, which is told."""
    title = _title(entry, losses)
    if title is None:
        return None
    ids = _Ids(entry, losses)
    issued = _issued(entry, losses)
    venue = _venue(entry)
    return Found(
        source=entry.source,
        title=title,
        authors=_authors(entry, losses),
        abstract=_abstract(entry, losses),
        arxiv=ids.arxiv,
        doi=ids.doi,
        venue=venue,
        year=issued.year if venue and issued else None,
        published=_first_seen(ids.arxiv, issued),
        links=ids.links,
        remarks=tuple(ids.remarks),
        doubts=(*entry.doubts, *entry.people.doubts, *_told_of_form(entry, venue)),
        line=entry.line,
        is_of_file=True,
    )


def _first_seen(arxiv: str | None, issued: PartialDate | None) -> PartialDate | None:
    """When a paper first appeared: a reference tells when its venue had it, an arXiv id when it was first seen."""
    given = PartialDate.of_arxiv(arxiv or "")
    is_more_exact = given and issued and (issued.year, issued.month) == (given.year, given.month)
    return issued if is_more_exact or given is None else given


# ---- texts and names -------------------------------------------------------------------------------------------------


def _title(entry: Entry, losses: Losses) -> str | None:
    printed, subtitle = found.line(entry.first(Role.TITLE)), found.line(entry.first(Role.SUBTITLE))
    if printed is None:
        for said in entry.all(Role.TITLE)[:1]:
            if len(said.value) > LINE_LENGTH:
                losses.tell(entry.source, f"{said.name}: the text is {len(said.value):,} characters long; no title is")
        return None
    for said in entry.all(Role.ADDITION):
        losses.tell(said.where, f"{said.name}: {shown(said.value)} has no place")
    return found.with_subtitle(printed, subtitle)


def _abstract(entry: Entry, losses: Losses) -> str | None:
    for said in entry.all(Role.ABSTRACT)[:1]:
        if found.prose(said.value) is None and len(said.value) > PROSE_LENGTH:
            losses.tell(said.where, f"{said.name}: the text is {len(said.value):,} characters long; no abstract is")
    return found.prose(re.sub(r"^\s*(?:abstract|summary)\s*\n", "", entry.first(Role.ABSTRACT), flags=re.IGNORECASE))


def _authors(entry: Entry, losses: Losses) -> tuple[Author, ...]:
    where, name = entry.authors_at
    for lost in entry.people.lost:
        losses.tell(where or entry.source, f"{name}: {lost}")
    editors = entry.all(Role.EDITOR)
    if editors and not entry.people.authors:
        listed = ", ".join(author.name for author in names.written(said.value for said in editors).authors)
        losses.tell(editors[0].where, f"{editors[0].name}: {listed} edited it; there are no authors")
    return tuple(entry.people.authors)


# ---- venue and date --------------------------------------------------------------------------------------------------


_NOT_YET = re.compile(r"(?:submitted|under review|in preparation|manuscript|working paper)\b", re.IGNORECASE)


def _venue(entry: Entry) -> str | None:
    """Where it appeared; of a thesis or report, who gave it out."""
    places = [said.value for said in entry.all(Role.VENUE)]
    places += [said.value for said in entry.all(Role.SCHOOL)] if entry.form in {Form.THESIS, Form.REPORT} else []
    sure = [place for place in places if not _NOT_YET.match(place)]
    entry.doubts += [f"it has not appeared yet: {shown(place)} is no venue" for place in places if place not in sure]
    return next(filter(None, map(found.venue, sure)), None)


def _told_of_form(entry: Entry, venue: str | None) -> Iterator[str]:
    kinds = {Form.THESIS: "a thesis of", Form.REPORT: "a report of", Form.CHAPTER: "a chapter of the book"}
    if entry.form in kinds and venue:
        yield f"this is {kinds[entry.form]} {venue}, which stands as its venue"
    elif entry.form is Form.THESIS:
        yield "this is a thesis, and it is not said of which university"


def _issued(entry: Entry, losses: Losses) -> PartialDate | None:
    """The most exact date of those that are given; what stands there and is none is told."""
    known: list[PartialDate] = []
    without_year: list[Said] = []
    for said in entry.all(Role.DATE):
        dated = dates.read(said.value)
        if dated is None:
            without_year.append(said)
            continue
        if not dated.sure:
            what = f"{said.name}: {shown(said.value.rstrip('~'))} is not certain; {dated.date} was taken of it"
            entry.doubts.append(what)
        known.append(dated.date)
    for said in without_year:
        month, day = dates.month(said.value)
        if month and known:
            known.append(dates.of_parts(known[0], month, day))
        elif not known or not re.match(r"\W*$|in press|to appear|forthcoming", said.value, re.IGNORECASE):
            losses.tell(said.where, f"{said.name}: {shown(said.value)} is no date")
    exact = max(known, key=lambda when: (when.month is not None) + (when.day is not None), default=None)
    return _with_month(entry, exact, losses) if exact and exact.month is None else exact


def _with_month(entry: Entry, year: PartialDate, losses: Losses) -> PartialDate:
    said = next(iter(entry.all(Role.MONTH)), None)
    if said is None:
        return year
    month, day = dates.month(said.value)
    if month is None:
        losses.tell(said.where, f"{said.name}: {shown(said.value)} is no month")
        return year
    own = entry.first(Role.DAY)
    return dates.of_parts(year, month, day or (int(own) if re.fullmatch("[0-3]?[0-9]", own) else None))


# ---- ids and addresses -----------------------------------------------------------------------------------------------

_CODE_HOST = re.compile(r"https?://(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)/", re.IGNORECASE)
_RESOLVER = re.compile(r"https?://(?:dx\.|www\.)?doi\.org/", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s<>\"“”{}|\\^]+")
_IS_ARXIV = re.compile(r"arxiv\b|corr\b|computing research repository", re.IGNORECASE)
_BIO_MED = re.compile(r"(biorxiv|medrxiv)\b", re.IGNORECASE)
_STANDING = re.compile(r"^\W*(?:retract|withdr|corrected\W*$)|\bwithdraw|\bretracted\b", re.IGNORECASE)


class _Ids:
    """The ids of an entry and where its addresses lead, from whatever fields hold them."""

    def __init__(self, entry: Entry, losses: Losses) -> None:
        self.entry = entry
        self.losses = losses
        self.doi: str | None = None
        self.arxiv: str | None = None
        self.links: dict[str, str] = {}
        self.remarks: list[str] = []
        self._pubmed: list[str] = []
        self._read()

    def _read(self) -> None:
        for said in self.entry.all(Role.DOI):
            self._doi(said)
        for said in self.entry.all(Role.ARXIV):
            self._arxiv(said)
        for said in self.entry.all(Role.PMCID):
            self._of_pubmed(said, found.pmcid(said.value), "no id of PubMed Central", found.page_of_pmcid)
        for said in self.entry.all(Role.PMID):
            self._of_pubmed(said, found.pmid(said.value), "no PubMed id", found.page_of_pmid)
        for kind, said in self.entry.links:
            self._link(kind, said)
        for said in self.entry.all(Role.PDF):
            if found.web_address(said.value):
                self._take("pdf", said.value, said)
        for said in self.entry.all(Role.ADDRESS):
            self._addresses(said)
        for said in self.entry.all(Role.NOTE):
            self._note(said)
        self._numbers()
        self._preprint_server()
        for page in sorted(self._pubmed, key=lambda page: "pmc" not in page)[:1]:
            self.links.setdefault("page", page)

    def _doi(self, said: Said) -> None:
        doi = found.doi(said.value)
        if doi is None and (within := found.doi_in(said.value)):
            doi = within
        if doi is None:
            self.losses.tell(said.where, f"{said.name}: {shown(said.value)} is no DOI")
        else:
            self._take_doi(doi, said)

    def _take_doi(self, doi: str, said: Said) -> None:
        if on_arxiv := found.arxiv_id_of_doi(doi):
            self.arxiv = self.arxiv or on_arxiv
        elif self.doi is None:
            self.doi = doi
        elif self.doi.casefold() != doi.casefold():
            what = f"{said.name}: {shown(said.value)[1:-1]} is the address of another DOI than {self.doi}"
            self.losses.tell(said.where, what)

    def _arxiv(self, said: Said) -> None:
        if named := found.arxiv_id_in(said.value):
            self.arxiv = self.arxiv or named
        else:
            self.losses.tell(said.where, f"{said.name}: {shown(said.value)} is no arXiv id")

    def _of_pubmed(self, said: Said, number: str | None, what: str, page: found.Page) -> None:
        if number is None:
            self.losses.tell(said.where, f"{said.name}: {shown(said.value)} is {what}")
        else:
            self._pubmed.append(page(number))

    def _link(self, kind: str, said: Said) -> None:
        if url := found.web_address(said.value):
            self._take(kind, url, said)
        else:
            self.losses.tell(said.where, f"{said.name}: {shown(said.value)} is no address on the web")

    def _addresses(self, said: Said) -> None:
        whole = found.web_address(said.value)
        written = [without_punctuation(url) for url in _URL.findall(said.value)]
        sound = [whole] if whole else list(filter(None, map(found.web_address, written)))
        if not sound and (doi := found.doi(said.value)):
            self._take_doi(doi, said)
        elif not sound:
            self.losses.tell(said.where, f"{said.name}: {shown(said.value)} is no address on the web")
        for url in sound:
            self._leads(url, said)

    def _leads(self, url: str, said: Said) -> None:
        """An address by what it leads to."""
        if re.match(r"https?://(?:[\w-]+\.)?arxiv\.org/", url, re.IGNORECASE) and (named := found.arxiv_id_in(url)):
            self.arxiv = self.arxiv or named
        elif _RESOLVER.match(url) and (doi := found.doi(unquote(url))):
            self._take_doi(doi, Said(url, said.name, said.where))
        elif page := found.page_of_pubmed(url):
            self._pubmed.append(page)
        elif url.casefold().endswith(".pdf"):
            self._take("pdf", url, said)
        else:
            self._take("code" if _CODE_HOST.match(url) else "page", url, said)

    def _take(self, kind: str, url: str, said: Said) -> None:
        known = self.links.setdefault(kind, url)
        if known.rstrip("/") == url.rstrip("/"):
            return
        if "page" not in self.links:
            self.links["page"] = url
        else:
            self.losses.tell(said.where, f"{said.name}: {shown(url)} is a second address; {known} was kept")

    def _note(self, said: Said) -> None:
        """Ids, an address and a withdrawal in a note; a note that holds none of them has no place."""
        used = False
        if named := re.search(r"arxiv\s*:?\s*(?:preprint)?\s*(?:arxiv:)?\s*(\S+)", said.value, re.IGNORECASE):
            number = found.arxiv_id_in(named.group(1))
            self.arxiv, used = self.arxiv or number, bool(number)
        if (given := re.search(r"\bdoi:?\s*(10\.\S+)", said.value, re.IGNORECASE)) and (doi := found.doi_in(given[1])):
            self.doi, used = self.doi or doi, True
        for number in re.findall(r"\bPMCID:?\s*(PMC\d+)|^(PMC\d+)$", said.value, re.IGNORECASE):
            self._pubmed.append(found.page_of_pmcid("".join(number).upper()))
        for number in re.findall(r"\bPMID:?\s*(\d{4,8})\b", said.value, re.IGNORECASE):
            self._pubmed.append(found.page_of_pmid(number))
        used = used or bool(self._pubmed)
        for url in map(without_punctuation, _URL.findall(said.value)):
            if found.web_address(url):
                self._leads(url, said)
                used = True
        if _STANDING.search(said.value):
            self.remarks.append(said.value)
            used = True
        if not used:
            self.losses.pass_over([said.name])

    def _preprint_server(self) -> None:
        """bioRxiv and medRxiv share their DOIs: what stands in the place of a journal tells which of the two it is."""
        places = [said.value for role in (Role.VENUE, Role.SCHOOL) for said in self.entry.all(role)]
        server = next((found_in.group(1) for place in places if (found_in := _BIO_MED.match(place))), None)
        if self.doi and server and biorxiv.has(self.doi):
            self.links.setdefault("page", biorxiv.page(self.doi, server.lower()))

    def _numbers(self) -> None:
        """“arXiv preprint arXiv:…” or “CoRR abs/…” in the place of a journal, with the id there or as its number."""
        places = [said.value for role in (Role.VENUE, Role.SCHOOL) for said in self.entry.all(role)]
        preprint = [place for place in places if _IS_ARXIV.match(place)]
        numbers = [said.value for said in self.entry.all(Role.NUMBER)]
        named = [number for number in numbers if preprint or re.search(r"arxiv", number, re.IGNORECASE)]
        self.arxiv = self.arxiv or next(filter(None, map(found.arxiv_id_in, [*preprint, *named])), None)
