"""What people write into the issue forms of the repository (.github/ISSUE_TEMPLATE): a new paper, or a correction.

`form_text` takes the issue apart. Everything in it is a stranger's text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from paper_digest.catalog.catalog import read_shelf
from paper_digest.catalog.located import Located
from paper_digest.catalog.promises import TOLD_TO_READERS
from paper_digest.catalog.records import Author, Links, Paper, record_data
from paper_digest.catalog.wording import sentences
from paper_digest.curating.form_text import (
    ABSTRACT,
    AUTHORS,
    CATEGORY,
    LINK,
    PAPER,
    PROOF,
    RIGHT,
    SUMMARY,
    TAGS,
    TITLE,
    WHAT,
    Answers,
)
from paper_digest.editing.rewriting import Rewrite, differs, rewritten
from paper_digest.importing import found as sieve
from paper_digest.importing.adding import Added, free_place, from_sources
from paper_digest.importing.drafts import Draft, Drafting
from paper_digest.importing.found import Found, NothingAdded, SourceFailed
from paper_digest.importing.links import link_kind
from paper_digest.importing.recognising import NotUnderstood, Source, recognise
from paper_digest.importing.web import Web
from paper_digest.words import text

NOT_SURE = frozenset({"Not sure", "None"})
"""The form's own choice, and the one that GitHub adds to a list of which nothing has to be chosen."""


# ---- a new paper -----------------------------------------------------------------------------------------------------


def added(root: Path, given: Answers, today: date, web: Web) -> Added:
    """What a form for a new paper adds; nothing is written yet. Raises NothingAdded and ProblemsFound."""
    made = _linked(root, given, today, web) if LINK in given else _by_hand(root, given, today)
    drafts = tuple((place, _with_choices(draft, given)) for place, draft in made.drafts)
    if not all(draft.paper.categories for _, draft in drafts):
        raise NothingAdded(_no_category(root))
    return Added(drafts, made.notes)


def _no_category(root: Path) -> list[str]:
    """What there is to choose from: an issue that is edited shows no list for it."""
    choices = [f"{category.record.title} ({category.record.id})" for category in read_shelf(root).categories]
    return [f"no category could be suggested: under “{CATEGORY}”, write one of these", *choices]


def _linked(root: Path, given: Answers, today: date, web: Web) -> Added:
    made = from_sources(root, [_source(given[LINK])], today, web)
    papers = [draft.paper for _, draft in made.drafts]
    keys = {TITLE: "title", AUTHORS: "authors", ABSTRACT: "abstract"}
    told = [question for question, key in keys.items() if all(getattr(paper, key) for paper in papers)]
    notes = [f"the answer to “{question}” was not needed: the link tells it" for question in told if question in given]
    return Added(made.drafts, (*made.notes, *notes))


def _source(link: str) -> Source:
    """What the form links to; only what is on the web, since a stranger has no files here."""
    words = re.sub(r"\b(arxiv|doi):\s+", r"\1:", link, flags=re.IGNORECASE).replace("](", " ").split()
    named = list(dict.fromkeys(source for word in words if (source := _understood(word))))
    if len(named) > 1:
        papers = text.shortened(", ".join(map(str, named)), 200)
        raise NothingAdded([f"“{LINK}” holds several: {papers}. Leave one; for another paper, open another form"])
    try:
        return named[0] if named else recognise(link, files=False)
    except NotUnderstood as error:
        raise NothingAdded([str(error)]) from error


def _understood(word: str) -> Source | None:
    try:
        return recognise(text.without_punctuation(word.strip("<>")), files=False)
    except NotUnderstood:
        return None


def _by_hand(root: Path, given: Answers, today: date) -> Added:
    if missing := [f"“{question}”" for question in (TITLE, ABSTRACT) if question not in given]:
        raise NothingAdded(
            [f"there is no answer to “{LINK}”, and none to {' and '.join(missing)}: give a link, or title and abstract"]
        )
    drafting = Drafting(read_shelf(root), today)
    title = " ".join(given[TITLE].split())
    found = Found("the form", title, abstract=given[ABSTRACT], authors=_as_authors(given.get(AUTHORS, "")))
    if twin := drafting.twin(found):
        raise NothingAdded([f"the catalog has that paper, as `{twin.record.id}` ({twin.ref()})"])
    try:
        draft = drafting.draft(found)
    except SourceFailed as failed:
        raise NothingAdded([str(failed)]) from failed
    return Added(((free_place(root, draft.paper), draft),), ())


def _with_choices(draft: Draft, given: Answers) -> Draft:
    """A draft with what the contributor chose, in the place of what was suggested, and what no source told."""
    chosen: dict[str, Any] = {}
    if CATEGORY in given and given[CATEGORY] not in NOT_SURE:
        chosen["categories"] = [_id_of(given[CATEGORY])]
    if TAGS in given:
        chosen["tags"] = _listed(given[TAGS])
    if SUMMARY in given:
        chosen["summary"] = {"text": given[SUMMARY], "by": "human"}
    if ABSTRACT in given and not draft.paper.abstract:
        chosen["abstract"] = given[ABSTRACT]
    if AUTHORS in given and not draft.paper.authors:
        chosen["authors"] = _as_authors(given[AUTHORS])
    try:
        paper = Paper.model_validate({**record_data(draft.paper), **chosen})
    except ValidationError as error:
        raise NothingAdded(sentences(error)) from error
    return Draft(
        paper,
        draft.source,
        () if "categories" in chosen else draft.categories,
        () if "tags" in chosen else draft.tags,
        draft.doubts,
    )


