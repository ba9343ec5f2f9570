from datetime import date
from pathlib import Path

import pytest

from paper_digest.catalog.catalog import load, read_shelf
from paper_digest.catalog.located import Names
from paper_digest.catalog.records import Paper, PartialDate
from paper_digest.importing.bibliography import Bibliography, Facts, read
from paper_digest.importing.ids import short_id
from paper_digest.importing.import_listing import import_into
from paper_digest.importing.known import KnownPapers
from paper_digest.importing.links import link_kind
from paper_digest.importing.listing import import_listing
from paper_digest.importing.report import Imported, Level
from paper_digest.problems import ProblemsFound
from tests.conftest import TODAY, MakeDigest

FILLER = "We study something at length, and what we find is described here in as many words as an abstract needs. " * 3
LISTING = f"""Get papers in your inbox!
SubscribeMMed-RAG: A System
{FILLER} It is 20\\% better. Code is at https://github.com/x/MMed-RAG.

Na\\"ive Segmentation of Everything in Medical Images
{FILLER} Data: https://huggingface.co/datasets/x/y and a page at https://x.github.io/.
A title without an abstract
"""


@pytest.fixture
def names(make_digest: MakeDigest) -> Names:
    return Names(read_shelf(make_digest({})))


def run(listing: str, names: Names, facts: list[Facts] | None = None, known: list[Paper] | None = None) -> Imported:
    return import_listing(listing, Bibliography(facts or []), KnownPapers(known or []), names, date(2026, 11, 21))


def test_pairs_of_title_and_abstract_become_papers_with_clean_text(names: Names) -> None:
    first, second = (paper for _, paper in run(LISTING, names).papers)
    assert (first.id, first.title) == ("mmed-rag", "MMed-RAG: A System")
    assert first.abstract is not None
    assert first.abstract.endswith("It is 20% better. Code is at https://github.com/x/MMed-RAG.")
    assert second.title == "Naïve Segmentation of Everything in Medical Images"
    assert second.id == "naive-segmentation-everything-medical-images"
    assert first.added == date(2026, 11, 21)


def test_links_are_pulled_out_by_kind_and_stay_in_the_abstract(names: Names) -> None:
    first, second = (paper for _, paper in run(LISTING, names).papers)
    assert first.links.present() == {"code": "https://github.com/x/MMed-RAG"}
    assert second.links.present() == {"data": "https://huggingface.co/datasets/x/y", "project": "https://x.github.io/"}
    assert second.abstract is not None
    assert "https://huggingface.co/datasets/x/y" in second.abstract


def test_the_report_tells_what_was_repaired_and_what_was_left_out_by_line(names: Names) -> None:
    imported = run(LISTING, names)
    assert [note.line for note in imported.of(Level.SKIPPED)] == [1, 7]
    repaired = [(note.line, note.what) for note in imported.of(Level.REPAIRED)]
    assert repaired[0] == (2, "“Subscribe” was glued to the title")
    assert any("20\\% → 20%" in what for _, what in repaired)


def test_facts_are_found_by_title_however_it_is_spelled(names: Names) -> None:
    facts = Facts.model_validate(
        {"title": "MMED RAG: a system", "arxiv": "2410.13085", "authors": ["Ada"], "venue": "Iclr conf", "year": 2025}
    )
    (_, paper), *_ = run(LISTING, names, [facts]).papers
    assert paper.arxiv == "2410.13085"
    assert str(paper.published) == "2024-10"
    assert paper.venue is not None
    assert (paper.venue.name, paper.venue.year) == ("ICLR", 2025)


def test_a_venue_that_is_not_listed_is_kept_and_noted(names: Names) -> None:
    facts = Facts.model_validate({"title": "MMed-RAG: A System", "venue": "Unheard Of"})
    imported = run(LISTING, names, [facts])
    assert any("“Unheard Of” is not in content/venues.yaml" in note.what for note in imported.of(Level.UNSURE))


def test_a_url_whose_underscore_became_a_space_is_mended_from_the_bibliography(names: Names) -> None:
    listing = f"A title\n{FILLER} Code: https://github.com/x/PETL AST."
    facts = Facts.model_validate({"title": "A title", "code": "https://github.com/x/PETL_AST"})
    (_, paper), *_ = run(listing, names, [facts]).papers
    assert paper.abstract is not None
    assert "https://github.com/x/PETL_AST." in paper.abstract
    assert paper.links.present() == {"code": "https://github.com/x/PETL_AST"}


