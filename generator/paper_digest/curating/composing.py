"""`paper-digest issue`: the next issue, composed of what the catalog knows, for curators to read, change and send.

What goes in, in this order, until the issue is full:

1. papers that were added since the issue before,
2. papers that trend, the strongest first,
3. papers from the queue: those that were in no issue yet, in the site's order,
4. news of papers that an earlier issue told of: retractions, corrections, publications. Their places are kept free,
   since a reader who read of a paper has a right to hear what became of it.

No paper is told twice unless it is news, and none that was retracted is told as new. So that an issue is not all of one
subject, a category gets at most a third of the places (two at least) as long as others have papers. Same catalog, same
issue: nothing here knows chance or clock. The words are drafts of facts alone, which a curator makes better.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto
from math import ceil

from paper_digest.catalog.records import WEEKDAYS, Entry, Issue, IssueSettings, News, Paper, Status, record_data
from paper_digest.digest.site import Site
from paper_digest.editing.style import WIDTH, key_yaml
from paper_digest.shown import cards
from paper_digest.words import text

MOST_NEWS = 3
"""So much news of earlier papers one issue tells at most."""
WEEK, SATURDAY = 7, 5
PREHEADER_LENGTH = 110
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


class Why(Enum):
    """Why a paper is in an issue."""

    NEW = auto()
    TRENDING = auto()
    QUEUED = auto()
    NEWS = auto()


@dataclass(frozen=True)
class Choice:
    """A paper for an issue, and the reason that its readers are given."""

    paper: Paper
    why: Why
    reason: str


def is_due(site: Site, day: date) -> bool:
    """Whether an issue is to be made on a day: the latest day that the digest's cadence names has none yet.

    So an issue whose run was dropped comes late, and the one after it comes on its own day again.
    """
    last = site.issues[0].date if site.issues else None
    if last and day <= last:
        return False
    settings = site.catalog.digest.issues
    if settings.cadence == "daily":
        return True
    if settings.cadence == "weekdays":
        return day.weekday() < SATURDAY
    return last is None or last < latest_day(settings, day)


def latest_day(settings: IssueSettings, day: date) -> date:
    """The latest day up to `day` on which a weekly or monthly issue comes."""
    if settings.cadence == "weekly":
        return day - timedelta(days=(day.weekday() - WEEKDAYS.index(settings.day or WEEKDAYS[0])) % WEEK)
    comes = int(settings.day or 1)
    month = day if day.day >= comes else day.replace(day=1) - timedelta(days=1)
    return month.replace(day=comes)


def composed(site: Site, day: date, trending: Sequence[tuple[Paper, str]] = ()) -> Issue | None:
    """The issue of a day, or nothing when there is nothing to tell. `trending` are papers and why they trend."""
    choices = _chosen(site, day, trending)
    if not choices:
        return None
    number = max((issue.number for issue in site.issues), default=0) + 1
    subjects = _subjects(site, choices)
    return Issue(
        date=day,
        number=number,
        title=_title(subjects),
        subject=_subject(site, choices, subjects),
        preheader=_preheader(choices),
        intro=_intro(site, choices, subjects),
        entries=tuple(Entry(paper=choice.paper.id, reason=choice.reason) for choice in choices),
    )


def issue_yaml(issue: Issue, header: str) -> str:
    """The text of an issue's file, below a header. Its date is the file's name, so it is not repeated."""
    data = {name: value for name, value in record_data(issue).items() if name != "date"}
    return header + "".join(key_yaml(Issue, name, value) for name, value in data.items())


# ---- what goes in ----------------------------------------------------------------------------------------------------


def _chosen(site: Site, day: date, trending: Sequence[tuple[Paper, str]]) -> list[Choice]:
    size = site.catalog.digest.issues.size
    news = list(_news(site, day))[: min(MOST_NEWS, size)]
    candidates = _once([*_new(site, day), *_trending(site, trending), *_queued(site, day)])
    return [*_diverse(candidates, size - len(news)), *news]


def _since(site: Site) -> date:
    """The day of the issue before: what was added later is new."""
    return site.issues[0].date if site.issues else date.min


def _can_be_told(site: Site, paper: Paper) -> bool:
    return not site.issues_of[paper.id] and paper.status not in {Status.RETRACTED, Status.WITHDRAWN}


def _new(site: Site, day: date) -> Iterator[Choice]:
    for paper in site.papers:
        if paper.added and _since(site) <= paper.added <= day and _can_be_told(site, paper):
            yield Choice(paper, Why.NEW, f"New in the catalog: added on {cards.shown_day(paper.added)}.")


def _trending(site: Site, trending: Iterable[tuple[Paper, str]]) -> Iterator[Choice]:
    for paper, why in trending:
        if _can_be_told(site, paper):
            yield Choice(paper, Why.TRENDING, f"Trending: {why}.")


def _queued(site: Site, day: date) -> Iterator[Choice]:
    for paper in site.queue:
        if (paper.added is None or paper.added <= day) and _can_be_told(site, paper):
            yield Choice(paper, Why.QUEUED, _about(site, paper))


def _about(site: Site, paper: Paper) -> str:
    """What a paper from the queue is about, by its rarest tags: those tell most."""
    tags = sorted((each for each in paper.tags if each in site.tag), key=lambda each: len(site.tagged[each]))
    titles = [site.tag[each].title for each in tags[:2]]
    if titles:
        return f"On {' and '.join(map(_lowered, titles))}."
    category = next((site.category[each].title for each in paper.categories if each in site.category), "the catalog")
    return f"From {_lowered(category)}."


def _news(site: Site, day: date) -> Iterator[Choice]:
    """What happened to papers after an issue told of them, and none since told: the latest first, each paper once.

    It does not matter when it was entered: a notice may be found weeks after its day.
    """
    told: set[str] = set()
    for paper, news in site.news:
        issues = site.issues_of[paper.id]
        is_untold = bool(issues) and all(issue.date < news.date for issue in issues)
        if is_untold and news.date <= day and paper.id not in told:
            told.add(paper.id)
            yield Choice(paper, Why.NEWS, _told(news))


def _told(news: News) -> str:
    return f"{cards.NEWS_LABELS[news.kind]}: {text.plain(news.text)}"


def _once(choices: Iterable[Choice]) -> list[Choice]:
    """Each paper for the first reason that there is."""
    found: dict[str, Choice] = {}
    for choice in choices:
        found.setdefault(choice.paper.id, choice)
    return list(found.values())


def _diverse(choices: Sequence[Choice], size: int) -> list[Choice]:
    """The first that fit, of which no category has more than its part; then, if there is room, whoever was left."""
    most = max(2, ceil(size / 3))
    taken: list[Choice] = []
    left: list[Choice] = []
    counted: Counter[str] = Counter()
    for choice in choices:
        category = next(iter(choice.paper.categories), "")
        if len(taken) < size and counted[category] < most:
            counted[category] += 1
            taken.append(choice)
        else:
            left.append(choice)
    filled = [*taken, *left[: size - len(taken)]]
    place = {choice.paper.id: number for number, choice in enumerate(choices)}
    return sorted(filled, key=lambda choice: place[choice.paper.id])


# ---- what it says ----------------------------------------------------------------------------------------------------


def _subjects(site: Site, choices: Sequence[Choice]) -> list[tuple[str, int]]:
    """The primary categories of an issue with their numbers: the most frequent first, then in their list's order."""
    counted = Counter(choice.paper.categories[0] for choice in choices if choice.paper.categories)
    order = list(site.category)
    named = sorted(counted, key=lambda category: (-counted[category], order.index(category)))
    return [(site.category[category].title, counted[category]) for category in named]


