"""The next issue: who is in it, in which order, and what it says of itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from paper_digest.catalog.records import Issue, Status
from paper_digest.commands.cli import main
from paper_digest.curating import composing, issuing
from paper_digest.digest.opening import examine
from paper_digest.digest.site import Site
from tests.conftest import REPOSITORY, MakeDigest, site_of
from tests.sound.made import Made

DAY = date(2026, 11, 23)
LETTER = "number: 1\ntitle: One\nsubject: One\npreheader: One.\nintro: |\n  Hello.\nentries: [{paper: told}]\n"


def paper(title: str, *lines: str, category: str = "vision", added: str = "2026-11-01") -> str:
    head = [f"title: {title}", f"abstract: It says something of {title}.", f"categories: [{category}]"]
    return "\n".join([*head, f"added: {added}", *lines, ""])


def digest(**papers: str) -> dict[str, str]:
    """A digest whose one issue, of 20 November, told of the paper `told`."""
    files = {f"content/papers/{name}.yaml": text for name, text in {"told": paper("Told before"), **papers}.items()}
    return {**files, "content/issues/2026-11-20.yaml": LETTER}


def composed(site: Site, trending: tuple[str, ...] = (), day: date = DAY) -> Issue:
    issue = composing.composed(site, day, [(site.paper[each], "+320 stars this week") for each in trending])
    assert issue is not None
    return issue


def ids(issue: Issue) -> list[str]:
    return [entry.paper for entry in issue.entries]


def test_new_papers_come_first_then_those_that_trend_then_the_queue(make_digest: MakeDigest) -> None:
    site = site_of(
        make_digest(
            digest(
                old=paper("Old", added="2026-11-03"),
                rising=paper("Rising", added="2026-11-02"),
                new=paper("New", added="2026-11-22", category="language"),
            )
        )
    )
    issue = composed(site, trending=("rising",))
    assert ids(issue) == ["new", "rising", "old"]
    assert [entry.reason for entry in issue.entries] == [
        "New in the catalog: added on 22 November 2026.",
        "Trending: +320 stars this week.",
        "From vision.",
    ], "the queue alone would have had them the other way round"


def test_what_an_issue_told_is_not_told_again_even_if_it_trends(make_digest: MakeDigest) -> None:
    site = site_of(make_digest(digest(other=paper("Other"))))
    assert ids(composed(site, trending=("told", "other"))) == ["other"]


def test_news_of_a_paper_that_was_told_comes_last_and_once(make_digest: MakeDigest) -> None:
    news = (
        "status: retracted\nupdated: 2026-11-22\nnews:\n  - {date: 2026-11-21, kind: note, text: Doubts.}\n"
        "  - {date: 2026-11-22, kind: retracted, text: It did not hold.}"
    )
    site = site_of(make_digest(digest(told=paper("Told before", news), fresh=paper("Fresh", added="2026-11-22"))))
    issue = composed(site)
    assert ids(issue) == ["fresh", "told"]
    assert issue.entries[1].reason == "Retracted: It did not hold."
    assert "At the end is news of one paper from earlier issues." in " ".join(issue.intro.split())


def test_old_news_and_news_of_what_no_issue_told_is_none(make_digest: MakeDigest) -> None:
    old = "news: [{date: 2026-11-19, kind: note, text: Long ago.}]"
    new = "news: [{date: 2026-11-22, kind: note, text: Unheard of.}]"
    site = site_of(make_digest(digest(told=paper("Told before", old), never=paper("Never", new))))
    assert [(entry.paper, entry.reason) for entry in composed(site).entries] == [("never", "From vision.")]


def test_news_of_the_day_of_the_last_issue_and_papers_added_then_are_not_lost(make_digest: MakeDigest) -> None:
    news = "news: [{date: 2026-11-21, kind: note, text: Late.}]"
    site = site_of(make_digest(digest(told=paper("Told before", news), same=paper("Same", added="2026-11-20"))))
    assert [(entry.paper, entry.reason) for entry in composed(site).entries] == [
        ("same", "New in the catalog: added on 20 November 2026."),
        ("told", "Note: Late."),
    ]


def test_an_issue_is_never_larger_than_its_size(make_digest: MakeDigest) -> None:
    news = "news: [{date: 2026-11-22, kind: note, text: News.}]"
    settings = "key: 6f1c0e52-3d5c-4f0e-9d1c-0a2b3c4d5e6f\nissues: {size: 1}\n"
    files = digest(told=paper("Told before", news), fresh=paper("Fresh", added="2026-11-22"))
    assert ids(composed(site_of(make_digest({**files, "content/digest.yaml": settings})))) == ["told"]


def test_a_retracted_paper_is_never_told_as_new(make_digest: MakeDigest) -> None:
    gone = "status: retracted\nnews: [{date: 2026-11-22, kind: retracted, text: Wrong.}]"
    site = site_of(make_digest(digest(bad=paper("Bad", gone, added="2026-11-22"))))
    assert composing.composed(site, DAY) is None


def test_nothing_to_tell_is_no_issue(make_digest: MakeDigest) -> None:
    root = make_digest(digest())
    assert composing.composed(site_of(root), DAY) is None
    issued = issuing.next_issue(root, DAY)
    assert issued.place is None
    assert issued.told.startswith("There is nothing to tell")


def test_no_subject_takes_more_than_a_third_while_others_have_papers(make_digest: MakeDigest) -> None:
    many = {f"v{n:02}": paper(f"Seen {n}", added="2026-11-22") for n in range(20)}
    few = {f"l{n}": paper(f"Said {n}", added="2026-11-21", category="language") for n in range(8)}
    issue = composed(site_of(make_digest(digest(**many, **few))))
    assert len(issue.entries) == 10
    assert sum(each.startswith("v") for each in ids(issue)) == 6, "four, and two places that nobody else could fill"
    assert sum(each.startswith("l") for each in ids(issue)) == 4


def test_an_issue_of_one_subject_is_filled_all_the_same(make_digest: MakeDigest) -> None:
    many = {f"v{n:02}": paper(f"Seen {n}", added="2026-11-22") for n in range(20)}
    assert len(composed(site_of(make_digest(digest(**many)))).entries) == 10


def test_the_same_catalog_gives_the_same_issue(make_digest: MakeDigest) -> None:
    many = {f"v{n:02}": paper(f"Seen {n}", added="2026-11-22") for n in range(9)}
    root = make_digest(digest(**many))
    assert composed(site_of(root)) == composed(site_of(root))


@pytest.mark.parametrize(
    ("cadence", "day", "due"),
    [
        ("daily", date(2026, 11, 21), True),
        ("daily", date(2026, 11, 20), False),
        ("weekdays", date(2026, 11, 21), False),  # a Saturday
        ("weekdays", date(2026, 11, 23), True),
        ("weekly", date(2026, 11, 22), False),  # the last issue is of a Friday
        ("weekly", date(2026, 11, 23), True),  # a Monday
        ("weekly, day: saturday", date(2026, 11, 21), True),
        ("weekly, day: friday", date(2026, 11, 26), False),
        ("weekly, day: friday", date(2026, 11, 27), True),
        ("monthly", date(2026, 11, 30), False),
        ("monthly", date(2026, 12, 1), True),
        ("monthly, day: 28", date(2026, 11, 27), False),
        ("monthly, day: 28", date(2026, 11, 28), True),
        ("monthly, day: 20", date(2026, 12, 19), False),
    ],
)
def test_an_issue_is_due_by_the_digests_cadence(make_digest: MakeDigest, cadence: str, day: date, due: bool) -> None:
    site = site_of(make_digest({**digest(), "content/digest.yaml": settings(cadence)}))
    assert composing.is_due(site, day) is due


def settings(cadence: str) -> str:
    return f"key: 6f1c0e52-3d5c-4f0e-9d1c-0a2b3c4d5e6f\nissues: {{cadence: {cadence}}}\n"


@pytest.mark.parametrize(("cadence", "dropped", "then"), [
    ("weekly, day: monday", [date(2026, 11, 23), date(2026, 11, 24)], date(2026, 11, 30)),
    ("monthly, day: 1", [date(2026, 12, 1), date(2026, 12, 2)], date(2027, 1, 1)),
])  # fmt: skip
def test_a_dropped_run_makes_an_issue_late_and_moves_none_after_it(
    make_digest: MakeDigest, cadence: str, dropped: list[date], then: date
) -> None:
    root = make_digest({**digest(), "content/digest.yaml": settings(cadence)})
    late = dropped[-1] + timedelta(days=1)
    assert composing.is_due(site_of(root), late)
    (root / f"content/issues/{late}.yaml").write_text(LETTER.replace("number: 1", "number: 2"))
    site = examine(root, late).site
    assert site is not None
    assert next(day for after in range(1, 40) if composing.is_due(site, day := late + timedelta(days=after))) == then


@pytest.mark.parametrize(
    ("cadence", "told"),
    [
        ("daily, day: monday", "leave `day` out"),
        ("weekly, day: 3", "a weekly issue comes on a day of the week"),
        ("monthly, day: monday", "a monthly issue comes on a day of the month"),
        ("monthly, day: 29", "a number up to 28"),
        ("weekly, day: Mon", "a weekday, as `monday`"),
    ],
)
def test_a_day_that_the_cadence_cannot_have_is_told(make_digest: MakeDigest, cadence: str, told: str) -> None:
    problems = examine(make_digest({**digest(), "content/digest.yaml": settings(cadence)}), DAY).problems
    assert [told in str(problem) for problem in problems] == [True], problems


def test_the_command_writes_an_issue_that_check_has_nothing_against(make_digest: MakeDigest) -> None:
    root = make_digest(digest(new=paper("New study", added="2026-11-22")))
    done = CliRunner().invoke(main, ["issue", "--root", str(root), "--date", "2026-11-23"])
    assert done.exit_code == 0, done.output
    assert "content/issues/2026-11-23.yaml: No. 2, 1 paper" in done.output
    text = (root / "content/issues/2026-11-23.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=../schemas/issue.schema.json\nnumber: 2\n")
    site = site_of(root)
    assert ids(site.issues[0]) == ["new"]
    checked = CliRunner().invoke(main, ["check", "--root", str(root)], env={"SOURCE_DATE_EPOCH": "1795500000"})
    assert checked.exit_code == 0, checked.output


def test_done_again_it_changes_nothing(make_digest: MakeDigest) -> None:
    root = make_digest(digest(new=paper("New", added="2026-11-22")))
    command = ["issue", "--root", str(root), "--date", "2026-11-23"]
    CliRunner().invoke(main, command)
    before = {path: path.read_bytes() for path in (root / "content").rglob("*") if path.is_file()}
    again = CliRunner().invoke(main, command)
    assert again.exit_code == 0
    assert "There is an issue of 2026-11-23 already" in again.output
    assert {path: path.read_bytes() for path in (root / "content").rglob("*") if path.is_file()} == before


def test_a_dry_run_shows_the_file_and_writes_none(make_digest: MakeDigest) -> None:
    root = make_digest(digest(new=paper("New", added="2026-11-22")))
    done = CliRunner().invoke(main, ["issue", "--root", str(root), "--date", "2026-11-23", "--dry-run"])
    assert "entries:" in done.output
    assert not (root / "content/issues/2026-11-23.yaml").exists()


def test_an_issue_before_the_latest_is_refused(make_digest: MakeDigest) -> None:
    issued = issuing.next_issue(make_digest(digest(new=paper("New"))), DAY, date(2026, 11, 19))
    assert issued.place is None
    assert "issues are made in their order" in issued.told


HOSTILE = "{{ 7*7 }} *|FNAME|* <b> `x` \\\\"


def test_hostile_titles_and_news_stay_text_in_the_file(make_digest: MakeDigest) -> None:
    news = f'news: [{{date: 2026-11-22, kind: note, text: "{HOSTILE}"}}]'
    root = make_digest(digest(told=paper("Told before", news), new=paper(f'"{HOSTILE}"', added="2026-11-22")))
    issue = composed(site_of(root), trending=("new",))
    assert "<b>" in (issue.entries[-1].reason or "")
    place = root / "content/issues/2026-11-23.yaml"
    place.write_text(composing.issue_yaml(issue, ""))
    assert site_of(root).issues[0] == issue, "what is read is what was composed"


@pytest.mark.real
def test_the_next_issue_of_the_real_catalog_is_sound(real: Made) -> None:
    check_next_issue(real)


def check_next_issue(made: Made) -> None:
    """As full as it can be, of papers that no issue told of yet, besides what became of earlier ones."""
    site = made.site
    day = max([date(2026, 12, 1), *(issue.date + timedelta(days=1) for issue in site.issues)])
    issue = issuing.compose(site, day)
    waiting = {
        paper.id
        for paper in site.papers
        if not any(entry.paper == paper.id for issue in site.issues for entry in issue.entries)
        and paper.status not in {Status.RETRACTED, Status.WITHDRAWN}
        and not (paper.added and paper.added > day)
    }
    if issue is None:
        assert not waiting
        return
    told, size = ids(issue), site.catalog.digest.issues.size
    assert len(told) == len(set(told)) <= size
    news = [each for each in told if each not in waiting]
    assert len(news) <= composing.MOST_NEWS
    assert all(site.paper[each].news for each in news)
    assert len(told) == min(size, len(waiting) + len(news))
    assert all(entry.reason for entry in issue.entries)


def test_a_full_issue_is_not_all_of_one_subject(make_digest: MakeDigest) -> None:
    many = {f"p{n:02}": paper(f"Paper {n}", category="vision" if n < 20 else "language") for n in range(40)}
    site = site_of(make_digest(digest(**many)))
    issue = composed(site)
    assert len(issue.entries) == site.catalog.digest.issues.size == 10
    primary = [site.paper[each].categories[0] for each in ids(issue)]
    assert min(primary.count(category) for category in ("vision", "language")) >= 4


@given(count=st.integers(0, 40), size=st.integers(1, 15))
def test_a_choice_is_never_larger_than_there_is_room_and_never_smaller_than_it_could_be(count: int, size: int) -> None:
    site = site_of(REPOSITORY / "tests/data/digest")
    papers = [site.papers[n % len(site.papers)].model_copy(update={"id": f"p{n}"}) for n in range(count)]
    choices = [composing.Choice(each, composing.Why.QUEUED, "") for each in papers]
    taken = composing._diverse(choices, size)
    assert len(taken) == min(count, size)
    places = [choices.index(choice) for choice in taken]
    assert places == sorted(set(places)), "in the order in which they were offered"


def test_errors_in_the_catalog_stop_it(make_digest: MakeDigest) -> None:
    root = make_digest({**digest(), "content/papers/bad.yaml": "title: [\n"})
    done = CliRunner().invoke(main, ["issue", "--root", str(root), "--date", "2026-11-23"])
    assert done.exit_code == 1
    assert "bad.yaml" in done.output
