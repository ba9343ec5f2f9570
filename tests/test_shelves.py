import pytest

from paper_digest import urls
from paper_digest.digest.site import Site
from paper_digest.shown.shelves import Shelf, Shelves, family_first, year_of
from tests.conftest import MakeDigest, site_of


def paper(title: str, *lines: str) -> str:
    return "\n".join([f"title: {title}", "abstract: It says something.", "categories: [vision]", *lines, ""])


def shelves_of(make_digest: MakeDigest, **papers: str) -> Shelves:
    return Shelves(site_of(make_digest({f"content/papers/2026/{name}.yaml": text for name, text in papers.items()})))


def told(shelves: tuple[Shelf, ...]) -> dict[str, list[str]]:
    return {shelf.title: [paper.id for paper in shelf.papers] for shelf in shelves}


def test_an_author_has_a_shelf_from_two_papers_on(make_digest: MakeDigest) -> None:
    shelves = shelves_of(
        make_digest,
        one=paper("One", "authors: [Ada Lovelace, Émile Zola]", "added: 2026-11-02"),
        two=paper("Two", "authors: [Emile Zola]", "added: 2026-11-03"),
    )
    assert told(shelves.authors) == {"Emile Zola": ["two", "one"]}, "the same but for an accent, the latest first"


def test_two_authors_of_one_name_on_one_paper_make_no_shelf(make_digest: MakeDigest) -> None:
    assert shelves_of(make_digest, one=paper("One", "authors: [Wei Wang, Wei Wang]")).authors == ()


def test_orcids_tell_authors_of_one_name_apart(make_digest: MakeDigest) -> None:
    here, there = "0000-0002-1825-0097", "0000-0001-5109-3700"
    wang = "authors: [{name: Wei Wang, orcid: %s}]"
    shelves = shelves_of(
        make_digest,
        one=paper("One", wang % here),
        two=paper("Two", wang % here),
        three=paper("Three", wang % there),
        four=paper("Four", "authors: [Wei Wang]"),
        five=paper("Five", "authors: [Wei Wang]"),
    )
    by_address = {shelf.address: sorted(paper.id for paper in shelf.papers) for shelf in shelves.authors}
    assert by_address == {
        f"authors/wei-wang_{here}/": ["one", "two"],
        "authors/wei-wang/": ["five", "four"],
    }


def test_one_orcid_speaks_for_all_papers_of_the_name(make_digest: MakeDigest) -> None:
    shelves = shelves_of(
        make_digest,
        one=paper("One", "authors: [{name: Wei Wang, orcid: 0000-0002-1825-0097}]"),
        two=paper("Two", "authors: [Wei Wang]"),
    )
    assert {shelf.address for shelf in shelves.authors} == {"authors/wei-wang/"}


def test_authors_are_in_the_order_of_their_family_names() -> None:
    names = ["Émilie du Châtelet", "Zoe Abel", "王伟", "Ada Lovelace", "Jan van der Berg"]
    assert sorted(names, key=family_first) == [
        "Zoe Abel", "Jan van der Berg", "Émilie du Châtelet", "Ada Lovelace", "王伟",
    ]  # fmt: skip


def test_a_venue_is_one_shelf_over_all_years_and_spellings(make_digest: MakeDigest) -> None:
    shelves = shelves_of(
        make_digest,
        one=paper("One", "venue: {name: ICLR, year: 2025}", "added: 2026-11-01"),
        two=paper("Two", "venue: {name: Iclr conf, year: 2026}", "added: 2026-11-02"),
        three=paper("Three", "venue: Some Workshop", "added: 2026-11-03"),
    )
    assert told(shelves.venues) == {"ICLR": ["two", "one"], "Some Workshop": ["three"]}
    assert [(shelf.address, shelf.note) for shelf in shelves.venues] == [
        ("venues/iclr/", "International Conference"),
        ("venues/some-workshop/", ""),
    ]


def test_a_year_is_that_of_the_first_appearance_or_else_of_the_venue(make_digest: MakeDigest) -> None:
    shelves = shelves_of(
        make_digest,
        one=paper("One", "published: 2024-10", "venue: {name: ICLR, year: 2025}"),
        two=paper("Two", "venue: {name: ICLR, year: 2025}"),
        three=paper("Three"),
    )
    assert told(shelves.years) == {"2025": ["two"], "2024": ["one"]}


def test_every_paper_with_a_venue_or_year_is_on_just_one_shelf_of_each(example_site: Site) -> None:
    shelves = Shelves(example_site)
    shelved = [paper.id for shelf in shelves.venues for paper in shelf.papers]
    assert sorted(shelved) == sorted(paper.id for paper in example_site.papers if paper.venue)
    shelved = [paper.id for shelf in shelves.years for paper in shelf.papers]
    assert sorted(shelved) == sorted(paper.id for paper in example_site.papers if year_of(paper))


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("NeurIPS Datasets & Benchmarks", "neurips-datasets-benchmarks"),
        ("Renée Müller-Ångström", "renee-muller-angstrom"),
        ("王伟", "王伟"),
        ("../../etc", "etc"),
        ("Index", "index-1bc04b52"),
        ("<script>", "script"),
    ],
)
def test_a_slug_is_what_is_left_of_a_name_in_an_address(name: str, slug: str) -> None:
    assert urls.slug(name) == slug


def test_names_without_a_letter_have_addresses_of_their_own() -> None:
    first, second = urls.slug("???"), urls.slug("!!!")
    assert first != second
    assert first.startswith("x-")


@pytest.mark.parametrize("letter", ["x", "\u738b", "\U00020000"])
def test_a_long_name_fits_into_a_file_name_and_is_told_from_one_that_begins_alike(letter: str) -> None:
    one, other = urls.slug(letter * 200), urls.slug(letter * 201)
    assert one != other
    assert max(len(slug.encode()) for slug in (one, other)) + len("_0000-0002-1825-0097.md") < 255
