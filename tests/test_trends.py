from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest

from paper_digest.digest.opening import examine
from paper_digest.digest.site import Site
from paper_digest.shown import charts, trends
from paper_digest.shown.trends import Month
from tests.conftest import TODAY, MakeDigest, site_of
from tests.sound.made import Made

NEWEST = Month(2025, 3)

Papers = Sequence[Mapping[str, object]]
"""What is told of each paper of a digest."""


def site_with(make_digest: MakeDigest, papers: Papers, files: dict[str, str] | None = None) -> Site:
    """The site of a digest of papers, of each of which only what matters is told."""
    whole = [
        {"id": f"paper-{number}", "title": f"Paper {number}", "abstract": "Words.", "categories": ["vision"], **paper}
        for number, paper in enumerate(papers)
    ]
    return site_of(make_digest(({"content/papers/all.json": json.dumps(whole)} if whole else {}) | (files or {})))


def in_month(month: Month, count: int = 1, **more: object) -> list[dict[str, object]]:
    return [{"published": f"{month.year}-{month.number:02}", **more} for _ in range(count)]


def per_month(site: Site) -> trends.PerMonth:
    found = trends.papers_per_month(site)
    assert found is not None
    return found


def changes(site: Site) -> trends.TagChanges:
    found = trends.tag_changes(site)
    assert found is not None
    return found


# ---- months ----------------------------------------------------------------------------------------------------------


def test_months_are_counted_on_over_the_turn_of_a_year() -> None:
    assert [Month(2024, 11).plus(months) for months in (0, 1, 2, 14, -11)] == [
        (2024, 11), (2024, 12), (2025, 1), (2026, 1), (2023, 12),
    ]  # fmt: skip
    assert Month(2025, 1).since(Month(2023, 12)) == 13


def test_a_month_without_papers_between_others_is_shown_as_nothing(make_digest: MakeDigest) -> None:
    site = site_with(make_digest, in_month(NEWEST, 2) + in_month(NEWEST.plus(-2)))
    found = per_month(site)
    assert found.months == (NEWEST.plus(-2), NEWEST.plus(-1), NEWEST)
    assert found.whole.counts == (1, 0, 2)


def test_no_more_months_are_shown_than_the_window_has_and_earlier_papers_are_counted(make_digest: MakeDigest) -> None:
    first = NEWEST.plus(1 - trends.MONTHS_SHOWN)
    site = site_with(make_digest, in_month(NEWEST) + in_month(first, 2) + in_month(first.plus(-1), 3))
    found = per_month(site)
    assert (found.months[0], len(found.months)) == (first, trends.MONTHS_SHOWN)
    assert (found.whole.counts[0], found.whole.shown, found.whole.earlier) == (2, 3, 3)


def test_papers_of_a_year_alone_and_without_a_date_are_counted_apart(make_digest: MakeDigest) -> None:
    undated: list[dict[str, object]] = [{"published": 2025}, {"published": 2025}, {}]
    whole = per_month(site_with(make_digest, in_month(NEWEST) + in_month(NEWEST.plus(-1)) + undated)).whole
    assert (whole.year_only, whole.dateless, whole.monthless) == (2, 1, 3)
    assert (whole.shown, whole.papers) == (2, 5)


def test_a_paper_counts_once_in_its_first_category(make_digest: MakeDigest) -> None:
    both = in_month(NEWEST, categories=["language", "vision"]) + in_month(NEWEST.plus(-1))
    found = per_month(site_with(make_digest, both))
    assert {series.title: series.counts for series in found.categories} == {"Language": (0, 1), "Vision": (1, 0)}


def test_categories_come_by_size_and_then_by_title(make_digest: MakeDigest) -> None:
    level = in_month(NEWEST, categories=["vision"]) + in_month(NEWEST.plus(-1), categories=["language"])
    assert [each.title for each in per_month(site_with(make_digest, level)).categories] == ["Language", "Vision"]


@pytest.mark.parametrize("papers", [[], in_month(NEWEST), in_month(NEWEST, 3), [{"published": 2024}, {}]])
def test_without_two_months_there_is_no_course_over_time(make_digest: MakeDigest, papers: Papers) -> None:
    assert trends.papers_per_month(site_with(make_digest, papers)) is None


