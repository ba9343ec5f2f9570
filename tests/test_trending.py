"""What trends, and why: the same snapshots in the same order, and no noise taken for news."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from paper_digest.catalog.snapshots import KEPT_DAYS, Counts, Metric, Snapshot, kept
from paper_digest.digest.site import Site
from paper_digest.shown import trending
from paper_digest.shown.trending import AGE_OF_THE_UNDATED, TOP, Arrival, Series, Trend, Trending, Window, strengths
from tests.conftest import MakeDigest, site_of

NOW = date(2026, 11, 25)
LONG = 60

Known = Mapping[str, int]
"""What is counted of a paper on a day, by metric."""

unchanged = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def site_with(make_digest: MakeDigest, papers: Mapping[str, Mapping[str, object]]) -> Site:
    """The site of a digest of papers, published on one day unless they say otherwise."""
    basics = {"abstract": "Words.", "categories": ["vision"], "published": "2026-11-01"}
    whole = [{"id": name, "title": f"Paper {name}", **basics, **more} for name, more in papers.items()]
    return site_of(make_digest({"content/papers/all.json": json.dumps(whole)}))


@pytest.fixture
def site(make_digest: MakeDigest) -> Site:
    """Twelve papers of the same age, `a` to `l`."""
    return site_with(make_digest, {name: {} for name in "abcdefghijkl"})


def day(back: int) -> date:
    return NOW - timedelta(days=back)


def history(papers: Mapping[str, Sequence[Known | None]], step: int = 1) -> list[Snapshot]:
    """Snapshots up to now, the oldest first, from what each paper counted; None where it is missing."""
    longest = max(map(len, papers.values()))
    found: list[dict[str, Counts]] = [{} for _ in range(longest)]
    for paper, counted in papers.items():
        for at, counts in enumerate(counted, longest - len(counted)):
            if counts is not None:
                found[at][paper] = Counts.model_validate(counts)
    return [Snapshot(date=day((longest - 1 - at) * step), papers=counts) for at, counts in enumerate(found)]


def stars(*counts: int | None) -> list[Known | None]:
    return [None if count is None else {"stars": count} for count in counts]


def told(trends: Sequence[Trend]) -> list[tuple[str, str]]:
    return [(trend.paper.id, trend.why) for trend in trends]


def week(site: Site, papers: Mapping[str, Sequence[Known | None]]) -> list[tuple[str, str]]:
    return told(trending.trending(site, history(papers), Window.WEEK))


def order(site: Site, papers: Mapping[str, Sequence[Known | None]], window: Window = Window.WEEK) -> list[str]:
    return [trend.paper.id for trend in trending.trending(site, history(papers), window)]


# ---- growth and badges -----------------------------------------------------------------------------------------------


def test_what_grew_is_told_for_the_day_the_week_and_the_month(site: Site) -> None:
    snapshots = history({"a": stars(*range(1000, 1000 + LONG * 10, 10))})
    found = [trending.trending(site, snapshots, window)[0].badge for window in Window]
    assert found == ["+10 stars today", "+70 stars this week", "+300 stars this month"]


@pytest.mark.parametrize(
    ("metric", "amount", "gain"),
    [
        ("stars", 1, "+1 star"), ("stars", 320, "+320 stars"), ("stars", 12345, "+12,345 stars"),
        ("upvotes", 1, "+1 upvote"), ("upvotes", 12, "+12 upvotes"),
        ("citations", 1, "+1 citation"), ("citations", 3, "+3 citations"),
    ],
)  # fmt: skip
def test_a_badge_counts_in_words(site: Site, metric: str, amount: int, gain: str) -> None:
    snapshots = history({"a": [{metric: 5}, {metric: 5 + amount}]})
    assert trending.trending(site, snapshots, Window.DAY)[0].badge == f"{gain} today"


def test_the_strongest_sign_is_the_badge_and_all_are_told_behind_it(site: Site) -> None:
    typical = {name: [{"stars": 5, "upvotes": 5}, {"stars": 105, "upvotes": 6}] for name in "bcd"}
    snapshots = history({"a": [{"stars": 5, "upvotes": 5}, {"stars": 9, "upvotes": 14}], **typical})
    first = trending.trending(site, snapshots, Window.DAY)[0]
    assert (first.paper.id, first.badge, first.why) == ("a", "+9 upvotes today", "+9 upvotes, +4 stars today")


def test_without_two_snapshots_nothing_trends(site: Site) -> None:
    for snapshots in ([], history({"a": stars(5)})):
        assert all(trending.trending(site, snapshots, window) == () for window in Window)
        assert not Trending(site, snapshots).compares
    assert Trending(site, history({"a": stars(5, 5)})).compares


def test_what_stands_still_or_falls_does_not_trend(site: Site) -> None:
    assert week(site, {"a": stars(*[5] * 9), "b": stars(*range(9, 0, -1)), "c": stars(*[0] * 8, 1)}) == [
        ("c", "+1 star this week")
    ]


def test_only_the_newest_snapshot_says_what_day_it_is(site: Site) -> None:
    snapshots = history({"a": stars(1, 2, 3)})
    later = [each.model_copy(update={"date": each.date + timedelta(days=4000)}) for each in snapshots]
    amounts = [[each.growths[0].amount for each in trending.trending(site, known, Window.DAY)]
               for known in (snapshots, later)]  # fmt: skip
    assert amounts == [[1], [1]]


# ---- missing counts --------------------------------------------------------------------------------------------------


def test_a_metric_that_appears_within_the_window_is_no_growth_but_what_it_gains_then_is(site: Site) -> None:
    assert week(site, {"a": stars(*[None] * 8, 500), "b": stars(*[None] * 6, 500, 503, 504)}) == [
        ("b", "+4 stars this week")
    ]


def test_a_count_that_is_missing_at_the_end_is_no_loss(site: Site) -> None:
    assert week(site, {"a": stars(*range(10, 18), None)}) == [("a", "+6 stars this week")]


def test_a_count_that_is_missing_at_the_start_is_read_between_its_neighbours(site: Site) -> None:
    assert week(site, {"a": stars(100, None, None, 130, 130, 130, 130, 130, 130)}) == [("a", "+20 stars this week")]
    assert week(site, {"a": stars(100, None, None, 130, *[130] * 7)}) == [], "it was over before the window"


def test_a_rounded_count_is_rounded_so_that_growth_is_not_made_larger() -> None:
    assert Series([1, 4], [0, 1]).growth(1, date.fromordinal(4)) == 0
    assert Series([1, 4], [0, 5]).growth(1, date.fromordinal(4)) == 1


def test_neighbours_that_are_far_apart_tell_nothing_of_the_days_between(site: Site) -> None:
    apart = history({"a": stars(0, 1000)}, step=16)
    assert trending.trending(site, apart, Window.DAY) == ()
    assert trending.trending(site, apart, Window.WEEK) == ()
    assert told(trending.trending(site, apart, Window.MONTH)) == [("a", "+1,000 stars this month")]
    assert told(trending.trending(site, history({"a": stars(0, 100)}, step=14), Window.WEEK)) == [
        ("a", "+50 stars this week")
    ]


def test_a_missing_metric_neither_helps_nor_harms(site: Site) -> None:
    both = history({
        "a": [{"stars": 10, "upvotes": 5, "citations": 7}, {"stars": 30, "upvotes": 5, "citations": 7}],
        "b": stars(10, 30),
        "c": [{"stars": 10, "upvotes": 3}, {"stars": 30}],
    })  # fmt: skip
    found = trending.trending(site, both, Window.DAY)
    assert [trend.paper.id for trend in found] == ["a", "b", "c"]
    assert len({trend.score for trend in found}) == 1


def test_a_second_sign_adds_to_the_first_but_less(site: Site) -> None:
    found = {each.paper.id: each.score for each in trending.trending(site, history({
        "a": [{"stars": 1, "upvotes": 1, "citations": 1}, {"stars": 9, "upvotes": 9, "citations": 9}],
        "b": [{"stars": 1, "upvotes": 1}, {"stars": 9, "upvotes": 9}],
        "c": stars(1, 9),
    }), Window.DAY)}  # fmt: skip
    assert found["c"] < found["b"] < found["a"] < 2 * found["c"]


def test_history_of_papers_that_are_gone_is_passed_over(site: Site) -> None:
    assert week(site, {"a": stars(1, 2), "removed": stars(1, 900)}) == [("a", "+1 star this week")]


# ---- spikes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("window", Window)
@pytest.mark.parametrize("spike", [0, 1, 99, 101, 5_000, 900_000_000])
def test_one_spike_that_reverts_is_no_growth_wherever_it_stands(site: Site, window: Window, spike: int) -> None:
    for at in range(1, LONG - 1):
        counts = [100] * LONG
        counts[at] = spike
        assert order(site, {"a": stars(*counts)}, window) == [], at


@given(
    st.lists(st.integers(0, 50), min_size=12, max_size=40),
    st.integers(0, 10**8),
    st.data(),
)
def test_one_spike_hardly_changes_the_growth_of_a_count_that_rises(
    steps: list[int], spike: int, data: st.DataObject
) -> None:
    """What it can change is one snapshot's worth, whatever its size."""
    counts = [sum(steps[: at + 1]) for at in range(len(steps))]
    days = range(NOW.toordinal() - len(counts) + 1, NOW.toordinal() + 1)
    at = data.draw(st.integers(1, len(counts) - 2))
    spiked = [*counts[:at], spike, *counts[at + 1 :]]
    for window in Window:
        plain, noisy = (Series(days, known).growth(window.days, NOW) for known in (counts, spiked))
        assert abs(plain - noisy) <= 2 * max(steps)


