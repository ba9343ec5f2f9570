"""The changes in words: what is told, in which order, and what a curator may want to do about it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from paper_digest import urls
from paper_digest.catalog.records import Issue, Paper
from paper_digest.diff import feeds
from paper_digest.diff.changes import Changes
from paper_digest.diff.duplicates import MOST_COMPARED, Pair
from paper_digest.diff.feeds import Event, Kind
from paper_digest.diff.fields import Delta
from paper_digest.diff.issues import Estimate, IssueChange
from paper_digest.diff.papers import PaperChange
from paper_digest.diff.report import Code, Item, Line, Page, Piece, Report, Section, Strong, count
from paper_digest.diff.surroundings import Around
from paper_digest.digest.site import Site
from paper_digest.outputs.emails import BUDGET, Size
from paper_digest.outputs.feeds import guids
from paper_digest.shown.cards import STATUS_LABELS, card
from paper_digest.shown.channels import Channel
from paper_digest.words import text

MOST_BELOW = 12
"""How many things are told below one item."""
CLIPPED = 102_400
"""Bytes of a letter from which on mail clients show only its beginning."""


def report(changes: Changes) -> Report:
    """All that is told of the changes."""
    if changes.is_empty:
        return Report(f"No change since {changes.base}: readers get what they got.", changes.notes)
    sections = (
        Section("Look at this first", tuple(_first(changes)), "things", stays_open=True),
        Section("What runs, and is not content", tuple(_running(changes)), "things", stays_open=True),
        Section("Papers added", tuple(_added(changes)), "papers"),
        Section("Papers removed", tuple(_removed(changes)), "papers"),
        Section("Papers renamed", tuple(_renamed(changes)), "papers"),
        Section("Papers changed", tuple(_changed(changes)), "papers"),
        Section("Feeds", tuple(_feeds(changes)), "groups of entries"),
        Section("Issues", tuple(_issues(changes)), "issues"),
        Section("Likely duplicates", tuple(_duplicates(changes)), "pairs"),
        Section("Around the papers", tuple(_around(changes)), "changes"),
        Section("New warnings", tuple(_warnings(changes)), "warnings"),
    )
    return Report(_tally(changes), changes.notes, tuple(section for section in sections if section.items))


# ---- the tally -------------------------------------------------------------------------------------------------------


def _tally(changes: Changes) -> str:
    parts = (
        _counted("paper", _paper_counts(changes)),
        _entries_counted(changes),
        _counted("issue", _issue_counts(changes)),
        _sole(len(changes.duplicates.pairs), "likely duplicate"),
        _sole(len(changes.around), "change", " around the papers"),
        _sole(len(changes.running), "change", " to what runs"),
        _sole(len(changes.warnings), "new warning"),
        _sole(changes.mended, "warning", " gone"),
    )
    return "; ".join(part for part in parts if part) + f". Compared with {changes.base}."


def _paper_counts(changes: Changes) -> Iterator[tuple[int, str]]:
    papers = changes.papers
    moved = sum(change.is_recategorised for change in papers.edited)
    yield len(papers.added), "added"
    yield len(papers.removed), "removed"
    yield len(papers.renamed), "renamed"
    yield len(papers.merged), "merged into another"
    yield len(papers.edited), f"changed ({moved} recategorised)" if moved else "changed"
    for status, label in STATUS_LABELS.items():
        marked = [*papers.added_marked, *(change.paper for change in papers.remarked)]
        yield sum(paper.status is status for paper in marked), label.lower()
    yield sum(change.paper.status not in STATUS_LABELS for change in papers.remarked), "active again"


def _issue_counts(changes: Changes) -> Iterator[tuple[int, str]]:
    yield len(changes.issues.added), "added"
    yield len(changes.issues.changed), "changed"
    yield len(changes.issues.removed), "removed"


def _counted(noun: str, counts: Iterable[tuple[int, str]]) -> str:
    """`2 papers added, 1 removed`: the noun stands once."""
    present = [(number, what) for number, what in counts if number]
    parts = [f"{number:,} {what}" for number, what in present]
    if present:
        parts[0] = f"{count(present[0][0], noun)} {present[0][1]}"
    return ", ".join(parts)


def _entries_counted(changes: Changes) -> str:
    found = changes.feeds
    present = [kind for kind in Kind if found.count(kind)]
    parts = [f"{found.count(kind):,} {_verb(kind, found.count(kind))}" for kind in present]
    if present:
        first = found.count(present[0])
        parts[0] = f"{count(first, 'feed entry')} {_verb(present[0], first)}"
    parts += [
        f"{count(len(each), 'feed')} {what}" for each, what in ((found.begun, "new"), (found.ended, "gone")) if each
    ]
    return ", ".join(parts)


def _verb(kind: Kind, number: int) -> str:
    one = {Kind.APPEARS: "appears", Kind.UPDATED: "is updated", Kind.SILENT: "changes silently", Kind.LEAVES: "leaves"}
    return one[kind] if number == 1 else kind


def _sole(number: int, noun: str, rest: str = "") -> str:
    return f"{count(number, noun)}{rest}" if number else ""


# ---- pieces ----------------------------------------------------------------------------------------------------------


def _value(words: str) -> Piece:
    """A value of a record: an address is code, so that it is no link to wherever a stranger likes."""
    return Code(words) if re.fullmatch(r"https?://\S+", words) else words


def _place(site: Site, paper: Paper) -> Code:
    return Code(str(site.catalog.refs[paper.id]).removesuffix(":1:1") if paper.id in site.catalog.refs else paper.id)


def _title(site: Site, paper: Paper) -> Page:
    """A paper's title, and its page on a site that is out already."""
    return Page(text.plain(paper.title), urls.absolute(site.identity.url, urls.paper(paper.id)))