def test_growth_compares_the_newest_twelve_months_with_the_twelve_before(make_digest: MakeDigest) -> None:
    papers = in_month(NEWEST, 3) + in_month(NEWEST.plus(-11), 1) + in_month(NEWEST.plus(-12), 2)
    papers += in_month(NEWEST.plus(-23), 4) + in_month(NEWEST.plus(-24), 8)
    whole = per_month(site_with(make_digest, papers)).whole
    assert (whole.newest, whole.before, whole.growth) == (4, 6, -2)


def test_categories_that_grew_by_the_same_are_level_and_without_growth_there_is_none(make_digest: MakeDigest) -> None:
    old = in_month(NEWEST.plus(-23)) + in_month(NEWEST.plus(-23), categories=["language"])
    level = per_month(site_with(make_digest, old + in_month(NEWEST, 2) + in_month(NEWEST, 2, categories=["language"])))
    assert [each.title for each in level.grew_most] == ["Language", "Vision"]
    shrunk = per_month(site_with(make_digest, old + in_month(NEWEST.plus(-23), 5) + in_month(NEWEST)))
    assert shrunk.grew_most == ()


def test_growth_is_not_told_before_two_whole_years_are_shown(make_digest: MakeDigest) -> None:
    found = per_month(site_with(make_digest, in_month(NEWEST, 9) + in_month(NEWEST.plus(-22))))
    assert not found.compares
    assert found.grew_most == ()


# ---- tags ------------------------------------------------------------------------------------------------------------


def years_with_tag(older: int, newer: int, papers: int = 40) -> list[dict[str, object]]:
    """Two years of so many papers each, of which the given numbers have a tag."""
    with_tag = in_month(NEWEST.plus(-12), older, tags=["mri"]) + in_month(NEWEST, newer, tags=["mri"])
    return with_tag + in_month(NEWEST.plus(-12), papers - older) + in_month(NEWEST, papers - newer)


def test_a_tag_that_became_much_more_frequent_rises(make_digest: MakeDigest) -> None:
    found = changes(site_with(make_digest, years_with_tag(2, 20)))
    assert [(tag.title, tag.older, tag.newer, tag.change) for tag in found.rising] == [("MRI", 2, 20, Fraction(18, 40))]
    assert found.falling == ()


def test_a_tag_that_became_much_rarer_falls(make_digest: MakeDigest) -> None:
    found = changes(site_with(make_digest, years_with_tag(20, 2)))
    assert [tag.title for tag in found.falling] == ["MRI"]
    assert found.rising == ()


def test_a_change_that_chance_may_bring_is_compared_but_not_told(make_digest: MakeDigest) -> None:
    found = changes(site_with(make_digest, years_with_tag(8, 10)))
    assert [tag.title for tag in found.compared] == ["MRI"]
    assert (found.rising, found.falling) == ((), ())


def test_a_change_is_told_from_two_standard_errors_on(make_digest: MakeDigest) -> None:
    # Of 40 papers each, 5 and 13 are 2.14 standard errors apart, and 5 and 12 are 1.91.
    assert changes(site_with(make_digest, years_with_tag(5, 13))).rising
    assert not changes(site_with(make_digest, years_with_tag(5, 12))).rising


def test_a_tag_of_few_papers_is_not_compared(make_digest: MakeDigest) -> None:
    few = trends.FEWEST_WITH_TAG - 1
    assert changes(site_with(make_digest, years_with_tag(0, few))).compared == ()
    assert changes(site_with(make_digest, years_with_tag(0, few + 1))).compared != ()


def test_tags_are_compared_by_shares_and_not_by_counts(make_digest: MakeDigest) -> None:
    papers = in_month(NEWEST.plus(-12), 20, tags=["mri"]) + in_month(NEWEST, 20, tags=["mri"]) + in_month(NEWEST, 60)
    assert [tag.title for tag in changes(site_with(make_digest, papers)).falling] == ["MRI"]


def test_a_tag_of_every_paper_has_not_changed(make_digest: MakeDigest) -> None:
    found = changes(site_with(make_digest, years_with_tag(40, 40)))
    assert [tag.change for tag in found.compared] == [0]
    assert not found.compared[0].is_clear


