from __future__ import annotations

import pytest

from paper_digest.catalog.records import Paper
from paper_digest.diff import as_text
from paper_digest.diff.fields import Delta
from tests.diff.conftest import DATED, ISSUE, LETTER, OTHER, Compare, P, Q

NEWS = "news: [{date: 2026-11-22, kind: retracted, text: Data were made up.}]\n"


def with_status(status: str) -> str:
    news = {"active": "", "corrected": NEWS.replace("retracted", "corrected")}.get(status, NEWS)
    return f"{DATED}status: {status}\n{news}"


def deltas(compare: Compare, before: str, after: str) -> list[Delta]:
    [change] = compare({P: before}, {P: after}).papers.changed
    return list(change.deltas)


def told(compare: Compare, before: dict[str, str], after: dict[str, str]) -> str:
    return " ".join(as_text(compare(before, after)).split())


def test_an_added_paper_is_shown_as_readers_will_see_it(compare: Compare) -> None:
    paper = (
        "title: Trees of $n^2$ leaves\nabstract: x\ncategories: [language, vision]\ntags: [mri]\nadded: 2026-11-20\n"
        "authors: [A One, B Two, C Three, D Four, E Five]\npublished: 2024-10\nvenue: {name: ICLR, year: 2025}\n"
        "arxiv: '2410.00001'\nsummary: {text: 'One sentence about what it found out, and how.', by: human}\n"
    )
    lines = as_text(compare({P: DATED}, {P: DATED, Q: paper})).splitlines()
    start = lines.index("  + content/papers/q.yaml")
    assert lines[start + 1 : start + 6] == [
        "    | Language · ICLR 2025 · Oct 2024",
        "    | Trees of n² leaves",
        "    | A One, B Two, C Three + 2",
        "    | One sentence about what it found out, and how.",
        "    | MRI [PDF]",
    ]
    assert lines[0].startswith("1 paper added; 3 feed entries appear.")


def test_a_removed_paper_and_the_end_of_its_address_are_told(compare: Compare) -> None:
    shown = told(compare, {P: DATED, Q: OTHER}, {P: DATED})
    assert "1 paper removed" in shown
    assert "! An address ends: https://digest.example/sub/papers/q/" in shown
    assert "Papers removed - Quite another work content/papers/q.yaml" in shown


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "doi: 10.1000/x\n", [Delta("doi", None, "10.1000/x")]),
        ("doi: 10.1000/x\n", "", [Delta("doi", "10.1000/x", None)]),
        ("published: 2024\n", "published: 2024-05\n", [Delta("published", "2024", "2024-05")]),
        ("tags: [mri]\n", "tags: [RLHF]\n", [Delta("tags", "mri", None), Delta("tags", None, "rlhf")]),
        ("authors: [A, B]\n", "authors: [B, A]\n", [Delta("authors", "A, B", "B, A", "in another order")]),
        ("authors: [A, B, C]\n", "authors: [A, D, C]\n", [Delta("authors", "B", None), Delta("authors", None, "D")]),
        ("venue: ICLR\n", "venue: {name: ICLR, year: 2025}\n", [Delta("venue", "ICLR", "ICLR 2025")]),
        (
            "links: {code: 'https://a.example/', data: 'https://b.example/'}\n",
            "links: {code: 'https://c.example/', pdf: 'https://d.example/'}\n",
            [
                Delta("links.code", "https://a.example/", "https://c.example/"),
                Delta("links.pdf", None, "https://d.example/"),
                Delta("links.data", "https://b.example/", None),
            ],
        ),
        (
            "",
            "news: [{date: 2026-11-20, kind: note, text: Data are out.}]\n",
            [Delta("news", None, "2026-11-20, note: Data are out.")],
        ),
        (
            "summary: {text: 'It does this, and it does that very well.', by: machine}\n",
            "summary: {text: 'It does this, and it does that very well.', by: human}\n",
            [Delta("summary.by", "machine", "human")],
        ),
    ],
)
def test_a_change_is_told_field_by_field(compare: Compare, before: str, after: str, expected: list[Delta]) -> None:
    assert deltas(compare, DATED + before, DATED + after) == expected


def test_every_field_of_a_paper_is_compared(compare: Compare) -> None:
    full = (
        "title: Another title\nabstract: Another abstract.\ncategories: [language]\nadded: 2026-11-02\n"
        "authors: [A]\nsummary: {text: 'It does this, and it does that very well.', by: human}\ntags: [mri]\n"
        "updated: 2026-11-03\npublished: 2024\narxiv: '2410.00001'\ndoi: 10.1000/x\nvenue: ICLR\n"
        "links: {code: 'https://a.example/'}\nstatus: corrected\naliases: [former]\n"
        "news: [{date: 2026-11-20, kind: corrected, text: A table.}]\n"
    )
    fields = {delta.field.split(".")[0] for delta in deltas(compare, DATED, full)}
    assert fields == {*Paper.model_fields, "primary category"} - {"id"}


