from pathlib import Path

import pytest

from paper_digest.catalog.catalog import Loaded, load
from paper_digest.problems import Severity
from tests.conftest import BASICS, PAPER, TODAY, MakeDigest

PLACE = "content/papers/2024/a-paper.yaml"
ISSUE = "number: 1\ntitle: One\nsubject: One\npreheader: One\nintro: One\nentries: [a-paper]\n"


def problems_of(loaded: Loaded) -> list[tuple[str, str, str]]:
    return [(str(problem.where), problem.what, problem.remedy) for problem in loaded.problems]


def test_a_valid_paper_becomes_a_record_named_after_its_file(make_digest: MakeDigest) -> None:
    loaded = load(make_digest({PLACE: PAPER}), TODAY)
    assert loaded.problems == []
    assert loaded.catalog is not None
    assert [paper.id for paper in loaded.catalog.papers] == ["a-paper"]


@pytest.mark.parametrize(
    ("addition", "place", "what", "remedy"),
    [
        ("tittle: x\n", "4:1", "unknown key `tittle`", "did you mean `title`?"),
        ("zzz: x\n", "4:1", "unknown key `zzz`", "known are id, title"),
        ("links: {cod: https://a.example}\n", "4:9", "unknown key `cod`", "did you mean `code`?"),
        ("added: 2024-01-99\n", "4:8", "that month has 31 days", "2024-01-31"),
        ("added: 2024-13-01\n", "4:8", "no such month", "2024-01"),
        ("added: 2024-01\n", "4:8", "lacks its day", "year-month-day"),
        ("published: soon\n", "4:12", "is not a date", "2024-01-31"),
        ('arxiv: "https://arxiv.org/abs/2410.13085v2"\n', "4:8", "is not an arXiv id", 'write arxiv: "2410.13085"'),
        ("arxiv: 241.1\n", "4:8", "is not an arXiv id", "like"),
        ("doi: https://doi.org/10.1038/x\n", "4:6", "is not a DOI", "write doi: 10.1038/x"),
        ("links: {code: 'javascript:alert(1)'}\n", "4:15", "is not a web address", "https://"),
        ("links: {code: 'https://a.example/<b>'}\n", "4:15", "is not a web address", "https://"),
        ("authors: Ada Lovelace\n", "4:10", "a list belongs here", "authors: [Ada Lovelace"),
        ("authors: [{name: A, orcid: 12}]\n", "4:28", "is not an ORCID", "0000-0002-1825-0097"),
        ("summary: {text: Words, by: robot}\n", "4:28", "not one of those known", "'human' or 'machine'"),
        ("summary: Words\n", "4:10", "a mapping belongs here", "summary: {text:"),
        ("venue: {name: X, year: soon}\n", "4:24", "is not a year", "four digits"),
        ("by: human\n", "4:1", "unknown key `by`", "it belongs under `summary`: indent it there"),
        ("added: 2024-13-01\n", "4:8", "no such month", "write year-month-day, like 2024-01-31"),
        ("status: gone\n", "4:9", "not one of those known", "'retracted'"),
        ("id: other\n", "4:5", "is not the file's name", "name the file other.yaml"),
        ("added: 24.11.2026\n", "4:8", "is not a date", "write 2026-11-24"),
        ("status: Retracted\n", "4:9", "not one of those known", "did you mean `retracted`?"),
        ("date: 2026-11-02\n", "4:1", "unknown key `date`", "did you mean `published`?"),
        ("github: https://a.example\n", "4:1", "unknown key `github`", "did you mean `links.code`?"),
        ("links: {github: https://a.example}\n", "4:9", "unknown key `github`", "did you mean `code`?"),
        ("tags: [rlfh]\n", "4:8", "unknown tag `rlfh`", "did you mean `rlhf`?"),
        ("tags: [mri, MRI]\n", "", "", ""),
        ("tags: [mri, mri]\n", "4:13", "`mri` stands twice", "keep one"),
        ("aliases: [a-paper]\n", "4:11", "the id `a-paper` is taken", "choose another"),
    ],
)
def test_a_fault_in_a_paper_is_told_at_its_place_with_its_remedy(
    make_digest: MakeDigest, addition: str, place: str, what: str, remedy: str
) -> None:
    loaded = load(make_digest({PLACE: PAPER + addition}), TODAY)
    if not what:
        assert loaded.problems == []
        return
    [(where, told, advice)] = problems_of(loaded)
    assert where == f"{PLACE}:{place}"
    assert what in told
    assert remedy in advice
    assert loaded.catalog is None


