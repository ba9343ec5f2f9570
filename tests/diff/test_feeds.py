from __future__ import annotations

from paper_digest.diff import as_text
from paper_digest.diff.feeds import Event, Kind
from tests.conftest import BASICS
from tests.diff.conftest import DATED, ISSUE, LETTER, OTHER, Compare, P, Q

SMALL = {"content/digest.yaml": BASICS["content/digest.yaml"] + "feeds: {size: 1}\n"}
DOMAIN = "site_name: Test Digest\nsite_url: https://elsewhere.example/\n"


def events(compare: Compare, before: dict[str, str], after: dict[str, str]) -> list[Event]:
    return list(compare(before, after).feeds.events)


def test_a_new_paper_appears_once_with_all_its_feeds(compare: Compare) -> None:
    changes = compare({P: DATED}, {P: DATED, Q: OTHER})
    assert changes.feeds.events == (Event(Kind.APPEARS, "Quite another work", ("all papers", "Language")),)
    shown = " ".join(as_text(changes).split())
    assert "+ 1 entry appears in each of 2 feeds (all papers, Language) Quite another work" in shown
    assert "2 feed entries appear" in shown


def test_an_edit_with_a_date_is_an_update_and_one_without_is_silent(compare: Compare) -> None:
    edited = DATED.replace("trees", "shrubs")
    [updated] = events(compare, {P: DATED}, {P: edited + "updated: 2026-11-20\n"})
    assert updated == Event(Kind.UPDATED, "A paper on shrubs", ("all papers", "Vision"))
    [silent] = events(compare, {P: DATED}, {P: edited})
    assert silent == Event(Kind.SILENT, "A paper on shrubs", ("all papers", "Vision"))


def test_a_silent_change_comes_with_the_remedy(compare: Compare) -> None:
    shown = " ".join(as_text(compare({P: DATED}, {P: DATED.replace("trees", "shrubs")})).split())
    assert "~ 1 entry changes silently in each of 2 feeds (all papers, Vision). Nobody is told, unless" in shown
    assert "its file says updated: 2026-11-23" in shown


def test_what_no_feed_shows_changes_none(compare: Compare) -> None:
    assert events(compare, {P: DATED}, {P: DATED + "aliases: [former]\n"}) == []
    undated = DATED.replace("added: 2026-11-01\n", "")
    assert events(compare, {P: DATED}, {P: DATED, Q: undated.replace("trees", "moss")}) == []


def test_an_old_entry_that_gives_way_is_told_from_one_that_is_gone(compare: Compare) -> None:
    found = events(compare, {P: DATED, **SMALL}, {P: DATED, Q: OTHER.replace("language", "vision"), **SMALL})
    assert found == [
        Event(Kind.APPEARS, "Quite another work", ("all papers", "Vision")),
        Event(Kind.LEAVES, "A paper on trees", ("all papers", "Vision"), "older ones that give way"),
    ]
    found = events(compare, {P: DATED, Q: OTHER, **SMALL}, {P: DATED, **SMALL})
    assert found == [
        Event(Kind.APPEARS, "A paper on trees", ("all papers",), "old ones that move up into the feed"),
        Event(Kind.LEAVES, "Quite another work", ("all papers", "Language")),
    ]


def test_a_recategorised_paper_leaves_one_feed_and_appears_in_another(compare: Compare) -> None:
    found = events(compare, {P: DATED}, {P: DATED.replace("vision", "language")})
    assert Event(Kind.APPEARS, "A paper on trees", ("Language",)) in found
    assert Event(Kind.LEAVES, "A paper on trees", ("Vision",)) in found
    assert Event(Kind.SILENT, "A paper on trees", ("all papers",)) in found


def test_an_issue_appears_in_its_feed_and_a_changed_one_keeps_its_date(compare: Compare) -> None:
    assert events(compare, {P: DATED}, {P: DATED, ISSUE: LETTER}) == [Event(Kind.APPEARS, "No. 1: One", ("issues",))]
    changed = LETTER.replace("Hello.", "Good day.")
    [event] = events(compare, {P: DATED, ISSUE: LETTER}, {P: DATED, ISSUE: changed})
    assert (event.kind, event.feeds) == (Kind.SILENT, ("issues",))


def test_a_new_category_begins_a_feed_and_one_that_is_gone_ends_it_loudly(compare: Compare) -> None:
    more = {
        "content/categories.yaml": BASICS["content/categories.yaml"]
        + "- {id: x, title: X, family: x, description: x}\n"
    }
    shown = " ".join(as_text(compare({P: DATED}, {P: DATED, **more})).split())
    assert "1 feed new" in shown
    assert "+ the feed X begins, 0 entries: categories/x/atom.xml" in shown
    shown = " ".join(as_text(compare({P: DATED, **more}, {P: DATED})).split())
    assert "! A feed ends, and its subscribers are not told: X" in shown


def test_another_address_keeps_the_guids_and_another_key_does_not(compare: Compare) -> None:
    changes = compare({P: DATED}, {P: DATED, "mkdocs.yml": DOMAIN})
    assert {event.kind for event in changes.feeds.events} == {Kind.SILENT}
    assert "! The site's address is another: https://digest.example/sub/ →" in as_text(changes)
    key = {"content/digest.yaml": "key: 00000000-3d5c-4f0e-9d1c-0a2b3c4d5e6f\n"}
    changes = compare({P: DATED}, {P: DATED, **key})
    assert {event.kind for event in changes.feeds.events} == {Kind.APPEARS, Kind.LEAVES}
    assert "! The digest's key is another" in as_text(changes)
