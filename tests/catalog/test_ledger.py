"""What was published may move or end, but not vanish."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from paper_digest import urls
from paper_digest.building.publishing import as_json, extended, promised
from paper_digest.catalog.catalog import load
from paper_digest.catalog.promises import FILE, Ledger
from paper_digest.problems import Severity
from tests.conftest import BASICS, PAPER, TODAY, MakeDigest, site_of

PLACE = "content/papers/2024/a-paper.yaml"
ISSUE = "number: 1\ntitle: One\nsubject: One\npreheader: One\nintro: One\nentries: [b-paper]\n"
FILES = {
    PLACE: PAPER + "tags: [mri]\nadded: 2026-11-20\n",
    "content/papers/2024/b-paper.yaml": PAPER.replace("A paper", "B paper"),
    "content/issues/2026-11-20.yaml": ISSUE,
}


@pytest.fixture
def published(make_digest: MakeDigest) -> Path:
    """A digest that was published as it is."""
    root = make_digest(FILES)
    record(root)
    return root


def record(root: Path) -> None:
    catalog = load(root, TODAY).catalog
    assert catalog is not None
    (root / FILE).write_text(as_json(extended(catalog.ledger, promised(catalog))), "utf-8")


def told(root: Path) -> list[str]:
    return [f"{problem.what} / {problem.remedy}" for problem in load(root, TODAY).problems]


def write(root: Path, path: str, text: str) -> None:
    (root / path).write_text(text, "utf-8")


def test_what_was_published_and_is_still_there_is_no_problem(published: Path) -> None:
    assert told(published) == []


def test_the_ledger_is_read_back_as_it_was_written(published: Path) -> None:
    catalog = load(published, TODAY).catalog
    assert catalog is not None
    assert catalog.ledger == promised(catalog)


def test_it_holds_papers_issues_categories_tags_in_use_and_feeds_with_their_identities(published: Path) -> None:
    ledger = json.loads((published / FILE).read_text("utf-8"))
    assert ledger["papers"].keys() == {"a-paper", "b-paper"}
    assert ledger["papers"]["a-paper"]["address"] == "papers/a-paper/"
    assert ledger["papers"]["a-paper"]["guid"].startswith("urn:uuid:")
    assert ledger["issues"].keys() == {"2026-11-20"}
    assert ledger["categories"]["vision"]["feeds"] == [
        *("categories/vision/feed.xml", "categories/vision/atom.xml", "categories/vision/feed.json"),
    ]
    assert ledger["tags"].keys() == {"mri"}
    assert ledger["feeds"].keys() == {"papers", "issues", "news", "trending"}


def test_a_new_paper_takes_one_line_of_the_ledger(published: Path) -> None:
    before = (published / FILE).read_text("utf-8").splitlines()
    write(published, "content/papers/c-paper.yaml", PAPER.replace("A paper", "C paper"))
    record(published)
    after = (published / FILE).read_text("utf-8").splitlines()
    assert len(set(after) - set(before)) == 2, "the new line, and a comma behind the one before it"


def test_an_id_that_looks_like_a_key_of_ones_own_is_kept_all_the_same(make_digest: MakeDigest) -> None:
    root = make_digest({**FILES, "content/papers/x-ray-net.yaml": PAPER.replace("A paper", "X-ray")})
    record(root)
    (root / "content/papers/x-ray-net.yaml").unlink()
    assert any("the published paper `x-ray-net` has vanished" in each for each in told(root))


def test_a_paper_that_vanished_is_told_where_the_ledger_names_it(published: Path) -> None:
    (published / PLACE).unlink()
    problems = load(published, TODAY).problems
    paper = next(problem for problem in problems if "paper `a-paper` has vanished" in problem.what)
    assert paper.where.path == FILE
    assert '"a-paper"' in (published / FILE).read_text("utf-8").splitlines()[paper.where.line - 1]
    assert "write `aliases: [a-paper]` there" in paper.remedy
    assert "content/gone.yaml" in paper.remedy


def test_a_paper_with_a_new_id_is_recognised_by_what_it_says(published: Path) -> None:
    (published / PLACE).rename(published / "content/papers/2024/renamed.yaml")
    [problem] = load(published, TODAY).problems
    assert problem.remedy == (
        "it seems to be `renamed` now: write `aliases: [a-paper]` in content/papers/2024/renamed.yaml"
    )


def test_an_alias_keeps_the_promise(published: Path) -> None:
    (published / PLACE).unlink()
    write(published, "content/papers/2024/renamed.yaml", FILES[PLACE] + "aliases: [a-paper]\n")
    assert told(published) == []
    record(published)
    assert told(published) == [], "what is published under the new id still owes the old one"


def test_a_notice_keeps_the_promise(published: Path) -> None:
    (published / PLACE).unlink()
    write(published, "content/gone.yaml", "- {kind: paper, id: a-paper, date: 2026-11-21, reason: On request.}\n")
    assert told(published) == [], "its tag has no paper any more, and its page stays"


@pytest.mark.parametrize("kind", ["category", "tag"])
def test_a_notice_of_something_else_of_that_name_keeps_no_promise(published: Path, kind: str) -> None:
    (published / PLACE).unlink()
    write(published, "content/gone.yaml", f"- {{kind: {kind}, id: a-paper, date: 2026-11-21, reason: R}}\n")
    assert any("the published paper `a-paper` has vanished" in each for each in told(published))


def sent(root: Path, day: str) -> None:
    (root / "content/sent").mkdir()
    write(root, f"content/sent/{day}.jsonl", '{"step": "sent", "who": "a"}\n')


def test_a_ledger_without_the_issues_that_were_sent_is_told(published: Path) -> None:
    sent(published, "2026-11-20")
    assert told(published) == []
    write(published, FILE, json.dumps({**json.loads((published / FILE).read_text("utf-8")), "issues": {}}))
    [problem] = load(published, TODAY).problems
    assert "the ledger holds no issue, and that of 2026-11-20 was sent" in problem.what
    assert problem.where.path == FILE


def test_of_another_digests_ledger_its_key_is_told_and_nothing_else(published: Path) -> None:
    sent(published, "2026-11-20")
    write(published, FILE, '{"key": "00000000-0000-4000-8000-000000000000"}')
    [problem] = load(published, TODAY).problems
    assert "the ledger is that of another digest" in problem.what


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        ("content/issues/2026-11-20.yaml", None, "the published issue `2026-11-20` has vanished"),
        ("content/tags.yaml", "- {id: rlhf, title: RLHF, kind: technique}\n", "the published tag `mri` has vanished"),
        ("content/categories.yaml", "- {id: vision, title: V, family: f, description: D}\n", "category `language`"),
    ],
)
def test_issues_tags_and_categories_do_not_vanish_either(
    published: Path, path: str, text: str | None, what: str
) -> None:
    if text is None:
        (published / path).unlink()
    else:
        write(published, path, text)
    write(published, PLACE, PAPER)
    assert any(what in each for each in told(published))


def test_a_renamed_category_or_tag_keeps_its_promise_by_an_alias(published: Path) -> None:
    renamed = BASICS["content/categories.yaml"].replace("id: language,", "id: words, aliases: [language],")
    write(published, "content/categories.yaml", renamed)
    write(published, "content/tags.yaml", "- {id: magnet, title: Magnet, kind: modality, aliases: [mri]}\n")
    assert told(published) == []
    site = site_of(published)
    assert {urls.category("language"), urls.tag("mri")} <= set(site.moved), "something stands at the old addresses"


def test_what_was_promised_may_not_change_under_the_same_id(published: Path) -> None:
    text = (published / FILE).read_text("utf-8")
    write(published, FILE, text.replace("categories/vision/atom.xml", "categories/vision/old.xml"))
    [problem] = load(published, TODAY).problems
    assert "what was promised of `vision` is not kept: its feeds would change" in problem.what


def test_another_key_is_another_digest(published: Path) -> None:
    write(published, "content/digest.yaml", "key: 00000000-0000-4000-8000-000000000000\n")
    [problem] = load(published, TODAY).problems
    assert "the ledger is that of another digest, whose key is 6f1c0e52" in problem.what
    assert "in a digest of your own, delete content/published.json" in problem.remedy


def test_what_changed_in_silence_is_a_doubt_until_updated_says_so(published: Path) -> None:
    changed = FILES[PLACE].replace("It says something.", "It says something else.")
    write(published, PLACE, changed)
    [problem] = load(published, TODAY).problems
    assert problem.severity is Severity.WARNING
    assert "has changed since it was published" in problem.what
    write(published, PLACE, changed + "updated: 2026-11-22\n")
    assert told(published) == []


@pytest.mark.parametrize(
    "more",
    [
        "authors: [Ada Lovelace]\n",
        "arxiv: 2410.13085\n",
        "doi: 10.1000/x\n",
        "venue: {name: ICLR, year: 2024}\n",
        "links: {code: https://a.example/x}\n",
        "news: [{date: 2026-11-21, kind: note, text: It has a sequel.}]\n",
    ],
)
def test_whatever_readers_are_told_of_a_paper_does_not_change_in_silence(published: Path, more: str) -> None:
    write(published, PLACE, FILES[PLACE] + more)
    [problem] = load(published, TODAY).problems
    assert "has changed since it was published" in problem.what


def test_a_venue_by_another_of_its_names_is_no_change(make_digest: MakeDigest) -> None:
    root = make_digest({**FILES, PLACE: FILES[PLACE] + "venue: {name: Iclr conf, year: 2024}\n"})
    record(root)
    assert told(root) == []
    write(root, PLACE, FILES[PLACE] + "venue: {name: ICLR, year: 2024}\n")
    assert told(root) == []


def test_new_tags_and_a_new_summary_are_no_change_of_the_paper(published: Path) -> None:
    summary = "summary: {text: It says something in one whole sentence here., by: human}\n"
    write(published, PLACE, FILES[PLACE].replace("[mri]", "[mri, rlhf]") + summary)
    assert told(published) == []


def test_an_unreadable_paper_is_one_problem_and_not_also_a_vanished_one(published: Path) -> None:
    write(published, PLACE, "title: [\n")
    assert len(told(published)) == 1


def test_a_ledger_that_was_edited_is_told(published: Path) -> None:
    text = (published / FILE).read_text("utf-8")
    write(published, FILE, text.replace('"address"', '"adress"', 1))
    assert any("unknown key `adress`" in each for each in told(published))


def test_a_guid_that_would_change_is_told(published: Path) -> None:
    ledger = json.loads((published / FILE).read_text("utf-8"))
    ledger["papers"]["a-paper"]["guid"] = "urn:uuid:00000000-0000-4000-8000-000000000000"
    write(published, FILE, json.dumps(ledger))
    assert any("what was promised of `a-paper` is not kept: its guid would change" in each for each in told(published))


def test_what_vanished_stays_in_the_ledger() -> None:
    key = "6f1c0e52-3d5c-4f0e-9d1c-0a2b3c4d5e6f"
    old = Ledger.model_validate({"key": key, "papers": {"a": {"address": "papers/a/"}}})
    new = Ledger.model_validate({"key": key, "papers": {"b": {"address": "papers/b/"}}})
    assert extended(old, new).papers.keys() == {"a", "b"}


@pytest.mark.parametrize(
    ("notice", "what"),
    [
        ("{kind: paper, id: b-paper, date: 2026-11-21, reason: R}", "is told to be gone, and is here"),
        ("{kind: issue, id: soon, date: 2026-11-21, reason: R}", "cannot be the id of an issue"),
        ("{kind: tag, id: Not An Id, date: 2026-11-21, reason: R}", "cannot be the id of a tag"),
    ],
)
def test_a_notice_that_cannot_be_is_told(published: Path, notice: str, what: str) -> None:
    write(published, "content/gone.yaml", f"- {notice}\n")
    assert any(what in each for each in told(published))
