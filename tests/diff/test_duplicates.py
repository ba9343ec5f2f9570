from __future__ import annotations

import random

import pytest

from paper_digest.catalog.records import Paper
from paper_digest.diff import as_text, duplicates
from paper_digest.digest.site import Site
from tests.conftest import MakeDigest, site_of
from tests.diff.conftest import DATED, OTHER, Compare, P, Q

TITLE = "Retrieval tuned per medical domain lifts the factual accuracy of vision language models"


def paper(title: str, more: str = "") -> str:
    return f"title: '{title}'\nabstract: x\ncategories: [vision]\n{more}"


def pairs(compare: Compare, one: str, other: str) -> list[tuple[str, str]]:
    changes = compare({P: one}, {P: one, Q: other})
    return [(pair.paper.id, pair.other.id) for pair in changes.duplicates.pairs]


@pytest.mark.parametrize(
    "near",
    [
        TITLE.upper(),
        TITLE.replace("factual", "factual,").replace("-", " "),
        TITLE.replace("models", "model").replace("tuned", "tunes"),
        f"{TITLE}!",
        TITLE.replace("e", "é"),
        TITLE.replace("the ", ""),
    ],
)
def test_an_added_paper_with_a_near_title_is_told_with_the_place_of_the_other(compare: Compare, near: str) -> None:
    assert {*pairs(compare, paper(TITLE), paper(near))} <= {("q", "p"), ("p", "q")}
    shown = as_text(compare({P: paper(TITLE)}, {P: paper(TITLE), Q: paper(near)}))
    assert "1 likely duplicate" in shown
    section = shown.split("Likely duplicates")[1]
    assert "content/papers/p.yaml" in section
    assert "content/papers/q.yaml" in section


@pytest.mark.parametrize(
    "other",
    [
        "Segmentation of everything in medical images by one model for all of them at once",
        TITLE.replace("factual accuracy", "robustness and calibration"),
        "T",
    ],
)
def test_another_title_is_no_duplicate(compare: Compare, other: str) -> None:
    assert pairs(compare, paper(TITLE), paper(other)) == []


def test_parts_of_a_series_are_no_duplicates(compare: Compare) -> None:
    assert pairs(compare, paper(f"{TITLE} 2"), paper(f"{TITLE} 3")) == []


def test_titles_of_signs_alone_are_no_duplicates(compare: Compare) -> None:
    assert pairs(compare, paper("???"), paper("!!!")) == []


def test_first_author_and_year_make_less_of_a_title_enough(compare: Compare) -> None:
    near = TITLE.replace("Retrieval tuned", "On the retrieval that is finely tuned")
    known = "authors: [Ada Löve]\npublished: 2024-05\n"
    same = "authors: [Ada Love, B]\nvenue: {name: ICLR, year: 2024}\n"
    assert pairs(compare, paper(TITLE, known), paper(near)) == []
    assert len(pairs(compare, paper(TITLE, known), paper(near, same))) == 1
    assert pairs(compare, paper(TITLE, known), paper(near, same.replace("2024", "2023"))) == []
    assert "the same first author and year" in as_text(
        compare({P: paper(TITLE, known)}, {P: paper(TITLE, known), Q: paper(near, same)})
    )


def test_a_new_title_is_compared_and_an_old_one_is_not(compare: Compare) -> None:
    near = paper(TITLE.replace("tuned", "tune"))
    changes = compare({P: paper(TITLE), Q: OTHER}, {P: paper(TITLE), Q: near})
    assert [(pair.paper.id, pair.other.id) for pair in changes.duplicates.pairs] in ([("q", "p")], [("p", "q")])
    both = {P: paper(TITLE), Q: near}
    assert not compare(both, {**both, "content/papers/r.yaml": DATED}).duplicates.pairs


def catalog(make_digest: MakeDigest, titles: list[str]) -> Site:
    listed = "".join(f"- {{id: n{n}, title: '{t}', abstract: x, categories: [vision]}}\n" for n, t in enumerate(titles))
    return site_of(make_digest({"content/papers/all.yaml": listed}))


def test_among_many_papers_only_near_ones_are_looked_at_closely(
    make_digest: MakeDigest, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(7)
    words = ["".join(chance.choices("abcdefghilmnoprstu", k=7)) for _ in range(80)]
    titles = [" ".join(chance.choices(words, k=9)) for _ in range(400)]
    site = catalog(make_digest, [*titles, TITLE, TITLE.replace("lifts", "lift")])
    closely: list[Paper] = []
    monkeypatch.setattr(duplicates, "_pair", lambda one, other, same: closely.extend((one, other)))
    duplicates.likely(site, site.papers)
    assert {"n400", "n401"} <= {paper.id for paper in closely}
    assert len(closely) < 60, "of 80,000 pairs"


def test_titles_made_to_be_alike_are_compared_so_far_and_that_is_said(
    make_digest: MakeDigest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "MOST_COMPARED", 10)
    site = catalog(make_digest, [f"{TITLE} {letter}" for letter in "abcdefghijkl"])
    found = duplicates.likely(site, site.papers)
    assert not found.are_all
    assert len(found.pairs) == 10