@pytest.mark.parametrize(("older", "newer"), [(0, 0), (0, 40), (19, 40), (40, 19)])
def test_years_with_too_few_papers_are_not_compared(make_digest: MakeDigest, older: int, newer: int) -> None:
    papers = in_month(NEWEST.plus(-12), older) + in_month(NEWEST, newer)
    assert trends.tag_changes(site_with(make_digest, papers)) is None


def test_tags_that_changed_alike_come_by_title(make_digest: MakeDigest) -> None:
    tagged = {"tags": ["rlhf", "mri"]}
    risen = changes(site_with(make_digest, in_month(NEWEST.plus(-12), 20) + in_month(NEWEST, 20, **tagged)))
    fallen = changes(site_with(make_digest, in_month(NEWEST.plus(-12), 20, **tagged) + in_month(NEWEST, 20)))
    assert [tag.title for tag in risen.rising] == [tag.title for tag in fallen.falling] == ["MRI", "RLHF"]


# ---- venues ----------------------------------------------------------------------------------------------------------


def venue_list(names: list[str]) -> dict[str, str]:
    venues = [{"name": name, "title": f"The {name}", "kind": "journal"} for name in names]
    return {"content/venues.yaml": json.dumps(venues)}


def at_venues(counts: dict[str, int]) -> list[dict[str, object]]:
    return [{"venue": {"name": name}} for name, count in counts.items() for _ in range(count)]


def test_venues_come_by_papers_and_then_by_name_with_their_kind(make_digest: MakeDigest) -> None:
    counts = {"Zeta": 3, "Beta": 2, "Alpha": 2}
    found = trends.venues(site_with(make_digest, [*at_venues(counts), {}], venue_list(list(counts))))
    assert [(venue.name, venue.papers, venue.kind) for venue in found.shown] == [
        ("Zeta", 3, "journal"), ("Alpha", 2, "journal"), ("Beta", 2, "journal"),
    ]  # fmt: skip
    assert (found.papers, found.without) == (7, 1)


def test_no_venue_is_left_out_that_is_level_with_one_that_is_shown(make_digest: MakeDigest) -> None:
    counts = {"First": 4} | {f"Level {number}": 2 for number in range(trends.VENUES_SHOWN)}
    found = trends.venues(site_with(make_digest, at_venues(counts), venue_list(list(counts))))
    assert [venue.name for venue in found.shown] == ["First"]
    fewer = dict(list(counts.items())[:-1])
    found = trends.venues(site_with(make_digest, at_venues(fewer), venue_list(list(fewer))))
    assert len(found.shown) == trends.VENUES_SHOWN


def test_venues_of_a_single_paper_are_counted_but_not_shown(make_digest: MakeDigest) -> None:
    found = trends.venues(site_with(make_digest, at_venues({"ICLR": 1})))
    assert (found.shown, found.leading, found.papers) == ((), (), 1)


# ---- code ------------------------------------------------------------------------------------------------------------


def test_code_is_counted_by_year_with_no_year_left_out(make_digest: MakeDigest) -> None:
    linked = {"links": {"code": "https://code.example/"}}
    found = trends.code(
        site_with(make_digest, [{"published": 2025, **linked}, {"published": "2023-04"}, linked, {}]),
    )
    assert [(year.year, year.papers, year.with_code) for year in found.years] == [
        (2025, 1, 1),
        (2024, 0, 0),
        (2023, 1, 0),
    ]
    assert (found.undated.papers, found.undated.with_code) == (2, 1)
    assert (found.whole.papers, found.whole.with_code) == (4, 2)


def test_a_paper_without_a_date_counts_in_the_year_of_its_venue_as_in_the_listings(make_digest: MakeDigest) -> None:
    found = trends.code(site_with(make_digest, [{"venue": {"name": "ICLR", "year": 2024}}]))
    assert [(year.year, year.papers) for year in found.years] == [(2024, 1)]


def test_a_year_with_few_papers_tells_nothing(make_digest: MakeDigest) -> None:
    enough = trends.FEWEST_IN_YEAR
    papers: Papers = [{"published": 2025}] * (enough - 1) + [{"published": 2024}] * enough
    assert [year.year for year in trends.code(site_with(make_digest, papers)).telling] == [2024]


