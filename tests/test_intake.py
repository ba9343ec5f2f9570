"""Issue forms taken in: a stranger's text in, a checked file and an answer out, or nothing changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from paper_digest.curating.intake import Outcome, take_in
from tests.apis import Apis, says
from tests.conftest import PAPER, MakeDigest
from tests.issue_forms import edited_on_the_web, rendered

DAY = date(2026, 11, 25)
PLACE = "content/papers/2024/a-paper.yaml"
VISION = "Vision (vision)"


@pytest.fixture
def apis(apis: Apis) -> Apis:
    """The APIs, which know the papers in tests/data/apis."""
    apis.play()
    return apis


@pytest.fixture
def root(make_digest: MakeDigest) -> Path:
    return make_digest({PLACE: PAPER + "tags: [mri]  # by hand\naliases: [an-old-paper]\n"})


def taken(root: Path, apis: Apis, **given: str) -> Outcome:
    """What comes of a form: the one for corrections, if it names a paper."""
    return take_in(root, rendered("correct-paper" if "paper" in given else "add-paper", **given), DAY, apis.web())


def files(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in (root / "content").rglob("*.yaml")}


def test_a_link_alone_is_enough_for_a_paper(root: Path, apis: Apis) -> None:
    outcome = taken(root, apis, link="https://arxiv.org/abs/2611.01234", category=VISION)
    assert outcome.is_taken, outcome.answer
    assert outcome.title == "Add lanternnet"
    assert "categories: [vision]\n" in files(root)["content/papers/2026/lanternnet.yaml"]
    assert 'title: "LanternNet' in outcome.answer


def test_a_title_and_an_abstract_will_do_without_a_link(root: Path, apis: Apis) -> None:
    outcome = taken(
        root, apis, paper_title="By  hand", authors="Ada Lovelace\nPlato", abstract="It says\nsomething.\n\nTwice.",
        category=VISION, tags="MRI, rlhf", summary="A sentence that is long enough to be a summary here.",
    )  # fmt: skip
    assert outcome.is_taken, outcome.answer
    text = files(root)["content/papers/undated/by-hand.yaml"]
    assert text.startswith('title: "By hand"\nauthors: [Ada Lovelace, Plato]\n')
    assert "tags: [MRI, rlhf]" in text
    assert "by: human" in text


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, "there is no answer to “Link or id”, and none to “Title” and “Abstract”: give a link"),
        ({"paper_title": "Only a title", "authors": "Ada"}, "no answer to “Link or id”, and none to “Abstract”"),
        ({"abstract": "It says something else."}, "no answer to “Link or id”, and none to “Title”"),
        ({"link": "https://github.com/x/y"}, "that is code"),
        ({"link": "2610.99999"}, "arXiv has no such paper"),
        ({"link": "LanternNet: a map"}, "“LanternNet: a map” is not understood: give an arXiv id, a DOI"),
        ({"link": "2611.01234 and 2611.05678"}, "holds several: arXiv 2611.01234, arXiv 2611.05678. Leave one"),
        ({"link": "2611.01234"}, "under “Category”, write one of these\nVision (vision)\nLanguage (language)\n"),
        (
            {"link": "2611.01234", "category": VISION, "authors": "A\0B"},
            "“Authors” holds a character that cannot be read",
        ),
        ({"paper_title": "T", "abstract": "x" * 60_000}, "the text is 60,000 characters long; shorten it to 20,000"),
        (
            {"paper_title": "x" * 60_000, "abstract": "It says"},
            "the text is 60,000 characters long; shorten it to 2,000",
        ),
        ({"link": "2611.01234", "category": VISION, "tags": "nonsense"}, "unknown tag `nonsense`"),
        ({"link": "2611.01234", "category": "Vision (visoin)"}, "did you mean `vision`?"),
        (
            {"paper_title": "A paper", "abstract": "It says something."},
            "the catalog has that paper, as `a-paper`",
        ),
    ],
)
def test_what_cannot_be_taken_in_is_answered_with_the_reason_and_changes_nothing(
    root: Path, apis: Apis, given: dict[str, str], reason: str
) -> None:
    before = files(root)
    outcome = taken(root, apis, **given)
    assert not outcome.is_taken
    assert reason in outcome.answer
    assert files(root) == before


@pytest.mark.parametrize("link", ["{root}/secret.json", "{root}/none.json", "-", "/etc/passwd"])
def test_a_stranger_has_no_files_here_and_learns_of_none(root: Path, apis: Apis, link: str) -> None:
    (root / "secret.json").write_text('{"title": "A secret", "abstract": "x", "type": "article"}')
    answer = taken(root, apis, link=link.format(root=root)).answer
    assert "is not understood" in answer
    assert "A secret" not in answer


def test_faults_that_the_digest_had_before_are_not_the_forms(root: Path, apis: Apis) -> None:
    (root / "content/papers/broken.yaml").write_text("title: Broken\nabstract: x\ncategories: [vision]\ntags: [nope]\n")
    assert taken(root, apis, link="2611.01234", category=VISION).is_taken


def test_a_file_with_other_line_ends_is_put_back_to_the_byte(root: Path, apis: Apis) -> None:
    content = (root / PLACE).read_bytes().replace(b"\n", b"\r\n")
    (root / PLACE).write_bytes(content)
    assert not taken(root, apis, paper="a-paper", what="Tags", right="nope").is_taken
    assert (root / PLACE).read_bytes() == content


def test_a_paper_that_no_program_can_change_is_answered_so(root: Path, apis: Apis) -> None:
    (root / "content/papers/list.yaml").write_text("[{id: flow, title: Flow, abstract: x, categories: [vision]}]\n")
    outcome = taken(root, apis, paper="flow", what="Title", right="Other")
    assert not outcome.is_taken
    assert "the record stands in braces" in outcome.answer


def test_without_the_web_the_answer_says_so(root: Path, apis: Apis) -> None:
    for host in ("export.arxiv.org", "api.semanticscholar.org"):
        apis.fault(host, "/", *[says(500)] * 20)
    assert "export.arxiv.org" in taken(root, apis, link="2611.01234").answer


CORRECTIONS = [
    ("A link", "page: https://example.org/a_(b).", "  page: https://example.org/a_(b)\n"),
    ("Title", "A better  title", 'title: "A better title"\n'),
    ("Authors", "Ada Lovelace, Plato", "authors: [Ada Lovelace, Plato]\n"),
    ("Authors", "- Ada Lovelace\n- Plato", "authors: [Ada Lovelace, Plato]\n"),
    ("Abstract", "It says something else.", "abstract: >\n  It says something else.\n"),
    ("Summary", "It says something in one whole sentence here.", "  by: human\n"),
    ("Venue and year", "ICLR 2025", "venue: {name: ICLR, year: 2025}\n"),
    ("Venue and year", "Iclr conf", "venue: {name: Iclr conf}\n"),
    ("A link", "code: https://a.example/x", "links:\n  code: https://a.example/x\n"),
    (
        "A link",
        "The dataset is at https://huggingface.co/datasets/a/b.",
        "  data: https://huggingface.co/datasets/a/b\n",
    ),
    ("arXiv id", "2410.00010", 'arxiv: "2410.00010"\n'),
    ("DOI", "10.1000/x", "doi: 10.1000/x\n"),
    ("Categories", "language, vision", "categories: [language, vision]\n"),
    ("Tags", "rlhf", "tags: [rlhf]\n"),
]


@pytest.mark.parametrize(("what", "right", "line"), CORRECTIONS)
def test_a_correction_changes_its_key_and_keeps_the_comments(
    root: Path, apis: Apis, what: str, right: str, line: str
) -> None:
    outcome = taken(root, apis, paper="https://digest.example/sub/papers/a-paper/", what=what, right=right, proof="")
    assert outcome.is_taken, outcome.answer
    text = files(root)[PLACE]
    assert line in text
    assert "# by hand" in text
    assert outcome.title.startswith("Correct a-paper: ")
    assert "\n+" in outcome.answer, "the answer shows what changes"


@pytest.mark.parametrize(("what", "is_news"), [("Title", True), ("A link", True), ("Tags", False), ("Summary", False)])
def test_updated_moves_when_readers_should_hear_of_it(root: Path, apis: Apis, what: str, is_news: bool) -> None:
    right = next(right for topic, right, _ in CORRECTIONS if topic == what)
    taken(root, apis, paper="a-paper", what=what, right=right)
    assert ("updated: 2026-11-25" in files(root)[PLACE]) == is_news


def test_a_retraction_needs_its_notice_and_then_has_date_and_reason(root: Path, apis: Apis) -> None:
    what, right = "It was retracted or corrected", "Retracted on 2026-11-20 because the data were made up."
    assert "needs its notice" in taken(root, apis, paper="a-paper", what=what, right=right, proof="").answer
    outcome = taken(root, apis, paper="a-paper", what=what, right=right, proof="see https://a.example/notice")
    assert outcome.is_taken, outcome.answer
    text = files(root)[PLACE]
    assert "status: retracted\n" in text
    assert "date: 2026-11-20\n    kind: retracted\n" in text


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"paper": "nobody", "what": "Title", "right": "x"}, "there is no paper `nobody`"),
        ({"paper": "a-paper", "what": "Something else", "right": "x"}, "for a person to look at"),
        ({"paper": "a-paper", "what": "DOI", "right": "https://doi.org/10.1000/x"}, "write doi: 10.1000/x"),
        ({"paper": "a-paper", "what": "Tags", "right": "nope"}, "unknown tag `nope`"),
        ({"paper": "a-paper", "what": "Title", "right": "A paper"}, "says so already"),
        ({"paper": "a-paper", "what": "A link", "right": "javascript:alert(1)"}, "there is no address"),
        ({"paper": "../../mkdocs", "what": "Title", "right": "x"}, "there is no paper"),
    ],
)
def test_a_correction_that_cannot_be_is_answered_and_changes_nothing(
    root: Path, apis: Apis, given: dict[str, str], reason: str
) -> None:
    before = files(root)
    outcome = taken(root, apis, **given)
    assert not outcome.is_taken
    assert reason in outcome.answer
    assert files(root) == before


def test_a_former_id_is_known_too(root: Path, apis: Apis) -> None:
    assert taken(root, apis, paper="an-old-paper", what="Title", right="New").is_taken


def test_nothing_in_a_form_can_close_the_block_of_code_that_shows_it(root: Path, apis: Apis) -> None:
    hostile = "````\n@everyone <img src=x> [x](javascript:1)\n``````"
    title = " ".join(hostile.split())
    outcome = taken(root, apis, paper_title=title, abstract=hostile + " and more", category=VISION)
    before, _, inside = outcome.answer.partition("```text\n")
    assert "`" not in before
    assert inside.count("```") == 1
    assert inside.endswith("\n```\n")


@pytest.mark.parametrize("hostile", [" ( " * 20_000 + "x 2024", "," * 60_000 + "x 2024", "2024 " * 12_000])
def test_no_answer_takes_long_to_read(root: Path, apis: Apis, hostile: str) -> None:
    assert not taken(root, apis, paper="a-paper", what="Venue and year", right=hostile).is_taken


def test_an_answer_on_the_issue_is_never_too_long_for_one(root: Path, apis: Apis) -> None:
    outcome = taken(root, apis, paper_title="T", abstract="`" * 19_990, category=VISION, authors="A\n" * 9000)
    assert len(outcome.answer) < 65_536


def test_authors_keep_the_orcid_that_they_had(root: Path, apis: Apis) -> None:
    authors = "authors: [{name: Ada Lovelace, orcid: 0000-0002-1825-0097}, Alan Turing]\n"
    (root / PLACE).write_text(PAPER + authors)
    assert taken(root, apis, paper="a-paper", what="Authors", right="Ada Lovelace, Alan M. Turing").is_taken
    assert "orcid: 0000-0002-1825-0097" in files(root)[PLACE]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "this is neither of the forms"),
        ("just text", "this is neither of the forms"),
        ("### \n\n###", "this is neither of the forms"),
        ("### Link or id\n\n\n", "there is no answer to “Link or id”"),
        ("### What is wrong?\n\n### Paper\n", "there is no answer to “What is wrong?”: write one of Title, Authors"),
        ("### Paper\n\na-paper\n\n### What is wrong?\n\nTitle", "there is no answer to “What is right?”"),
        ("### What is wrong?\n\nTitle\n\n### What is right?\n\nx", "there is no answer to “Paper”: write its id"),
        ("### Link or id\n\n2610.99999\n\n### Why?\n\nx", "not read: what stands below “### Why?”"),
        (f"### Category\n\n{VISION}\n\n### Link or id\n\n2611.01234\n\n### Category\n\nx", "more than once"),
        ("### Paper\n\na-paper\n\n### Title\n\nAnother title", "questions of two forms"),
    ],
)
def test_a_form_that_is_none_or_half_of_one_is_answered_and_changes_nothing(
    root: Path, apis: Apis, body: str, reason: str
) -> None:
    before = files(root)
    for each in (body, edited_on_the_web(body)):
        outcome = take_in(root, each, DAY, apis.web())
        assert not outcome.is_taken
        assert reason in outcome.answer
    assert files(root) == before


def test_a_form_edited_on_the_web_says_the_same(root: Path, apis: Apis) -> None:
    body = rendered("add-paper", link="2611.01234", category=VISION, tags="mri", summary="One sentence\nabout it.")
    told = take_in(root, edited_on_the_web(body), DAY, apis.web())
    (root / "content/papers/2026/lanternnet.yaml").unlink()
    assert told == take_in(root, body, DAY, apis.web())
    assert told.is_taken


@pytest.mark.parametrize(
    "link",
    [
        "2611.01234", "arXiv:2611.01234v2", "arXiv: 2611.01234", "<https://arxiv.org/abs/2611.01234>",
        "[LanternNet](https://arxiv.org/abs/2611.01234)", "https://arxiv.org/abs/2611.01234 (with a map).",
        "2611.01234, https://arxiv.org/pdf/2611.01234",
    ],
)  # fmt: skip
def test_a_link_is_found_among_what_people_write_around_it(root: Path, apis: Apis, link: str) -> None:
    outcome = taken(root, apis, link=link, category=VISION)
    assert outcome.title == "Add lanternnet", outcome.answer


def test_what_the_link_tells_counts_and_what_it_lacks_is_taken_from_the_form(root: Path, apis: Apis) -> None:
    own = {"paper_title": "Mine", "authors": "Somebody Else", "abstract": "It says what I say."}
    answer = taken(root, apis, link="2611.01234", category=VISION, **own).answer
    assert answer.count(" was not needed: the link tells it") == 3
    assert "Mine" not in answer
    assert "what I say" not in answer
    answer = taken(root, apis, link="10.5555/digest.2026.13", category=VISION, **own).answer
    assert "abstract: >\n  It says what I say.\n" in answer
    assert "Somebody Else" not in answer
    assert "“Abstract” was not needed" not in answer


def test_left_to_us_category_and_tags_are_suggested(root: Path, apis: Apis) -> None:
    lantern = PAPER.replace("It says something.", "A lantern reads k-space with MRI.") + "tags: [mri]\n"
    for number in range(3):
        (root / f"content/papers/lantern-{number}.yaml").write_text(lantern.replace("A paper", f"Lantern {number}"))
    outcome = taken(root, apis, paper_title="Lanterns at night", abstract="A lantern reads k-space with MRI.")
    assert outcome.is_taken, outcome.answer
    assert "categories: vision  (" in outcome.answer
    assert "categories: [vision]\ntags: [mri]\n" in outcome.answer


def test_a_fault_in_a_new_paper_is_told_without_a_file_that_nobody_will_find(root: Path, apis: Apis) -> None:
    answer = taken(root, apis, link="2611.01234", category=VISION, tags="nonsense, nonsense").answer
    assert answer.count("unknown tag") == 1
    assert ".yaml:" not in answer


def test_nothing_is_said_to_be_written_that_only_would_be(root: Path, apis: Apis) -> None:
    assert ": would be written (from arXiv 2611.01234)" in taken(root, apis, link="2611.01234", category=VISION).answer
