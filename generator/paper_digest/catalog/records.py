"""The records of a catalog, as pydantic models: what a paper, category, tag, venue, issue and digest may say.

A validator that refuses a value raises `fault(what, remedy)`; `catalog` turns it into a Problem at the value's place.
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

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from paper_digest.urls import LONGEST_ADDRESS, web_address
from paper_digest.words.bounds import too_much

ID_PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ID_LENGTH = 60
PREHEADER_LENGTH = 110
ID_RULE = f"use lowercase letters, digits and single hyphens, at most {ID_LENGTH} and not only digits, like `mmed-rag`"
_DEVICES = {"aux", "con", "nul", "prn", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
RESERVED_IDS = frozenset({"index", *_DEVICES})
"""The site needs the first; files called like the others cannot be checked out on Windows."""
FIRST_YEAR, LAST_YEAR = 1900, 2999
LINE_LENGTH = 2_000
PROSE_LENGTH = 20_000
MOST_CATEGORIES = 3
_ARXIV = re.compile(r"[0-9]{2}(?:0[1-9]|1[0-2])\.[0-9]{4,5}|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7}")
_DOI = re.compile(r"10\.[0-9]{4,9}/[^\s{}\\\"|^`]+")
_ORCID = re.compile(r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]")
_ACCOUNT = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MAILBOX = re.compile(
    r"(?:(?P<name>[^<>@,;:\\\"()\[\]=?]+) )?(?P<open><)?"
    r"[\w+-]+(?:\.[\w+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?(open)>)",
    re.ASCII,
)


def is_own_key(key: str) -> bool:
    """Whether a key is none of the digest's: the contributor's own, or the editor's."""
    return key.startswith("x-") or key == "$schema"


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
    whole = _sized(text.strip(), PROSE_LENGTH) + "\n"
    if found := too_much(whole):
        raise fault(found.what, found.remedy)
    return whole


def is_identifier(text: str) -> bool:
    """Whether a text can be an id: `mmed-rag`, but not `MMed RAG`, `2024` or `index`."""
    return _is_well_formed(text) and text not in RESERVED_IDS


def _is_well_formed(text: str) -> bool:
    return bool(ID_PATTERN.fullmatch(text) and len(text) <= ID_LENGTH and re.search("[a-z]", text))


def _identifier(text: str) -> str:
    if not _is_well_formed(text):
        raise fault(f"`{text[:80]}` is not an id", ID_RULE)
    if text in RESERVED_IDS:
        raise fault(f"the id `{text}` is taken by the site itself, or by Windows", "choose another one")
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
    if text[-1] != _check_digit(text.replace("-", "")[:-1]):
        raise fault(f"`{text}` is not an ORCID: its last digit does not fit the others", "copy it anew from orcid.org")
    return text


def _check_digit(digits: str) -> str:
    """The last sign of an ORCID by its others (ISO 7064, MOD 11-2)."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)


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


def _ascii_link_for_each(text: str) -> str:
    """A web address in which `{token}` or `{email}` stand for what differs from reader to reader."""
    _ascii_link(text.replace("{token}", "x").replace("{email}", "x"))
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
        return _within_reach(value)
    partial = _partial_date(value, "write year-month-day, like 2024-01-31")
    if partial.month is None or partial.day is None:
        raise fault(f"`{partial}` lacks its day", "write year-month-day, like 2024-01-31")
    return _within_reach(date(partial.year, partial.month, partial.day))


def _within_reach(day: date) -> date:
    """A day that can be counted from in both directions, weeks and months."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise fault(f"the year {day.year:04} is not one of this digest", "write year-month-day, like 2024-01-31")
    return day


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
        turned = re.fullmatch(r"([0-3]?[0-9])\.\s?([01]?[0-9])\.\s?([12][0-9]{3})", text)
        if turned:
            remedy = f"write {turned.group(3)}-{int(turned.group(2)):02}-{int(turned.group(1)):02}"
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
    if not _UUID.fullmatch(str(value)):
        remedy = "make one, once, with `python3 -c 'import uuid; print(uuid.uuid4())'`"
        raise fault(f"`{str(value)[:80]}` is not a UUID", remedy)
    return UUID(str(value))