def test_a_spike_that_has_not_reverted_yet_counts_no_more_than_the_cap(site: Site) -> None:
    papers = {name: stars(*[100] * 8, 110) for name in "bcdefgh"}
    scores = [
        trending.trending(site, history({"a": stars(*[100] * 8, spike), **papers}), Window.WEEK)[0].score
        for spike in (100 + 150, 100 + 5_000, 900_000_000)
    ]
    assert scores[0] == scores[1] == scores[2]


def test_one_enormous_number_leaves_the_others_as_they_are(site: Site) -> None:
    papers = {"b": stars(100, 120), "c": stars(100, 110), "d": stars(100, 105)}
    alone = trending.trending(site, history({"a": stars(0, 200), **papers}), Window.DAY)
    beside = trending.trending(site, history({"a": stars(0, 10**8), **papers}), Window.DAY)
    assert [(trend.paper.id, trend.score) for trend in alone] == [(trend.paper.id, trend.score) for trend in beside]


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 10**9), min_size=1), st.data())
@example({"a": 1, "b": 1}, None).via("two typical ones")
def test_who_gains_more_is_never_the_weaker_sign_for_it(grown: dict[str, int], data: st.DataObject | None) -> None:
    found = strengths(grown)
    assert all(0 < strength <= trending.MOST_OF_ONE for strength in found.values())
    ranked = sorted(grown, key=lambda paper: grown[paper])
    assert [found[paper] for paper in ranked] == sorted(found.values())
    if data:
        paper = data.draw(st.sampled_from(sorted(grown)))
        more = strengths({**grown, paper: grown[paper] + data.draw(st.integers(0, 10**6))})
        assert more[paper] >= found[paper]


