"""What strangers may send by pull request, beyond the plain mistakes of test_load and test_cli."""

from __future__ import annotations

import email
import os
import re
from email.policy import default
from pathlib import Path

import pytest

from paper_digest.digest.opening import examine
from paper_digest.outputs import outputs
from paper_digest.problems import Severity
from paper_digest.shown import citations
from paper_digest.words import leftovers, prose, signs
from tests.conftest import BASICS, PAPER, TODAY, MakeDigest, site_of

PLACE = "content/papers/a-paper.yaml"
ISSUE = "number: 1\ntitle: One\nsubject: One\npreheader: One\nintro: One\nentries: [a-paper]\n"
KEY = BASICS["content/digest.yaml"]


def told(root: Path) -> list[str]:
    return [str(problem) for problem in examine(root, TODAY).problems]


@pytest.mark.parametrize("escape", ["\\x01", "\\0", "\\u202e", "\\x7f", "\\uFFFE"])
def test_an_escape_brings_no_invisible_character_in(make_digest: MakeDigest, escape: str) -> None:
    [problem] = told(make_digest({PLACE: PAPER + f'doi: "10.1000/{escape}"\n'}))
    assert "4:6: the text holds an invisible character" in problem


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ('{"title": "NaN is\\n odd",\n"x": NaN}', "2:6"),
        ('{\r"title": "t",\r"x": }', "3:6"),
    ],
)
def test_a_fault_in_json_is_told_at_its_place(make_digest: MakeDigest, content: str, place: str) -> None:
    root = make_digest({})
    (root / "content/papers").mkdir()
    (root / "content/papers/p.json").write_bytes(content.encode())
    [problem] = told(root)
    assert problem.startswith(f"content/papers/p.json:{place}: ")


def test_a_number_of_five_thousand_digits_is_only_a_text(make_digest: MakeDigest) -> None:
    json = f'{{"title": "t", "abstract": "x", "categories": ["vision"], "x-n": {"9" * 5000}}}'
    assert told(make_digest({"content/papers/p.json": json})) == []
    [problem] = told(make_digest({"content/issues/2026-01-01.yaml": ISSUE.replace("1", "9" * 5000, 1), PLACE: PAPER}))
    assert "is not a number of an issue" in problem


@pytest.mark.parametrize("broken", ["content/tags.yaml", "content/categories.yaml", "content/venues.yaml"])
def test_a_broken_list_gives_one_problem_and_not_one_for_each_use(make_digest: MakeDigest, broken: str) -> None:
    paper = PAPER + "tags: [mri]\nvenue: {name: ICLR}\n"
    problems = told(make_digest({PLACE: paper, broken: "- {id: [\n"}))
    assert len(problems) == 1
    assert problems[0].startswith(f"{broken}:")


def test_an_empty_list_of_categories_is_a_problem(make_digest: MakeDigest) -> None:
    assert told(make_digest({PLACE: PAPER, "content/categories.yaml": "[]\n"}))[0].startswith(
        "content/categories.yaml:1:1: the list is empty"
    )


def test_two_files_for_one_list_are_a_problem(make_digest: MakeDigest) -> None:
    [problem] = told(make_digest({PLACE: PAPER, "content/tags.yml": "[broken"}))
    assert problem.startswith("content/tags.yml:1:1: stands beside tags.yaml")


@pytest.mark.parametrize("name", ["x.YAML", "x.yaml.txt", "notes.md"])
def test_a_file_that_is_not_read_is_a_warning(make_digest: MakeDigest, name: str) -> None:
    root = make_digest({PLACE: PAPER, f"content/papers/{name}": "title: x\n"})
    [problem] = examine(root, TODAY).problems
    assert problem.severity is Severity.WARNING
    assert problem.what.startswith("is not read")