def test_of_a_long_text_only_the_places_that_changed_are_shown(compare: Compare) -> None:
    words = [f"w{number}" for number in range(400)]
    changed = [*words]
    changed[100:102] = ["something", "else"]
    changed[300] = "more"
    before, after = (DATED.replace("It says something.", " ".join(text)) for text in (words, changed))
    assert deltas(compare, before, after) == [
        Delta(
            "abstract",
            "… w96 w97 w98 w99 w100 w101 w102 w103 w104 w105 …",
            "… w96 w97 w98 w99 something else w102 w103 w104 w105 …",
        ),
        Delta("abstract", "… w296 w297 w298 w299 w300 w301 w302 w303 w304 …",
              "… w296 w297 w298 w299 more w301 w302 w303 w304 …"),
    ]  # fmt: skip


def test_an_abstract_that_is_all_new_is_shortened_and_many_places_are_counted(compare: Compare) -> None:
    before, after = (DATED.replace("It says something.", f"{word} " * 900) for word in ("this", "that"))
    [delta] = deltas(compare, before, after)
    assert len(str(delta.old)) + len(str(delta.new)) < 450
    words = [f"w{number}" for number in range(400)]
    changed = [f"x{number}" if number % 40 == 0 else word for number, word in enumerate(words)]
    before, after = (DATED.replace("It says something.", " ".join(text)) for text in (words, changed))
    assert deltas(compare, before, after)[-1] == Delta("abstract", remark="and at 7 more places")


def test_other_paragraphs_alone_are_no_other_words(compare: Compare) -> None:
    text = ["word " * 30, "more " * 30]
    before, after = (f"title: T\ncategories: [vision]\nabstract: |\n  {gap.join(text)}\n" for gap in ("", "\n\n  "))
    assert deltas(compare, before, after) == [Delta("abstract", remark="only its paragraphs are others")]


def test_a_retraction_is_told_first_with_what_readers_had_of_it(compare: Compare) -> None:
    retracted = f"{with_status('retracted')}updated: 2026-11-22\n"
    changes = compare({P: DATED, Q: OTHER, ISSUE: LETTER}, {P: retracted, Q: OTHER, ISSUE: LETTER})
    tally, first, *_ = as_text(changes).split("\n\n")
    lines = first.splitlines()
    assert tally.startswith("1 paper retracted; ")
    assert lines[:2] == ["Look at this first", "  ! Retracted: A paper on trees (it was active) content/papers/p.yaml"]
    assert "    + news: 2026-11-22, retracted: Data were made up." in lines
    assert "      It is in No. 1 of 2026-11-20: One" in lines
    assert not changes.papers.edited, "it is told once"


@pytest.mark.parametrize(
    ("was", "now", "label"),
    [
        ("active", "corrected", "Corrected"),
        ("active", "withdrawn", "Withdrawn"),
        ("retracted", "active", "Active again"),
    ],
)
def test_every_new_status_is_told(compare: Compare, was: str, now: str, label: str) -> None:
    shown = told(compare, {P: with_status(was)}, {P: with_status(now)})
    assert f"1 paper {label.lower()}; " in shown
    assert f"! {label}: A paper on trees (it was {was})" in shown


def test_a_paper_that_comes_retracted_is_added_and_told_first(compare: Compare) -> None:
    shown = told(compare, {P: DATED}, {P: DATED, Q: OTHER + "status: retracted\n" + NEWS})
    assert shown.startswith("1 paper added, 1 retracted; ")
    assert "first ! Retracted from the start: Quite another work" in shown


def test_an_id_that_became_an_alias_is_a_renaming(compare: Compare) -> None:
    changes = compare({P: DATED}, {"content/papers/new-name.yaml": DATED + "doi: 10.1000/x\naliases: [p]\n"})
    assert not changes.papers.added
    assert not changes.papers.removed
    [change] = changes.papers.renamed
    assert (change.before.id, change.paper.id) == ("p", "new-name")
    assert change.deltas == (Delta("doi", None, "10.1000/x"),)
    shown = " ".join(as_text(changes).split())
    assert "p now leads on to new-name. In feeds it appears again, as something new" in shown
    assert {(event.kind.name, event.title) for event in changes.feeds.events} == {
        ("APPEARS", "A paper on trees"),
        ("LEAVES", "A paper on trees"),
    }


def test_a_paper_merged_into_one_that_was_there_is_no_renaming(compare: Compare) -> None:
    changes = compare({P: DATED, Q: OTHER}, {Q: OTHER + "aliases: [p]\n"})
    assert not changes.papers.renamed
    [(former, heir)] = changes.papers.merged
    assert (former.id, heir.id) == ("p", "q")
    assert "p now leads on to q, a paper that was there before" in " ".join(as_text(changes).split())


def test_another_category_is_counted_as_such(compare: Compare) -> None:
    shown = told(compare, {P: DATED}, {P: DATED.replace("[vision]", "[language, vision]")})
    assert shown.startswith("1 paper changed (1 recategorised); 1 feed entry appears, 2 change silently.")
    assert "~ primary category: vision → language + categories: language" in shown


def test_a_file_that_moved_is_no_change(compare: Compare) -> None:
    assert compare({P: DATED}, {"content/papers/2024/p.yaml": DATED}).is_empty
