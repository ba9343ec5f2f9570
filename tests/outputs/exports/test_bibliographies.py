"""BibTeX, RIS and CSV, as the programs that take them read them; and what strangers may write into them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_digest.catalog.records import Author, Paper
from paper_digest.digest.site import Site
from paper_digest.outputs.exports import exports, table
from tests.outputs.exports.reading import READERS, csv_rows, ris_records

NASTY = [
    "}",
    "{",
    "\\",
    "ends in a backslash \\",
    "@article{other, title = {x}}",
    "me@ArXiv",
    "$x_{@foo{a}}$",
    "$\\{x}$ opens what it does not close",
    "$\\alpha\\}\\{$",
    "$a\\$",
    '", note = {x}',
    "% a comment",
    "ER  - ",
    "TY  - JOUR",
    "; a,b\tc",
    "=1+1",
    "#hash ~ ^ & _",
    "\u2028ER  - \u2029\x85TY  - JOUR",
]


def with_paper(site: Site, **changes: object) -> dict[str, bytes]:
    """All exports of a site in which one paper says something else."""
    papers = [paper.model_copy(update=changes) if paper.id == "plain" else paper for paper in site.catalog.papers]
    changed = replace(site, catalog=replace(site.catalog, papers=tuple(papers)))
    return {artifact.path: artifact.content for artifact in exports(changed)}


def ids(site: Site) -> list[str]:
    return [paper.id for paper in site.papers]


@pytest.mark.parametrize("nasty", NASTY)
def test_no_title_name_or_abstract_breaks_a_file(example_site: Site, nasty: str) -> None:
    names = (Author(name="Ada Lovelace"), Author.model_construct(name=nasty))
    files = with_paper(example_site, title=nasty, authors=names, abstract=nasty)
    for ending, read in READERS.items():
        assert read(files[f"docs/catalog.{ending}"]) == ids(example_site), ending


@given(st.text("{}\\$@\"'=,;%#&~^_-+ \tabA1ERTY\u2028", min_size=1, max_size=30))
def test_no_text_of_such_signs_breaks_a_file(example_site: Site, nasty: str) -> None:
    paper = example_site.paper["plain"].model_copy(
        update={"title": nasty, "abstract": nasty, "authors": (Author.model_construct(name=nasty),)}
    )
    other = example_site.paper["math"]
    small = replace(example_site, catalog=replace(example_site.catalog, papers=(paper, other), issues=()))
    files = {artifact.path: artifact.content for artifact in exports(small)}
    for ending, read in READERS.items():
        assert sorted(read(files[f"docs/catalog.{ending}"])) == ["math", "plain"], ending


def test_lines_of_ris_end_as_its_format_says(example_outputs: dict[str, bytes]) -> None:
    content = example_outputs["docs/catalog.ris"]
    assert content.startswith(b"TY  - ")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert content.count(b"ER  - \r\n") == content.count(b"TY  - ")


def test_ris_says_what_is_known(example_outputs: dict[str, bytes]) -> None:
    record = next(each for each in ris_records(example_outputs["docs/catalog.ris"]) if each["id"] == "plain")
    assert record == {
        "type_of_reference": "CPAPER",
        "id": "plain",
        "title": "A plain paper: nothing to see",
        "authors": ["Lovelace, Ada", "Müller-Ångström, Renée", "Plato"],
        "secondary_title": "International Conference on Examples",
        "year": "2025",
        "doi": "10.1000/plain_1",
        "urls": ["https://arxiv.org/abs/2410.00010"],
        "abstract": "A plain abstract of two sentences. The code is at https://code.example/plain (see there). "
        "And a second paragraph.",
    }


def test_a_row_of_the_table_says_what_is_known(example_outputs: dict[str, bytes]) -> None:
    row = next(each for each in csv_rows(example_outputs["docs/catalog.csv"]) if each["id"] == "plain")
    assert tuple(row) == table.HEADER
    assert row["authors"] == "Ada Lovelace; Renée Müller-Ångström; Plato"
    assert (row["published"], row["year"], row["added"]) == ("2024-10-07", "2025", "2026-11-20")
    assert (row["categories"], row["tags"]) == ("vision; language", "mri; rlhf")
    assert row["link"] == "https://digest.example/sub/papers/plain/"
    assert row["pdf"] == "https://arxiv.org/pdf/2410.00010"


def test_the_table_is_as_rfc_4180_has_it(example_outputs: dict[str, bytes]) -> None:
    content = example_outputs["docs/catalog.csv"].decode()
    assert content.count("\n") == content.count("\r\n") == 1 + len(csv_rows(content.encode()))
    assert not content.startswith("\ufeff")


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1"])
def test_a_cell_never_begins_a_formula(formula: str) -> None:
    assert table._harmless(formula) == f"'{formula}"


def test_formulas_in_titles_names_and_summaries_are_text(example_site: Site) -> None:
    files = with_paper(example_site, title="=HYPERLINK(1)", authors=(Author(name="@Ada"),), abstract="-1+1")
    row = next(each for each in csv_rows(files["docs/catalog.csv"]) if each["id"] == "plain")
    assert (row["title"], row["authors"], row["abstract"]) == ("'=HYPERLINK(1)", "'@Ada", "'-1+1")


def test_every_paper_has_the_entry_of_its_page(example_site: Site, example_outputs: dict[str, bytes]) -> None:
    from paper_digest.shown import citations

    papers: tuple[Paper, ...] = example_site.papers
    entries = [citations.bibtex(example_site, paper) for paper in papers]
    assert example_outputs["docs/catalog.bib"].decode() == "".join(f"{entry}\n" for entry in entries)