def test_a_paper_that_the_catalog_has_is_skipped(names: Names) -> None:
    known = Paper.model_validate({"id": "old", "title": "MMed-RAG: a system!"})
    imported = run(LISTING, names, known=[known])
    assert [paper.id for _, paper in imported.papers] == ["naive-segmentation-everything-medical-images"]
    assert any("already in the catalog as `old`" in note.what for note in imported.of(Level.SKIPPED))


def test_an_id_that_is_taken_gets_a_number_and_is_noted(names: Names) -> None:
    known = Paper.model_validate({"id": "mmed-rag", "title": "Something else"})
    imported = run(LISTING, names, known=[known])
    assert imported.papers[0][1].id == "mmed-rag-2"
    assert any("the id `mmed-rag` is taken or reserved" in note.what for note in imported.of(Level.UNSURE))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("MMed-RAG: Versatile Multimodal RAG System", "mmed-rag"),
        ("SAM-Med2D", "sam-med2d"),
        ("μ-Bench: A Benchmark", "mu-bench"),
        ("Can LLMs' Tuning Methods Work in Medical Multimodal Domain?", "llms-tuning-methods-work-medical"),
        ("2024", "paper-2024"),
        ("A Very Long Name With Many Words Before Its Colon: Text", "very-long-name-many-words"),
    ],
)
def test_ids_are_short_and_telling(title: str, expected: str) -> None:
    assert short_id(title) == expected


@pytest.mark.parametrize(
    ("url", "before", "kind"),
    [
        ("https://github.com/a/b", "Code is at ", ("code", True)),
        ("https://github.com/a/b", "The dataset is at ", ("data", False)),
        ("https://huggingface.co/a/b", "at ", ("model", True)),
        ("https://huggingface.co/datasets/a", "at ", ("data", True)),
        ("https://a.github.io/", "Project page: ", ("project", True)),
        ("https://a.example/", "See ", ("project", False)),
        ("https://a.example/", "Demos will be available at ", ("demo", True)),
        ("https://a.example/", "Code: ", ("code", False)),
    ],
)
def test_a_link_is_judged_by_its_host_and_the_words_before_it(url: str, before: str, kind: tuple[str, bool]) -> None:
    assert link_kind(url, before) == kind


def test_only_new_arxiv_ids_tell_a_month() -> None:
    assert str(PartialDate.of_arxiv("2410.13085")) == "2024-10"
    assert PartialDate.of_arxiv("hep-th/9901001") is None


def test_a_line_that_is_too_short_for_an_abstract_says_so(names: Names) -> None:
    imported = run("A title\nToo short to be an abstract.\n", names)
    assert imported.papers == []
    assert "the next line has 28 characters; one has 80 or more" in imported.of(Level.SKIPPED)[0].what


def test_a_broken_bibliography_is_told_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "facts.jsonl"
    path.write_text('{"title": "A"}\n{"title": \n{"title": "B", "arxiv": "x"}\n')
    with pytest.raises(ProblemsFound) as found:
        read(path)
    assert [problem.where.line for problem in found.value.problems] == [2, 3]


def test_the_command_writes_files_that_load_and_does_nothing_the_second_time(
    make_digest: MakeDigest, tmp_path: Path
) -> None:
    root = make_digest({})
    listing = tmp_path / "listing.txt"
    listing.write_text(LISTING)
    facts = tmp_path / "facts.jsonl"
    facts.write_text('{"title": "MMed-RAG: A System", "arxiv": "2410.13085", "categories": ["vision"]}\n')
    first = list(import_into(root, listing, facts, TODAY))
    assert "2 papers written; the catalog had 0." in first
    assert (root / "content/papers/2024/mmed-rag.yaml").is_file()
    problems = load(root, TODAY).problems
    assert [problem.what for problem in problems] == ["the paper is in no category"], "for the one without facts"
    before = {path: path.read_bytes() for path in root.rglob("*.yaml")}
    assert "0 papers written; the catalog had 2." in list(import_into(root, listing, facts, TODAY))
    assert {path: path.read_bytes() for path in root.rglob("*.yaml")} == before


