"""The records of a catalog, as pydantic models: what a paper, category, tag, venue, issue and digest may say.

A validator that refuses a value raises `fault(what, remedy)`; `load` turns it into a Problem at the value's place.
Dates without a day are `PartialDate`; everything a reader may see is plain text with `$math$` and URLs.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, model_validator
from pydantic_core import PydanticCustomError

from generator.urls import web_address

ID_PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ID_LENGTH = 60
PREHEADER_LENGTH = 110
ID_RULE = f"use lowercase letters, digits and single hyphens, at most {ID_LENGTH} and not only digits, like `mmed-rag`"
RESERVED_IDS = frozenset({"index"})
LINE_LENGTH = 2_000
PROSE_LENGTH = 20_000
_ARXIV = re.compile(r"[0-9]{2}(?:0[1-9]|1[0-2])\.[0-9]{4,5}|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7}")
_DOI = re.compile(r"10\.[0-9]{4,9}/[^\s{}\\\"|^`]+")
_ORCID = re.compile(r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]")
_MAILBOX = re.compile(
    r"(?:(?P<name>[^<>@,;:\\\"()\[\]=?]+) )?(?P<open><)?"
    r"[\w+-]+(?:\.[\w+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?(open)>)",
    re.ASCII,
)


def fault(what: str, remedy: str) -> PydanticCustomError:
    """The exception by which a validator refuses a value."""
    return PydanticCustomError("fault", "{what}", {"what": what, "remedy": remedy})


# ---- scalars ---------------------------------------------------------------------------------------------------------


def _one_line(text: str) -> str:
    return _sized(" ".join(text.split()), LINE_LENGTH)


def _sized(text: str, limit: int) -> str:
    if not text:
        raise fault("the text is empty", "write a text, or delete the key")
    if len(text) > limit:
        raise fault(f"the text is {len(text):,} characters long", f"shorten it to {limit:,}")
    return text


def _prose(text: str) -> str:
    """Paragraphs, each on one line, with an empty line between them."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text)]
    return _sized("\n\n".join(paragraph for paragraph in paragraphs if paragraph), PROSE_LENGTH)


def _preheader(text: str) -> str:
    text = _one_line(text)
    if len(text) > PREHEADER_LENGTH:
        raise fault(
            f"the text is {len(text)} characters long", f"shorten it to {PREHEADER_LENGTH}: mail clients show no more"
        )
    return text


def _markdown(text: str) -> str:
    return _sized(text.strip(), PROSE_LENGTH) + "\n"


def is_identifier(text: str) -> bool:
    """Whether a text can be an id: `mmed-rag`, but not `MMed RAG`, `2024` or `index`."""
    return _is_well_formed(text) and text not in RESERVED_IDS


def _is_well_formed(text: str) -> bool:
    return bool(ID_PATTERN.fullmatch(text) and len(text) <= ID_LENGTH and re.search("[a-z]", text))


def _identifier(text: str) -> str:
    if not _is_well_formed(text):
        raise fault(f"`{text[:80]}` is not an id", ID_RULE)
    if text in RESERVED_IDS:
        raise fault(f"the id `{text}` is taken by the site itself", "choose another one")
    return text


def _arxiv(text: str) -> str:
    if _ARXIV.fullmatch(text):
        return text
    bare = re.search(r"(?<![0-9])[0-9]{2}(?:0[1-9]|1[0-2])\.[0-9]{4,5}(?![0-9])", text)
    remedy = (
        f'write arxiv: "{bare.group()}"'
        if bare
        else 'write year, month and number, like "2410.13085", or delete the key'
    )
    raise fault(f"`{text[:80]}` is not an arXiv id", remedy)


def _doi(text: str) -> str:
    if _DOI.fullmatch(text):
        return text
    bare = _DOI.search(text)
    remedy = (
        f"write doi: {bare.group()}"
        if bare
        else "write it from the `10.` on, like 10.1038/s41467-024-44824-z, or delete the key"
    )
    raise fault(f"`{text[:80]}` is not a DOI", remedy)


def _orcid(text: str) -> str:
    if not _ORCID.fullmatch(text):
        raise fault(f"`{text[:80]}` is not an ORCID", "write four groups of four digits, like 0000-0002-1825-0097")
    return text


def _link(text: str) -> str:
    try:
        return web_address(text)
    except ValueError:
        what = f"`{text[:80]}` is not a web address"
        raise fault(what, "write the whole address, from https:// on, without spaces") from None


def _ascii_link(text: str) -> str:
    if not _link(text).isascii():
        raise fault(f"`{text[:80]}` holds letters that mail headers cannot", "write them percent-encoded")
    return text


def _mailbox(text: str) -> str:
    if not _MAILBOX.fullmatch(_one_line(text)):
        remedy = "write one plain address, with a name if you like: Paper Digest <digest@example.org>"
        raise fault(f"`{text[:80]}` is not a mail address", remedy)
    return _one_line(text)


