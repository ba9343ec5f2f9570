"""Snapshots: read with places when somebody else wrote them, quickly when the program did, and kept for a while."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_digest.catalog import snapshots as metrics
from paper_digest.catalog.snapshots import Counts, Metric, Snapshot, as_json, kept, place_of, read_snapshots, settled
from paper_digest.catalog.source import parse_source
from paper_digest.problems import Problem, Severity
from tests.conftest import MakeDigest

DAY = date(2026, 11, 24)
PLACE = "content/metrics/2026-11-24.json"
SOUND = '{\n "date": "2026-11-24",\n "papers": {\n  "owl": {"stars": 7, "citations": 0}\n }\n}\n'

counts = st.none() | st.integers(0, metrics.LARGEST_COUNT)
snapshots = st.builds(
    Snapshot,
    date=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    papers=st.dictionaries(
        st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True),
        st.builds(Counts, stars=counts, upvotes=counts, citations=counts),
    ),
)


def problems(make_digest: MakeDigest, text: str, place: str = PLACE) -> list[Problem]:
    return read_snapshots(make_digest({place: text}), DAY)[1]


def only(make_digest: MakeDigest, text: str, place: str = PLACE) -> Problem:
    [problem] = problems(make_digest, text, place)
    return problem


def test_a_digest_without_snapshots_has_none_and_no_problem(make_digest: MakeDigest) -> None:
    assert read_snapshots(make_digest({}), DAY) == ((), [])


def test_snapshots_come_in_the_order_of_their_days(make_digest: MakeDigest) -> None:
    days = [date(2026, 11, 2), date(2025, 12, 31), date(2026, 10, 30)]
    root = make_digest({place_of(day): as_json(Snapshot(date=day)) for day in days})
    found, told = read_snapshots(root, DAY)
    assert ([snapshot.date for snapshot in found], told) == (sorted(days), [])


@given(snapshots)
def test_what_the_program_writes_it_reads_again_quickly_and_just_so(snapshot: Snapshot) -> None:
    text = as_json(snapshot)
    assert metrics._as_written(text, snapshot.key) == snapshot
    assert json.loads(text)["date"] == snapshot.key


@given(snapshots)
def test_both_ways_of_reading_read_the_same(snapshot: Snapshot) -> None:
    source = parse_source(as_json(snapshot).encode(), "content/metrics/x.json")
    assert metrics._with_places(source, snapshot.key) == snapshot


@pytest.mark.parametrize(
    "line",
    [
        '{"stars": 7"citations": 0}', '{"stars": 7,}', '{"stars": 7, }', '{, "stars": 7}',
        '{"citations": 0, "stars": 7}',
        '{"stars": 07}', '{"stars": 7, "stars": 8}', '{"stars":7}', '{"stars": 7},\n  "owl": {"stars": 8}',
    ],
)  # fmt: skip
def test_what_the_program_does_not_write_like_that_is_read_with_care(line: str) -> None:
    text = SOUND.replace('{"stars": 7, "citations": 0}', line)
    assert text != SOUND
    assert metrics._as_written(text, DAY.isoformat()) is None


def test_a_file_has_a_line_for_each_paper_so_that_a_change_is_one_line() -> None:
    papers = {"b": Counts(stars=1), "a": Counts(upvotes=2, citations=3)}
    lines = as_json(Snapshot(date=DAY, papers=papers)).splitlines()
    assert lines[3:5] == ['  "a": {"upvotes": 2, "citations": 3},', '  "b": {"stars": 1}']


def test_a_paper_that_was_removed_since_is_no_problem(make_digest: MakeDigest) -> None:
    assert problems(make_digest, SOUND) == []


def test_yaml_and_another_layout_are_read_too(make_digest: MakeDigest) -> None:
    root = make_digest({"content/metrics/2026-11-24.yaml": "papers: {owl: {stars: 7, upvotes: }}\n"})
    [snapshot], told = read_snapshots(root, DAY)
    assert (told, snapshot.date) == ([], DAY)
    assert snapshot.papers["owl"].known() == {Metric.STARS: 7}


@pytest.mark.parametrize("value", ["-1", "1.5", "1.0", "true", '"many"', "1e3", "1000000000", "[]", "{}"])
def test_what_is_no_count_is_told_at_its_place(make_digest: MakeDigest, value: str) -> None:
    problem = only(make_digest, SOUND.replace("7", value))
    assert str(problem.where) == f"{PLACE}:4:20"
    assert problem.what.startswith("papers.owl.stars: `")
    assert problem.what.endswith("` is not a count")
    assert problem.severity is Severity.ERROR


def test_all_faults_of_a_file_are_told_at_once(make_digest: MakeDigest) -> None:
    faulty = SOUND.replace('"stars": 7', '"star": 7').replace("0}", "-2}")
    told = problems(make_digest, faulty)
    assert [problem.what for problem in told] == ["unknown key `star`", "papers.owl.citations: `-2` is not a count"]
    assert "did you mean `stars`?" in told[0].remedy


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "the file is empty"),
        ("[]", "a mapping with the keys `date` and `papers` belongs here"),
        ('{"papers": []}', "papers: "),
        ('{"papers": {"owl": 7}}', "papers.owl: a mapping belongs here"),
        ('{"papers": {"owl": {"stars": 1}, "owl": {"stars": 2}}}', "the key `owl` stands twice"),
        ("<<<<<<< ours\n{}", "is not valid JSON here"),
        ('{"date": "2026-11-23", "papers": {}}', "the date `2026-11-23` is not the file's name"),
        (SOUND.replace("11-24", "11-23"), "the date `2026-11-23` is not the file's name"),
        ('{"date": "2026-11", "papers": {}}', "date: `2026-11` lacks its day"),
        ('{"date": 7, "papers": {}}', "date: `7` is not a date"),
        ('{"date": "2026-11-24", "paper": {}}', "unknown key `paper`"),
        ('{"date": "2026-11-24", "papers": {"owl": {"stars": "\\u202e7"}}}', "the text holds an invisible character"),
        ("[" * 5000, "the value is nested more than 32 deep"),
    ],
)
def test_a_file_that_is_none_is_told_and_left_out(make_digest: MakeDigest, text: str, what: str) -> None:
    found, told = read_snapshots(make_digest({PLACE: text}), DAY)
    assert found == ()
    assert told
    assert told[0].what.startswith(what), told
    assert told[0].severity is Severity.ERROR


@pytest.mark.parametrize("name", ["today", "2026-11", "2026-02-30", "20261124", "2026-11-24 2"])
def test_a_file_that_is_not_named_by_a_day_is_told(make_digest: MakeDigest, name: str) -> None:
    problem = only(make_digest, SOUND, f"content/metrics/{name}.json")
    assert problem.what == f"`{name}` is not a day"
    assert problem.severity is Severity.ERROR


def test_two_snapshots_of_one_day_are_told(make_digest: MakeDigest) -> None:
    root = make_digest({PLACE: SOUND, "content/metrics/old/2026-11-24.json": SOUND})
    found, [problem] = read_snapshots(root, DAY)
    assert len(found) == 1
    assert problem.what == "there are two snapshots of 2026-11-24"


def test_one_faulty_file_leaves_the_others_readable(make_digest: MakeDigest) -> None:
    root = make_digest({PLACE: "{", "content/metrics/2026-11-23.json": '{"papers": {"owl": {"stars": 5}}}'})
    [snapshot], told = read_snapshots(root, DAY)
    assert snapshot.papers["owl"].stars == 5
    assert len(told) == 1


def test_a_day_that_is_still_to_come_is_a_warning_but_tomorrow_is_not(make_digest: MakeDigest) -> None:
    days = [DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)]
    root = make_digest({place_of(day): as_json(Snapshot(date=day)) for day in days})
    found, [problem] = read_snapshots(root, DAY)
    assert len(found) == 3
    assert (problem.severity, problem.where.path) == (Severity.WARNING, "content/metrics/2026-11-26.json")
    assert read_snapshots(root)[1] == [], "without a day there is no future"


def test_other_files_in_the_folder_are_told_as_everywhere(make_digest: MakeDigest) -> None:
    assert only(make_digest, "x", "content/metrics/notes.txt").severity is Severity.WARNING


# ---- merging, renaming and keeping -----------------------------------------------------------------------------------


def test_newer_counts_win_and_none_is_lost() -> None:
    before = Snapshot(date=DAY, papers={"a": Counts(stars=5, citations=2), "b": Counts(upvotes=1)})
    after = before.updated({"a": Counts(stars=4, upvotes=9), "c": Counts(stars=0)})
    assert after.papers == {
        "a": Counts(stars=4, upvotes=9, citations=2), "b": Counts(upvotes=1), "c": Counts(stars=0),
    }  # fmt: skip
    assert after.updated({}) == after


def test_a_renamed_paper_takes_its_history_along() -> None:
    history = [
        Snapshot(date=DAY - timedelta(days=1), papers={"old": Counts(stars=5, upvotes=1), "other": Counts(stars=1)}),
        Snapshot(date=DAY, papers={"old": Counts(stars=5, upvotes=1), "new": Counts(stars=6)}),
    ]
    first, second = settled(history, {"old": "new"})
    assert first.papers == {"new": Counts(stars=5, upvotes=1), "other": Counts(stars=1)}
    assert second.papers == {"new": Counts(stars=6, upvotes=1)}


@given(st.sets(st.dates(date(2026, 1, 1), DAY), max_size=60))
def test_every_month_keeps_a_snapshot_and_the_last_days_keep_all(days: set[date]) -> None:
    remaining = kept(days, DAY)
    assert remaining <= days
    assert {day for day in days if (DAY - day).days < metrics.KEPT_DAYS} <= remaining
    assert {(day.year, day.month) for day in remaining} == {(day.year, day.month) for day in days}
    assert kept(remaining, DAY) == remaining, "what is kept once is not removed by the next run of the day"


def test_snapshots_of_many_papers_are_read_in_no_time_that_matters(tmp_path: Path) -> None:
    """Not a matter of seconds but of the way: places are looked for only where they are needed."""
    papers = {f"paper-{number}": Counts(stars=number) for number in range(50)}
    (tmp_path / "content/metrics").mkdir(parents=True)
    (tmp_path / PLACE).write_text(as_json(Snapshot(date=DAY, papers=papers)), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "parse_source", None)
        [snapshot], _ = read_snapshots(tmp_path, DAY)
    assert snapshot.papers == papers