def test_a_dry_run_writes_nothing(make_digest: MakeDigest, tmp_path: Path) -> None:
    root = make_digest({})
    (tmp_path / "listing.txt").write_text(LISTING)
    assert "2 papers would be written; the catalog had 0." in list(
        import_into(root, tmp_path / "listing.txt", None, TODAY, dry_run=True)
    )
    assert not (root / "content/papers").exists()


def test_titles_without_latin_letters_get_ids_from_arxiv_or_numbers(names: Names) -> None:
    listing = "".join(f"标题{'甲' * (number + 1)}\n{FILLER}\n" for number in range(3))
    facts = Facts.model_validate({"title": "标题甲", "arxiv": "2410.13085"})
    imported = run(listing, names, [facts])
    assert [paper.id for _, paper in imported.papers] == ["paper-2410-13085", "paper", "paper-2"]
    assert any("no telling id" in note.what for note in imported.of(Level.UNSURE))


def test_a_title_that_is_taken_at_full_length_still_gets_an_id(names: Names) -> None:
    word = "a" * 70
    listing = f"{word} one\n{FILLER}\n{word} two\n{FILLER}\nIndex\n{FILLER}\n"
    ids = [paper.id for _, paper in run(listing, names).papers]
    assert ids == ["a" * 60, "a" * 54 + "-2", "index-2"]


def test_a_broken_url_in_an_abstract_is_words_and_loses_no_paper(names: Names) -> None:
    [(_, paper)] = run(f"A title\n{FILLER} See https://[::1 for more.", names).papers
    assert paper.links.present() == {}


def test_a_name_that_begins_like_a_button_keeps_its_beginning(names: Names) -> None:
    [(_, paper)] = run(f"ShareGPT4V: Improving Large Models\n{FILLER}", names).papers
    assert (paper.id, paper.title) == ("sharegpt4v", "ShareGPT4V: Improving Large Models")


def test_invisible_characters_are_deleted_and_noted(names: Names) -> None:
    imported = run(f"A \u202etitle\n{FILLER}", names)
    assert imported.papers[0][1].title == "A title"
    assert any("invisible" in note.what for note in imported.of(Level.REPAIRED))


def test_names_that_the_digest_does_not_know_are_noted(make_digest: MakeDigest, tmp_path: Path) -> None:
    (tmp_path / "listing.txt").write_text(LISTING)
    facts = tmp_path / "facts.jsonl"
    facts.write_text(
        '{"title": "MMed-RAG: A System", "categories": ["nope"], "tags": ["MRI", "magnetic resonance", "odd"]}\n'
    )
    report = "\n".join(import_into(make_digest({}), tmp_path / "listing.txt", facts, TODAY, dry_run=True))
    assert "`nope` is neither" in report
    assert "`odd` is neither" in report


@pytest.mark.parametrize("which", ["listing", "facts"])
def test_a_file_that_is_not_utf_8_is_a_problem(make_digest: MakeDigest, tmp_path: Path, which: str) -> None:
    files = {name: tmp_path / name for name in ("listing", "facts")}
    files["listing"].write_text(LISTING)
    files["facts"].write_text('{"title": "A"}\n')
    files[which].write_bytes("Größe".encode("latin-1"))
    with pytest.raises(ProblemsFound, match="is not UTF-8 text"):
        list(import_into(make_digest({}), files["listing"], files["facts"], TODAY))


def test_a_place_that_is_taken_stops_the_import_before_the_first_file(make_digest: MakeDigest, tmp_path: Path) -> None:
    taken = "content/papers/undated/naive-segmentation-everything-medical-images.yaml"
    root = make_digest({taken: "- {id: other, title: Other, abstract: x, categories: [vision]}\n"})
    (tmp_path / "listing.txt").write_text(LISTING)
    with pytest.raises(ProblemsFound, match="the file is there already"):
        list(import_into(root, tmp_path / "listing.txt", None, TODAY))
    assert [path.name for path in (root / "content/papers").rglob("*.yaml")] == [Path(taken).name]


def test_a_space_before_a_closing_bracket_is_mended_and_noted(names: Names) -> None:
    imported = run(f"A title\n{FILLER}(Code: https://github.com/x/y ).", names)
    abstract = imported.papers[0][1].abstract
    assert abstract is not None
    assert abstract.endswith("(Code: https://github.com/x/y).")
    assert [note.what for note in imported.of(Level.REPAIRED)] == ["a space between a URL and its closing bracket"]