def _deltas(deltas: Iterable[Delta]) -> tuple[Item, ...]:
    return _at_most([Item(delta.mark, _of_delta(delta)) for delta in deltas])


def _of_delta(delta: Delta) -> Line:
    parts: list[Piece] = [f"{delta.field}: "]
    for value in (delta.old, delta.new):
        if value is not None:
            parts += [_value(value), " → "]
    shown = parts[:-1] if len(parts) > 1 else parts
    return (*shown, f" ({delta.remark})" if len(shown) > 1 else delta.remark) if delta.remark else tuple(shown)


def _at_most(items: list[Item]) -> tuple[Item, ...]:
    more = len(items) - MOST_BELOW
    return tuple(items) if more <= 1 else (*items[:MOST_BELOW], Item("", (f"… and {more:,} more",)))


# ---- first -----------------------------------------------------------------------------------------------------------


def _first(changes: Changes) -> Iterator[Item]:
    """What cannot be taken back, or touches trust: statuses, addresses that end, GUIDs that change."""
    yield from (_remarked(changes, change) for change in changes.papers.remarked)
    for paper in changes.papers.added_marked:
        yield Item("!", (Strong(STATUS_LABELS[paper.status]), " from the start: ", text.plain(paper.title)))
    for problem in changes.taken_back:
        yield Item("!", (Code(str(problem.where)), f" {problem.what}"), (Item("", (problem.remedy,)),))
    before, after = changes.before, changes.after
    if before.catalog.digest.key != after.catalog.digest.key:
        yield Item(
            "!", ("The digest's key is another: every feed entry gets a new GUID, and readers see all of it again.",)
        )
    if before.identity.url != after.identity.url:
        yield Item("!", ("The site's address is another: ", Code(before.identity.url), " → ", Code(after.identity.url)))
    yield from _at_most([_ended_address(before, paper) for paper in changes.papers.removed])
    for channel in changes.feeds.ended:
        yield Item("!", ("A feed ends, and its subscribers are not told: ", feeds.name(before, channel)))


def _running(changes: Changes) -> Iterator[Item]:
    """What a stranger could do harm with: to be read as code, before it is built or taken in."""
    items = [Item("!", (Code(each.place), f" {each.what}")) for each in changes.running]
    if items:
        yield Item("!", ("Read this as code before you build it or take it in:",), _at_most(items))


