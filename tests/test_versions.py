from __future__ import annotations

import pytest

from paper_digest.catalog.records import Links, Paper, PartialDate, VenueRef
from paper_digest.digest.site import Site
from paper_digest.shown.versions import Version, versions

ICXX = VenueRef(name="ICXX", year=2025)


@pytest.fixture
def bare(example_site: Site) -> Paper:
    """A paper of which nothing is known that makes a version."""
    return example_site.paper["missing-everything"].model_copy(update={"links": Links()})


def of(bare: Paper, **known: object) -> tuple[Version, ...]:
    return versions(bare.model_copy(update=known))


def dates(found: tuple[Version, ...]) -> dict[str, str | None]:
    return {version.label: version.date for version in found}


def test_a_preprint_that_was_published_has_both_versions(example_site: Site) -> None:
    assert versions(example_site.paper["plain"]) == (
        Version("Preprint", "arXiv 2410.00010", "7 Oct 2024", "2024-10-07", "https://arxiv.org/abs/2410.00010"),
        Version("Published", "ICXX 2025", None, None, "https://doi.org/10.1000/plain_1"),
    )


@pytest.mark.parametrize("paper_id", ["missing-everything", "hostile", "rtl", "long-title"])
def test_of_a_paper_with_no_version_nothing_is_made_up(example_site: Site, paper_id: str) -> None:
    assert versions(example_site.paper[paper_id]) == ()


def test_a_page_alone_does_not_make_a_paper_published(bare: Paper) -> None:
    assert of(bare, links=Links(page="https://page.example/"), published=PartialDate(2024)) == ()


def test_a_preprint_that_is_nowhere_else_has_the_day_on_which_it_appeared(example_site: Site) -> None:
    assert versions(example_site.paper["many-authors"]) == (
        Version("Preprint", "arXiv 2203.12345", "Mar 2022", "2022-03", "https://arxiv.org/abs/2203.12345"),
    )


def test_the_year_beside_the_venue_is_not_said_twice(example_site: Site) -> None:
    assert versions(example_site.paper["retracted"]) == (
        Version("Published", "Small 2023", None, None, "https://doi.org/10.1000/retracted"),
    )


def test_a_paper_that_was_never_a_preprint_has_the_date_of_its_publication(example_site: Site) -> None:
    assert versions(example_site.paper["math"]) == (Version("Published", "J. Ex.", "Nov 2024", "2024-11", None),)


@pytest.mark.parametrize(
    ("arxiv", "published", "preprint", "print_"),
    [
        ("2410.00010", PartialDate(2024, 10, 7), "7 Oct 2024", None),
        # Sent in on the last day of a month, numbered in the next.
        ("2411.00010", PartialDate(2024, 10, 31), "31 Oct 2024", None),
        # The id tells the month where the catalog knows the year, or nothing.
        ("2410.00010", PartialDate(2024), "Oct 2024", None),
        ("2410.00010", None, "Oct 2024", None),
        # It was in the journal first: that is then the date of the publication.
        ("2410.00010", PartialDate(2024, 5, 2), "Oct 2024", "2 May 2024"),
        ("2410.00010", PartialDate(2023), "Oct 2024", "2023"),
        ("2410.00010", PartialDate(2025, 3), "Oct 2024", "Mar 2025"),
        # An old id does not tell its month here: the year of the venue has to.
        ("cs/0309040", PartialDate(2003, 9), "Sep 2003", None),
        ("cs/0309040", PartialDate(2025, 1), None, None),
        ("cs/0309040", None, None, None),
    ],
)
def test_the_date_goes_to_the_version_that_was_first(
    bare: Paper, arxiv: str, published: PartialDate | None, preprint: str | None, print_: str | None
) -> None:
    found = of(bare, arxiv=arxiv, published=published, venue=ICXX)
    assert dates(found) == {"Preprint": preprint, "Published": print_}


@pytest.mark.parametrize(
    ("published", "date"), [(PartialDate(2003, 9, 3), "3 Sep 2003"), (PartialDate(2003), "2003"), (None, None)]
)
def test_what_is_on_arxiv_alone_appeared_there(bare: Paper, published: PartialDate | None, date: str | None) -> None:
    assert dates(of(bare, arxiv="cs/0309040", published=published)) == {"Preprint": date}


def test_a_doi_that_is_not_of_a_preprint_server_makes_a_paper_published(bare: Paper) -> None:
    assert of(bare, doi="10.1000/x(1)", published=PartialDate(2024, 3)) == (
        Version("Published", "DOI 10.1000/x(1)", "Mar 2024", "2024-03", "https://doi.org/10.1000/x(1)"),
    )


@pytest.mark.parametrize(
    ("doi", "where"),
    [
        ("10.48550/arXiv.2410.00010", "arXiv"),
        ("10.1101/2024.01.02.24300001", "bioRxiv or medRxiv"),
        ("10.21203/rs.3.rs-1/v1", "Research Square"),
        ("10.2139/ssrn.1", "SSRN"),
    ],
)
def test_a_doi_of_a_preprint_server_is_of_a_preprint(bare: Paper, doi: str, where: str) -> None:
    [version] = of(bare, doi=doi, published=PartialDate(2024, 1, 2))
    assert (version.label, version.where, version.date) == ("Preprint", where, "2 Jan 2024")
    assert version.url == f"https://doi.org/{doi}"


@pytest.mark.parametrize(("host", "where"), [("biorxiv", "bioRxiv"), ("medrxiv", "medRxiv")])
def test_a_link_tells_which_of_two_servers_with_one_prefix_it_is(bare: Paper, host: str, where: str) -> None:
    doi = "10.1101/2024.01.02.24300001"
    [version] = of(bare, doi=doi, links=Links(page=f"https://www.{host}.org/content/{doi}v1"))
    assert version.where == where


@pytest.mark.parametrize("doi", ["10.1101/gr.1234.5", "10.21390/x", "10.485500/x"])
def test_a_doi_that_begins_like_that_of_a_preprint_server_is_not_one(bare: Paper, doi: str) -> None:
    [version] = of(bare, doi=doi)
    assert version.label == "Published"


def test_arxivs_own_doi_adds_no_second_preprint_and_is_no_page_of_the_published_version(bare: Paper) -> None:
    found = of(bare, arxiv="2410.00010", doi="10.48550/arXiv.2410.00010", venue=ICXX)
    assert [(version.where, version.url) for version in found] == [
        ("arXiv 2410.00010", "https://arxiv.org/abs/2410.00010"),
        ("ICXX 2025", None),
    ]


def test_two_preprint_servers_are_two_versions_and_only_the_known_date_is_said(bare: Paper) -> None:
    found = of(bare, arxiv="2410.00010", doi="10.21203/rs.3.rs-1/v1")
    assert [(version.where, version.date) for version in found] == [
        ("arXiv 2410.00010", "Oct 2024"),
        ("Research Square", None),
    ]


def test_without_a_doi_the_page_is_that_of_the_published_version(bare: Paper) -> None:
    [version] = of(bare, venue=ICXX, links=Links(page="https://page.example/"))
    assert version.url == "https://page.example/"