def _account(text: str) -> str:
    if not re.fullmatch(_ACCOUNT, text):
        raise fault(f"`{text[:80]}` is not the name of a newsletter", "write what stands behind buttondown.com/ there")
    return text


def _list_id(text: str) -> str:
    if not _UUID.fullmatch(text):
        raise fault(f"`{text[:80]}` is not the id of a list", "copy the UUID that listmonk shows beside the list")
    return text.lower()


# Beside each type stands what a JSON Schema can say of it. An editor reads YAML with its own types, where an unquoted
# `2024` is a number, so numbers and truth values pass as texts there as they do here.

ANY_SCALAR = ["string", "number", "boolean"]


def _texts(limit: int) -> WithJsonSchema:
    return WithJsonSchema({"type": ANY_SCALAR, "pattern": r"\S", "maxLength": limit})


def _form(pattern: str, **more: object) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^(?:{pattern})$", **more})


def _number_or(pattern: str, **bounds: float) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"type": "integer", **bounds}, {"type": "string", "pattern": f"^(?:{pattern})$"}]})


_A_DAY = {"type": "string", "format": "date", "pattern": "^[1-9][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$"}
_A_DAY_WITHIN_REACH = {**_A_DAY, "pattern": "^(?:19|2[0-9])[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$"}
_A_YEAR = {"type": "integer", "minimum": 1000, "maximum": 9999}
_A_YEAR_OR_MONTH = {"type": "string", "pattern": "^[1-9][0-9]{3}(?:-(?:0[1-9]|1[0-2]))?$"}
_UNQUOTED_ARXIV = {"type": "number", "minimum": 701, "maximum": 9912.99999}
_WEB_ADDRESS = r"[Hh][Tt][Tt][Pp][Ss]?://[^\s<>\"\\`{}|^/?#]+[^\s<>\"\\`{}|^]*"
_FOR_EACH = (
    r"[Hh][Tt][Tt][Pp][Ss]?://(?:[^\s<>\"\\`{}|^/?#]|\{token\}|\{email\})+(?:[^\s<>\"\\`{}|^]|\{token\}|\{email\})*"
)
_ANY_UUID = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_MAIL_ADDRESS = r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_MAIL_NAME = r"[^<>@,;:\\\"()\[\]=?]+ "

Line = Annotated[str, AfterValidator(_one_line), _texts(LINE_LENGTH)]
Prose = Annotated[str, AfterValidator(_prose), _texts(PROSE_LENGTH)]
Markdown = Annotated[str, AfterValidator(_markdown), _texts(PROSE_LENGTH)]
Preheader = Annotated[str, AfterValidator(_preheader), _texts(PREHEADER_LENGTH)]
Identifier = Annotated[
    str,
    AfterValidator(_identifier),
    _form(f"(?=.*[a-z]){ID_PATTERN.pattern}", maxLength=ID_LENGTH, **{"not": {"enum": sorted(RESERVED_IDS)}}),
]
ArxivId = Annotated[
    str,
    AfterValidator(_arxiv),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": f"^(?:{_ARXIV.pattern})$"}, _UNQUOTED_ARXIV]}),
]
Doi = Annotated[str, AfterValidator(_doi), _form(_DOI.pattern)]
Orcid = Annotated[str, AfterValidator(_orcid), _form(_ORCID.pattern)]
WebAddress = Annotated[str, AfterValidator(_link), _form(_WEB_ADDRESS, maxLength=LONGEST_ADDRESS)]
AddressForEach = Annotated[
    str,
    AfterValidator(_ascii_link_for_each),
    _form(r"(?=[\x21-\x7e]+$)" + _FOR_EACH, maxLength=LONGEST_ADDRESS),
]
Mailbox = Annotated[
    str,
    AfterValidator(_mailbox),
    _form(rf"\s*(?:(?:{_MAIL_NAME})?{_MAIL_ADDRESS}|(?:{_MAIL_NAME})?<{_MAIL_ADDRESS}>)\s*"),
]
AccountName = Annotated[str, AfterValidator(_account), _form(_ACCOUNT)]
ListId = Annotated[str, AfterValidator(_list_id), _form(_ANY_UUID)]
Year = Annotated[int, PlainValidator(_year), _number_or("[1-9][0-9]{3}", minimum=1000, maximum=9999)]
IssueNumber = Annotated[int, PlainValidator(_number), _number_or("[1-9][0-9]{0,5}", minimum=1, maximum=999_999)]
Day = Annotated[date, PlainValidator(_day), WithJsonSchema(_A_DAY_WITHIN_REACH)]
SomeDate = Annotated[
    PartialDate, PlainValidator(_partial_date), WithJsonSchema({"anyOf": [_A_YEAR, _A_YEAR_OR_MONTH, _A_DAY]})
]
Key = Annotated[UUID, PlainValidator(_uuid), _form(_ANY_UUID)]