def test_odd_things_in_place_of_files_are_problems(make_digest: MakeDigest) -> None:
    root = make_digest({PLACE: PAPER})
    (root / "content/papers/dangling.yaml").symlink_to("nowhere.yaml")
    os.mkfifo(root / "content/papers/pipe.yaml")
    (root / "content/papers" / os.fsdecode(b"\xff\xfe.yaml")).write_text(PAPER)
    problems = told(root)
    assert [problem.split(":")[0].rsplit("/", 1)[-1] for problem in problems] == [
        "\\\\xff\\\\xfe.yaml".replace("\\\\", "\\"), "dangling.yaml", "pipe.yaml",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("content/papers/A b.yaml", "`A b` cannot be a paper's id"),
        ("content/papers/index.yaml", "`index` cannot be a paper's id"),
        ("content/papers/2024.yaml", "`2024` cannot be a paper's id"),
        ("content/issues/soon.yaml", "`soon` is not a day"),
        ("content/issues/2026-11.yaml", "`2026-11` is not a day"),
    ],
)
def test_a_file_that_must_be_renamed_says_so(make_digest: MakeDigest, place: str, what: str) -> None:
    [problem] = told(make_digest({place: PAPER}))
    assert what in problem
    assert "rename the file" in problem


@pytest.mark.parametrize(
    "addition",
    [
        "arxiv: ٢٤١٠.١٣٠٨٥\n",
        "arxiv: 2413.12345\n",
        "doi: '10.1000/a},note={INJECTED'\n",
        "links: {code: 'https://a.example/\u200bx'}\n",
        "links: {code: 'http://a.example:999999/'}\n",
        "links: {code: 'https://[::1'}\n",
        "venue: {name: ICLR, year: 2_024}\n",
        "added: ٢٠٢٤-٠١-٠١\n",
        "authors: [null]\n",
        f"authors: [{'x' * 2001}]\n",
        "tittle:\n",
        "links: {cod: }\n",
    ],
)
def test_a_value_that_only_looks_right_is_refused(make_digest: MakeDigest, addition: str) -> None:
    assert len(told(make_digest({PLACE: PAPER + addition}))) == 1


def test_a_text_has_a_longest_length(make_digest: MakeDigest) -> None:
    [problem] = told(make_digest({PLACE: PAPER.replace("It says something.", "word " * 5000)}))
    assert "24,999 characters long" in problem


def test_issues_and_reading_paths_find_a_paper_by_its_former_id(make_digest: MakeDigest) -> None:
    issue = ISSUE.replace("a-paper", "old-name")
    path = BASICS["content/categories.yaml"].replace(
        "description: Pictures.", "description: Pictures., start_here: [{paper: old-name, why: So.}]"
    )
    root = make_digest(
        {
            PLACE: PAPER + "aliases: [old-name]\n",
            "content/issues/2026-01-01.yaml": issue,
            "content/categories.yaml": path,
        }
    )
    assert told(root) == []
    site = site_of(root)
    assert [entry.paper for entry in site.issues[0].entries] == ["a-paper"]
    assert [start.paper for start in site.category["vision"].start_here] == ["a-paper"]


def test_an_entry_of_a_removed_paper_is_told_so(make_digest: MakeDigest) -> None:
    gone = "- {kind: paper, id: was-here, date: 2026-01-02, reason: On request.}\n"
    issue = ISSUE.replace("a-paper", "was-here")
    root = make_digest({PLACE: PAPER, "content/issues/2026-01-01.yaml": issue, "content/gone.yaml": gone})
    [problem] = told(root)
    assert "content/gone.yaml says that it was removed" in problem


@pytest.mark.parametrize("intro", ["---", "<!-- x -->", "<script>x</script>"])
def test_an_intro_of_which_nothing_is_left_is_a_problem(make_digest: MakeDigest, intro: str) -> None:
    issue = ISSUE.replace("intro: One", f"intro: '{intro}'")
    [problem] = told(make_digest({PLACE: PAPER, "content/issues/2026-01-01.yaml": issue}))
    assert "intro: no text is left of it" in problem