@pytest.mark.parametrize("name", ["Ada Lovelace et al.", "A B; C D", "Ada Lovelace and Alan Turing"])
def test_several_names_in_one_are_doubted(make_digest: MakeDigest, name: str) -> None:
    [problem] = load(make_digest({PLACE: PAPER + f"authors: ['{name}']\n"}), TODAY).problems
    assert problem.severity is Severity.WARNING
    assert "looks like more than one name" in problem.what


@pytest.mark.parametrize("name", ["Plato", "The Rand and Finance Group", "Anderson Sand", "Ludwig van der Band"])
def test_a_name_with_such_letters_in_it_is_not(make_digest: MakeDigest, name: str) -> None:
    assert load(make_digest({PLACE: PAPER + f"authors: ['{name}']\n"}), TODAY).problems == []


@pytest.mark.parametrize(
    ("paper", "what"),
    [
        ("abstract: x\ncategories: [vision]\n", "`title` is missing"),
        ("title: ''\nabstract: x\ncategories: [vision]\n", "the text is empty"),
        ("title: x\ncategories: [vision]\n", "neither an abstract nor a link"),
        ("title: x\nabstract: y\n", "in no category"),
        ("title: x\nabstract: y\ncategories: [visoin]\n", "unknown category `visoin`"),
        ("just text\n", "the keys of one paper"),
    ],
)
def test_what_a_paper_must_say_is_asked_for(make_digest: MakeDigest, paper: str, what: str) -> None:
    loaded = load(make_digest({PLACE: paper}), TODAY)
    assert [told for _, told, _ in problems_of(loaded) if what in told], problems_of(loaded)
    assert len(loaded.problems) == 1


@pytest.mark.parametrize("names", ["Doe, John, Roe, Jane", "'Doe', 'J.'", "Doe, J. A., Roe, B."])
def test_names_that_were_cut_at_their_commas_are_doubted(make_digest: MakeDigest, names: str) -> None:
    [problem] = load(make_digest({PLACE: PAPER + f"authors: [{names}]\n"}), TODAY).problems
    assert problem.severity is Severity.WARNING
    assert "cut at their commas" in problem.what


@pytest.mark.parametrize("names", ["Plato, Socrates", "Plato, Socrates, Zeno", "Ada Lovelace, Plato, Zeno, Thales"])
def test_people_of_one_name_are_not(make_digest: MakeDigest, names: str) -> None:
    assert load(make_digest({PLACE: PAPER + f"authors: [{names}]\n"}), TODAY).problems == []


def test_all_faults_of_all_files_are_told_at_once_sorted_by_place(make_digest: MakeDigest) -> None:
    broken = {
        "content/papers/b.yaml": "title: [\n",
        "content/papers/a.yaml": PAPER + "tags: [nope]\ncolour: red\n",
        "content/papers/c.json": '{"title": "C", "abstract": "x", "categories": ["vision"], "doi": "x"}',
        "content/issues/2024-01-01.yaml": ISSUE,
    }
    loaded = load(make_digest(broken), TODAY)
    places = [problem.where for problem in loaded.problems]
    assert places == sorted(places)
    assert {place.path for place in places} == {f"content/papers/{name}" for name in ("a.yaml", "b.yaml", "c.json")}


def test_a_reference_into_an_unreadable_file_is_not_a_second_fault(make_digest: MakeDigest) -> None:
    files = {PLACE: "title: [\n", "content/issues/2024-01-01.yaml": ISSUE}
    assert len(load(make_digest(files), TODAY).problems) == 1