def _id_of(choice: str) -> str:
    """A category's id from the choice of a form: `Segmentation (segmentation)`, or the id itself."""
    found = re.search(r"\(([a-z0-9-]+)\)\s*$", choice)
    return found.group(1) if found else choice.strip()


def _listed(words: str) -> list[str]:
    """The items of a list, as people write one: with commas, or each on a line of its own."""
    return [item for part in re.split(r"[,;\n]", words) if (item := part.strip(" \t-*•`[]"))]


def _as_authors(words: str) -> tuple[Author, ...]:
    return sieve.authors(sieve.author(name) for name in _listed(words))


# ---- a correction ----------------------------------------------------------------------------------------------------

_ITS_ID = "its id, the last part of its page's address"


@dataclass(frozen=True)
class Correction:
    """A paper's file as it should be, and what that changes."""

    paper: Paper
    rewrite: Rewrite
    changed: tuple[str, ...]


def corrected(root: Path, given: Answers, today: date) -> Correction:
    """What a form for corrections changes; nothing is written yet. Raises NothingAdded and ProblemsFound."""
    if missing := [question for question in (PAPER, WHAT, RIGHT) if question not in given]:
        raise NothingAdded([f"there is no answer to “{question}”: {_ASKED[question]}" for question in missing])
    item = _meant(read_shelf(root).papers, given)
    topic = given[WHAT]
    if topic not in _CHANGES:
        raise NothingAdded([f"“{text.shortened(topic, 60)}” is for a person to look at: somebody will"])
    changes = _CHANGES[topic](_Wish(item.record, given[RIGHT], given.get(PROOF, ""), today))
    if not differs(item, changes):
        raise NothingAdded([f"`{item.record.id}` says so already"])
    if set(changes) & TOLD_TO_READERS:
        changes["updated"] = today.isoformat()
    return Correction(item.record, rewritten(root, item, changes), tuple(sorted(changes)))


def _meant(papers: Sequence[Located[Paper]], given: Answers) -> Located[Paper]:
    """The paper that is meant, by its id, a former id, or its address on the site."""
    named = given[PAPER].rstrip("/").rpartition("/")[2]
    for item in papers:
        if named in {item.record.id, *item.record.aliases}:
            return item
    raise NothingAdded([f"there is no paper `{named[:60]}`: give {_ITS_ID}"])


@dataclass(frozen=True)
class _Wish:
    """What somebody wants to be right about a paper, and where it is said."""

    paper: Paper
    right: str
    proof: str
    today: date

    @property
    def line(self) -> str:
        """What is right, on one line."""
        return " ".join(self.right.split())

    @property
    def authors(self) -> list[dict[str, str]]:
        """The names, each with the ORCID that it had before."""
        known = {author.name: author.orcid for author in self.paper.authors if author.orcid}
        names = _listed(self.right)
        return [{"name": name} | ({"orcid": known[name]} if name in known else {}) for name in names]


def _venue(wish: _Wish) -> dict[str, Any]:
    year = re.search(r"\b(?:1[89]|20)[0-9]{2}\b", wish.line)
    if year is None:
        return {"venue": {"name": wish.line}}
    around = (wish.line[: year.start()].rstrip(" ,("), wish.line[year.end() :].lstrip(" ,)"))
    return {"venue": {"name": " ".join(filter(None, around)), "year": int(year.group())}}


def _links(wish: _Wish) -> dict[str, Any]:
    """Links as `code: https://…`, or an address by itself, whose kind is guessed."""
    found = dict(wish.paper.links.present())
    named = re.findall(r"(?:\b([a-z]+)\s*:\s*)?(https?://\S+)", wish.right)
    for kind, url in named:
        address = text.without_punctuation(url)
        found[kind if kind in Links.model_fields else link_kind(address, wish.right)[0]] = address
    if not named:
        raise NothingAdded(["there is no address in the answer: write it as `code: https://…`"])
    return {"links": {kind: found[kind] for kind in Links.model_fields if kind in found}}


def _standing(wish: _Wish) -> dict[str, Any]:
    """A retraction or correction: the words, the day if one is named, and where it is told."""
    status = "retracted" if re.search(r"retract|withdr", wish.line, re.IGNORECASE) else "corrected"
    day = re.search(r"\b20[0-9]{2}-[01][0-9]-[0-3][0-9]\b", wish.line)
    url = re.search(r"https?://\S+", wish.proof)
    if url is None:
        raise NothingAdded([f"a retraction or correction needs its notice: give its address under “{PROOF}”"])
    date_of_it = day.group() if day else wish.today.isoformat()
    news = {"date": date_of_it, "kind": status, "text": wish.line, "url": url.group()}
    return {"status": status, "news": [*record_data(wish.paper).get("news", ()), news]}


_CHANGES: Mapping[str, Callable[[_Wish], dict[str, Any]]] = {
    "Title": lambda wish: {"title": wish.line},
    "Authors": lambda wish: {"authors": wish.authors},
    "Abstract": lambda wish: {"abstract": wish.right},
    "Summary": lambda wish: {"summary": {"text": wish.line, "by": "human"}},
    "Venue and year": _venue,
    "A link": _links,
    "arXiv id": lambda wish: {"arxiv": wish.right},
    "DOI": lambda wish: {"doi": wish.right},
    "Categories": lambda wish: {"categories": _listed(wish.right)},
    "Tags": lambda wish: {"tags": _listed(wish.right)},
    "It was retracted or corrected": _standing,
}
"""What can be changed by a program, by the choices of the form."""

TOPICS = (*_CHANGES, "Something else")
_ASKED = {
    PAPER: f"write {_ITS_ID}",
    WHAT: f"write one of {', '.join(TOPICS)}",
    RIGHT: "write what should stand there, whole",
}