@pytest.mark.parametrize(
    "sender",
    [
        "Foo",
        "x <a b@c.example>",
        "A, B <a@b.example>",
        "a@b.example, c@d.example",
        "X <a@b.example> Bcc",
        "ü@b.example",
        "=?x <a@b.example>",
    ],
)
def test_a_sender_that_mail_would_misread_is_a_problem(make_digest: MakeDigest, sender: str) -> None:
    [problem] = told(make_digest({PLACE: PAPER, "content/digest.yaml": f"{KEY}email: {{from: '{sender}'}}\n"}))
    assert "is not a mail address" in problem


@pytest.mark.parametrize("sender", ["a@b.example", "Paper Digest <a.b+c@d-e.example>", "Pápér Dígest <a@b.example>"])
def test_a_plain_sender_is_taken(make_digest: MakeDigest, sender: str) -> None:
    assert told(make_digest({PLACE: PAPER, "content/digest.yaml": f"{KEY}email: {{from: '{sender}'}}\n"})) == []


@pytest.mark.parametrize(
    "subject",
    [
        "=?utf-8?Q?=0D=0ABcc:_evil@x.example?=",
        "=?utf-8?Q?a=0ABcc:_evil@x.example=0A=0Abody?=",
        "=?utf-8?B?////?=",
        "Ümläut and " + "many words " * 20,
        "plain " * 40,
        "a, b: c <d@e.example>",
    ],
)
def test_a_subject_stays_one_header_and_says_what_was_written(make_digest: MakeDigest, subject: str) -> None:
    subject = " ".join(subject.split())
    issue = ISSUE.replace("subject: One", f"subject: '{subject}'")
    site = site_of(make_digest({PLACE: PAPER, "content/issues/2026-01-01.yaml": issue}))
    raw = next(each.content for each in outputs(site) if each.path.endswith(".eml"))
    head = raw.split(b"\r\n\r\n")[0]
    names = [line.split(b":")[0] for line in head.split(b"\r\n") if not line.startswith(b" ")]
    assert names == [
        b"From", b"To", b"Subject", b"Date", b"Message-ID", b"List-Unsubscribe", b"MIME-Version", b"Content-Type",
    ]  # fmt: skip
    if not subject.startswith("=?"):
        assert email.message_from_bytes(raw, policy=default)["Subject"] == subject
    assert max(len(line) for line in head.split(b"\r\n")) <= 998


def test_a_site_name_with_commas_and_colons_is_a_sender_all_the_same(make_digest: MakeDigest) -> None:
    config = 'site_name: "AI: papers, news & more"\nsite_url: https://digest.example/\n'
    site = site_of(make_digest({PLACE: PAPER, "content/issues/2026-01-01.yaml": ISSUE, "mkdocs.yml": config}))
    raw = next(each.content for each in outputs(site) if each.path.endswith(".eml"))
    [mailbox] = email.message_from_bytes(raw, policy=default)["From"].addresses
    assert (mailbox.display_name, mailbox.addr_spec) == ("AI: papers, news & more", "digest@digest.example")


@pytest.mark.parametrize(
    "config",
    [
        "site_name: 'N<script>'\nsite_url: https://a.example/\n",
        "site_name: [a]\nsite_url: https://a.example/\n",
        "site_name: ' '\nsite_url: https://a.example/\n",
        "site_name: N\nsite_url: 'http://[::1'\n",
        "site_name: N\nsite_url: https://a.example/?a=b\n",
        "site_name: N\nsite_url: https://bücher.example/\n",
        "site_name: N\nsite_url: https://a.example/\nrepo_url: 'javascript:x'\n",
        "site_name: N\nsite_url: https://a.example/\nx: 2024-13-45\n",
        "INHERIT: mkdocs.yml\n",
        "INHERIT: nowhere.yml\n",
    ],
)
def test_check_reads_mkdocs_yml_too(make_digest: MakeDigest, config: str) -> None:
    [problem] = told(make_digest({PLACE: PAPER, "mkdocs.yml": config}))
    assert problem.startswith("mkdocs.yml:")


