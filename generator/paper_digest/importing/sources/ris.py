"""References in RIS, as reference managers, PubMed and publishers export them: a tag, a dash and a value a line.

The lines are read here: rispy refuses whole files for one space too few, and tells no lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from paper_digest.importing import found
from paper_digest.importing.found import Found
from paper_digest.importing.names import written as names_written
from paper_digest.importing.references import Entry, Form, Role, paper
from paper_digest.importing.report import Losses

_LINE = re.compile(r"\s*([A-Za-z][A-Za-z0-9])\s{0,3}[-–]\s?(.*)")
_LAST = re.compile(r"\s*ER\s*[-–]?\s*", re.IGNORECASE)
_ROLES: Mapping[Role, tuple[str, ...]] = {
    Role.TITLE: ("TI", "T1", "CT"),
    Role.ABSTRACT: ("AB", "N2"),
    Role.VENUE: ("JF", "T2", "JO", "BT", "JA", "J2", "J1", "C3"),
    Role.SCHOOL: ("PB",),
    Role.DOI: ("DO",),
    Role.ADDRESS: ("UR", "L2"),
    Role.PDF: ("L1",),
    Role.DATE: ("DA", "PY", "Y1"),
    Role.NUMBER: ("VL", "IS", "M1", "SP", "C7"),
    Role.NOTE: ("N1", "M3", "L3", "C2", "AN", "C1"),
    Role.EDITOR: ("A2", "ED", "A3"),
}
_PEOPLE = ("AU", "A1")
_NO_NOTES = frozenset({"TY", "ER", "DB", "DP", "ST", "ID", *_PEOPLE})
_FORMS = {"THES": Form.THESIS, "RPRT": Form.REPORT, "CHAP": Form.CHAPTER, "BOOK": Form.BOOK, "EDBOOK": Form.BOOK}


@dataclass
class _Record:
    """A record: the values of its tags, each with its line."""

    line: int
    kind: str
    values: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    is_closed: bool = False

    def first(self, tag: str) -> str:
        return self.values[tag][0][0] if tag in self.values else ""


def read(text: str, name: str, losses: Losses | None = None) -> list[Found]:
    """The papers of a file that is called `name`; `losses` is told what came to nothing, and why."""
    losses = losses if losses is not None else Losses()
    papers, at_all = [], False
    for record in _records(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")):
        at_all = True
        where = f"line {record.line} of {name}"
        if not record.is_closed:
            losses.tell(where, "`ER  -` is missing at the end of the record; it was read as far as it goes")
        if said := _paper(record, name, losses):
            papers.append(said)
        elif not any(record.first(tag) for tag in _ROLES[Role.TITLE]):
            losses.tell(where, "the record has no title; it was passed over")
    if not at_all:
        losses.tell(name, "there is no record in it; one begins with `TY  - `")
    return papers


def _records(text: str) -> Iterator[_Record]:
    """Every record; what stands between two is none."""
    record: _Record | None = None
    tag = ""
    for number, line in enumerate(text.split("\n"), start=1):
        said = _LINE.fullmatch(line)
        is_start = said is not None and said.group(1).upper() == "TY"
        if record and (is_start or _LAST.fullmatch(line)):
            record.is_closed = not is_start
            yield record
            record, tag = None, ""
        if said and is_start:
            record, tag = _Record(number, said.group(2).strip().upper()), ""
        elif record and said:
            tag = said.group(1).upper()
            record.values.setdefault(tag, []).append((said.group(2), number))
        elif record and tag:
            value, at = record.values[tag][-1]
            record.values[tag][-1] = (f"{value}\n{line.strip()}", at)
    if record:
        yield record


def _paper(record: _Record, name: str, losses: Losses) -> Found | None:
    entry = Entry(f"line {record.line} of {name}", _FORMS.get(record.kind, Form.PAPER), line=record.line)
    for role, tags in _ROLES.items():
        for tag in tags:
            for value, line in record.values.get(tag, ()):
                entry.say(_of_value(role, tag, value, record), value, tag, f"line {line} of {name}")
    people = sorted((said for tag in _PEOPLE for said in record.values.get(tag, ())), key=lambda said: said[1])
    entry.people = names_written(value for value, _ in people)
    entry.authors_at = (f"line {people[0][1]} of {name}" if people else "", "AU")
    known = {tag for role, tags in _ROLES.items() if role is not Role.NUMBER for tag in tags}
    losses.pass_over(sorted(set(record.values) - known - _NO_NOTES))
    return paper(entry, losses)


def _of_value(role: Role, tag: str, value: str, record: _Record) -> Role:
    """What a tag is for that programs use for several things: an accession number, or a link that holds a DOI."""
    bare = value.strip()
    database = f"{record.first('DB')} {record.first('DP')}"
    if tag == "AN" and found.pmid(bare) and re.search(r"pubmed|medline|nlm", database, re.IGNORECASE):
        return Role.PMID
    if role is Role.NOTE and found.doi(bare):
        return Role.DOI
    if role is Role.NOTE and re.fullmatch(r"PMC[0-9]+", bare, re.IGNORECASE):
        return Role.PMCID
    if tag == "L2" and not found.web_address(bare):
        return Role.PDF  # a file on somebody's own disk
    return role