def test_papers_load_from_single_files_lists_and_json_alike(make_digest: MakeDigest) -> None:
    files = {
        PLACE: PAPER,
        "content/papers/list.yaml": "- {id: b, title: B, abstract: x, categories: [vision]}\n",
        "content/papers/more.json": '[{"id": "c", "title": "C", "abstract": "x", "categories": ["vision"]}]',
        "content/papers/d.json": '{"title": "D", "abstract": "x", "categories": ["vision"]}',
    }
    loaded = load(make_digest(files), TODAY)
    assert loaded.catalog is not None, loaded.problems
    assert {paper.id for paper in loaded.catalog.papers} == {"a-paper", "b", "c", "d"}
    assert str(loaded.catalog.refs["b"]) == "content/papers/list.yaml:1:3"


@pytest.mark.parametrize(
    ("second", "what"),
    [
        ("- {id: a-paper, title: B, abstract: x, categories: [vision]}\n", "the id `a-paper` is taken"),
        (
            "- {id: b, title: B, arxiv: 2401.00001, categories: [vision]}\n",
            "arxiv `2401.00001` stands at another paper",
        ),
        ("- {id: b, title: B, doi: 10.1000/X, categories: [vision]}\n", "doi `10.1000/X` stands at another paper"),
    ],
)
def test_the_same_paper_twice_is_told_at_the_second(make_digest: MakeDigest, second: str, what: str) -> None:
    first = PAPER + "arxiv: 2401.00001\ndoi: 10.1000/x\n"
    loaded = load(make_digest({PLACE: first, "content/papers/z.yaml": second}), TODAY)
    [(where, told, _)] = problems_of(loaded)
    assert where.startswith("content/papers/z.yaml:1:")
    assert what in told
    assert PLACE in told


def test_the_same_title_twice_only_warns(make_digest: MakeDigest) -> None:
    second = "- {id: b, title: 'a paper!', abstract: x, categories: [vision]}\n"
    loaded = load(make_digest({PLACE: PAPER, "content/papers/z.yaml": second}), TODAY)
    assert [problem.severity for problem in loaded.problems] == [Severity.WARNING]
    assert loaded.catalog is not None


def test_tags_and_venues_are_settled_under_their_own_names(make_digest: MakeDigest) -> None:
    paper = PAPER + "tags: [Magnetic  resonance, rlhf]\nvenue: {name: iclr CONF, year: 2024}\n"
    loaded = load(make_digest({PLACE: paper}), TODAY)
    assert loaded.catalog is not None, loaded.problems
    [settled] = loaded.catalog.papers
    assert settled.tags == ("mri", "rlhf")
    assert settled.venue is not None
    assert settled.venue.name == "ICLR"


@pytest.mark.parametrize(
    ("addition", "what"),
    [
        ("venue: {name: Unheard Of}\n", "unknown venue"),
        ("added: 2026-11-25\n", "still to come"),
    ],
)
def test_doubts_are_warnings_and_pass(make_digest: MakeDigest, addition: str, what: str) -> None:
    loaded = load(make_digest({PLACE: PAPER + addition}), TODAY)
    assert [problem.severity for problem in loaded.problems] == [Severity.WARNING]
    assert what in loaded.problems[0].what
    assert loaded.catalog is not None


def test_added_tomorrow_is_no_doubt(make_digest: MakeDigest) -> None:
    assert load(make_digest({PLACE: PAPER + "added: 2026-11-24\n"}), TODAY).problems == []


@pytest.mark.parametrize(
    ("issue", "what"),
    [
        (ISSUE.replace("a-paper", "a-papre"), "unknown paper `a-papre`"),
        (ISSUE.replace("[a-paper]", "[a-paper, a-paper]"), "stands twice in this issue"),
        (ISSUE.replace("[a-paper]", "[]"), "the list is empty"),
        (ISSUE.replace("preheader: One", f"preheader: {'x' * 111}"), "111 characters long"),
        (ISSUE + "date: 2024-02-02\n", "is not the file's name"),
    ],
)
def test_a_fault_in_an_issue_is_told(make_digest: MakeDigest, issue: str, what: str) -> None:
    loaded = load(make_digest({PLACE: PAPER, "content/issues/2024-01-01.yaml": issue}), TODAY)
    [(_, told, _)] = problems_of(loaded)
    assert what in told