def _ended_address(site: Site, paper: Paper) -> Item:
    address = urls.absolute(site.identity.url, urls.paper(paper.id))
    instead = "; or write its id among the aliases of its successor"
    return Item(
        "!", ("An address ends: ", Code(address), ". Better keep the paper, with ", Code("status: withdrawn"), instead)
    )


def _remarked(changes: Changes, change: PaperChange) -> Item:
    paper = change.paper
    label = STATUS_LABELS.get(paper.status, "Active again")
    line: Line = (Strong(label), ": ", _title(changes.before, change.before), f" (it was {change.before.status})")
    below = list(_deltas(delta for delta in change.deltas if delta.field != "status"))
    below += [Item("", ("It is in ", _issue_name(issue))) for issue in changes.after.issues_of[paper.id]]
    return Item("!", (*line, " ", _place(changes.after, paper)), tuple(below))


# ---- papers ----------------------------------------------------------------------------------------------------------


def _added(changes: Changes) -> Iterator[Item]:
    for paper in changes.papers.added:
        undated: Line = () if paper.added else (" has no `added`: it is in no feed, and last in order",)
        yield Item("+", (_place(changes.after, paper), *undated), card=card(changes.after, paper))


def _removed(changes: Changes) -> Iterator[Item]:
    for paper in changes.papers.removed:
        yield Item("-", (_title(changes.before, paper), " ", _place(changes.before, paper)))


def _renamed(changes: Changes) -> Iterator[Item]:
    for change in changes.papers.renamed:
        yield Item("~", (*_renaming(changes, change.before, change.paper), *_again(change.paper)))
    for former, heir in changes.papers.merged:
        yield Item("-", (*_renaming(changes, former, heir), ", a paper that was there before"))


def _renaming(changes: Changes, former: Paper, heir: Paper) -> Line:
    return (_title(changes.before, former), ": ", Code(former.id), " now leads on to ", Code(heir.id))


def _again(paper: Paper) -> Line:
    """A GUID is made from the id."""
    return (". In feeds it appears again, as something new",) if paper.added else ()


def _changed(changes: Changes) -> Iterator[Item]:
    for change in changes.papers.edited:
        line = (_title(changes.before, change.before), " ", _place(changes.after, change.paper))
        yield Item("~", line, _deltas(change.deltas))


# ---- feeds -----------------------------------------------------------------------------------------------------------

_FEED_MARKS = {Kind.APPEARS: "+", Kind.UPDATED: "~", Kind.SILENT: "~", Kind.LEAVES: "-"}


def _feeds(changes: Changes) -> Iterator[Item]:
    """What happens, then to which entries: each stands once, whatever the number of its feeds."""
    groups: defaultdict[tuple[Kind, str], list[Event]] = defaultdict(list)
    for event in changes.feeds.events:
        groups[event.kind, event.why].append(event)
    for (kind, why), events in groups.items():
        yield _happening(kind, why, events, changes.today)
    for mark, site, channels in (("+", changes.after, changes.feeds.begun), ("-", changes.before, changes.feeds.ended)):
        yield from (_whole_feed(mark, site, channel) for channel in channels)


def _happening(kind: Kind, why: str, events: list[Event], today: date) -> Item:
    names = list(dict.fromkeys(name for event in events for name in event.feeds))
    are_everywhere = all(len(event.feeds) == len(names) for event in events)
    where = f"in {_listed(names)}" if are_everywhere else f"in {len(names)} feeds"
    reason = f", {why}" if why else ""
    is_mendable = kind is Kind.SILENT and not why
    remedy: Line = (". Nobody is told, unless its file says ", Code(f"updated: {today}")) if is_mendable else ()
    line = (f"{count(len(events), 'entry')} {_verb(kind, len(events))} {where}{reason}", *remedy)
    titles = [Item("", (event.title, "" if are_everywhere else f" ({', '.join(event.feeds)})")) for event in events]
    return Item(_FEED_MARKS[kind], line, _at_most(titles))


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"each of {len(names)} feeds ({', '.join(names)})"