def test_a_typical_gain_is_one_whatever_the_metric() -> None:
    assert strengths({"a": 300, "b": 320, "c": 900})["b"] == strengths({"a": 1, "b": 1, "c": 3})["b"] == 1
    assert strengths({}) == {}


# ---- age -------------------------------------------------------------------------------------------------------------


def test_of_two_papers_that_gain_the_same_the_newer_stands_first(make_digest: MakeDigest) -> None:
    published = {
        "d-day": "2026-11-20", "c-month": "2026-10", "b-year": "2025", "a-old": "2016-03-01",
    }  # fmt: skip
    site = site_with(make_digest, {name: {"published": when} for name, when in published.items()})
    assert order(site, {name: stars(5, 25) for name in published}, Window.DAY) == list(published)


def test_after_a_year_a_gain_counts_half(make_digest: MakeDigest) -> None:
    dates = {"new": NOW.isoformat(), "old": day(365).isoformat()}
    site = site_with(make_digest, {name: {"published": when} for name, when in dates.items()})
    new, old = trending.trending(site, history({name: stars(5, 25) for name in dates}), Window.DAY)
    assert (new.paper.id, new.score, old.score) == ("new", 1000, 500)


def test_without_a_publication_the_day_of_adding_tells_the_age_and_without_any_date_nothing_is_new(
    make_digest: MakeDigest,
) -> None:
    site = site_with(
        make_digest,
        {
            "added": {"published": None, "added": "2026-11-20"},
            "nothing": {"published": None},
            "ten-years": {"published": day(AGE_OF_THE_UNDATED).isoformat()},
            "to-come": {"published": "2026-12-24"},
        },
    )
    found = trending.trending(site, history({name: stars(1, 2) for name in site.paper}), Window.DAY)
    scores = {trend.paper.id: trend.score for trend in found}
    assert [trend.paper.id for trend in found] == ["to-come", "added", "nothing", "ten-years"]
    assert scores["nothing"] == scores["ten-years"]
    assert scores["to-come"] == 1000


