from __future__ import annotations

import pytest

from paper_digest.diff import as_text
from paper_digest.diff.fields import Delta
from paper_digest.digest.site import Site
from paper_digest.outputs.emails import BUDGET, LEVELS, emails, size_of
from paper_digest.outputs.emails.message import encoded_size
from tests.conftest import BASICS, MakeDigest, site_of
from tests.diff.conftest import DATED, ISSUE, LETTER, OTHER, Compare, P, Q

WORDS = "Words and more words. " * 10


def many(count: int) -> dict[str, str]:
    papers = "".join(
        f"- {{id: n{number}, title: Paper {number}, abstract: x, categories: [vision], added: 2026-11-01, "
        f"summary: {{text: '{WORDS}', by: human}}}}\n"
        for number in range(count)
    )
    entries = "".join(f"- {{paper: n{number}, reason: '{WORDS}'}}\n" for number in range(count))
    return {"content/papers/all.yaml": papers, ISSUE: LETTER.replace("entries: [p]\n", f"entries:\n{entries}")}


@pytest.mark.parametrize(("count", "level"), [(2, "full"), (45, "summary"), (60, "title"), (110, "title")])
def test_the_size_of_a_letter_is_that_of_its_file(make_digest: MakeDigest, count: int, level: str) -> None:
    site = site_of(make_digest(many(count)))
    size = size_of(site, site.issues[0])
    html = next(each.content.decode() for each in emails(site) if each.path.endswith(".html"))
    assert size.encoded == encoded_size(html) <= BUDGET
    assert size.level == level
    assert level in LEVELS
    assert (f"{size.left_out} more on the web" in html) is (size.left_out > 0)
    assert (size.left_out > 0) is (count == 110)


def test_a_new_issue_is_shown_as_the_inbox_will_and_weighed(compare: Compare) -> None:
    lines = as_text(compare({P: DATED}, {P: DATED, ISSUE: LETTER})).splitlines()
    start = lines.index("  + No. 1 of 2026-11-20: One")
    assert lines[start + 1 : start + 4] == ["      subject: The first", "      preheader: In short", "      1 paper"]
    assert lines[start + 4].startswith("      email: ")
    assert lines[start + 4].endswith(" of 90,000 bytes, with everything of each paper")
    assert not [line for line in lines if "estimate" in line]


def test_a_letter_without_room_for_everything_says_what_it_leaves_out(compare: Compare) -> None:
    shown = " ".join(as_text(compare({P: DATED}, {P: DATED, **many(45)})).split())
    assert "! email: " in shown
    assert "no reasons, for want of room" in shown
    shown = " ".join(as_text(compare({P: DATED}, {P: DATED, **many(110)})).split())
    assert "titles alone, for want of room, and " in shown
    assert "on the web only" in shown


def test_a_changed_issue_is_told_field_by_field(compare: Compare) -> None:
    after = LETTER.replace("The first", "Number one").replace("[p]", "[q, {paper: p, reason: Trees.}]")
    changes = compare({P: DATED, Q: OTHER, ISSUE: LETTER}, {P: DATED, Q: OTHER, ISSUE: after})
    [change] = changes.issues.changed
    assert change.deltas == (
        Delta("subject", "The first", "Number one"),
        Delta("entries", "p", None),
        Delta("entries", None, "q, p (Trees.)"),
    )
    assert "A letter that has gone out stays as it was" in as_text(changes)


def test_a_removed_issue_is_told(compare: Compare) -> None:
    shown = as_text(compare({P: DATED, ISSUE: LETTER}, {P: DATED}))
    assert "1 issue removed" in shown
    assert "- No. 1 of 2026-11-20: One: its page and feed entry end" in shown


def test_without_a_new_issue_the_next_is_estimated_of_the_papers_that_wait_first(compare: Compare) -> None:
    small = {"content/digest.yaml": BASICS["content/digest.yaml"] + "issues: {size: 2}\n"}
    papers = {f"content/papers/n{day}.yaml": DATED.replace("2026-11-01", f"2026-11-0{day}") for day in (3, 4, 5)}
    changes = compare({P: DATED, **small}, {P: DATED, **small, **papers})
    estimate = changes.issues.estimate
    assert estimate
    assert [paper.id for paper in estimate.papers] == ["n5", "n4"]
    shown = " ".join(as_text(changes).split())
    assert "if it were made of the first 2 papers of 4 that wait: email: about " in shown
    assert "(an estimate without reasons; nothing is composed yet)" in shown


def test_when_no_paper_waits_nothing_is_estimated(compare: Compare) -> None:
    after = {P: DATED + "doi: 10.1000/x\n", ISSUE: LETTER}
    assert compare({P: DATED, ISSUE: LETTER}, after).issues.estimate is None


def test_an_estimate_is_as_large_as_the_letter_made_of_it(example_site: Site) -> None:
    from paper_digest.catalog.records import Entry
    from paper_digest.diff.issues import estimate
    from tests.conftest import TODAY

    guess = estimate(example_site, TODAY)
    assert guess
    made = example_site.issues[0].model_copy(
        update={"date": TODAY, "entries": tuple(Entry(paper=paper.id) for paper in guess.papers)}
    )
    assert abs(size_of(example_site, made).encoded - guess.size.encoded) < 200
