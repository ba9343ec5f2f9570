"""The pages of what trends: three that lead to each other, reasons on the cards, and plain words where nothing grew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import markdown
import pytest
import yaml
from lxml import html

from paper_digest import urls
from paper_digest.catalog.snapshots import Counts, Snapshot
from paper_digest.digest.site import Site
from paper_digest.outputs.pages import trending as page_of_trending
from paper_digest.outputs.pages.desk import Desk
from paper_digest.outputs.pages.trending import ADDRESSES, NEWEST
from paper_digest.shown.trending import Trending, Window
from tests.conftest import MakeDigest, site_of
from tests.test_trending import NOW, Known, history, site_with, stars

HOSTILE = '<script>alert(1)</script> **bold** {{ 7 * 7 }} & "quoted"'


def sources(site: Site, snapshots: Sequence[Snapshot]) -> dict[Window, str]:
    """The pages' Markdown files."""
    made = {artifact.path: artifact.content.decode() for artifact in page_of_trending.pages(Desk(site), snapshots)}
    assert len(made) == len(Window)
    return {window: made[f"docs/{urls.markdown_file(address)}"] for window, address in ADDRESSES.items()}


def shown(site: Site, snapshots: Sequence[Snapshot], window: Window = Window.WEEK) -> html.HtmlElement:
    """A page as Markdown makes it."""
    _, _, body = sources(site, snapshots)[window].split("---\n", 2)
    return html.fromstring(
        f"<div>{markdown.markdown(body, extensions=['attr_list', 'sane_lists', 'tables', 'toc'])}</div>"
    )


def words(page: html.HtmlElement, kind: str) -> list[str]:
    return [" ".join(found.text_content().split()) for found in page.xpath(f"//*[contains(@class, '{kind}')]")]


def cards(page: html.HtmlElement) -> list[str]:
    return [str(paper) for paper in page.xpath("//article/@data-paper")]


@pytest.fixture
def site(make_digest: MakeDigest) -> Site:
    """Papers `a` to `l`, the last the latest added."""
    added = {name: {"added": f"2026-11-{at:02}"} for at, name in enumerate("abcdefghijkl", 1)}
    return site_with(make_digest, added)


GROWING: dict[str, list[Known | None]] = {"a": stars(*range(0, 600, 10)), "b": stars(*range(60)), "c": stars(*[7] * 60)}


@pytest.mark.parametrize("window", Window)
def test_what_grew_stands_in_its_order_with_the_reason_why(site: Site, window: Window) -> None:
    snapshots = history(GROWING)
    page = shown(site, snapshots, window)
    trends = Trending(site, snapshots).within(window)
    assert cards(page) == [trend.paper.id for trend in trends] == ["a", "b"]
    assert words(page, "card__reason") == [trend.why for trend in trends]
    assert words(page, "card__reason")[0] == f"+{window.days * 10} stars {window.words}"


def test_the_three_pages_lead_to_each_other_and_each_says_which_it_is(site: Site) -> None:
    for window, address in ADDRESSES.items():
        links = shown(site, history(GROWING), window).xpath("//nav//li/a")
        assert [link.text for link in links] == ["Day", "Week", "Month"]
        assert [link.get("href") for link in links] == [urls.relative(address, to) for to in ADDRESSES.values()]
        assert [link.text for link in links if link.get("aria-current") == "page"] == [window.capitalize()]


def test_the_week_stands_at_the_address_that_the_others_are_below() -> None:
    assert ADDRESSES[Window.WEEK] == "trending/"
    assert all(address.startswith("trending/") for address in ADDRESSES.values())


def test_the_days_that_are_compared_are_told_and_not_that_of_reading(site: Site) -> None:
    found = {window: words(shown(site, history(GROWING), window), "kicker") for window in Window}
    assert found == {
        Window.DAY: ["24 November to 25 November 2026"],
        Window.WEEK: ["18 November to 25 November 2026"],
        Window.MONTH: ["26 October to 25 November 2026"],
    }


def test_a_window_over_the_turn_of_a_year_names_both(site: Site) -> None:
    days = [date(2026, 12, 31), date(2027, 1, 1)]
    snapshots = [Snapshot(date=day, papers={"a": Counts(stars=at)}) for at, day in enumerate(days)]
    assert words(shown(site, snapshots, Window.DAY), "kicker") == ["31 December 2026 to 1 January 2027"]


@pytest.mark.parametrize("snapshots", [[], history({"a": stars(7)})])
def test_without_two_snapshots_it_says_so_and_shows_the_newest(site: Site, snapshots: list[Snapshot]) -> None:
    for window in Window:
        page = shown(site, snapshots, window)
        assert words(page, "lede")[0].startswith("Nothing is measured yet")
        assert cards(page) == list("lkjihgfedc")
        assert len(cards(page)) == NEWEST
        assert words(page, "card__reason") == words(page, "kicker") == words(page, "trending__notes") == []


def test_when_nothing_grew_it_says_so_and_shows_the_newest(site: Site) -> None:
    snapshots = history({"a": stars(1, *[7] * 20)})
    assert words(shown(site, snapshots, Window.WEEK), "lede")[0].startswith("No paper gained stars")
    assert cards(shown(site, snapshots, Window.WEEK))[0] == "l"
    assert cards(shown(site, snapshots, Window.MONTH)) == ["a"]


def test_an_empty_digest_has_its_pages_too(make_digest: MakeDigest) -> None:
    assert words(shown(site_of(make_digest({})), []), "quiet") == ["No papers here yet."]


def test_where_counting_began_within_the_window_that_is_said(site: Site) -> None:
    snapshots = history({"a": stars(1, 2, 3, 4)})
    notes = {window: words(shown(site, snapshots, window), "trending__notes")[0] for window in Window}
    assert "Counting began" not in notes[Window.DAY]
    assert notes[Window.WEEK].endswith(
        "Counting began on 22 November 2026: what was gained before is not in the numbers."
    )
    assert "counted on 4 days" in notes[Window.MONTH]


def test_a_page_holds_no_more_papers_than_a_listing_does(make_digest: MakeDigest) -> None:
    site = site_with(make_digest, {f"p{number}": {} for number in range(40)})
    snapshots = history({f"p{number}": stars(0, number + 1) for number in range(40)})
    assert len(cards(shown(site, snapshots, Window.DAY))) == site.catalog.digest.pages.size == 30


def test_titles_are_escaped_and_heads_say_what_the_page_is(make_digest: MakeDigest) -> None:
    site = site_with(make_digest, {"a": {"title": HOSTILE}})
    page = shown(site, history({"a": stars(1, 2)}))
    assert words(page, "card__title") == [HOSTILE]
    assert page.xpath("//script") == []
    for window, source in sources(site, []).items():
        matter = yaml.safe_load(source.split("---\n", 2)[1])
        assert (matter["title"], matter["kind"]) == (f"Trending {window.words}", "trending")


def test_the_same_snapshots_make_the_same_bytes_whenever_and_in_whatever_order_they_come(site: Site) -> None:
    snapshots = history(GROWING)
    assert sources(site, snapshots) == sources(site, snapshots[::-1])


def test_a_card_elsewhere_keeps_its_own_reason(site: Site) -> None:
    desk = Desk(site)
    page_of_trending.pages(desk, history(GROWING))
    assert desk.card(site.paper["a"]).reason is None


def test_later_snapshots_move_the_window(site: Site) -> None:
    snapshots = [*history(GROWING), Snapshot(date=NOW + timedelta(days=3), papers={"b": Counts(stars=900)})]
    assert words(shown(site, snapshots, Window.DAY), "kicker") == ["27 November to 28 November 2026"]
