"""Related papers: which are found, in what order, and what readers are told of it; and the words that are compared."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_digest.catalog.catalog import Catalog
from paper_digest.catalog.records import Category, Digest, Paper, Status, Tag
from paper_digest.digest.identity import Identity
from paper_digest.digest.site import Site
from paper_digest.shown import related
from paper_digest.shown.related import Neighbours, Related
from paper_digest.words import terms
from tests.conftest import REPOSITORY
from tests.sound.made import Made

IDENTITY = Identity("Digest", "Digest", "https://digest.example/", None, "edit/main/", "en")
CATEGORIES = tuple(
    Category(id=name, title=name.title(), family="all", description="All.") for name in ("images", "words")
)
TAGS = (
    Tag(id="chest-x-ray", title="Chest X-ray", kind="modality", aliases=("cxr",)),
    *(Tag(id=name, title=name.upper(), kind="task") for name in ("common", "rare", "rarer", "rarest")),
)
KIDNEYS = "Segmentation of kidneys in ultrasound. Kidneys move with every breath, and ultrasound follows them."
LETTERS = "Summaries of discharge letters. Discharge letters are long, and summaries of them save the evening."
HOLLOW = "We propose a novel method and show state-of-the-art results on several benchmarks with a large-scale model."


def paper(name: str, title: str = "", abstract: str | None = None, tags: str = "", **more: object) -> Paper:
    record = {"id": name, "title": title or name, "abstract": abstract, "tags": tuple(tags.split())}
    return Paper.model_validate({"categories": ("images",), **record, **more})


def site_with(*papers: Paper) -> Site:
    key = "6f1c0e52-3d5c-4f0e-9d1c-0a2b3c4d5e6f"
    return Site(Catalog(Digest(key=key), papers, CATEGORIES, TAGS, (), ()), IDENTITY, Path())


def of(name: str, *papers: Paper) -> list[Related]:
    site = site_with(*papers)
    return Neighbours(site).of(site.paper[name])


def ids(found: list[Related]) -> list[str]:
    return [each.paper.id for each in found]


FILLERS = [paper(f"filler-{number}", f"Filler{number}", f"Padding{number}.", "common") for number in range(6)]


# ---- which are found -------------------------------------------------------------------------------------------------


def test_a_rare_shared_tag_brings_papers_nearer_than_a_common_one() -> None:
    others = paper("near", tags="rare"), paper("far", tags="common")
    assert ids(of("one", paper("one", tags="common rare"), *others, *FILLERS))[0] == "near"


def test_shared_words_bring_papers_together_without_any_tag() -> None:
    papers = paper("one", abstract=KIDNEYS), paper("two", abstract=LETTERS), paper("three", abstract=KIDNEYS)
    assert ids(of("one", *papers, *FILLERS))[0] == "three"


def test_of_papers_with_the_same_tags_that_with_the_same_words_is_nearer() -> None:
    one, two = paper("one", abstract=KIDNEYS, tags="rare"), paper("two", abstract=LETTERS, tags="rare")
    assert ids(of("one", one, two, paper("three", abstract=KIDNEYS, tags="rare"), *FILLERS))[:2] == ["three", "two"]


def test_a_word_of_the_title_weighs_more_than_one_said_twice_in_the_abstract() -> None:
    title, twice = paper("z-title", "Kidneys", "Letters letters."), paper("a-twice", "Letters", "Kidneys kidneys.")
    assert ids(of("one", paper("one", "Kidneys"), title, twice, *FILLERS))[:2] == ["z-title", "a-twice"]


@pytest.mark.parametrize("status", sorted(related.NOT_RECOMMENDED))
def test_papers_taken_back_are_never_recommended_but_have_neighbours_themselves(status: Status) -> None:
    papers = paper("one", abstract=KIDNEYS), paper("back", abstract=KIDNEYS, status=status), *FILLERS
    assert "back" not in ids(of("one", *papers))
    assert ids(of("back", *papers))[0] == "one"


def test_nothing_in_common_but_a_category_is_better_than_nothing() -> None:
    found = of("one", paper("one", "Kidneys"), paper("two", "Letters"), paper("three", "Else", categories=("words",)))
    assert ids(found) == ["two"]
    assert (found[0].tags, found[0].words, found[0].categories) == ((), (), ("images",))


def test_a_digest_of_no_paper_one_or_two_has_what_neighbours_there_are() -> None:
    assert Neighbours(site_with()).ids == {}
    assert Neighbours(site_with(paper("one"))).ids == {"one": ()}
    assert Neighbours(site_with(paper("one"), paper("two"))).ids == {"one": ("two",), "two": ("one",)}


def test_papers_without_an_abstract_are_found_by_their_titles() -> None:
    papers = paper("one", "Kidneys in ultrasound"), paper("two", "Ultrasound of kidneys"), *FILLERS
    assert ids(of("one", *papers))[0] == "two"


def test_of_many_identical_papers_the_first_by_id_are_taken() -> None:
    papers = [
        paper(f"same-{number:02}", "Kidneys", KIDNEYS, "rare", added=f"2026-01-{number % 28 + 1:02}")
        for number in range(62)
    ]
    random.Random(1).shuffle(papers)
    found = Neighbours(site_with(*papers)).ids
    assert found["same-05"] == tuple(f"same-{number:02}" for number in range(13) if number != 5)
    assert found["same-61"] == tuple(f"same-{number:02}" for number in range(12))


def test_the_longest_abstract_neither_pushes_forward_nor_is_lost() -> None:
    long = KIDNEYS + " " + " ".join(f"word{number}" for number in range(2_000))
    papers = paper("long", "Kidneys", long), paper("short", "Kidneys", KIDNEYS), paper("one", "Kidneys", KIDNEYS)
    assert ids(of("long", *papers, *FILLERS))[:2] == ["one", "short"]
    assert ids(of("one", *papers, *FILLERS))[:2] == ["short", "long"]


def test_no_paper_is_its_own_neighbour_or_has_more_than_twelve(example_site: Site) -> None:
    many = site_with(*(paper(f"p{number}", "Kidneys", KIDNEYS) for number in range(40)))
    for site in (example_site, many):
        for name, found in Neighbours(site).ids.items():
            assert name not in found
            assert len(found) == len(set(found)) <= related.MOST_NEIGHBOURS
            assert set(found) <= site.paper.keys()


# ---- how much work ---------------------------------------------------------------------------------------------------


def test_a_term_that_very_many_have_leads_only_to_the_papers_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(related, "MOST_CONSIDERED", 4)
    found = Neighbours(site_with(*(paper(f"p{number:02}", f"Title{number}", tags="rare") for number in range(40)))).ids
    assert set(found["p00"]) == {"p01", "p02", "p03"}
    assert set(found["p20"]) == {"p18", "p19", "p21"}
    assert set(found["p39"]) == {"p36", "p37", "p38"}


def test_a_rare_term_leads_to_papers_far_off_where_common_ones_count_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(related, "MOST_CONSIDERED", 4)
    crowd = [paper(f"p{number:02}", f"Title{number}", tags="common") for number in range(40)]
    far = paper("z-both", "Kidneys", tags="common"), paper("y-one", "Kidneys")
    assert ids(of("a", paper("a", "Kidneys", tags="common"), *crowd, *far))[:2] == ["z-both", "y-one"]


# ---- what is told ----------------------------------------------------------------------------------------------------


def test_the_reason_names_tags_the_rarest_first_and_then_words_four_at_most() -> None:
    both = {"abstract": KIDNEYS, "tags": "common rare rarer rarest"}
    others = paper("x", tags="rare rarer"), paper("y", tags="rare")
    first = of("one", paper("one", **both), paper("two", **both), *others, *FILLERS)[0]
    assert first.tags == ("rarest", "rarer", "rare")
    assert len(first.words) == 1


def test_words_are_told_as_readers_write_them() -> None:
    papers = (
        paper("one", "LoRA and Discharge Letters", "LoRA reads discharge letters, and MRI-based ones."),
        paper("two", "Discharge Letters by LoRA", "A discharge letter for LoRA. Patients like their MRI."),
    )
    assert set(of("one", *papers, *FILLERS)[0].words) == {"LoRA", "discharge letter"}


def test_capitals_are_told_as_most_write_them() -> None:
    papers = [paper(name, "PROMPTS", "Prompts and prompts.") for name in ("one", "two", "three")]
    papers.append(paper("four", "Else", "What prompts do: prompts, prompts, prompts and prompts, prompts, prompts."))
    assert of("one", *papers, *FILLERS)[0].words == ("prompts",)


def test_a_compound_is_told_by_what_it_is_about() -> None:
    papers = [paper(name, f"{written} {name}") for name, written in (("a", "MRI"), ("b", "MRI-based"), ("c", "MRI"))]
    assert of("a", *papers, *FILLERS)[0].words == ("MRI",)


def test_a_compound_is_not_told_beside_its_other_spelling() -> None:
    both = "Contrastive pre-training. Pretraining, pretraining."
    title = "Contrastive pre-training"
    first = of("one", paper("one", title, both), paper("two", title, both), *FILLERS)[0]
    assert len([word for word in first.words if "training" in word]) == 1


def test_overlapping_pairs_of_letters_are_told_once() -> None:
    first = of("one", paper("one", "医学图像分割"), paper("two", "医学图像分割"), *FILLERS)[0]
    assert len("".join(first.words)) == len(set("".join(first.words))) > 1


def test_no_word_repeats_what_a_tag_or_another_word_says() -> None:
    both = {
        "title": "Chest X-rays of kidneys",
        "abstract": f"{KIDNEYS} By CXR, X-ray and chest.",
        "tags": "chest-x-ray",
    }
    first = of("one", paper("one", **both), paper("two", **both), *FILLERS)[0]
    assert first.tags == ("chest-x-ray",)
    said = [part for word in first.words for part in word.lower().split()]
    assert not {"chest", "x-ray", "x-rays", "cxr"} & set(said)
    assert len(said) == len(set(said)) > 0


def test_words_of_every_paper_are_neither_compared_nor_told() -> None:
    assert not list(terms.terms(terms.words(HOLLOW)))
    found = of("one", paper("one", "First", HOLLOW), paper("two", "Second", HOLLOW), *FILLERS)
    assert {each.words for each in found} == {()}


def test_a_page_tells_the_reasons(example_site: Site, example_outputs: dict[str, bytes]) -> None:
    first = Neighbours(example_site).of(example_site.paper["many-authors"])[0]
    assert (first.paper.id, first.tags) == ("plain", ("rlhf",))
    page = example_outputs["docs/papers/many-authors.md"].decode()
    told = ", ".join(["RLHF", *first.words])
    assert f'<span class="related__why">Both: {told}</span>' in page


# ---- in every language, and always the same --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "two", "told"),
    [
        ("تجزئة صور الكلى", "الموجات فوق الصوتية وصور الكلى", "الكلى"),
        ("चिकित्सा छवियों का विभाजन", "हिन्दी में चिकित्सा", "चिकित्सा"),
        ("بخش‌بندی کلیه", "مدل‌ها برای بخش‌بندی", "بخش‌بندی"),
        ("Сегментация почек", "О сегментация сердца", "Сегментация"),
        ("肾脏分割方法", "基于超声的肾脏", "肾脏"),
        ("Größe der Nieren", "Zur Größe des Herzens", "Größe"),
    ],
)
def test_words_of_any_script_are_found_whole(one: str, two: str, told: str) -> None:
    first = of("one", paper("one", one), paper("two", two), *FILLERS)[0]
    assert first.paper.id == "two"
    assert told.casefold() in [word.casefold() for word in first.words]


def test_neither_the_order_of_the_catalog_nor_of_a_run_changes_anything(example_site: Site) -> None:
    papers = [paper(f"p{number}", f"Kidneys {number % 3}", KIDNEYS, "rare" * (number % 2)) for number in range(20)]
    papers += [paper(f"q{number}", "Letters", LETTERS[number:]) for number in range(20)]
    forth, back = site_with(*papers), site_with(*reversed(papers))
    for each in papers:
        assert Neighbours(forth).of(each) == Neighbours(back).of(each)


def test_two_runs_with_other_hashes_say_the_same(example_digest: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.conftest import site_of; "
        "from paper_digest.shown.related import *\n"
        "site = site_of(Path(sys.argv[1])); found = Neighbours(site)\n"
        "print([found.of(paper, 12) for paper in site.papers])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program, example_digest],
            cwd=REPOSITORY,
            env={"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    assert b"many-authors" in said.pop()


@pytest.mark.real
def test_every_neighbour_in_the_real_catalog_has_a_reason(real: Made) -> None:
    check_neighbours(real)


def check_neighbours(made: Made) -> None:
    """Papers that share nothing have no neighbours; those that share a category, or more, are told why."""
    site = made.site
    neighbours = Neighbours(site)
    standing = {paper.id for paper in site.papers if paper.status not in {Status.RETRACTED, Status.WITHDRAWN}}
    for each in site.papers:
        found = neighbours.of(each)
        beside = [other.paper.id for other in found]
        assert len(beside) == len(set(beside)) <= 4
        assert set(beside) <= standing - {each.id}
        assert all(other.tags or other.words or other.categories for other in found)
        assert all(len(other.tags) + len(other.words) <= related.MOST_SHOWN for other in found)


# ---- words -----------------------------------------------------------------------------------------------------------


def compared(text: str) -> list[str]:
    return [term for term, _, _ in terms.terms(terms.words(text))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("chest X-rays", "Chest X-ray"),
        ("LLMs", "LLM"),
        ("tumor localisation", "tumor localization"),
        ("pre-training", "Pretraining"),
        ("MRI-based", "MRI"),
        ("Alzheimer's disease", "Alzheimer disease"),
        ("Ultraschallgerät", "Ultraschallgera\u0308t"),
    ],
)
def test_spellings_of_one_thing_are_one_term(one: str, other: str) -> None:
    assert compared(one) == compared(other) != []


def test_a_pair_is_the_same_term_as_its_compound() -> None:
    assert "visionlanguage" in compared("vision language")
    assert compared("vision-language") == ["visionlanguage"]


@pytest.mark.parametrize(
    "apart", ["kidney, liver", "kidney. Liver", "kidney (liver)", "kidney and liver", "kidney / liver"]
)
def test_no_pair_reaches_across_marks_and_empty_words(apart: str) -> None:
    assert compared(apart) == ["kidney", "liver"]


def test_generic_words_tell_something_only_beside_another() -> None:
    assert compared("the model") == []
    assert compared("learning method") == []
    assert compared("world model of kidneys") == ["kidney"]
    assert compared("diffusion model") == ["diffusion", "diffusionmodel"]


def test_math_addresses_and_numbers_are_no_words() -> None:
    assert compared("$\\alpha_{kidney}$ 2024 7b 12 95.4%") == []
    assert compared("https://liver.example/heart?liver#heart") == []
    assert compared("3D") == ["3d"]


@given(st.text())
def test_any_text_gives_terms_that_stand_in_it(text: str) -> None:
    words = terms.words(text)
    for term, first, end in terms.terms(words):
        assert len(term) > 1
        assert 0 <= first < end <= len(words)
        assert end - first in (1, 2)


@given(st.lists(st.text(min_size=1, max_size=80).filter(str.strip), min_size=2, max_size=6))
def test_any_titles_give_neighbours_with_a_reason(titles: list[str]) -> None:
    papers = [paper(f"p{number}", abstract=title) for number, title in enumerate(titles)]
    site = site_with(*papers)
    for each in papers:
        for other in Neighbours(site).of(each):
            assert other.tags or other.words or other.categories