def from_text(key: str) -> Callable[[Any], Any]:
    """A text standing for a mapping with one key, as `authors: [Ada Lovelace]` for `[{name: Ada Lovelace}]`."""
    return lambda value: {key: value} if isinstance(value, str) else value


@dataclass(frozen=True)
class OrText:
    """Tells the schema of a record that a plain text may stand for it: one such as its field `key` takes."""

    key: str

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The schema of the text, or of the record."""
        record = handler(core)
        text = handler.resolve_ref_schema(record)["properties"][self.key]
        return {"anyOf": [text, record]}


# ---- records ---------------------------------------------------------------------------------------------------------


class Record(BaseModel):
    """What all records share: they do not change, and know no key but their own.

    The text below a field says what belongs there: editors show it, and so does the page of all fields.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_absent(cls, values: object) -> object:
        """A known key with no value says what leaving it out would say, and own keys say nothing to us."""
        if not isinstance(values, dict):
            return values
        known = {name for field, info in cls.model_fields.items() for name in (field, info.alias)}
        return {
            key: value
            for key, value in values.items()
            if not is_own_key(key) and (value is not None or key not in known)
        }


class Author(Record):
    """A name as printed; identity apart."""

    name: Line
    """The name as it is printed on the paper."""
    orcid: Orcid | None = None
    """The author's ORCID, if you know it: 0000-0002-1825-0097."""


class SummaryBy(StrEnum):
    """Who wrote a summary."""

    HUMAN = "human"
    MACHINE = "machine"


class Summary(Record):
    """One sentence in the digest's own words."""

    text: Line
    """One sentence of 40 to 200 characters, from the abstract alone, with no number that is not in it."""
    by: SummaryBy
    """Who wrote it: a human, or a machine."""


class VenueRef(Record):
    """Where a paper was published: a venue's name or one of its aliases, and the year, if it is known."""

    name: Line
    """The venue's short name, as in content/venues.yaml."""
    year: Year | None = None
    """The year of the conference or volume."""


class Links(Record):
    """Where a paper's parts are found, beside arXiv and DOI."""

    code: WebAddress | None = None
    """The authors' code."""
    pdf: WebAddress | None = None
    """The text itself, if it is not on arXiv."""
    data: WebAddress | None = None
    """A data set."""
    model: WebAddress | None = None
    """Weights to download."""
    project: WebAddress | None = None
    """The project's site."""
    page: WebAddress | None = None
    """The paper's page at its publisher, or another page about it."""
    demo: WebAddress | None = None
    """Something to try."""
    slides: WebAddress | None = None
    """Slides of a talk."""
    video: WebAddress | None = None
    """A recording."""
    poster: WebAddress | None = None
    """A poster."""

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


