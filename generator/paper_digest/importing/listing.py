"""A pasted listing of papers, as copied from a web page: titles, each with its abstract below it, over one line or
several; or entries as arXiv lists them, with their labels.

What a listing leaves unclear is not guessed in silence: it is kept as found, or mended, and noted either way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from pydantic import ValidationError

from paper_digest.catalog.located import Names
from paper_digest.catalog.records import News, Paper, PartialDate, Status, VenueRef
from paper_digest.catalog.wording import sentences
from paper_digest.importing.bibliography import Bibliography, Facts
from paper_digest.importing.drafts import standing
from paper_digest.importing.found import Found
from paper_digest.importing.ids import new_id, short_id
from paper_digest.importing.known import KnownPapers
from paper_digest.importing.links import links_in
from paper_digest.importing.mending import mended
from paper_digest.importing.names import written
from paper_digest.importing.references import Entry, Role
from paper_digest.importing.references import paper as paper_of
from paper_digest.importing.report import Imported, Level, Losses
from paper_digest.words import leftovers, text
from paper_digest.words.leftovers import Spellings
from paper_digest.words.signs import FORBIDDEN

SHORTEST_ABSTRACT = 80
LONGEST_TITLE = 320
GLUED_LABEL = re.compile(r"(?:Subscribe|Sign up|Log in)(?=[A-Z0-9][^\s])")


@dataclass
class Pair:
    """A title and its abstract as they stand in the input, with the line of the title.

    `said` is what labelled lines between them say: authors, comments, ids, addresses.
    """

    line: int
    title: str
    abstract: str = ""
    abstract_line: int = 0
    said: dict[str, str] = field(default_factory=dict)


def import_listing(
    listing: str,
    bibliography: Bibliography,
    known: KnownPapers,
    names: Names,
    added: date,
    spellings: Spellings | None = None,
) -> Imported:
    """Papers from a pasted listing.

    `known` are the papers that the digest has; they are skipped. `names` settle venues and tags. `added` is the day
    that the new papers are catalogued on, and `spellings` are the digest's words.
    """
    imported = Imported()
    for pair in _pairs(listing, imported):
        paper = _Making(bibliography, known, names, added, imported, spellings).paper(pair)
        if paper is not None:
            imported.papers.append((pair.line, paper))
            known.add(paper)
    return imported


# ---- lines to pairs --------------------------------------------------------------------------------------------------

_LABEL = re.compile(
    r"(?P<label>title|authors?|abstract|comments?|subjects?|journal[- ]ref|doi|url|link|report[- ]no|msc-class"
    r"|acm-class|cite as|code)\s*:\s*(?P<said>.*)",
    re.IGNORECASE,
)
_ARXIV_HEAD = re.compile(r"(?:\[\d+\]\s*)?arxiv:\s*(?P<id>\S+)(?P<rest>\s.*)?", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:\[\d{1,4}\]|\(\d{1,4}\)|\d{1,4}[.)]|#\d{1,4}:?|[-*•–+]|#{1,6})\s+(?=\S)")
_LINKED = re.compile(r"\[(?P<words>(?:[^\[\]]|\[[^\]]*\])+)\]\((?P<url>https?://[^\s)]+)\)\s*")
_ADDRESS = re.compile(r"(?:https?://\S+|doi:?\s*10\.\S+|10\.\d{4,9}/\S+|arxiv:?\s*\S+)", re.IGNORECASE)


@dataclass(frozen=True)
class _Line:
    number: int
    text: str
    is_indented: bool
    after_gap: bool

    @property
    def label(self) -> str:
        """What the line is labelled as: `title`, `authors`, …"""
        found_label = _LABEL.fullmatch(self.text)
        return found_label["label"].casefold().replace(" ", "-") if found_label else ""

    @property
    def said(self) -> str:
        found_label = _LABEL.fullmatch(self.text)
        return found_label["said"] if found_label else self.text


def _lines(listing: str) -> list[_Line]:
    lines, after_gap = [], True
    for number, line in enumerate(listing.splitlines(), start=1):
        if line.strip():
            lines.append(_Line(number, line.strip(), line[:1].isspace(), after_gap))
        after_gap = not line.strip()
    return lines


def _pairs(listing: str, imported: Imported) -> Iterator[Pair]:
    lines = _lines(listing)
    at = 0
    while at < len(lines):
        pair, behind = _labelled(lines, at) or _plain(lines, at) or (None, at + 1)
        if pair is not None:
            yield pair
        else:
            line, following = lines[at].text, lines[at + 1].text if at + 1 < len(lines) else ""
            imported.note(lines[at].number, Level.SKIPPED, f"{_reason(line, following)}: “{text.shortened(line, 60)}”")
        at = behind


def _labelled(lines: list[_Line], at: int) -> tuple[Pair, int] | None:
    """An entry as arXiv lists it: lines with labels, of which `Title:` is one, and perhaps its id above them."""
    head = _ARXIV_HEAD.fullmatch(lines[at].text)
    start = at + 1 if head else at
    if start >= len(lines) or lines[start].label != "title":
        return None
    pair = Pair(lines[at].number, "")
    if head:
        pair.said["arxiv"] = head["id"]
    label, at = "", start
    while at < len(lines) and not (at > start and _begins_entry(lines, at)):
        line = lines[at]
        if line.label:
            label = line.label
            pair.said[label] = line.said
        elif line.after_gap or not label or (len(line.text) >= SHORTEST_ABSTRACT and not line.is_indented):
            break
        else:
            pair.said[label] = f"{pair.said[label]} {line.text}"
        at += 1
    pair.title = pair.said.pop("title")
    pair.abstract_line = lines[at].number if at < len(lines) else pair.line
    pair.abstract = pair.said.pop("abstract", "")
    if not pair.abstract and at < len(lines) and not _begins_entry(lines, at):
        pair.abstract, at = _wrapped(lines, at)
    return pair, at


def _begins_entry(lines: list[_Line], at: int) -> bool:
    return lines[at].label == "title" or bool(
        _ARXIV_HEAD.fullmatch(lines[at].text) and at + 1 < len(lines) and lines[at + 1].label == "title"
    )


def _plain(lines: list[_Line], at: int) -> tuple[Pair, int] | None:
    """A title, perhaps with authors and an address below, and its abstract."""
    title, following = lines[at], at + 1
    pair = Pair(title.number, title.text)
    while following < len(lines) and (label := _below_title(lines[following])):
        said = lines[following].said
        pair.said[label] = said
        following += 1
        if label == "abstract":
            break
    if pair.said.get("abstract") == "" and following < len(lines):
        del pair.said["abstract"]
    has_abstract = "abstract" in pair.said
    if not has_abstract and (following >= len(lines) or not _is_abstract(lines[following].text, title.text)):
        return None
    if len(title.text) > LONGEST_TITLE and not _LINKED.search(title.text):
        return None
    begin = following - 1 if has_abstract else following
    pair.abstract_line = lines[begin].number
    pair.abstract, behind = _wrapped(lines, begin)
    pair.said.pop("abstract", None)
    return pair, behind


def _below_title(line: _Line) -> str:
    if line.label and line.label != "title":
        return line.label
    return "url" if _ADDRESS.fullmatch(line.text) else ""


def _wrapped(lines: list[_Line], at: int) -> tuple[str, int]:
    """An abstract with the lines over which it goes on: as far as there is no gap, and the line before is no end."""
    said, behind = [lines[at].said if lines[at].label == "abstract" else lines[at].text], at + 1
    while behind < len(lines) and not lines[behind].after_gap and not lines[behind].label and _goes_on(lines, behind):
        said.append(lines[behind].text)
        behind += 1
    return " ".join(said), behind


def _goes_on(lines: list[_Line], at: int) -> bool:
    """Whether a line is more of the abstract above it: that one has not ended, or no other title could be meant."""
    if re.search(r"[.!?…][\"”’)\]]*$", lines[at - 1].text):
        return False
    following = lines[at + 1] if at + 1 < len(lines) else None
    is_title = following is not None and not following.after_gap and _is_abstract(following.text, lines[at].text)
    return lines[at].text[:1].islower() or not is_title


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


@dataclass(frozen=True)
class _Making:
    """Makes papers of pairs."""

    bibliography: Bibliography
    known: KnownPapers
    names: Names
    added: date
    imported: Imported
    spellings: Spellings | None

    def paper(self, pair: Pair) -> Paper | None:
        """The paper of a pair, unless the digest has it or it cannot be one."""
        found = self._found(pair)
        facts = self.bibliography.find(found.title) or self.bibliography.find(pair.title)
        if facts is None and len(self.bibliography):
            self._note(pair.line, Level.UNSURE, "the bibliography does not know this title")
        facts = facts or Facts(title=found.title)
        arxiv, doi = facts.arxiv or found.arxiv, facts.doi or found.doi
        authors = facts.authors or found.authors
        if same := self.known.find(found.title, arxiv, doi, authors):
            self._note(pair.line, Level.SKIPPED, f"already in the catalog as `{same}`")
            return None
        abstract = self._abstract(pair, facts)
        status, news = self._standing(found, pair.line)
        doubt = partial(self._doubt, pair.line)
        known_links = {**found.links, **({"code": facts.code} if facts.code else {})}
        try:
            return Paper(
                id=new_id(facts.id or short_id(found.title, arxiv), self.known.ids, doubt),
                title=found.title,
                authors=authors,
                abstract=abstract or None,
                summary=facts.summary,
                categories=facts.categories,
                tags=tuple(dict.fromkeys(self.names.tag(tag) or tag for tag in facts.tags)),
                added=self.added,
                published=PartialDate.of_arxiv(arxiv) if arxiv else None,
                arxiv=arxiv,
                doi=doi,
                venue=self._venue(facts, pair.line),
                links=links_in(abstract, known_links, partial(self._doubt, pair.line + 1)),
                status=status,
                news=news,
            )
        except ValidationError as error:
            reasons = "; ".join(sentences(error))
            self._note(pair.line, Level.SKIPPED, f"cannot be a paper: {reasons}")
            return None

    def _standing(self, found: Found, line: int) -> tuple[Status, tuple[News, ...]]:
        status, news = standing(found, self.added)
        if status is not Status.ACTIVE:
            what = f"line {line} says that the paper was {status}: does it belong here?"
            self._note(line, Level.UNSURE, what)
        return status, news

    def _note(self, line: int, level: Level, what: str) -> None:
        self.imported.note(line, level, what)

    def _doubt(self, line: int, what: str) -> None:
        self._note(line, Level.UNSURE, what)

    def _found(self, pair: Pair) -> Found:
        """What the lines of an entry say, but for its abstract."""
        title, url = self._title(pair)
        people = written(_without_places(pair.said.get("authors") or pair.said.get("author") or ""))
        for doubt in people.doubts:
            if "is read as" not in doubt:
                self._doubt(pair.line, doubt)
        listed = Entry(f"line {pair.line}", people=people, line=pair.line)
        listed.say(Role.TITLE, title, "title", listed.source)
        for address in filter(None, (url, pair.said.get("url"), pair.said.get("link"))):
            listed.say(Role.NOTE, address, "url", listed.source)
        listed.say(Role.NOTE, pair.said.get("comments") or pair.said.get("comment"), "comments", listed.source)
        listed.say(Role.DOI, pair.said.get("doi"), "doi", listed.source)
        listed.say(Role.ARXIV, pair.said.get("arxiv"), "arxiv", listed.source)
        losses = Losses()
        found = paper_of(listed, losses) or Found(listed.source, title)
        for loss in losses.told:
            self._doubt(pair.line, loss.what)
        return mended(replace(found, title=title), self.spellings)

    def _title(self, pair: Pair) -> tuple[str, str | None]:
        """A title without its number, and the address that Markdown gave it."""
        title, url = pair.title, None
        while (bare := _NUMBERED.sub("", title, count=1) if _NUMBERED.match(title) else title) != title:
            title = bare
        title = re.sub(r"^(\*\*|__)(.+)\1$", r"\2", title)
        if linked := _LINKED.match(title):
            title, url = f"{linked['words']} {title[linked.end() :]}".strip(), linked["url"]
        title = re.sub(r"^(\*\*|__)(.+)\1$", r"\2", title)
        if glued := GLUED_LABEL.match(title):
            self._note(pair.line, Level.REPAIRED, f"“{glued.group()}” was glued to the title")
            title = title[glued.end() :]
        return self._mended(title, pair.line), url

    def _abstract(self, pair: Pair, facts: Facts) -> str:
        abstract, line = pair.abstract, pair.abstract_line or pair.line + 1
        broken = _broken_url(abstract, facts.code)
        if facts.code and broken:
            self._note(line, Level.REPAIRED, f"{broken} is {facts.code}, as the bibliography has it")
            abstract = abstract.replace(broken, facts.code)
        closed = re.sub(r"(https?://[^\s()]+) \)", r"\1)", abstract)
        if closed != abstract:
            self._note(line, Level.REPAIRED, "a space between a URL and its closing bracket")
        return self._mended(closed, line)

    def _mended(self, found: str, line: int) -> str:
        visible = FORBIDDEN.sub("", found)
        if visible != found:
            self._note(line, Level.REPAIRED, "invisible characters were deleted")
            found = visible
        fresh, done = leftovers.mend(found, self.spellings)
        for leftover in done:
            level = Level.REPAIRED if leftover.sure else Level.UNSURE
            self._note(line, level, f"{leftover.what}: {leftover.before} → {leftover.after}")
        return fresh

    def _venue(self, facts: Facts, line: int) -> VenueRef | None:
        if facts.venue is None:
            return None
        name = self.names.venue(facts.venue)
        if name is None:
            what = f"venue “{facts.venue}” is not in content/venues.yaml; kept as it is"
            self._note(line, Level.UNSURE, what)
        return VenueRef(name=name or facts.venue, year=facts.year)


def _without_places(listed: str) -> list[str]:
    """Names of a line with commas, as arXiv writes it, without the institutions in brackets behind them."""
    bare = re.sub(r"\s*\([^()]*\)", "", listed)
    if ";" in bare:
        return bare.split(";")
    return [name for part in bare.split(",") for name in re.split(r"\s+and\s+|^and\s+|\s+&\s+", part.strip())]


def _broken_url(abstract: str, url: str | None) -> str | None:
    """How a URL stands in the abstract, if its underscores became spaces."""
    broken = url.replace("_", " ") if url else None
    return broken if broken and broken != url and broken in abstract else None