def _year(value: object) -> int:
    if not re.fullmatch(r"[0-9]{4}", str(value)) or int(str(value)) < 1000:
        raise fault(f"`{str(value)[:80]}` is not a year", "write four digits, like 2025")
    return int(str(value))


def _number(value: object) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,5}", str(value)):
        raise fault(f"`{str(value)[:80]}` is not a number of an issue", "count from 1: number: 1")
    return int(str(value))


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    partial = _partial_date(value, "write year-month-day, like 2024-01-31")
    if partial.month is None or partial.day is None:
        raise fault(f"`{partial}` lacks its day", "write year-month-day, like 2024-01-31")
    return date(partial.year, partial.month, partial.day)


@dataclass(frozen=True)
class PartialDate:
    """A year, a month of a year, or a day."""

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        parts = [f"{self.year:04}"]
        parts += [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @classmethod
    def of_arxiv(cls, arxiv_id: str) -> PartialDate | None:
        """The month in which a new-style arXiv id was given (https://info.arxiv.org/help/arxiv_identifier.html)."""
        found = re.fullmatch(r"([0-9]{2})([0-9]{2})\.[0-9]{4,5}", arxiv_id)
        return cls(2000 + int(found.group(1)), int(found.group(2))) if found else None

    @property
    def latest(self) -> tuple[int, int]:
        """The last year and month that the date may mean."""
        return (self.year, self.month or 12)

    @property
    def order(self) -> tuple[int, int, int]:
        """A key to sort by; an unknown part comes before a known one."""
        return (self.year, self.month or 0, self.day or 0)


def _partial_date(value: object, remedy: str = "write 2024, 2024-01 or 2024-01-31") -> PartialDate:
    if isinstance(value, PartialDate):
        return value
    text = str(value)
    found = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text)
    if not found:
        raise fault(f"`{text[:80]}` is not a date", remedy)
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    if year < 1000:
        raise fault(f"`{text}` is not a date: the year is before 1000", remedy)
    if month is not None and not 1 <= month <= 12:
        raise fault(f"`{text}` is not a date: there is no such month", remedy)
    if month is not None and day is not None:
        last = monthrange(year, month)[1]
        if not 1 <= day <= last:
            raise fault(
                f"`{text}` is not a date: that month has {last} days",
                f"write a day from {year:04}-{month:02}-01 to {year:04}-{month:02}-{last}",
            )
    return PartialDate(year, month, day)


def is_day(text: str) -> bool:
    """Whether a text is a day in full, as `2026-11-24`."""
    try:
        return _day(text).isoformat() == text
    except PydanticCustomError:
        return False


