"""References in BibTeX and BibLaTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from paper_digest.catalog.records import Links
from paper_digest.importing import found
from paper_digest.importing.found import Found
from paper_digest.importing.names import People, printed, without_marks
from paper_digest.importing.references import Entry, Form, Role, paper
from paper_digest.importing.report import Losses
from paper_digest.importing.sources.journals import JOURNALS
from paper_digest.words import latex

if TYPE_CHECKING:
    from paper_digest.importing.sources.bibtex_file import Block

_ROLES: Mapping[Role, tuple[str, ...]] = {
    Role.TITLE: ("title",),
    Role.SUBTITLE: ("subtitle",),
    Role.ADDITION: ("titleaddon",),
    Role.ABSTRACT: ("abstract", "abstractnote"),
    Role.VENUE: ("booktitle", "journaltitle", "journal", "eventtitle", "shortjournal"),
    Role.SCHOOL: ("school", "institution"),
    Role.ADDRESS: ("url", "ee", "link"),
    Role.DOI: ("doi",),
    Role.ARXIV: ("arxiv", "arxivid", "arxiv-id", "arxiv_id"),
    Role.PMID: ("pmid", "pubmed"),
    Role.PMCID: ("pmcid", "pmc"),
    Role.DATE: ("date", "year"),
    Role.MONTH: ("month",),
    Role.DAY: ("day",),
    Role.NUMBER: ("number", "volume", "eid", "pages"),
    Role.NOTE: ("howpublished", "note", "addendum", "comment", "comments", "annote", "extra", "pubstate"),
}
_TEXTS = frozenset({Role.TITLE, Role.SUBTITLE, Role.ADDITION, Role.ABSTRACT, Role.VENUE, Role.SCHOOL})
_ADDRESSES = frozenset({Role.ADDRESS, Role.DOI, Role.DATE, Role.MONTH})
_KNOWN = {name for names in _ROLES.values() for name in names} - set(_ROLES[Role.NUMBER]) - set(_ROLES[Role.NOTE])
_USED_ELSEWHERE = frozenset("author editor eprint eprinttype archiveprefix primaryclass crossref chapter type".split())
_PLACED = _KNOWN | _USED_ELSEWHERE | set(_ROLES[Role.NOTE]) | set(Links.model_fields)
_LINKS_TOLD = frozenset("code demo slides video poster".split())
_FORMS = {
    **dict.fromkeys(("phdthesis", "mastersthesis", "bachelorsthesis", "thesis"), Form.THESIS),
    **dict.fromkeys(("techreport", "report"), Form.REPORT),
    **dict.fromkeys(("incollection", "inbook", "inreference", "suppbook"), Form.CHAPTER),
    **dict.fromkeys(("book", "mvbook", "collection", "mvcollection"), Form.BOOK),
}
_COLLECTIONS = frozenset({"proceedings", "mvproceedings", "periodical"})
_PARENTS = _COLLECTIONS | {"book", "collection"}
_NO_WORKS = frozenset({"set", "xdata", "control"})
_INHERITED = frozenset("booktitle journal journaltitle year date month eventtitle publisher series".split())


def read(text: str, name: str, losses: Losses | None = None) -> list[Found]:
    """The papers of a file that is called `name`; `losses` is told what came to nothing, and why."""
    from paper_digest.importing.sources import bibtex_file

    losses = losses if losses is not None else Losses()
    blocks = bibtex_file.blocks(text, name, losses)
    if not blocks and not losses.told:
        losses.tell(name, "there is no entry in it; one begins with `@article{`")
    by_key = {block.key.casefold(): block for block in reversed(blocks) if block.key}
    parents = {block.value("crossref").casefold() for block in blocks}
    papers = []
    for block in blocks:
        where = f"line {block.line} of {name}"
        if block.kind in _NO_WORKS or (block.kind in _COLLECTIONS and block.key.casefold() in parents):
            continue
        if block.kind in _COLLECTIONS:
            losses.tell(where, "these are proceedings, and no paper")
        elif said := _paper(_inherited(block, by_key, name, losses), name, losses):
            papers.append(said)
        elif not latex.plain(block.value("title")).strip():
            losses.tell(where, f"the entry `{block.key}` has no title; it was passed over")
    return papers


# ---- from an entry to a paper ----------------------------------------------------------------------------------------


def _inherited(block: Block, by_key: Mapping[str, Block], name: str, losses: Losses) -> Block:
    """An entry with what it has from those that it refers to. Those may refer to others, but not in a circle."""
    whole = replace(block, fields=dict(block.fields))
    seen, child = {block.key.casefold()}, block
    while key := child.value("crossref").strip():
        parent = by_key.get(key.casefold())
        if parent is None:
            line = child.fields["crossref"].line
            losses.tell(f"line {line} of {name}", f"crossref: there is no entry `{key}` in the file")
        if parent is None or key.casefold() in seen:
            break
        seen.add(key.casefold())
        given = {field: said for field, said in parent.fields.items() if field in _INHERITED}
        if "title" in parent.fields and "booktitle" not in given and parent.kind in _PARENTS:
            given["journaltitle" if parent.kind == "periodical" else "booktitle"] = parent.fields["title"]
        if {"year", "date"} & set(whole.fields):
            given = {field: said for field, said in given.items() if field not in {"year", "date", "month"}}
        whole.fields = {**given, **whole.fields}
        child = parent
    return whole


def _paper(block: Block, name: str, losses: Losses) -> Found | None:
    where = f"line {block.line} of {name}"
    entry = Entry(where, _FORMS.get(block.kind, Form.PAPER), line=block.line)
    for role, names in _ROLES.items():
        for known in names:
            if known in block.fields:
                said = block.fields[known]
                entry.say(role, _plain(said.value, role, known, entry), known, f"line {said.line} of {name}")
    _say_eprint(block, entry, name)
    _say_links(block, entry, name)
    _say_people(block, entry, name)
    if block.kind == "inbook" and block.value("chapter"):
        entry.doubts.append(f"this is chapter {block.value('chapter')} of the book, by whose title it is called")
    losses.pass_over(sorted(set(block.fields) - _PLACED))
    if "dblp" in block.value("bibsource") and (titles := entry.all(Role.TITLE)):
        entry.fields[Role.TITLE] = []
        entry.say(Role.TITLE, titles[0].value.removesuffix("."), "title", titles[0].where)
    return paper(entry, losses)


def _plain(written: str, role: Role, name: str, entry: Entry) -> str:
    if role in _ADDRESSES:
        return latex.address(written)
    unknown: list[str] = []
    if role is Role.VENUE and (macro := re.fullmatch(r"\s*\{*\\([A-Za-z]+)\s*\}*\s*", written)):
        written = JOURNALS.get(macro.group(1), written)
    text = latex.plain(written, unknown)
    if role in _TEXTS:
        what = "is a command that is not known here; write it out"
        entry.doubts += [f"{name}: `{command}` {what}" for command in unknown]
    return text


def _say_eprint(block: Block, entry: Entry, name: str) -> None:
    """`eprint` and the archive that it is of; without one, it may be arXiv's or an address."""
    if "eprint" not in block.fields:
        return
    said = block.fields["eprint"]
    value, where = latex.address(said.value), f"line {said.line} of {name}"
    archive = (block.value("archiveprefix") or block.value("eprinttype")).strip().casefold()
    old = re.fullmatch(r"[0-9]{7}(?:v[0-9]+)?", value)
    if found.web_address(value):
        entry.say(Role.ADDRESS, value, "eprint", where)
    elif archive == "arxiv" and old and block.value("primaryclass"):
        entry.say(Role.ARXIV, f"{block.value('primaryclass').partition('.')[0]}/{value}", "eprint", where)
    elif archive == "arxiv" or (not archive and found.arxiv_id_in(value)):
        entry.say(Role.ARXIV, value, "eprint", where)
    elif archive in {"pubmed", "pmid"}:
        entry.say(Role.PMID, value, "eprint", where)
    elif archive in {"pmc", "pmcid"}:
        entry.say(Role.PMCID, value, "eprint", where)