@unchanged
@given(ages=st.lists(st.integers(0, 4000), min_size=2, max_size=8, unique=True))
def test_the_order_of_equal_gains_is_that_of_ages(make_digest: MakeDigest, ages: list[int]) -> None:
    site = site_with(make_digest, {f"p{age}": {"published": day(age).isoformat()} for age in ages})
    found = trending.trending(site, history({f"p{age}": stars(5, 305) for age in ages}), Window.DAY)
    scores = [trend.score for trend in sorted(found, key=lambda trend: int(trend.paper.id[1:]))]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("status", ["retracted", "withdrawn"])
def test_what_was_taken_back_never_trends(make_digest: MakeDigest, status: str) -> None:
    news = [{"date": "2026-11-20", "kind": "retracted", "text": "Why."}]
    site = site_with(make_digest, {"a": {"status": status, "news": news}, "b": {}})
    snapshots = history({"a": stars(*[5] * 30, 500), "b": stars(*[5] * 30, 6)})
    assert all([each.paper.id for each in trending.trending(site, snapshots, window)] == ["b"] for window in Window)
    assert {arrival.paper.id for arrival in Trending(site, snapshots).arrivals()} == {"b"}


# ---- order -----------------------------------------------------------------------------------------------------------


def test_papers_that_are_level_stand_in_the_order_of_their_ids(site: Site) -> None:
    assert order(site, {name: stars(5, 6) for name in "khcaf"}) == list("acfhk")


known = st.fixed_dictionaries(
    {}, optional={str(metric): st.integers(0, 10**6) | st.integers(0, 9) for metric in Metric}
)
histories = st.dictionaries(
    st.sampled_from("abcdefghijkl"), st.lists(st.none() | known, min_size=1, max_size=12), min_size=1
)


@unchanged
@given(papers=histories, seed=st.integers())
def test_the_same_snapshots_give_the_same_order_in_whatever_order_they_come(
    site: Site, papers: dict[str, list[Known | None]], seed: int
) -> None:
    snapshots = history(papers)
    shuffled = [
        Snapshot(date=each.date, papers=dict(random.Random(seed).sample(list(each.papers.items()), len(each.papers))))
        for each in random.Random(seed).sample(snapshots, len(snapshots))
    ]
    for window in Window:
        found = trending.trending(site, snapshots, window)
        assert trending.trending(site, shuffled, window) == found
        assert [(-each.score, each.paper.id) for each in found] == sorted(
            (-each.score, each.paper.id) for each in found
        )
        assert all(growth.amount > 0 for each in found for growth in each.growths)
    assert Trending(site, shuffled).arrivals() == Trending(site, snapshots).arrivals()