def test_another_link_is_no_code(make_digest: MakeDigest) -> None:
    papers: Papers = [{"published": 2025, "links": {"project": "https://project.example/"}}]
    assert trends.code(site_with(make_digest, papers)).whole.with_code == 0


# ---- whatever the catalog --------------------------------------------------------------------------------------------


def test_retracted_papers_count_and_are_told(example_site: Site) -> None:
    assert trends.taken_back(example_site) == 1
    assert trends.code(example_site).whole.papers == len(example_site.papers)


@pytest.mark.real
def test_every_paper_of_the_real_catalog_is_counted_once_in_each_part(real: Made) -> None:
    check_counts(real)


def check_counts(made: Made) -> None:
    site = made.site
    if found := trends.papers_per_month(site):
        assert found.whole.papers == sum(series.papers for series in found.categories) == len(site.papers)
        by_month = Counter(str(paper.published)[:7] for paper in site.papers if paper.published)
        assert [by_month[f"{month.year}-{month.number:02}"] for month in found.months] == list(found.whole.counts)
    venues, code = trends.venues(site), trends.code(site)
    assert venues.papers + venues.without == code.whole.papers == len(site.papers)


def test_the_numbers_do_not_depend_on_the_day_or_on_the_order_of_the_files(make_digest: MakeDigest) -> None:
    site = site_with(make_digest, years_with_tag(3, 20) + at_venues({"ICLR": 2}))
    later = examine(make_digest({}), date(TODAY.year + 1, 1, 1)).site
    assert later is not None
    turned = replace(site, catalog=replace(site.catalog, papers=tuple(reversed(site.catalog.papers))))
    for numbers in (trends.papers_per_month, trends.tag_changes, trends.venues, trends.code):
        assert numbers(site) == numbers(later) == numbers(turned)


# ---- geometry --------------------------------------------------------------------------------------------------------


def test_columns_stand_on_one_base_and_are_as_high_as_their_counts() -> None:
    chart = charts.columns([0, 2, 4], 10)
    assert [column.height for column in chart.columns] == [20, 40]
    assert {column.y + column.height for column in chart.columns} == {chart.height}
    assert all(0 <= column.x < column.x + column.width <= 100 for column in chart.columns)


def test_columns_do_not_touch_and_keep_their_places() -> None:
    columns = charts.columns([1] * 36, 10).columns
    assert len(columns) == 36
    assert all(one.x + one.width < other.x for one, other in pairwise(columns))
    assert charts.columns([1, 0, 1], 10).columns[1].x == charts.columns([1, 1, 1], 10).columns[2].x


def test_the_latest_of_the_highest_columns_is_labelled_and_the_label_fits_above_it() -> None:
    chart = charts.columns([3, 3, 1, 0], 10)
    assert chart.highest is not None
    assert (chart.highest.x, chart.highest.text) == (37.5, "3")
    assert 0 < chart.highest.y < chart.columns[1].y


@pytest.mark.parametrize("counts", [[], [0, 0], [0, 1, 1]])
def test_columns_of_single_papers_and_of_none_have_no_label(counts: list[int]) -> None:
    assert charts.columns(counts, 10).highest is None


def test_a_year_is_labelled_where_it_begins_if_it_has_room() -> None:
    ticks = charts.years([2022] * 5 + [2023] * 12 + [2024])
    assert [tick.text for tick in ticks] == ["2022", "2023", ""]
    assert [tick.x for tick in ticks] == [0, 27.78, 94.44]
    assert [tick.text for tick in charts.years([2024])] == ["2024"]


def test_a_bar_is_as_long_as_its_part_of_the_whole() -> None:
    assert [charts.bar(value, 4) for value in (0, 1, 4)] == [0, 25, 100]
    assert charts.bar(0, 0) == 0


def test_labels_of_a_dumbbell_stand_outside_its_dots() -> None:
    rising, falling = charts.dumbbell(0.1, 0.2, 0.2, 10), charts.dumbbell(0.2, 0, 0.2, 10)
    assert (rising.before, rising.after) == (50, 90)
    assert (rising.before_anchor, rising.after_anchor) == ("end", "start")
    assert (falling.before, falling.after) == (90, 10)
    assert (falling.before_anchor, falling.after_anchor) == ("start", "end")