def _uuid(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise fault(
            f"`{str(value)[:80]}` is not a UUID", "make one, once, with `python3 -c 'import uuid; print(uuid.uuid4())'`"
        ) from None


Line = Annotated[str, AfterValidator(_one_line)]
Prose = Annotated[str, AfterValidator(_prose)]
Markdown = Annotated[str, AfterValidator(_markdown)]
Identifier = Annotated[str, AfterValidator(_identifier)]
ArxivId = Annotated[str, AfterValidator(_arxiv)]
Doi = Annotated[str, AfterValidator(_doi)]
Orcid = Annotated[str, AfterValidator(_orcid)]
WebAddress = Annotated[str, AfterValidator(_link)]
AsciiWebAddress = Annotated[str, AfterValidator(_ascii_link)]
Mailbox = Annotated[str, AfterValidator(_mailbox)]
Year = Annotated[int, PlainValidator(_year)]
IssueNumber = Annotated[int, PlainValidator(_number)]
Day = Annotated[date, PlainValidator(_day)]
SomeDate = Annotated[PartialDate, PlainValidator(_partial_date)]
Key = Annotated[UUID, PlainValidator(_uuid)]


def from_text(key: str) -> Callable[[Any], Any]:
    """A text standing for a mapping with one key, as `authors: [Ada Lovelace]` for `[{name: Ada Lovelace}]`."""
    return lambda value: {key: value} if isinstance(value, str) else value


# ---- records ---------------------------------------------------------------------------------------------------------


class Record(BaseModel):
    """What all records share: they do not change, and know no key but their own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_absent(cls, values: object) -> object:
        """A known key with no value says what leaving it out would say."""
        if not isinstance(values, dict):
            return values
        known = {name for field, info in cls.model_fields.items() for name in (field, info.alias)}
        return {key: value for key, value in values.items() if value is not None or key not in known}


class Author(Record):
    """A name as printed; identity apart."""

    name: Line
    orcid: Orcid | None = None


class SummaryBy(StrEnum):
    """Who wrote a summary."""

    HUMAN = "human"
    MACHINE = "machine"


class Summary(Record):
    """One sentence in the digest's own words."""

    text: Line
    by: SummaryBy


class VenueRef(Record):
    """Where a paper was published: a venue's name or one of its aliases, and the year, if it is known."""

    name: Line
    year: Year | None = None


class Links(Record):
    """Where a paper's parts are found, beside arXiv and DOI."""

    code: WebAddress | None = None
    pdf: WebAddress | None = None
    data: WebAddress | None = None
    model: WebAddress | None = None
    project: WebAddress | None = None
    page: WebAddress | None = None
    demo: WebAddress | None = None
    slides: WebAddress | None = None
    video: WebAddress | None = None
    poster: WebAddress | None = None

    def present(self) -> dict[str, str]:
        """The links that are known, by kind, in the order of the fields."""
        return {kind: str(url) for kind, url in self if url is not None}


class Status(StrEnum):
    """What became of a paper."""

    ACTIVE = "active"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    WITHDRAWN = "withdrawn"


class NewsKind(StrEnum):
    """What kind of news a paper has."""

    PUBLISHED = "published"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    NOTE = "note"


class News(Record):
    """Something that happened to a paper after it was added."""

    date: Day
    kind: NewsKind
    text: Line
    url: WebAddress | None = None


class Paper(Record):
    """A scholarly work as catalogued."""

    id: Identifier
    title: Line
    authors: tuple[Annotated[Author, BeforeValidator(from_text("name"))], ...] = ()
    abstract: Prose | None = None
    summary: Summary | None = None
    categories: tuple[Identifier, ...] = ()
    tags: tuple[Line, ...] = ()
    added: Day | None = None
    updated: Day | None = None
    published: SomeDate | None = None
    arxiv: ArxivId | None = None
    doi: Doi | None = None
    venue: Annotated[VenueRef, BeforeValidator(from_text("name"))] | None = None
    links: Links = Links()
    status: Status = Status.ACTIVE
    news: tuple[News, ...] = ()
    aliases: tuple[Identifier, ...] = ()


class StartHere(Record):
    """A paper of a category's reading path, and why it is on it."""

    paper: Identifier
    why: Line


class Category(Record):
    """One of the few, ordered parts that shape the navigation. Categories of one family share a hue."""

    id: Identifier
    title: Line
    family: Identifier
    description: Prose
    start_here: tuple[StartHere, ...] = ()


class Tag(Record):
    """One of the many flat marks of a paper; `aliases` are other spellings of it."""

    id: Identifier
    title: Line
    kind: Literal["modality", "field", "task", "technique", "quality", "language"]
    aliases: tuple[Line, ...] = ()


class VenueKind(StrEnum):
    """What kind of venue."""

    CONFERENCE = "conference"
    JOURNAL = "journal"
    WORKSHOP = "workshop"


class Venue(Record):
    """A recurring conference, journal or workshop: short name, full title, and the venue it is a part of."""

    name: Line
    title: Line
    kind: VenueKind
    part_of: Line | None = None
    aliases: tuple[Line, ...] = ()


class Entry(Record):
    """A paper's appearance in an issue."""

    paper: Identifier
    reason: Line | None = None


class Issue(Record):
    """One edition of the digest; its date is its key."""

    date: Day
    number: IssueNumber
    title: Line
    subject: Line
    preheader: Annotated[str, AfterValidator(_preheader)]
    intro: Markdown
    entries: Annotated[tuple[Annotated[Entry, BeforeValidator(from_text("paper"))], ...], Field(min_length=1)]

    @property
    def key(self) -> str:
        """The issue's permanent key, its date: `2026-11-24`."""
        return self.date.isoformat()


class IssueSettings(Record):
    """How often issues come, and how large they are."""

    cadence: Literal["daily", "weekdays", "weekly", "monthly"] = "daily"
    size: Annotated[int, Field(ge=1, le=100)] = 10
    delivery: Literal["review", "auto"] = "review"


class FeedSettings(Record):
    """How many entries a feed holds at most."""

    size: Annotated[int, Field(ge=1, le=200)] = 50


class PageSettings(Record):
    """How many papers stand on one page of a listing."""

    size: Annotated[int, Field(ge=1, le=500)] = 30


class EmailSettings(Record):
    """Who the mail comes from. What is left out is made from the site's address."""

    provider: Literal["none", "buttondown", "listmonk"] = "none"
    sender: Annotated[Mailbox | None, Field(alias="from")] = None
    unsubscribe_url: AsciiWebAddress | None = None
    address: Line | None = None


class Digest(Record):
    """The settings of the digest. `key` is the root of every GUID and never changes."""

    key: Key
    tagline: Line | None = None
    issues: IssueSettings = IssueSettings()
    feeds: FeedSettings = FeedSettings()
    pages: PageSettings = PageSettings()
    email: EmailSettings = EmailSettings()