@pytest.mark.parametrize("named", ["nav: [{About: about.md}]", "extra: {footer: {About: about/}}"])
def test_a_page_that_mkdocs_yml_names_and_nobody_wrote_is_a_problem(make_digest: MakeDigest, named: str) -> None:
    config = f"site_name: N\nsite_url: https://a.example/\n{named}\n"
    [problem] = told(make_digest({PLACE: PAPER, "mkdocs.yml": config}))
    assert "there is no content/pages/about.md" in problem
    assert told(make_digest({"content/pages/about.md": "# About\n"})) == []


@pytest.mark.parametrize("name", ["index.md", "papers.md", "feeds.md", "About.md", "README.md", "feed.xml.md"])
def test_a_page_at_an_address_of_the_sites_own_is_a_problem(make_digest: MakeDigest, name: str) -> None:
    [problem] = told(make_digest({PLACE: PAPER, f"content/pages/{name}": "# x\n"}))
    assert problem.startswith(f"content/pages/{name}:1:1: ")


def test_a_page_that_is_no_text_is_a_problem(make_digest: MakeDigest) -> None:
    root = make_digest({PLACE: PAPER})
    (root / "content/pages").mkdir()
    (root / "content/pages/about.md").write_bytes("# Über\n".encode("latin-1"))
    [problem] = told(root)
    assert "is not UTF-8 text" in problem


@pytest.mark.parametrize("title", ["A } brace", "A { brace", "$a_{$ and }", "back\\slash \\} x"])
def test_a_title_cannot_end_the_field_of_its_bibtex_entry(make_digest: MakeDigest, title: str) -> None:
    site = site_of(make_digest({PLACE: PAPER.replace("A paper", f"'{title}'")}))
    entry = citations.bibtex(site, site.papers[0])
    depth = 0
    for sign in re.findall(r"[{}]", entry):
        depth += 1 if sign == "{" else -1
        assert depth >= 0
    assert depth == 0
    assert [line.split("=")[0].strip() for line in entry.splitlines()[1:-1]] == ["title"]


def test_a_description_that_looks_like_markdown_stays_text(make_digest: MakeDigest) -> None:
    categories = (
        "- id: vision\n  title: V\n  family: f\n  description: |\n    - A dash.\n\n    1. A number.\n\n    ---\n"
    )
    site = site_of(make_digest({PLACE: PAPER, "content/categories.yaml": categories}))
    page = next(each.content.decode() for each in outputs(site) if each.path == "docs/categories/vision.md")
    assert '<p class="lede">- A dash.</p>' in page
    assert not re.search(r"^(-|1\.|---) ?\S*$", page.split("---\n", 2)[2], re.MULTILINE)


def test_an_intro_is_one_line_that_markdown_leaves_alone() -> None:
    made = str(prose.html("Before\n&#126;~~\n&lt;b&gt; x *y*\n&#126;~~\nafter &#1; &#x202e;"))
    assert "\n" not in made
    assert not signs.FORBIDDEN.search(made)


@pytest.mark.parametrize("piece", ["http://", "a~", "a~b ", "`", "$x$ ", "\\%"])
def test_the_work_on_leftovers_grows_with_their_number_and_not_with_its_square(piece: str) -> None:
    """Growth, not speed: four times the text may not take much more than four times the steps of our own code."""

    def steps(length: int) -> int:
        import sys

        count = 0

        def trace(frame: object, event: str, argument: object) -> object:
            nonlocal count
            count += 1
            return trace

        source = piece * (length // len(piece))
        before = sys.gettrace()
        sys.settrace(trace)  # type: ignore[arg-type]  # the simplest of tracers
        try:
            list(leftovers.find(source))
        finally:
            sys.settrace(before)
        return count

    assert steps(4000) <= 6 * steps(1000) + 2000