NEWS_OF_STATUS = {
    Status.CORRECTED: NewsKind.CORRECTED,
    Status.RETRACTED: NewsKind.RETRACTED,
    Status.WITHDRAWN: NewsKind.RETRACTED,
}
"""The kind of news that gives the day and the reason of a status."""


class News(Record):
    """Something that happened to a paper after it was added."""

    date: Day
    """The day on which it happened, or became known."""
    kind: NewsKind
    """What kind of news it is; a withdrawal is told as `retracted`."""
    text: Line
    """One sentence: what happened, and why."""
    url: WebAddress | None = None
    """Where it is told: the notice, or the published version."""


def _given(*names: str) -> list[JsonSchemaValue]:
    """One schema for each key that has a value."""
    return [{"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in names]


def _news_of(status: Status) -> JsonSchemaValue:
    news = {"contains": {"required": ["kind"], "properties": {"kind": {"const": str(NEWS_OF_STATUS[status])}}}}
    return {
        "if": {"required": ["status"], "properties": {"status": {"const": str(status)}}},
        "then": {"required": ["news"], "properties": {"news": news}},
    }


def _rules_of_a_paper(schema: JsonSchemaValue) -> None:
    """What `checks` asks of a paper by itself: categories, something to read, and the reason of its status."""
    has_link = {
        "required": ["links"],
        "properties": {"links": {"type": "object", "anyOf": _given(*Links.model_fields)}},
    }
    schema["required"] = [*schema["required"], "categories"]
    schema["properties"]["categories"] |= {"minItems": 1, "maxItems": MOST_CATEGORIES, "uniqueItems": True}
    schema["properties"]["tags"]["uniqueItems"] = True
    schema["anyOf"] = [*_given("abstract", "arxiv", "doi"), has_link]
    schema["allOf"] = [_news_of(status) for status in NEWS_OF_STATUS]


class Paper(Record):
    """A scholarly work as catalogued."""

    model_config = ConfigDict(json_schema_extra=_rules_of_a_paper)

    id: Identifier
    """The permanent key, and the file's name: a file that holds one paper need not repeat it."""
    title: Line
    """The title as printed; `$math$` is allowed. In quotes, if it holds a colon and a space."""
    authors: tuple[Annotated[Author, BeforeValidator(from_text("name")), OrText("name")], ...] = ()
    """All authors in their order, as printed: names, or {name: …, orcid: …}."""
    abstract: Prose | None = None
    """The authors' own text: plain, with `$math$` and URLs; no HTML, no Markdown."""
    summary: Summary | None = None
    """One sentence in the digest's own words, and who wrote it."""
    categories: tuple[Identifier, ...] = ()
    """One to three categories; the first is where a reader looks first."""
    tags: tuple[Line, ...] = ()
    """Tags from content/tags.yaml, by id, title or alias."""
    added: Day | None = None
    """The day on which the paper was added; without it, it is in no feed."""
    updated: Day | None = None
    """The day on which the entry changed for readers."""
    published: SomeDate | None = None
    """When the paper first appeared: a year, a month or a day."""
    arxiv: ArxivId | None = None
    """The arXiv id without its version, in quotes: "2410.13085"."""
    doi: Doi | None = None
    """The DOI, from the `10.` on."""
    venue: Annotated[VenueRef, BeforeValidator(from_text("name")), OrText("name")] | None = None
    """Where it was published: {name: ICLR, year: 2025}. A preprint server is no venue."""
    links: Links = Links()
    """Where its parts are found, beside arXiv and DOI."""
    status: Status = Status.ACTIVE
    """What became of it. Anything but `active` needs news that gives the day and the reason."""
    news: tuple[News, ...] = ()
    """What happened after it was added."""
    aliases: tuple[Identifier, ...] = ()
    """Former ids: their addresses lead here."""


class StartHere(Record):
    """A paper of a category's reading path, and why it is on it."""

    paper: Identifier
    """The paper's id."""
    why: Line
    """One sentence: why to read it at this point."""


class Category(Record):
    """One of the few, ordered parts that shape the navigation. Categories of one family share a hue."""

    id: Identifier
    """The permanent key, and part of the address."""
    title: Line
    """What readers see."""
    family: Identifier
    """A word of your own: categories that share it share a colour."""
    description: Prose
    """What belongs here, and what does not."""
    start_here: tuple[StartHere, ...] = ()
    """Three to five papers to begin with, in order."""
    aliases: tuple[Identifier, ...] = ()
    """Former ids: their addresses lead here."""


class Tag(Record):
    """One of the many flat marks of a paper; `aliases` are other spellings of it."""

    id: Identifier
    """The permanent key, and part of the address."""
    title: Line
    """What readers see."""
    kind: Literal["modality", "field", "task", "technique", "quality", "language"]
    """Under which heading it is listed."""
    aliases: tuple[Line, ...] = ()
    """Other spellings, and former ids."""


class VenueKind(StrEnum):
    """What kind of venue."""

    CONFERENCE = "conference"
    JOURNAL = "journal"
    WORKSHOP = "workshop"


class Venue(Record):
    """A recurring conference, journal or workshop: short name, full title, and the venue it is a part of."""

    name: Line
    """The short name, as papers give it."""
    title: Line
    """The full name."""
    kind: VenueKind
    """Whether it is a conference, a journal or a workshop."""
    part_of: Line | None = None
    """The larger venue that a track or workshop belongs to."""
    aliases: tuple[Line, ...] = ()
    """Other names of it."""


class Entry(Record):
    """A paper's appearance in an issue."""

    paper: Identifier
    """The paper's id."""
    reason: Line | None = None
    """Why it is in this issue."""


class Issue(Record):
    """One edition of the digest; its date is its key."""

    date: Day
    """The day of the issue, and the file's name: the file need not repeat it."""
    number: IssueNumber
    """One more than that of the issue before."""
    title: Line
    """A headline."""
    subject: Line
    """The subject of the email."""
    preheader: Preheader
    """What a mail program shows behind the subject."""
    intro: Markdown
    """Why these papers belong together, in Markdown."""
    entries: Annotated[
        tuple[Annotated[Entry, BeforeValidator(from_text("paper")), OrText("paper")], ...], Field(min_length=1)
    ]
    """The papers in their order, each with the reason why it is here."""

    @property
    def key(self) -> str:
        """The issue's permanent key, its date: `2026-11-24`."""
        return self.date.isoformat()


class GoneKind(StrEnum):
    """What kind of thing was removed."""

    PAPER = "paper"
    CATEGORY = "category"
    TAG = "tag"
    ISSUE = "issue"

    @property
    def with_article(self) -> str:
        """The kind as a sentence names one of it: `a paper`, `an issue`."""
        return f"an {self}" if self is GoneKind.ISSUE else f"a {self}"


class Gone(Record):
    """Something published that was removed on purpose: a short notice stands at its address."""

    kind: GoneKind
    """What it was."""
    id: Line
    """Its id, or an issue's date."""
    date: Day
    """The day on which it was removed."""
    reason: Line
    """One sentence for readers: why it was removed."""


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _issue_day(value: str) -> str:
    if value not in WEEKDAYS and not re.fullmatch("[1-9]|1[0-9]|2[0-8]", value):
        raise fault("this is no day that an issue could come on", "write a weekday, as `monday`, or a number up to 28")
    return value


IssueDay = Annotated[
    str, AfterValidator(_issue_day), _number_or("|".join((*WEEKDAYS, "[1-9]|1[0-9]|2[0-8]")), minimum=1, maximum=28)
]


class IssueSettings(Record):
    """How often issues come, and how large they are."""

    cadence: Literal["daily", "weekdays", "weekly", "monthly"] = "daily"
    """How often an issue comes."""
    size: Annotated[int, Field(ge=1, le=100), _number_or("[0-9]{1,3}", minimum=1, maximum=100)] = 10
    """How many papers an issue holds."""
    day: IssueDay | None = None
    """The day a weekly issue comes on, as `monday`, or the day of the month that a monthly one does, as `1`."""
    delivery: Literal["review", "auto"] = "review"
    """Whether somebody reads an issue before it is sent."""
    mail_within: Annotated[int, Field(ge=1, le=30), _number_or("[0-9]{1,2}", minimum=1, maximum=30)] = 7
    """For so many days after its date an issue is still mailed by itself, however late it was read or published."""

    @model_validator(mode="after")
    def _day_of_its_cadence(self) -> IssueSettings:
        if self.day is not None and self.cadence in {"daily", "weekdays"}:
            raise fault(f"`day` says nothing where issues come {self.cadence}", "leave `day` out")
        if self.cadence == "weekly" and self.day is not None and self.day not in WEEKDAYS:
            raise fault("a weekly issue comes on a day of the week", "write `day: monday`, or another day's name")
        if self.cadence == "monthly" and self.day in WEEKDAYS:
            raise fault("a monthly issue comes on a day of the month", "write `day: 1`, or another number up to 28")
        return self


class FeedSettings(Record):
    """How many entries a feed holds at most."""

    size: Annotated[int, Field(ge=1, le=200), _number_or("[0-9]{1,3}", minimum=1, maximum=200)] = 50
    """Entries in a feed."""


class PageSettings(Record):
    """How many papers stand on one page of a listing."""

    size: Annotated[int, Field(ge=1, le=500), _number_or("[0-9]{1,3}", minimum=1, maximum=500)] = 30
    """Papers on a page of a listing."""


class EmailSettings(Record):
    """Who the mail comes from. What is left out is made from the site's address."""

    provider: Literal["none", "buttondown", "listmonk"] = "none"
    """The service that keeps the list of readers."""
    account: AccountName | None = None
    """The newsletter's name at Buttondown, as in its address."""
    server: WebAddress | None = None
    """The address of the digest's listmonk."""
    list: ListId | None = None
    """The public list at listmonk: the long id that its subscription form has."""
    sender: Annotated[Mailbox | None, Field(alias="from")] = None
    """The sender, as `Paper Digest <digest@example.org>`."""
    unsubscribe_url: AddressForEach | None = None
    """Where a reader leaves the list with one click: `{token}` or `{email}` stand for what tells who that is."""
    address: Line | None = None
    """The postal address that the law of many countries wants below a letter."""
    per_minute: Annotated[int, Field(ge=1, le=9999), _number_or("[0-9]{1,4}", minimum=1, maximum=9999)] | None = None
    """How many letters a mail server takes in a minute; without it, as many as it does."""
    per_connection: Annotated[int, Field(ge=1, le=9999), _number_or("[0-9]{1,4}", minimum=1, maximum=9999)] | None = (
        None
    )
    """How many letters a mail server takes over a connection; without it, until it ends one."""


class Digest(Record):
    """The settings of the digest. `key` is the root of every GUID and never changes."""

    key: Key
    """A UUID, made once: every identity in the feeds is made from it."""
    tagline: Line | None = None
    """The promise, on the home page."""
    issues: IssueSettings = IssueSettings()
    """How issues are made."""
    feeds: FeedSettings = FeedSettings()
    """How feeds are made."""
    pages: PageSettings = PageSettings()
    """How listings are made."""
    email: EmailSettings = EmailSettings()
    """Who the mail comes from."""


def record_data(record: Record) -> dict[str, Any]:
    """A record as plain values in the order of its model; what is unknown is left out."""
    data = _plain(record)
    assert isinstance(data, dict)
    return data


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        known = (
            (name, inner)
            for name, inner in value
            if inner != fields[name].get_default(call_default_factory=True, validated_data={})
        )
        return {fields[name].alias or name: _plain(inner) for name, inner in known}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, int) else str(value)
