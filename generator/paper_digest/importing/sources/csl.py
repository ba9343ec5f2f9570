"""References in CSL-JSON, as Zotero and the registries of DOIs give them, and in the JSON that people take for it:
Zotero's own, that of Better BibTeX, and a saved answer of Crossref.

The format: https://docs.citationstyles.org/en/stable/specification.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from paper_digest.importing import found, names
from paper_digest.importing.found import Found, SourceFailed, dig
from paper_digest.importing.names import People
from paper_digest.importing.references import Entry, Form, Role, paper
from paper_digest.importing.report import Losses

_ROLES: Mapping[Role, tuple[str, ...]] = {
    Role.TITLE: ("title",),
    Role.SUBTITLE: ("subtitle",),
    Role.ABSTRACT: ("abstract", "abstractNote"),
    Role.VENUE: (
        "container-title",
        "publicationTitle",
        "proceedingsTitle",
        "bookTitle",
        "conferenceName",
        "event-title",
        "event",
        "repository",
        "container-title-short",
        "journalAbbreviation",
    ),
    Role.SCHOOL: ("publisher", "university", "institution"),
    Role.DOI: ("DOI", "doi"),
    Role.ARXIV: ("arXiv", "arxiv"),
    Role.PMID: ("PMID",),
    Role.PMCID: ("PMCID",),
    Role.ADDRESS: ("URL", "url"),
    Role.NUMBER: ("number", "volume", "archiveID", "archive_location", "page", "pages"),
    Role.NOTE: ("note", "extra", "status"),
}
_FORMS = {
    "thesis": Form.THESIS,
    "report": Form.REPORT,
    "chapter": Form.CHAPTER,
    "bookSection": Form.CHAPTER,
    "book": Form.BOOK,
}
_NO_WORKS = frozenset({"attachment", "note", "annotation"})
_HOUSEKEEPING = frozenset("id key version itemKey itemID itemType type citationKey citation-key citekey tags".split())
_PLACED_ELSEWHERE = frozenset("author editor creators issued date year published".split())


def read(text: str, name: str, losses: Losses | None = None) -> list[Found]:
    """The papers of a file that is called `name`; `losses` is told what came to nothing, and why.

    Raises SourceFailed when the file is no JSON.
    """
    losses = losses if losses is not None else Losses()
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise SourceFailed(f"{name} is no JSON: export it again, as CSL-JSON") from None
    papers, entries = [], list(_entries(said))
    for number, entry in enumerate(entries, start=1):
        source = f"entry {number} of {name}"
        if not isinstance(entry, dict):
            losses.tell(source, "it is no item; it was passed over")
        elif str(entry.get("itemType")) in _NO_WORKS:
            continue
        elif one := _paper(entry, source, losses):
            papers.append(one)
        elif not found.line(_first(entry.get("title"))):
            losses.tell(source, "the item has no title; it was passed over")
    if not entries:
        losses.tell(name, "there is no item in it; CSL-JSON is a list of items, each with its `title`")
    return papers


def _entries(said: object) -> Iterator[object]:
    """The items of a list, also of one that other programs have put into something, or the only item."""
    message = dig(said, "message")
    if isinstance(message, dict):
        said = message
    listed = found.items(said) or found.items(dig(said, "items"))
    if not listed and isinstance(said, dict):
        listed = [said] if "title" in said else [each for each in said.values() if dig(each, "title")]
    for item in listed:
        data = dig(item, "data")
        yield data if isinstance(data, dict) else item


def _paper(said: Mapping[str, object], source: str, losses: Losses) -> Found | None:
    kind = str(said.get("type") or said.get("itemType") or "")
    entry = Entry(source, _FORMS.get(kind, Form.PAPER))
    for role, keys in _ROLES.items():
        for key in keys:
            entry.say(role, _first(said.get(key)), key, source)
    _say_dates(said, entry)
    entry.people = _people(found.items(said.get("author")) or list(_creators(said, "author")))
    editors = _people(found.items(said.get("editor")) or list(_creators(said, "editor")))
    for editor in editors.authors:
        entry.say(Role.EDITOR, editor.name, "editor", source)
    known = {key for role, keys in _ROLES.items() if role is not Role.NUMBER for key in keys}
    losses.pass_over(sorted(key for key in said if said[key] and key not in known | _PLACED_ELSEWHERE | _HOUSEKEEPING))
    return paper(entry, losses)


def _first(value: object) -> object:
    """Titles are texts in CSL-JSON, and lists of texts where Crossref writes it."""
    return value[0] if isinstance(value, list) and value else value


# ---- names -----------------------------------------------------------------------------------------------------------


def _creators(said: Mapping[str, object], kind: str) -> Iterator[object]:
    return (each for each in found.items(said.get("creators")) if dig(each, "creatorType") == kind)


def _people(listed: list[object]) -> People:
    people = People()
    for each in listed:
        given, family = (_part(each, *keys) for keys in (("given", "firstName"), ("family", "lastName")))
        whole = each if isinstance(each, str) else _part(each, "literal", "name")
        if given or (family and not whole):
            particle = " ".join(filter(None, (_part(each, key) for key in _PARTICLES)))
            people.add(names.printed(given, family, _part(each, "suffix"), particle), dig(each, "ORCID"))
        elif isinstance(each, str) or dig(each, "ORCID") is None:
            people.add_written(whole)
        else:
            people.add(whole, dig(each, "ORCID"))
    return people


_PARTICLES = ("dropping-particle", "non-dropping-particle", "prefix")


def _part(said: object, *keys: str) -> str:
    parts = (dig(said, key) for key in keys)
    return next((part for part in parts if isinstance(part, str) and part.strip()), "")


# ---- dates -----------------------------------------------------------------------------------------------------------


def _say_dates(said: Mapping[str, object], entry: Entry) -> None:
    for key in ("issued", "date", "published", "year"):
        value = said.get(key)
        if isinstance(value, dict):
            value = _of_parts(value) or value.get("raw") or value.get("literal") or value.get("string")
            value = f"{value}~" if value and dig(said, key, "circa") else value
        if not isinstance(value, list):
            entry.say(Role.DATE, value, key, entry.source)


def _of_parts(issued: object) -> str | None:
    """A date from lists as `[[2024, 10, 16]]`; of a span the beginning, and nothing that is not set."""
    numbers = [str(part) for part in found.items(dig(issued, "date-parts", 0))[:3] if part]
    while numbers:
        if date := found.partial_date("-".join(part.zfill(2) for part in numbers)):
            return str(date)
        numbers.pop()
    return None