def test_issue_numbers_must_grow_with_their_dates(make_digest: MakeDigest) -> None:
    files = {PLACE: PAPER, "content/issues/2024-01-01.yaml": ISSUE, "content/issues/2024-01-02.yaml": ISSUE}
    [(where, _, remedy)] = problems_of(load(make_digest(files), TODAY))
    assert where == "content/issues/2024-01-02.yaml:1:9"
    assert remedy == "write number: 2"


def test_a_reading_path_stays_in_its_category(make_digest: MakeDigest) -> None:
    path = "  start_here: [{paper: a-paper, why: Because.}]\n"
    categories = (
        "- id: vision\n  title: V\n  family: f\n  description: d\n"
        f"- id: language\n  title: L\n  family: f\n  description: d\n{path}"
    )
    [(_, told, _)] = problems_of(load(make_digest({PLACE: PAPER, "content/categories.yaml": categories}), TODAY))
    assert told == "`a-paper` is not in the category `language`"


@pytest.mark.parametrize("name", ["digest", "categories"])
def test_a_missing_fixed_file_is_a_problem(make_digest: MakeDigest, name: str) -> None:
    root = make_digest({PLACE: PAPER})
    (root / f"content/{name}.yaml").unlink()
    assert f"content/{name}.yaml:1:1" in [where for where, _, _ in problems_of(load(root, TODAY))]


def test_loading_needs_no_git_and_changes_nothing(make_digest: MakeDigest) -> None:
    root = make_digest({PLACE: PAPER})
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    load(root, TODAY)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
    assert len(before) == len(BASICS) + 1
    assert not (root / ".git").exists()


def test_a_file_that_is_no_file_is_passed_over(make_digest: MakeDigest) -> None:
    root = make_digest({PLACE: PAPER})
    Path(root / "content/papers/folder.yaml").mkdir()
    assert load(root, TODAY).problems == []


NUMBERS = "title: A 43% gain\nabstract: It has 2 ways.\ncategories: [vision]\nsummary: {{text: '{}', by: {}}}\n"


@pytest.mark.parametrize(
    ("summary", "by", "severities"),
    [
        ("It gains 43% in 2 ways, and that is all there is.", "machine", []),
        ("It gains 44% in 2 ways, and that is all there is.", "machine", [Severity.ERROR]),
        ("It gains 44% in 2 ways, and that is all there is.", "human", [Severity.WARNING]),
        ("It gains 4% in 3 ways, and that is all there is.", "machine", [Severity.ERROR, Severity.ERROR]),
        ("Short.", "human", [Severity.WARNING]),
    ],
)
def test_a_summary_is_held_to_its_abstract(
    make_digest: MakeDigest, summary: str, by: str, severities: list[Severity]
) -> None:
    loaded = load(make_digest({PLACE: NUMBERS.format(summary, by)}), TODAY)
    assert [problem.severity for problem in loaded.problems] == severities


def test_a_paper_is_in_three_categories_at_most(make_digest: MakeDigest) -> None:
    categories = "".join(f"- {{id: c{n}, title: C, family: f, description: d}}\n" for n in "abcd")
    paper = PAPER.replace("[vision]", "[ca, cb, cc, cd]")
    [(_, told, remedy)] = problems_of(load(make_digest({PLACE: paper, "content/categories.yaml": categories}), TODAY))
    assert (told, remedy) == ("the paper is in 4 categories", "keep the 3 that it is really about")


