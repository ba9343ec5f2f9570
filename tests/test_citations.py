import pytest

from generator import citations
from generator.site import Site


def test_a_conference_paper_cites_its_proceedings_and_keeps_capitals(example_site: Site) -> None:
    entry = citations.bibtex(example_site, example_site.paper["plain"])
    assert entry.startswith("@inproceedings{plain,\n")
    assert 'author = {Ada Lovelace and Ren\\\'ee M\\"uller-\\r{A}ngstr\\"om and Plato},' in entry
    assert "booktitle = {International Conference on Examples}," in entry
    assert "year = {2025}," in entry
    assert "eprint = {2410.00010}," in entry


def test_a_journal_paper_is_an_article(example_site: Site) -> None:
    entry = citations.bibtex(example_site, example_site.paper["math"])
    assert entry.startswith("@article{math,")
    assert "$O(n \\log n)$" in entry
    assert "at \\$5 and \\$6" in entry


def test_a_preprint_has_its_month(example_site: Site) -> None:
    entry = citations.bibtex(example_site, example_site.paper["many-authors"])
    assert entry.startswith("@misc{many-authors,")
    assert "month = mar," in entry
    assert entry.count(" and ") == 61


def test_what_is_unknown_is_left_out(example_site: Site) -> None:
    entry = citations.bibtex(example_site, example_site.paper["missing-everything"])
    assert [line.split("=")[0].strip() for line in entry.splitlines()[1:-1]] == ["title", "url"]


def test_a_name_that_holds_the_word_and_stays_one_author(example_site: Site) -> None:
    entry = citations.bibtex(example_site, example_site.paper["hostile"])
    assert "and {Anna and Bert}" in entry


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("MMed-RAG: A RAG system", "{MMed-RAG}: A {RAG} system"),
        ("Learning from $X_1$ and LLaMA-2", "Learning from $X_1$ and {LLaMA-2}"),
        ("Plain words only", "Plain words only"),
    ],
)
def test_capitals_inside_words_are_kept_by_braces(title: str, kept: str) -> None:
    assert citations._capitals_kept(title) == kept


def test_the_plain_citation_reads_as_one_line(example_site: Site) -> None:
    assert citations.plain_citation(example_site, example_site.paper["plain"]) == (
        "Ada Lovelace, Renée Müller-Ångström, Plato. A plain paper: nothing to see. International Conference on "
        "Examples. 2025. arXiv:2410.00010. doi:10.1000/plain_1."
    )


def test_head_tags_name_every_author_and_the_pdf(example_site: Site) -> None:
    tags = citations.head_tags(example_site, example_site.paper["plain"])
    assert [value for name, value in tags if name == "citation_author"] == [
        "Ada Lovelace",
        "Renée Müller-Ångström",
        "Plato",
    ]
    assert ("citation_pdf_url", "https://arxiv.org/pdf/2410.00010") in tags
    assert ("citation_conference_title", "International Conference on Examples") in tags