def _whole_feed(mark: str, site: Site, channel: Channel) -> Item:
    does = "begins" if mark == "+" else "ends"
    entries = count(len(guids(site, channel)), "entry")
    return Item(mark, (f"the feed {feeds.name(site, channel)} {does}, {entries}: ", Code(channel.atom)))


# ---- issues ----------------------------------------------------------------------------------------------------------


def _issues(changes: Changes) -> Iterator[Item]:
    for added in changes.issues.added:
        yield Item("+", (Strong(_issue_name(added.issue)),), (*_head(added.issue), _letter(added.size)))
    for changed in changes.issues.changed:
        yield _changed_issue(changed)
    for issue in changes.issues.removed:
        yield Item("-", (Strong(_issue_name(issue)), ": its page and feed entry end"))
    if changes.issues.estimate:
        yield _estimated(changes.issues.estimate)


def _changed_issue(changed: IssueChange) -> Item:
    told = Item("!", ("A letter that has gone out stays as it was, and its feed entry keeps its date.",))
    line: Line = (Strong(_issue_name(changed.issue)),)
    return Item("~", line, (*_deltas(changed.deltas), _letter(changed.size), told))


def _issue_name(issue: Issue) -> str:
    return f"No. {issue.number} of {issue.key}: {text.plain(issue.title)}"


def _head(issue: Issue) -> Iterator[Item]:
    yield Item("", (f"subject: {text.plain(issue.subject)}",))
    yield Item("", (f"preheader: {text.plain(issue.preheader)}",))
    yield Item("", (count(len(issue.entries), "paper"),))


def _letter(size: Size) -> Item:
    return Item("" if _fits(size) else "!", (f"email: {_weight(size)}",))


def _fits(size: Size) -> bool:
    return size.encoded <= BUDGET and size.level == "full"


def _weight(size: Size) -> str:
    share = f"{size.encoded:,} of {BUDGET:,} bytes"
    if size.encoded > BUDGET:
        share += f", over the budget; mail clients clip at about {CLIPPED:,}"
    level = {
        "full": "everything of each paper",
        "summary": "no reasons, for want of room",
        "title": "titles alone, for want of room",
    }
    more = f", and {count(size.left_out, 'paper')} on the web only" if size.left_out else ""
    return f"{share}, with {level[size.level]}{more}"


def _estimated(estimate: Estimate) -> Item:
    line = f"No issue is new. The next, if it were made of the first {count(len(estimate.papers), 'paper')}"
    waiting = f" of {estimate.waiting:,} that wait" if estimate.waiting > len(estimate.papers) else " that wait"
    size = f"email: about {_weight(estimate.size)} (an estimate without reasons; nothing is composed yet)"
    return Item("", (f"{line}{waiting}:",), (Item("" if _fits(estimate.size) else "!", (size,)),))


# ---- the rest --------------------------------------------------------------------------------------------------------


def _duplicates(changes: Changes) -> Iterator[Item]:
    for pair in changes.duplicates.pairs:
        yield Item(
            "!", (Strong(text.plain(pair.paper.title)), " ", _place(changes.after, pair.paper)), (_twin(changes, pair),)
        )
    if not changes.duplicates.are_all:
        yield Item("!", (f"So many titles are alike that only {MOST_COMPARED:,} pairs were compared.",))


def _twin(changes: Changes, pair: Pair) -> Item:
    author = ", the same first author and year" if pair.same_author else ""
    likeness = f" ({int(100 * pair.likeness)} % of the title{author})"
    return Item("", (text.plain(pair.other.title), " ", _place(changes.after, pair.other), likeness))


def _around(changes: Changes) -> Iterator[Item]:
    for each in changes.around:
        yield Item(each.mark, _thing(each), _deltas(each.deltas))


def _thing(each: Around) -> Line:
    return (f"{each.kind} ", Code(each.name))


def _warnings(changes: Changes) -> Iterator[Item]:
    for problem in changes.warnings:
        yield Item("!", (Code(str(problem.where)), f" {problem.what}"), (Item("", (problem.remedy,)),))