def test_a_paper_cannot_have_appeared_before_its_preprint(make_digest: MakeDigest) -> None:
    paper = PAPER + "arxiv: 2410.13085\npublished: 2024-09\n"
    [(_, _, remedy)] = problems_of(load(make_digest({PLACE: paper}), TODAY))
    assert remedy == "write published: 2024-10"


def test_an_issue_of_a_day_to_come_is_a_warning(make_digest: MakeDigest) -> None:
    files = {PLACE: PAPER, "content/issues/2026-11-25.yaml": ISSUE}
    [problem] = load(make_digest(files), TODAY).problems
    assert problem.severity is Severity.WARNING
    assert "still to come" in problem.what


def test_a_faulty_field_does_not_hide_the_faults_of_others(make_digest: MakeDigest) -> None:
    paper = "title: T\nabstract: It  says 20\\% so.\ncategories: [foo]\ntags: [bar]\narxiv: x\nadded: soon\n"
    told = [problem.what for problem in load(make_digest({PLACE: paper}), TODAY).problems]
    assert told == [
        "abstract: a LaTeX escape",
        "abstract: a doubled space",
        "unknown category `foo`",
        "unknown tag `bar`",
        "arxiv: `x` is not an arXiv id",
        "added: `soon` is not a date",
    ]


RETRACTED = "news: [{date: 2026-11-20, kind: retracted, text: It was wrong.}]\n"


@pytest.mark.parametrize(
    ("status", "what"), [("", "a retraction is told"), ("status: gone\n", "not one of those known")]
)
def test_a_retraction_shows_in_the_status_unless_that_cannot_be_read(
    make_digest: MakeDigest, status: str, what: str
) -> None:
    [problem] = load(make_digest({PLACE: PAPER + status + RETRACTED}), TODAY).problems
    assert what in problem.what


def test_a_notice_of_what_is_gone_is_given_once(make_digest: MakeDigest) -> None:
    notice = "- {kind: paper, id: gone, date: 2026-11-20, reason: On request.}\n"
    of_a_tag = notice.replace("paper", "tag")
    [(where, told, _)] = problems_of(load(make_digest({"content/gone.yaml": notice + of_a_tag + notice}), TODAY))
    assert where == "content/gone.yaml:3:21"
    assert "the notice of `gone` stands twice: content/gone.yaml:1:21" in told


def test_a_faulty_field_is_not_taken_for_a_missing_one(make_digest: MakeDigest) -> None:
    paper = "title: ''\nabstract: ''\ncategories: vision\n"
    told = [problem.what for problem in load(make_digest({PLACE: paper}), TODAY).problems]
    assert told == ["title: the text is empty", "abstract: the text is empty", "categories: a list belongs here"]


def test_a_key_without_a_value_says_what_leaving_it_out_says(make_digest: MakeDigest) -> None:
    assert load(make_digest({PLACE: PAPER + "id:\ndoi:\n"}), TODAY).problems == []


def test_an_arxiv_id_that_cannot_be_read_is_not_guessed(make_digest: MakeDigest) -> None:
    [problem] = load(make_digest({PLACE: PAPER + "arxiv: 24101.3085\n"}), TODAY).problems
    assert "4101" not in problem.remedy


def test_two_venues_cannot_be_parts_of_each_other(make_digest: MakeDigest) -> None:
    venues = "".join(f"- {{name: {a}, title: {a}, kind: journal, part_of: {b}}}\n" for a, b in ("AB", "BA"))
    told = [
        problem.what for problem in load(make_digest({PLACE: PAPER, "content/venues.yaml": venues}), TODAY).problems
    ]
    assert told == ["the venue is a part of itself"] * 2


def test_a_copied_paper_is_one_problem_and_not_one_for_all_that_it_repeats(make_digest: MakeDigest) -> None:
    paper = PAPER + "arxiv: 2401.00001\ndoi: 10.1000/x\n"
    loaded = load(make_digest({PLACE: paper, "content/papers/copy/a-paper.yaml": paper}), TODAY)
    [(where, told, _)] = problems_of(loaded)
    assert where.startswith("content/papers/copy/")
    assert "the id `a-paper` is taken" in told
