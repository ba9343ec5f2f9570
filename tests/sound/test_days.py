"""A digest is played day by day, and all that tests ask of content is asked at each step."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from paper_digest.building import build
from tests.conftest import site_of
from tests.sound.altered import (
    CUTS,
    Change,
    another_host,
    as_printed,
    by_hand,
    copied,
    cut,
    edited,
    later,
    one_entry_each,
    one_host,
    other_sizes,
    size_15,
    without_a_host,
    wrote,
)
from tests.sound.everything import read_all, read_files, read_in_other_ways, read_site
from tests.sound.made import Built, made_of
from tests.sound.playing import DAYS, PAPERS_BY_DAY, Play, days


def built_of(root: Path, play: Play) -> Built:
    build.build(root, play.day, lambda _: None)
    return Built(play.site(), root / "build/site")


def test_twenty_days_of_a_young_digest_hold_all_that_is_asked_of_content(tmp_path: Path) -> None:
    """From one paper to eighty, with issues of every size, counts, news, new names, and days with nothing to tell."""
    root = tmp_path / "digest"
    was_used_up = False
    for passed, play in days(root):
        made = made_of(root, play.day)
        read_all(made)
        is_used_up = len(made.site.papers) > 5 and play.used_up[-1:] == [play.day]
        if passed in {0, DAYS - 1} or (is_used_up and not was_used_up):
            read_site(built_of(root, play))
        was_used_up |= is_used_up
    read_files(root)
    read_in_other_ways(made, root, tmp_path)
    assert play.number == PAPERS_BY_DAY[-1] == 80
    assert play.day > date(2026, 12, 1)
    assert was_used_up


@pytest.mark.real
def test_twenty_days_of_the_real_catalog_hold_it_too(tmp_path: Path) -> None:
    """A paper and an issue a day until there is nothing to tell, whatever was edited before; all is read at the end."""
    root = copied(tmp_path / "digest")
    for altered in (edited, by_hand, as_printed, one_host, size_15):
        altered(root)
    play = Play(root, max(issue.date for issue in site_of(root).issues))
    category, papers = next(iter(site_of(root).category)), [paper.id for paper in site_of(root).papers]
    for _ in range(DAYS):
        play.day += timedelta(days=1)
        name = f"of-{play.day}"
        text = f"title: Of {play.day}\nabstract: It is of {play.day}.\ncategories: [{category}]\nadded: {play.day}\n"
        wrote(root / f"content/papers/2026/{name}.yaml", text)
        papers.append(name)
        play.count(papers)
        play.issue()
    later(root)
    play.day += timedelta(days=1)
    made = made_of(root, play.day)
    assert len(made.site.issues) > 12
    read_all(made)
    read_files(root)


@pytest.mark.parametrize("count", CUTS)
def test_a_digest_of_few_papers_holds_it_too(tmp_path: Path, count: int) -> None:
    root = copied(tmp_path / "digest")
    cut(root, count)
    made = made_of(root)
    assert len(made.site.papers) == count
    read_all(made)
    read_files(root)


@pytest.mark.parametrize("alter", [other_sizes, one_entry_each, another_host, without_a_host])
def test_a_digest_with_other_settings_holds_it_too(tmp_path: Path, alter: Change) -> None:
    root = copied(tmp_path / "digest")
    cut(root, 14)
    alter(root)
    read_all(made_of(root))
    read_files(root)