@unchanged
@given(papers=histories)
def test_what_is_told_of_a_day_does_not_change_when_later_days_are_counted(
    site: Site, papers: dict[str, list[Known | None]]
) -> None:
    snapshots = history(papers)
    whole = Trending(site, snapshots)
    for at, snapshot in enumerate(snapshots):
        then = Trending(site, snapshots[: at + 1])
        assert all(whole.within(window, snapshot.date) == then.within(window) for window in Window)


# ---- the feed --------------------------------------------------------------------------------------------------------


def arrivals(site: Site, papers: Mapping[str, Sequence[Known | None]]) -> tuple[Arrival, ...]:
    return Trending(site, history(papers)).arrivals()


def test_a_paper_that_comes_among_the_first_is_told_with_its_day_and_its_reason(site: Site) -> None:
    [arrival] = arrivals(site, {"a": stars(5, 5, 9)})
    assert (arrival.paper.id, arrival.since, arrival.week, arrival.rank) == ("a", NOW, "2026-W48", 1)
    assert arrival.why == "+4 stars this week"


def test_a_paper_is_told_once_a_week_at_most_and_again_in_the_next(site: Site) -> None:
    found = arrivals(site, {"a": stars(*range(LONG))})
    assert [(each.week, each.since) for each in found] == [
        ("2026-W48", date(2026, 11, 23)), ("2026-W47", date(2026, 11, 16)), ("2026-W46", date(2026, 11, 9)),
    ]  # fmt: skip


def test_only_the_first_are_told_the_latest_arrival_first(site: Site) -> None:
    papers = {name: stars(0, 2**at, 2**at) for at, name in enumerate("abcdefghijkl")}
    found = arrivals(site, {**papers, "a": stars(0, 1, 10_000)})
    assert len(found) == TOP + 1
    assert found[0].paper.id == "a"
    assert [each.rank for each in found[1:]] == list(range(1, TOP + 1))


def test_the_turn_of_a_year_is_a_week_as_others(site: Site) -> None:
    snapshots = [Snapshot(date=date(2026, 12, 30) + timedelta(days=at), papers={"a": Counts(stars=at)})
                 for at in range(4)]  # fmt: skip
    assert [each.week for each in Trending(site, snapshots).arrivals()] == ["2026-W53"]


def noisy(rng: random.Random) -> list[Known | None]:
    """Sixty days of a paper whose counts rise, with spikes and with days on which some are missing."""
    counted: list[Known | None] = []
    stars, upvotes = rng.randrange(500), rng.randrange(9)
    for _ in range(60):
        stars, upvotes = stars + rng.randrange(30), upvotes + rng.randrange(3)
        spike = rng.choice([0] * 9 + [10_000])
        whole = {"stars": stars + spike, "upvotes": upvotes}
        counted.append({metric: count for metric, count in whole.items() if rng.random() < 0.7})
    return counted


@pytest.mark.parametrize("seed", range(6))
def test_what_was_told_stays_as_it_was_while_old_snapshots_are_removed(site: Site, seed: int) -> None:
    rng = random.Random(seed)
    snapshots = history({name: noisy(rng) for name in "abcdefghijkl"})
    told_before: dict[tuple[str, str], Arrival] = {}
    for at in range(KEPT_DAYS, len(snapshots)):
        now = snapshots[at].date
        left = kept((each.date for each in snapshots[: at + 1]), now)
        found = Trending(site, [each for each in snapshots[: at + 1] if each.date in left]).arrivals()
        by_key = {(each.week, each.paper.id): each for each in found}
        assert len(by_key) == len(found) > TOP
        oldest = min(each.week for each in found)
        assert all(by_key[key] == arrival for key, arrival in told_before.items() if key[0] >= oldest)
        told_before |= by_key
