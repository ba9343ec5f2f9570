"""From what sources say to paper files: `add`, as its real client meets servers that answer in the APIs' shapes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from paper_digest.catalog.catalog import load
from paper_digest.catalog.records import Status
from paper_digest.importing.adding import Added, add, report, write
from paper_digest.importing.found import NothingAdded
from paper_digest.problems import ProblemsFound, errors_of
from tests.apis import Apis, says
from tests.conftest import TODAY, MakeDigest

ADDED = date(2026, 11, 25)
TAGS = "- {id: mri, title: MRI, kind: modality, aliases: [k-space]}\n"
KNOWN = "title: LanternNet — Reading k-space with a lantern and a map\nabstract: x\ncategories: [vision]\n"


@pytest.fixture
def apis(apis: Apis) -> Apis:
    """The APIs, which know the papers in tests/data/apis."""
    apis.play()
    return apis


@pytest.fixture
def root(make_digest: MakeDigest) -> Path:
    return make_digest({"content/tags.yaml": TAGS})


def added(root: Path, apis: Apis, *sources: str, **more: Any) -> Added:
    made = add(root, sources, ADDED, apis.web(), **more)
    write(root, made)
    return made


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in (root / "content/papers").rglob("*.yaml")}


def test_an_arxiv_link_becomes_a_file_in_house_style_that_check_has_nothing_against(root: Path, apis: Apis) -> None:
    added(root, apis, "https://arxiv.org/abs/2611.01234v2")
    text = (root / "content/papers/2026/lanternnet.yaml").read_text("utf-8")
    assert text.startswith(
        'title: "LanternNet: Reading $k$-space with a Lantern & a Map"\nauthors: [Ada Ångström, 王小明, Plato]\n'
    )
    assert "43.8% of it is dark" in text, "the LaTeX of the abstract is mended"
    assert 'published: 2026-11-02\narxiv: "2611.01234"\ndoi: 10.5555/digest.2026.17\n' in text
    assert "code: https://github.com/example/lantern_net" in text
    assert "tags: [mri]" in text
    other_than_category = [p for p in errors_of(load(root, TODAY).problems) if "in no category" not in p.what]
    assert other_than_category == []


def test_the_line_for_editors_is_there_if_the_digest_has_schemas(root: Path, apis: Apis) -> None:
    (root / "content/schemas").mkdir()
    added(root, apis, "2611.01234")
    first = (root / "content/papers/2026/lanternnet.yaml").read_text("utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../../schemas/paper.schema.json"


def test_suggestions_come_with_their_reasons(root: Path, apis: Apis) -> None:
    lines = list(report(added(root, apis, "2611.01234"), dry_run=False))
    assert any("tags:" in line and "mri" in line and "k$-space" in line for line in lines), lines
    assert any("still missing: summary" in line for line in lines)


@pytest.mark.parametrize("source", ["2611.01234", "10.5555/digest.2026.17"])
def test_what_the_catalog_has_is_told_with_its_place_and_nothing_is_written(
    make_digest: MakeDigest, apis: Apis, source: str
) -> None:
    root = make_digest({"content/papers/a.yaml": KNOWN + "doi: 10.5555/DIGEST.2026.17\n"})
    with pytest.raises(ProblemsFound) as found:
        added(root, apis, source)
    [problem] = found.value.problems
    assert str(problem.where) == "content/papers/a.yaml:1:8"
    assert "already in the catalog, as `a`" in problem.what
    assert files(root) == {"content/papers/a.yaml"}


def test_what_the_catalog_has_by_its_number_needs_no_web(make_digest: MakeDigest, apis: Apis) -> None:
    root = make_digest({"content/papers/a.yaml": "title: Some\ncategories: [vision]\narxiv: '2610.99999'\n"})
    with pytest.raises(ProblemsFound, match="already in the catalog, as `a`"):
        added(root, apis, "2610.99999")
    assert apis.asked == []


def test_a_withdrawn_paper_is_announced(root: Path, apis: Apis) -> None:
    [(_, draft)] = added(root, apis, "2611.05678").drafts
    assert draft.paper.status is Status.WITHDRAWN
    assert any("was withdrawn: does it belong here?" in doubt for doubt in draft.doubts)


@pytest.mark.parametrize(
    "booktitle",
    [
        "ICLR",
        "Proceedings of the International Conference (ICLR)",
        "2025 International Conference",
        "Proceedings of the 13th International Conference, 2025",
        "The Thirteenth Gathering (ICLR 2025)",
    ],
)
def test_a_venue_is_known_in_the_words_of_its_proceedings(
    root: Path, apis: Apis, tmp_path_factory: pytest.TempPathFactory, booktitle: str
) -> None:
    refs = tmp_path_factory.mktemp("refs") / "one.bib"
    refs.write_text(f"@inproceedings{{a, title={{One paper}}, booktitle={{{booktitle}}}, year=2025}}\n")
    [(_, draft)] = added(root, apis, str(refs)).drafts
    assert draft.paper.venue
    assert draft.paper.venue.name == "ICLR"


def test_a_nearly_identical_title_is_the_same_paper_unless_numbers_tell_them_apart(
    make_digest: MakeDigest, apis: Apis
) -> None:
    root = make_digest({"content/papers/a.yaml": KNOWN.replace("and a map", "and maps")})
    with pytest.raises(ProblemsFound, match="already in the catalog"):
        added(root, apis, "2611.01234")
    (root / "content/papers/a.yaml").write_text(KNOWN.replace("and a map", "and maps") + 'arxiv: "2001.00001"\n')
    made = added(root, apis, "2611.01234")
    assert any("is nearly that of `a`" in doubt for _, draft in made.drafts for doubt in draft.doubts)


def test_several_sources_are_all_written_or_none(root: Path, apis: Apis) -> None:
    with pytest.raises(NothingAdded) as nothing:
        added(root, apis, "2611.01234", "2610.99999", "10.5555/none")
    assert len(nothing.value.reasons) == 2
    assert "2610.99999" in nothing.value.reasons[0]
    assert files(root) == set()
    made = added(root, apis, "2611.01234", "https://openreview.net/forum?id=aB3dEf_9hI", "2026.acl-long.17")
    assert len(files(root)) == len(made.drafts) == 3


def test_everything_that_is_not_understood_is_told_at_once_before_anything_is_asked(root: Path, apis: Apis) -> None:
    with pytest.raises(NothingAdded) as nothing:
        added(root, apis, "https://github.com/x/y", "nonsense", "2611.01234")
    assert len(nothing.value.reasons) == 2
    assert apis.asked == []


@pytest.mark.parametrize("host", ["export.arxiv.org", "api.semanticscholar.org"])
def test_without_an_answer_nothing_is_written(root: Path, apis: Apis, host: str) -> None:
    for each in {"export.arxiv.org", "api.semanticscholar.org"}:
        apis.fault(each, "/", *([says(500)] * 40))
    with pytest.raises(NothingAdded) as nothing:
        added(root, apis, "2611.01234")
    assert "export.arxiv.org" in str(nothing.value)
    assert files(root) == set()


def test_a_retracted_paper_comes_with_its_status_and_the_notice(root: Path, apis: Apis) -> None:
    [(_, draft)] = added(root, apis, "10.5555/digest.2026.13").drafts
    assert draft.paper.status is Status.RETRACTED
    assert draft.paper.news[0].date == date(2026, 3, 4)
    assert [p.what for p in errors_of(load(root, TODAY).problems) if "status" in p.what] == []


def test_a_venue_that_is_not_listed_is_kept_and_doubted(root: Path, apis: Apis) -> None:
    [(_, draft)] = added(root, apis, "10.5555/digest.2026.13").drafts
    assert any("is not in content/venues.yaml" in doubt for doubt in draft.doubts)


def test_an_id_can_be_given(root: Path, apis: Apis) -> None:
    added(root, apis, "2611.01234", paper_id="lantern")
    assert files(root) == {"content/papers/2026/lantern.yaml"}


def test_an_id_is_for_a_single_paper_that_has_none_yet(
    make_digest: MakeDigest, apis: Apis, tmp_path_factory: pytest.TempPathFactory
) -> None:
    refs = tmp_path_factory.mktemp("refs") / "two.bib"
    refs.write_text("@misc{a, title={One paper}, year=2024}\n@misc{b, title={Another}, year=2024}\n")
    root = make_digest({"content/papers/2001/plain.yaml": "title: Plain\nabstract: x\ncategories: [vision]\n"})
    for sources, paper_id, words in (
        ([str(refs)], "mine", "an id is for a single paper"),
        (["-"], "mine", "an id is for a single paper"),
        (["2611.01234"], "plain", "the id `plain` is taken"),
    ):
        with pytest.raises(NothingAdded, match=words):
            added(root, apis, *sources, paper_id=paper_id)
    assert files(root) == {"content/papers/2001/plain.yaml"}


def test_a_known_paper_is_refused_also_beside_a_file_of_references(
    make_digest: MakeDigest, apis: Apis, tmp_path_factory: pytest.TempPathFactory
) -> None:
    refs = tmp_path_factory.mktemp("refs") / "one.bib"
    refs.write_text("@misc{a, title={One paper}, year=2024}\n")
    root = make_digest({"content/papers/a.yaml": KNOWN})
    with pytest.raises(ProblemsFound, match="already in the catalog"):
        added(root, apis, "2611.01234", str(refs))


def test_an_id_that_cannot_be_one_is_refused(root: Path, apis: Apis) -> None:
    with pytest.raises(NothingAdded, match="is not an id"):
        added(root, apis, "2611.01234", paper_id="../../etc/passwd")
    assert files(root) == set()


def test_a_file_that_is_in_the_way_is_not_overwritten(root: Path, apis: Apis) -> None:
    place = root / "content/papers/2026/lanternnet.yaml"
    place.parent.mkdir(parents=True)
    place.write_text("- {id: other, title: Other, abstract: x, categories: [vision]}\n")
    with pytest.raises(NothingAdded, match="is there already"):
        added(root, apis, "2611.01234")
    assert "other" in place.read_text()


def test_a_file_of_references_passes_over_what_the_catalog_has(
    make_digest: MakeDigest, apis: Apis, tmp_path_factory: pytest.TempPathFactory
) -> None:
    refs = tmp_path_factory.mktemp("refs") / "refs.bib"
    refs.write_text(
        "@article{a, title={One Known Paper of Some Length}, author={A, B}, year=2024, doi={10.1000/one}}\n"
        '@inproceedings{b, title={Another {P}aper}, author={Müller, J{\\"o}rg and Plato}, booktitle={ICLR}, year=2025,'
        " url={https://a.example/b}}\n"
    )
    root = make_digest({"content/papers/one.yaml": "title: One\ndoi: 10.1000/one\ncategories: [vision]\n"})
    made = added(root, apis, str(refs))
    [(_, draft)] = made.drafts
    assert draft.paper.title == "Another Paper"
    assert [author.name for author in draft.paper.authors] == ["Jörg Müller", "Plato"]
    assert draft.paper.venue
    assert (draft.paper.venue.name, draft.paper.venue.year) == ("ICLR", 2025)
    assert any("already in the catalog, content/papers/one.yaml" in note for note in made.notes)


def test_a_pasted_listing_is_read_from_standard_input(root: Path, apis: Apis) -> None:
    listing = "A Paper on MRI\n" + "It says something about MRI, at some length. " * 4 + "\nJust a banner\n"
    made = added(root, apis, "-", pasted=listing)
    [(place, draft)] = made.drafts
    assert place == "content/papers/undated/a-paper-on-mri.yaml"
    assert draft.paper.tags == ("mri",)
    assert any("no abstract follows" in loss.what for loss in made.losses)


def test_an_empty_listing_says_so(root: Path, apis: Apis) -> None:
    with pytest.raises(NothingAdded, match="nothing new"):
        added(root, apis, "-", pasted="")


def test_the_same_paper_from_two_sources_is_written_once(root: Path, apis: Apis) -> None:
    made = added(root, apis, "2611.01234", "10.5555/digest.2026.17")
    assert len(made.drafts) == 1
    assert any("doi:10.5555/digest.2026.17: the same paper as arXiv 2611.01234" in note for note in made.notes)


# ---- what came to nothing --------------------------------------------------------------------------------------------

REFS = """@article{a, title={A good one}, author={Ann Bee}, doi={10.5555/a}, volume={3}}
@article{b, author={Nobody}}
@article{c, title={Another}, doi={soon}, url={https://a.example}}
"""


@pytest.fixture
def refs(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("refs") / "refs.bib"
    path.write_text(REFS, "utf-8")
    return str(path)


def test_a_file_gives_its_good_entries_and_a_report_of_the_rest(root: Path, apis: Apis, refs: str) -> None:
    made = added(root, apis, refs)
    assert files(root) == {"content/papers/undated/a-good-one.yaml", "content/papers/undated/another.yaml"}
    told = [line for line in report(made, dry_run=False) if line.startswith(("lost: ", "note: "))]
    assert told == [
        "note: fields for which a digest has no place were passed over: volume (1)",
        "lost: line 2 of refs.bib: the entry `b` has no title; it was passed over",
        "lost: line 3 of refs.bib: doi: “soon” is no DOI",
    ]


def test_strict_makes_an_error_of_that_report_and_writes_nothing(root: Path, apis: Apis, refs: str) -> None:
    with pytest.raises(NothingAdded) as nothing:
        added(root, apis, refs, strict=True)
    assert "line 3 of refs.bib: doi: “soon” is no DOI" in nothing.value.reasons
    assert files(root) == set()


def test_strict_has_nothing_against_what_is_only_doubtful(root: Path, apis: Apis, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text("@misc{a, title={A}, author={Ann Bee, Bob Cee, Carl Dee}, volume=3}", "utf-8")
    [(_, draft)] = added(root, apis, str(tmp_path / "refs.bib"), strict=True).drafts
    assert any("is read as 3 names" in doubt for doubt in draft.doubts)
