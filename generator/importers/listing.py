"""A pasted listing of papers, as copied from a web page: lines of titles, each followed by a line with its abstract.

What a listing leaves unclear is not guessed in silence: it is kept as found, or mended, and noted either way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, count

from pydantic import ValidationError

from generator import leftovers, text
from generator.catalog.checks import Names
from generator.catalog.models import ID_LENGTH, Links, Paper, PartialDate, VenueRef, is_identifier
from generator.importers.bibliography import Bibliography, Facts
from generator.importers.report import Imported, Level

SHORTEST_ABSTRACT = 80
LONGEST_TITLE = 320
GLUED_LABEL = re.compile(r"(?:Subscribe|Sign up|Log in)(?=[A-Z0-9][^\s])")
_STOP_WORDS = frozenset(
    "a an and are as at be by can do for from how in into is it its of on or the to toward towards via with using "
    "based not".split()
)


@dataclass(frozen=True)
class Pair:
    """A title and its abstract as they stand in the input, with the line of the title, counted from 1."""

    line: int
    title: str
    abstract: str


def import_listing(listing: str, bibliography: Bibliography, known: KnownPapers, names: Names, added: date) -> Imported:
    """Papers from a pasted listing.

    `known` are the papers that the digest has; they are skipped. `names` settle venues and tags. `added` is the day
    that the new papers are catalogued on.
    """
    imported = Imported()
    for pair in _pairs(listing, imported):
        paper = _paper(pair, bibliography, known, names, added, imported)
        if paper is not None:
            imported.papers.append((pair.line, paper))
            known.add(paper)
    return imported


class KnownPapers:
    """What the digest already has: ids, arXiv ids, DOIs and titles."""

    def __init__(self, papers: list[Paper]) -> None:
        self.ids: set[str] = set()
        self._works: dict[str, str] = {}
        for paper in papers:
            self.add(paper)

    def add(self, paper: Paper) -> None:
        """Remember a paper."""
        self.ids |= {paper.id, *paper.aliases}
        for work in _works(paper.title, paper.arxiv, paper.doi):
            self._works[work] = paper.id

    def find(self, title: str, arxiv: str | None, doi: str | None) -> str | None:
        """The id of the paper that is the same work."""
        return next((self._works[work] for work in _works(title, arxiv, doi) if work in self._works), None)


def _works(title: str, arxiv: str | None, doi: str | None) -> Iterator[str]:
    if doi:
        yield f"doi:{doi.casefold()}"
    if arxiv:
        yield f"arxiv:{arxiv}"
    if comparable := text.comparable(title):
        yield f"title:{comparable}"


# ---- lines to pairs --------------------------------------------------------------------------------------------------


def _pairs(listing: str, imported: Imported) -> Iterator[Pair]:
    lines = [(number, line.strip()) for number, line in enumerate(listing.splitlines(), start=1) if line.strip()]
    at = 0
    while at < len(lines):
        number, line = lines[at]
        following = lines[at + 1][1] if at + 1 < len(lines) else ""
        if len(line) <= LONGEST_TITLE and _is_abstract(following, line):
            yield Pair(number, line, following)
            at += 2
            continue
        imported.note(number, Level.SKIPPED, f"{_reason(line, following)}: “{text.shortened(line, 60)}”")
        at += 1


def _reason(line: str, following: str) -> str:
    """Why a line is not a title with its abstract below."""
    if len(line) > LONGEST_TITLE:
        return f"no title of at most {LONGEST_TITLE} characters stands above this abstract"
    if not following:
        return "no abstract follows"
    return f"no abstract follows (the next line has {len(following)} characters; one has {SHORTEST_ABSTRACT} or more)"


def _is_abstract(line: str, title: str) -> bool:
    return len(line) >= SHORTEST_ABSTRACT and len(line) > len(title)


# ---- a pair to a paper -----------------------------------------------------------------------------------------------


def _paper(
    pair: Pair, bibliography: Bibliography, known: KnownPapers, names: Names, added: date, imported: Imported
) -> Paper | None:
    title = _title(pair, imported)
    facts = bibliography.find(title) or bibliography.find(pair.title)
    if facts is None and len(bibliography):
        imported.note(pair.line, Level.UNSURE, "the bibliography does not know this title")
    facts = facts or Facts(title=title)
    if same := known.find(title, facts.arxiv, facts.doi):
        imported.note(pair.line, Level.SKIPPED, f"already in the catalog as `{same}`")
        return None
    abstract = _abstract(pair, facts, imported)
    try:
        return Paper(
            id=_id(facts, title, known, pair.line, imported),
            title=title,
            authors=facts.authors or (),
            abstract=abstract,
            summary=facts.summary,
            categories=facts.categories,
            tags=tuple(dict.fromkeys(names.tag(tag) or tag for tag in facts.tags)),
            added=added,
            published=PartialDate.of_arxiv(facts.arxiv) if facts.arxiv else None,
            arxiv=facts.arxiv,
            doi=facts.doi,
            venue=_venue(facts, names, pair.line, imported),
            links=_links(abstract, facts, pair.line, imported),
        )
    except ValidationError as error:
        reasons = "; ".join(f"{details['loc'][0]}: {details['msg']}" for details in error.errors())
        imported.note(pair.line, Level.SKIPPED, f"cannot be a paper: {reasons}")
        return None


def _title(pair: Pair, imported: Imported) -> str:
    title = pair.title
    if glued := GLUED_LABEL.match(title):
        imported.note(pair.line, Level.REPAIRED, f"“{glued.group()}” was glued to the title")
        title = title[glued.end() :]
    return _mended(title, pair.line, imported)


def _abstract(pair: Pair, facts: Facts, imported: Imported) -> str:
    abstract = pair.abstract
    broken = _broken_url(abstract, facts.code)
    if facts.code and broken:
        imported.note(pair.line + 1, Level.REPAIRED, f"{broken} is {facts.code}, as the bibliography has it")
        abstract = abstract.replace(broken, facts.code)
    closed = re.sub(r"(https?://[^\s()]+) \)", r"\1)", abstract)
    if closed != abstract:
        imported.note(pair.line + 1, Level.REPAIRED, "a space between a URL and its closing bracket")
    return _mended(closed, pair.line + 1, imported)


def _mended(found: str, line: int, imported: Imported) -> str:
    visible = text.FORBIDDEN.sub("", found)
    if visible != found:
        imported.note(line, Level.REPAIRED, "invisible characters were deleted")
        found = visible
    mended, done = leftovers.mend(found)
    for leftover in done:
        level = Level.REPAIRED if leftover.sure else Level.UNSURE
        imported.note(line, level, f"{leftover.what}: {leftover.before} → {leftover.after}")
    return mended


def _broken_url(abstract: str, url: str | None) -> str | None:
    """How a URL stands in the abstract, if its underscores became spaces."""
    broken = url.replace("_", " ") if url else None
    return broken if broken and broken != url and broken in abstract else None


def _venue(facts: Facts, names: Names, line: int, imported: Imported) -> VenueRef | None:
    if facts.venue is None:
        return None
    name = names.venue(facts.venue)
    if name is None:
        imported.note(line, Level.UNSURE, f"venue “{facts.venue}” is not in content/venues.yaml; kept as it is")
    return VenueRef(name=name or facts.venue, year=facts.year)


# ---- links -----------------------------------------------------------------------------------------------------------

_CODE_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "anonymous.4open.science", "codeberg.org")
_DATA_PLACES = ("huggingface.co/datasets/", "zenodo.org", "physionet.org", "kaggle.com/datasets")


_CODE_WORDS = frozenset("code codes source implementation scripts".split())
_MODEL_WORDS = frozenset("model models weights checkpoints".split())
_DATA_WORDS = frozenset("data dataset datasets corpus".split())
_DEMO_WORDS = frozenset("demo demos demonstration".split())
_PROJECT_WORDS = frozenset("project website page site".split())


def link_kind(url: str, before: str) -> tuple[str, bool]:
    """What a URL in an abstract leads to, judged by its host and the words before it, and whether that is certain."""
    words = frozenset(re.findall(r"[a-z]+", before[-90:].rsplit(". ", 1)[-1].lower()))
    if any(place in _address(url) for place in _DATA_PLACES):
        return "data", True
    if _address(url).startswith("huggingface.co/"):
        return "model", True
    return _kind_on_code_host(words) if _is_code_host(url) else _kind_elsewhere(words)


def _kind_on_code_host(words: frozenset[str]) -> tuple[str, bool]:
    if words & _DATA_WORDS and not words & (_CODE_WORDS | _MODEL_WORDS):
        return "data", False
    return "code", bool(words & _CODE_WORDS)


def _kind_elsewhere(words: frozenset[str]) -> tuple[str, bool]:
    if words & _DEMO_WORDS:
        return "demo", True
    if words & _CODE_WORDS and not words & _PROJECT_WORDS:
        return "code", False
    return "project", bool(words & _PROJECT_WORDS)


def _address(url: str) -> str:
    return url.split("://", 1)[1].removeprefix("www.")


def _is_code_host(url: str) -> bool:
    return _address(url).startswith(_CODE_HOSTS)


def _links(abstract: str, facts: Facts, line: int, imported: Imported) -> Links:
    found: dict[str, str] = {"code": facts.code} if facts.code else {}
    for span in text.parse(abstract):
        if span.kind is not text.Kind.URL:
            continue
        kind, sure = link_kind(span.text, abstract[max(0, span.start - 200) : span.start])
        if _same_place(span.text, found.values()):
            continue
        if kind == "code" and "code" in found and not _is_code_host(span.text):
            kind = "project"
        if not sure:
            imported.note(line + 1, Level.UNSURE, f"{span.text}: taken for `{kind}`")
        if kind == "code" and "code" in found and "page" not in found:
            imported.note(line + 1, Level.UNSURE, f"a second code link, {span.text}; put under `page`")
            kind = "page"
        if kind in found:
            imported.note(line + 1, Level.UNSURE, f"a second `{kind}` link, {span.text}; kept {found[kind]}")
            continue
        found[kind] = span.text.removesuffix(".git")
    return Links.model_validate(found)


def _same_place(url: str, others: Iterable[str]) -> bool:
    def settled(address: str) -> str:
        return address.casefold().removesuffix("/").removesuffix(".git")

    return any(settled(url) == settled(other) for other in others)


# ---- ids -------------------------------------------------------------------------------------------------------------


def _id(facts: Facts, title: str, known: KnownPapers, line: int, imported: Imported) -> str:
    """The id that the bibliography has prepared, or else a new one; a taken one is changed, and noted."""
    base = facts.id or short_id(title, facts.arxiv)
    candidates = (f"{base[: ID_LENGTH - 6].rstrip('-')}-{number}" for number in count(2))
    chosen = next(name for name in chain([base], candidates) if name not in known.ids and is_identifier(name))
    if chosen != base:
        imported.note(line, Level.UNSURE, f"the id `{base}` is taken or reserved; chose `{chosen}`")
    elif base.startswith("paper-"):
        imported.note(line, Level.UNSURE, f"the title gives no telling id; chose `{chosen}`")
    return chosen


def short_id(title: str, arxiv: str | None = None) -> str:
    """A short id from a title: the name before its colon (`MMed-RAG: …` → `mmed-rag`), or its first telling words.

    A title without a letter of the Latin or Greek alphabet gives `paper` and its arXiv id.
    """
    name, colon, _ = title.partition(":")
    words = text.ascii_words(name)
    if not colon or len(words) > 4:
        telling = [word for word in text.ascii_words(title) if word not in _STOP_WORDS]
        words = words if len(words) <= 4 else telling[:5]
    chosen = "-".join(words)[:ID_LENGTH].strip("-")
    if re.search("[a-z]", chosen):
        return chosen
    return "-".join(["paper", *(text.ascii_words(arxiv) if arxiv else []), *([] if arxiv else words)])[
        :ID_LENGTH
    ].strip("-")