def _say_links(block: Block, entry: Entry, name: str) -> None:
    """Links under the digest's own names, which other programs keep."""
    for kind in Links.model_fields:
        if kind in block.fields:
            entry_where = f"line {block.fields[kind].line} of {name}"
            url = latex.address(block.value(kind))
            if found.web_address(url) or kind in _LINKS_TOLD:
                entry.say_link(kind, url, entry_where)


def _say_people(block: Block, entry: Entry, name: str) -> None:
    if "author" in block.fields:
        entry.authors_at = (f"line {block.fields['author'].line} of {name}", "author")
        entry.people = _people(block.value("author"))
    if "editor" in block.fields:
        for author in _people(block.value("editor")).authors:
            entry.say(Role.EDITOR, author.name, "editor", f"line {block.fields['editor'].line} of {name}")


# ---- names -----------------------------------------------------------------------------------------------------------

_PART = re.compile(r"(?:^|,)\s*(family|given|prefix|suffix)(?:-i)?\s*=\s*(\{(?:[^{}]|\{[^{}]*\})*\}|\"[^\"]*\"|[^,]*)")


def _people(written: str) -> People:
    """The names in a field. What stands in braces is one name, whatever is in it."""
    from paper_digest.importing.sources import bibtex_file

    people = People()
    joined = re.sub(r"(?:^|\s)and(?=\s+and\s|\s*$)", " ", " ".join(written.split()), flags=re.IGNORECASE)
    names = [name.strip() for name in bibtex_file.names(re.sub(r"\s\\ldots\s?(?=\s|$)", " ... ", f"{joined} "))]
    plain = [latex.plain(without_marks(re.sub(r"\\thanks\{.*?\}", "", name))).strip() for name in names]
    for at, name in enumerate(names):
        if re.match(r"(?:family|given|prefix|suffix)(?:-i)?\s*=", name):
            people.add(_of_parts(name))
        elif _is_braced(name):
            people.add(plain[at])
        elif name:
            people.add_written(plain[at], [*plain[:at], *plain[at + 1 :]])
    return people


def _is_braced(name: str) -> bool:
    depth = 0
    for at, sign in enumerate(name):
        depth += (sign == "{") - (sign == "}")
        if depth == 0 and at < len(name) - 1:
            return False
    return name.startswith("{") and not re.match(r"\{\s*\\", name)


def _of_parts(name: str) -> str:
    """A name in BibLaTeX's own parts: `family=Gogh, given=Vincent, prefix=van`."""
    said: dict[str, Any] = {}
    for part in _PART.finditer(name):
        if not re.match(r"(?:^|,)\s*\w+-i", part.group()):
            said[part.group(1)] = latex.plain(part.group(2).strip(' "'))
    return printed(said.get("given", ""), said.get("family", ""), said.get("suffix", ""), said.get("prefix", ""))