def _title(subjects: Sequence[tuple[str, int]]) -> str:
    names = [name for name, _ in subjects[:2]]
    if not names:
        return "New papers"
    if len(names) == 1:
        return names[0]
    joint = "; " if any(" and " in name for name in names) else " and "
    return f"{names[0]}{joint}{_lowered(names[1])}"


def _subject(site: Site, choices: Sequence[Choice], subjects: Sequence[tuple[str, int]]) -> str:
    papers = _papers(len(choices)).capitalize()
    return f"{papers}: {_lowered(_title(subjects))}" if subjects else f"{papers} in {site.identity.name}"


def _preheader(choices: Sequence[Choice]) -> str:
    first = choices[0].paper
    summary = text.plain(first.summary.text) if first.summary else text.plain(first.title)
    return text.shortened(summary, PREHEADER_LENGTH)


def _intro(site: Site, choices: Sequence[Choice], subjects: Sequence[tuple[str, int]]) -> str:
    sentences = [_what_it_holds(choices, subjects), *_what_is_new(choices), *_with_code(site, choices)]
    return textwrap.fill(" ".join(sentences), WIDTH - len("  "), break_on_hyphens=False) + "\n"


def _what_it_holds(choices: Sequence[Choice], subjects: Sequence[tuple[str, int]]) -> str:
    if not subjects:
        return f"{_papers(len(choices)).capitalize()}."
    told = [f"{text.markdown(_lowered(name))} ({number})" for name, number in subjects[:4]]
    rest = sum(number for _, number in subjects[4:])
    return f"{_papers(len(choices)).capitalize()}: {_listed([*told, f'{rest} more'] if rest else told)}."


def _what_is_new(choices: Sequence[Choice]) -> Iterator[str]:
    counted = Counter(choice.why for choice in choices)
    if counted[Why.NEW]:
        verb = "was" if counted[Why.NEW] == 1 else "were"
        yield f"{_number(counted[Why.NEW]).capitalize()} {verb} added since the last issue."
    if trending := next((choice for choice in choices if choice.why is Why.TRENDING), None):
        yield f"*{text.markdown(cards.short_title(trending.paper))}* is {_lowered(trending.reason)}"
    if counted[Why.NEWS]:
        verb = "is news" if counted[Why.NEWS] == 1 else "are news"
        yield f"At the end {verb} of {_papers(counted[Why.NEWS])} from earlier issues."


def _with_code(site: Site, choices: Sequence[Choice]) -> Iterator[str]:
    number = sum(cards.card(site, choice.paper).has_code for choice in choices)
    if number:
        verb = "has" if number == 1 else "have"
        yield f"{_number(number).capitalize()} {verb} published code."


def _papers(number: int) -> str:
    return f"{_number(number)} {'paper' if number == 1 else 'papers'}"


def _number(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def _lowered(words: str) -> str:
    """A title within a sentence: its first letter small, unless its first word is a name or an abbreviation."""
    first = words.split(" ", 1)[0]
    return words if any(letter.isupper() for letter in first[1:]) else words[:1].lower() + words[1:]


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
