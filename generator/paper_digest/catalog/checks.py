"""What no single record can know: each check is a small generator of Problems over all the located records."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import islice

from paper_digest.catalog.located import Located, Names, Shelf, folded, tag_spellings, venue_spellings
from paper_digest.catalog.records import (
    MOST_CATEGORIES,
    NEWS_OF_STATUS,
    Category,
    Digest,
    GoneKind,
    Issue,
    NewsKind,
    Paper,
    PartialDate,
    SummaryBy,
    Tag,
    Venue,
    is_day,
    is_identifier,
)
from paper_digest.problems import Problem, Severity, SourceRef
from paper_digest.words import leftovers, prose, text

MOST_LEFTOVERS = 5
"""How many leftovers of one text are told: who mends five will see the others."""


SUMMARY_LENGTH = (40, 200)


def spellings(shelf: Shelf) -> leftovers.Spellings:
    """The words of a digest, by which hyphens at line ends are judged."""
    texts = (words for item in shelf.papers for words in (item.record.title, item.record.abstract or ""))
    return leftovers.Spellings(texts)


def run(shelf: Shelf, today: date) -> list[Problem]:
    """Every problem that the records have among each other."""
    names = Names(shelf)
    found: list[Problem] = []
    for rule in _RULES:
        found += rule(shelf)
    found += _tags_are_known(shelf, names)
    found += _venues_are_known(shelf, names)
    found += _added_is_not_ahead(shelf, today)
    found += _issues_are_not_ahead(shelf, today)
    return found


_NEEDED = {
    "buttondown": {"account": "add the newsletter's name: account: …, as it stands behind buttondown.com/"},
    "listmonk": {
        "server": "add its address: server: https://…",
        "list": "add the UUID of the public list: list: …, as listmonk shows it",
    },
}


def provider_is_complete(digest: Located[Digest]) -> Iterator[Problem]:
    """What the form on the page for subscribers needs, if there is a provider: a dead form would be worse than none."""
    email = digest.record.email
    for name, remedy in _NEEDED.get(email.provider, {}).items():
        if getattr(email, name) is None:
            what = f"the provider {email.provider} needs `{name}` beside it"
            yield Problem(digest.ref("email", "provider"), what, remedy)
    if email.server and not email.server.lower().startswith("https:"):
        what = "readers' addresses would travel to this server for all to read"
        yield Problem(digest.ref("email", "server"), what, "write an address that begins with https://")


def _suggest(wrong: str, known: Iterable[str], kind: str, file: str) -> str:
    close = difflib.get_close_matches(wrong, list(known), n=1, cutoff=0.6)
    first = f"did you mean `{close[0]}`? " if close else ""
    return f"{first}Every {kind} is listed in content/{file}"


# ---- one name, one record --------------------------------------------------------------------------------------------


def _twice(claims: Iterable[tuple[str, str, SourceRef]], what: str, remedy: str) -> Iterator[Problem]:
    """A problem for each claim (key, shown, place) to a key that an earlier claim has."""
    first: dict[str, SourceRef] = {}
    for key, shown, ref in claims:
        if key in first:
            yield Problem(ref, what.format(shown=shown, first=first[key]), remedy)
        else:
            first[key] = ref


def _paper_ids_are_unique(shelf: Shelf) -> Iterator[Problem]:
    claims = [(item.record.id, item.record.id, item.ref("id")) for item in shelf.papers]
    claims += [
        (alias, alias, item.ref("aliases", position))
        for item in shelf.papers
        for position, alias in enumerate(item.record.aliases)
    ]
    what = "the id `{shown}` is taken: {first}"
    yield from _twice(claims, what, "if it is the same paper, keep one of the two; otherwise choose another id")


def _first_of_each_id(shelf: Shelf) -> list[Located[Paper]]:
    """The papers without those whose id is taken: what else a copy repeats is not a fault of its own."""
    return list({item.record.id: item for item in reversed(shelf.papers)}.values())[::-1]


def _arxiv_and_doi_are_unique(shelf: Shelf) -> Iterator[Problem]:
    for name in ("arxiv", "doi"):
        claims = [
            (value.casefold(), value, item.ref(name))
            for item in _first_of_each_id(shelf)
            if (value := getattr(item.record, name)) is not None
        ]
        what = f"{name} `{{shown}}` stands at another paper too: {{first}}"
        yield from _twice(claims, what, "if it is the same paper, keep one of the two; otherwise correct the number")


def _titles_are_unique(shelf: Shelf) -> Iterator[Problem]:
    """Titles do repeat; with the same first author it is the same paper."""
    first: dict[str, Located[Paper]] = {}
    for item in _first_of_each_id(shelf):
        key = text.comparable(item.record.title) if "title" not in item.faulty else ""
        if key and key in first:
            other = first[key]
            if _first_author(item) and _first_author(item) == _first_author(other):
                what = f"title and first author are also those of {other.ref('title')}"
                yield Problem(item.ref("title"), what, "it is the same paper: keep one of the two")
            else:
                what = f"the title is also that of {other.ref('title')}"
                yield Problem(item.ref("title"), what, "if it is the same paper, keep one of the two", Severity.WARNING)
        first.setdefault(key, item)


def _first_author(item: Located[Paper]) -> str:
    return text.comparable(item.record.authors[0].name) if item.record.authors else ""


def _lists_name_things_once(shelf: Shelf) -> Iterator[Problem]:
    categories = [(item.record.id, item.record.id, item.ref("id")) for item in shelf.categories]
    categories += [
        (alias, alias, item.ref("aliases", position))
        for item in shelf.categories
        for position, alias in enumerate(item.record.aliases)
    ]
    yield from _twice(categories, "the category `{shown}` is listed twice: {first}", "keep one of the two")
    tags = [
        (spelling, spelling, item.ref("id")) for item in shelf.tags for spelling in sorted(tag_spellings(item.record))
    ]
    yield from _twice(tags, "the tag or alias `{shown}` is listed twice: {first}", "keep one of the two")
    venues = [
        (spelling.casefold(), spelling, item.ref("name"))
        for item in shelf.venues
        for spelling in venue_spellings(item.record)
    ]
    yield from _twice(venues, "the venue or alias `{shown}` is listed twice: {first}", "keep one of the two")


def _issue_numbers_follow_dates(shelf: Shelf) -> Iterator[Problem]:
    before: Located[Issue] | None = None
    for item in sorted(shelf.issues, key=lambda item: item.record.date):
        if before and item.record.date == before.record.date:
            yield Problem(
                item.ref("date"), f"there are two issues of {item.record.key}: {before.ref()}", "keep one of the two"
            )
        elif before and item.record.number <= before.record.number:
            what = f"number {item.record.number} follows number {before.record.number} of {before.record.key}"
            yield Problem(item.ref("number"), what, f"write number: {before.record.number + 1}")
        before = item


# ---- references ------------------------------------------------------------------------------------------------------


def _papers_say_enough(shelf: Shelf) -> Iterator[Problem]:
    for item in shelf.papers:
        paper = item.record
        has_text = paper.abstract or paper.arxiv or paper.doi or paper.links.present()
        if not has_text and not item.faulty & {"abstract", "arxiv", "doi", "links"}:
            yield Problem(
                item.ref(),
                "the paper has neither an abstract nor a link",
                "add `abstract:`, `arxiv:`, `doi:` or `links:`",
            )
        if not paper.categories and "categories" not in item.faulty:
            yield Problem(
                item.ref("categories"), "the paper is in no category", "add it: categories: […], the primary one first"
            )
        if len(paper.categories) > MOST_CATEGORIES:
            what = f"the paper is in {len(paper.categories)} categories"
            yield Problem(item.ref("categories"), what, f"keep the {MOST_CATEGORIES} that it is really about")
        for name in ("categories", "tags"):
            values = getattr(paper, name)
            for position, value in enumerate(values):
                if value in values[:position]:
                    yield Problem(item.ref(name, position), f"`{value}` stands twice", "keep one of the two")


def _categories_are_known(shelf: Shelf) -> Iterator[Problem]:
    if "categories" in shelf.broken:
        return
    known = [item.record.id for item in shelf.categories]
    for item in shelf.papers:
        for position, category in enumerate(item.record.categories):
            if category not in known:
                what = f"unknown category `{category}`"
                yield Problem(
                    item.ref("categories", position), what, _suggest(category, known, "category", "categories.yaml")
                )


def _tags_are_known(shelf: Shelf, names: Names) -> Iterator[Problem]:
    if "tags" in shelf.broken:
        return
    for item in shelf.papers:
        for position, spelling in enumerate(item.record.tags):
            if names.tag(spelling) is None:
                remedy = _suggest(folded(spelling), names.tags, "tag", "tags.yaml")
                yield Problem(item.ref("tags", position), f"unknown tag `{spelling}`", remedy)


def _venues_are_known(shelf: Shelf, names: Names) -> Iterator[Problem]:
    if "venues" in shelf.broken:
        return
    for item in shelf.papers:
        venue = item.record.venue
        if venue and names.venue(venue.name) is None:
            known = [venue.record.name for venue in shelf.venues]
            remedy = _suggest(venue.name, known, "venue", "venues.yaml")
            yield Problem(item.ref("venue", "name"), f"unknown venue `{venue.name}`", remedy, Severity.WARNING)
    for listed in shelf.venues:
        parent = listed.record.part_of
        if parent and listed.record.name in _larger_venues(listed.record, shelf, names):
            yield Problem(
                listed.ref("part_of"), "the venue is a part of itself", "name the larger one, or delete the line"
            )
        if parent and names.venue(parent) is None:
            remedy = _suggest(parent, [other.record.name for other in shelf.venues], "venue", "venues.yaml")
            yield Problem(listed.ref("part_of"), f"unknown venue `{parent}`", remedy)


def _larger_venues(venue: Venue, shelf: Shelf, names: Names) -> set[str]:
    """The venues that a venue is part of, directly or not."""
    parents = {item.record.name: names.venue(item.record.part_of or "") for item in shelf.venues}
    larger: set[str] = set()
    name = parents.get(venue.name)
    while name and name not in larger:
        larger.add(name)
        name = parents.get(name)
    return larger


def _papers_referred_to_exist(shelf: Shelf) -> Iterator[Problem]:
    if "papers" in shelf.broken:
        return
    known = {item.record.id for item in shelf.papers}
    former = {alias for item in shelf.papers for alias in item.record.aliases}
    references = [
        (entry.paper, item.ref("entries", position, "paper"))
        for item in shelf.issues
        for position, entry in enumerate(item.record.entries)
    ]
    references += [
        (start.paper, item.ref("start_here", position, "paper"))
        for item in shelf.categories
        for position, start in enumerate(item.record.start_here)
    ]
    gone = {item.record.id for item in shelf.gone if item.record.kind is GoneKind.PAPER}
    for paper, ref in references:
        if paper not in known | former:
            yield Problem(ref, f"unknown paper `{paper}`", _instead_of(paper, known, gone))


def _instead_of(paper: str, known: set[str], gone: set[str]) -> str:
    if paper in gone:
        return "delete it here: content/gone.yaml says that it was removed"
    close = difflib.get_close_matches(paper, known, n=1, cutoff=0.8)
    return f"did you mean `{close[0]}`?" if close else "write the id of a paper in content/papers, its file's name"


def _start_here_stays_in_its_category(shelf: Shelf) -> Iterator[Problem]:
    members = {name: item.record.categories for item in shelf.papers for name in (*item.record.aliases, item.record.id)}
    for item in shelf.categories:
        seen: set[str] = set()
        for position, start in enumerate(item.record.start_here):
            ref = item.ref("start_here", position, "paper")
            if start.paper in members and item.record.id not in members[start.paper]:
                what = f"`{start.paper}` is not in the category `{item.record.id}`"
                yield Problem(ref, what, "choose a paper of this category, or add the category to the paper")
            if start.paper in seen:
                yield Problem(ref, f"`{start.paper}` stands twice", "keep one of the two")
            seen.add(start.paper)


def _issues_name_papers_once(shelf: Shelf) -> Iterator[Problem]:
    for item in shelf.issues:
        seen: set[str] = set()
        for position, entry in enumerate(item.record.entries):
            if entry.paper in seen:
                yield Problem(
                    item.ref("entries", position, "paper"),
                    f"`{entry.paper}` stands twice in this issue",
                    "keep one of the two",
                )
            seen.add(entry.paper)


def _intros_say_something(shelf: Shelf) -> Iterator[Problem]:
    for item in shelf.issues:
        if not prose.paragraphs(item.record.intro):
            yield Problem(
                item.ref("intro"), "intro: no text is left of it", "write at least a sentence; HTML is removed"
            )


def _summaries_say_no_number_of_their_own(shelf: Shelf) -> Iterator[Problem]:
    """An error when a machine wrote the summary: it had nothing but the abstract. People may know the paper."""
    for item in shelf.papers:
        paper = item.record
        if paper.summary is None or paper.abstract is None:
            continue
        known = text.numbers(f"{paper.title} {paper.abstract}")
        for number in sorted(text.numbers(paper.summary.text) - known):
            severity = Severity.ERROR if paper.summary.by is SummaryBy.MACHINE else Severity.WARNING
            what = f"summary: the number {number} stands neither in the title nor in the abstract"
            yield Problem(item.ref("summary", "text"), what, "write it as it stands there, or leave it out", severity)


def _a_status_has_its_reason(shelf: Shelf) -> Iterator[Problem]:
    """A retraction, withdrawal or correction says when and why; and news of one shows in the status."""
    for item in shelf.papers:
        paper, told = item.record, {news.kind for news in item.record.news}
        if item.faulty & {"status", "news"}:
            continue
        needed = NEWS_OF_STATUS.get(paper.status)
        if needed and needed not in told:
            what = f"status: the paper is {paper.status}, and no news says when and why"
            remedy = f'add it: news: [{{date: …, kind: {needed}, text: "Why, in one sentence.", url: …}}]'
            yield Problem(item.ref("status"), what, remedy)
        elif NewsKind.RETRACTED in told and needed is not NewsKind.RETRACTED:
            position = next(at for at, news in enumerate(paper.news) if news.kind is NewsKind.RETRACTED)
            what = f"news: a retraction is told, and the status is {paper.status}"
            yield Problem(item.ref("news", position, "kind"), what, "write status: retracted (or withdrawn)")


def _dates_are_in_order(shelf: Shelf) -> Iterator[Problem]:
    for item in shelf.papers:
        paper = item.record
        if paper.added and paper.updated and paper.updated < paper.added:
            what = f"updated: {paper.updated} is before the paper was added"
            yield Problem(item.ref("updated"), what, f"write a day from {paper.added} on, or delete the line")


def _papers_do_not_name_themselves_twice(shelf: Shelf) -> Iterator[Problem]:
    for item in shelf.papers:
        seen: set[str] = set()
        for position, author in enumerate(item.record.authors):
            if author.name in seen:
                what = f"the author `{author.name}` stands twice"
                remedy = "keep one of the two, if it is the same person"
                yield Problem(item.ref("authors", position), what, remedy, Severity.WARNING)
            seen.add(author.name)


_MORE_THAN_ONE = re.compile(r"\bet al\b|;|^(?!the )\S+ \S+(?: \S+)? and \S+ \S+", re.IGNORECASE)


_INITIALS = re.compile(r"(?:[^\W\d_]\.[\s-]?){1,4}")
_TURNED = re.compile(r"(?P<family>[^,]+), (?P<given>(?!(?:Jr|Sr)\.?$|I{2,3}$|IV$)[^\W\d_][^,]*)")


def _names_are_not_cut_at_their_commas(shelf: Shelf) -> Iterator[Problem]:
    """`[Doe, John, Roe, Jane]` are four authors to YAML, and `"Doe, John"` is printed as it stands."""
    for item in shelf.papers:
        names = [author.name for author in item.record.authors]
        pairs = list(zip(names[::2], names[1::2], strict=False))
        are_pairs = bool(names) and len(names) % 2 == 0
        has_initials = are_pairs and all(_INITIALS.fullmatch(given) for _, given in pairs)
        if has_initials or (are_pairs and len(names) >= 4 and all(" " not in name for name in names)):
            shown = ", ".join(f"{given} {family}" for family, given in pairs[:3])
            what = f"authors: {len(names)} names that look like {len(pairs)}, cut at their commas"
            remedy = f"write authors: [{shown}{', …' if len(pairs) > 3 else ''}], if that is who they are"
            yield Problem(item.ref("authors"), what, remedy, Severity.WARNING)
        for position, name in enumerate(names):
            if (found := _TURNED.fullmatch(name)) and not _OF_MANY.search(name):
                what = f"authors: `{name[:80]}` has its family name first"
                remedy = f"write {found['given']} {found['family']}: names stand here as they are printed"
                yield Problem(item.ref("authors", position), what, remedy, Severity.WARNING)


_OF_MANY = re.compile(r"\b(?:and|group|team|university|institute|inc|ltd|gmbh|consortium|department)\b", re.IGNORECASE)


def _every_author_is_one(shelf: Shelf) -> Iterator[Problem]:
    for item in shelf.papers:
        for position, author in enumerate(item.record.authors):
            if _MORE_THAN_ONE.search(author.name):
                what = f"authors: `{author.name[:80]}` looks like more than one name"
                remedy = "write every author as an item of its own: authors: [Ada Lovelace, Alan Turing]"
                yield Problem(item.ref("authors", position), what, remedy, Severity.WARNING)


# ---- what is gone ----------------------------------------------------------------------------------------------------


def _what_is_gone_is_not_here(shelf: Shelf) -> Iterator[Problem]:
    claims = [(f"{item.record.kind}:{item.record.id}", item.record.id, item.ref("id")) for item in shelf.gone]
    yield from _twice(claims, "the notice of `{shown}` stands twice: {first}", "keep one of the two")
    taken = {kind: _taken(shelf, kind) for kind in GoneKind} if shelf.gone else {}
    for item in shelf.gone:
        gone = item.record
        if not (is_day(gone.id) if gone.kind is GoneKind.ISSUE else is_identifier(gone.id)):
            form = "an issue's date, like 2026-11-24" if gone.kind is GoneKind.ISSUE else "the former id"
            yield Problem(item.ref("id"), f"`{gone.id}` cannot be the id of {gone.kind.with_article}", f"write {form}")
        elif gone.id in taken[gone.kind]:
            what = f"the {gone.kind} `{gone.id}` is told to be gone, and is here"
            yield Problem(item.ref("id"), what, "delete this notice, or the record")


def _taken(shelf: Shelf, kind: GoneKind) -> set[str]:
    """The ids, former ones too, under which something of a kind has its page."""
    if kind is GoneKind.ISSUE:
        return {item.record.key for item in shelf.issues}
    records: dict[GoneKind, list[Paper] | list[Category] | list[Tag]] = {
        GoneKind.PAPER: [item.record for item in shelf.papers],
        GoneKind.CATEGORY: [item.record for item in shelf.categories],
        GoneKind.TAG: [item.record for item in shelf.tags],
    }
    return {name for record in records[kind] for name in (record.id, *record.aliases)}


# ---- doubts ----------------------------------------------------------------------------------------------------------


def _added_is_not_ahead(shelf: Shelf, today: date) -> Iterator[Problem]:
    for item in shelf.papers:
        added = item.record.added
        if added and added > today + timedelta(days=1):
            what = f"added: {added} is still to come"
            yield Problem(item.ref("added"), what, "write the day on which the paper was catalogued", Severity.WARNING)


def _issues_are_not_ahead(shelf: Shelf, today: date) -> Iterator[Problem]:
    for item in shelf.issues:
        if item.record.date > today + timedelta(days=1):
            what = f"the issue of {item.record.key} is still to come, and would be published now"
            yield Problem(item.ref("date"), what, "keep it out of content/issues until its day", Severity.WARNING)


def _summaries_are_one_sentence_long(shelf: Shelf) -> Iterator[Problem]:
    for item in shelf.papers:
        length = len(item.record.summary.text) if item.record.summary else SUMMARY_LENGTH[0]
        if not SUMMARY_LENGTH[0] <= length <= SUMMARY_LENGTH[1]:
            what = f"summary: {length} characters"
            remedy = f"write one sentence of {SUMMARY_LENGTH[0]} to {SUMMARY_LENGTH[1]}"
            yield Problem(item.ref("summary", "text"), what, remedy, Severity.WARNING)


def _published_fits_the_arxiv_id(shelf: Shelf) -> Iterator[Problem]:
    for item in shelf.papers:
        paper = item.record
        month = PartialDate.of_arxiv(paper.arxiv) if paper.arxiv else None
        if month and paper.published and paper.published.latest < month.order[:2]:
            what = f"published: {paper.published} is before the month of arXiv {paper.arxiv}"
            yield Problem(item.ref("published"), what, f"write published: {month}", Severity.WARNING)


def _text_has_no_leftovers(shelf: Shelf) -> Iterator[Problem]:
    spelled = spellings(shelf)
    for item in shelf.papers:
        for name in ("title", "abstract"):
            for leftover in islice(leftovers.find(item.written(name), spelled), MOST_LEFTOVERS):
                yield Problem(item.ref(name), f"{name}: {leftover.what}", leftover.remedy, Severity.WARNING)


_RULES: tuple[Callable[[Shelf], Iterator[Problem]], ...] = (
    _paper_ids_are_unique,
    _arxiv_and_doi_are_unique,
    _titles_are_unique,
    _lists_name_things_once,
    _issue_numbers_follow_dates,
    _papers_say_enough,
    _categories_are_known,
    _papers_referred_to_exist,
    _start_here_stays_in_its_category,
    _issues_name_papers_once,
    _intros_say_something,
    _summaries_say_no_number_of_their_own,
    _a_status_has_its_reason,
    _dates_are_in_order,
    _papers_do_not_name_themselves_twice,
    _every_author_is_one,
    _names_are_not_cut_at_their_commas,
    _what_is_gone_is_not_here,
    _summaries_are_one_sentence_long,
    _published_fits_the_arxiv_id,
    _text_has_no_leftovers,
)
