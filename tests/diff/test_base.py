from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from paper_digest.diff import NoBase, as_text, changes_since
from paper_digest.problems import ProblemsFound
from tests.conftest import BASICS, TODAY, MakeDigest
from tests.diff.conftest import DATED, ISSUE, LETTER, OTHER, Compare, P, Q, Repository

TwoFolders = Callable[..., tuple[Path, Path]]


def test_no_change_is_told_in_one_line(with_digest: Repository) -> None:
    changes = changes_since(with_digest.root, "HEAD", TODAY)
    assert changes.is_empty
    assert as_text(changes) == "No change since HEAD: readers get what they got.\n"


@pytest.mark.parametrize("base", ["HEAD", "main", "HEAD^{tree}^{commit}", "v1", "HEAD~0"])
def test_a_revision_is_compared_with_the_work_tree(with_digest: Repository, base: str) -> None:
    with_digest.git("tag", "v1")
    with_digest.write({Q: OTHER})
    if "tree" in base:
        with pytest.raises(NoBase):
            changes_since(with_digest.root, base, TODAY)
    else:
        assert [paper.id for paper in changes_since(with_digest.root, base, TODAY).papers.added] == ["q"]


def test_the_repository_and_its_work_tree_stay_untouched(with_digest: Repository) -> None:
    with_digest.write({Q: OTHER, P: DATED + "doi: 10.1000/x\n"})
    before = with_digest.git("status", "--porcelain=v2", "--branch")
    changes_since(with_digest.root, "main", TODAY)
    assert with_digest.git("status", "--porcelain=v2", "--branch") == before
    assert with_digest.git("stash", "list") == ""


def test_a_folder_needs_no_git(compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert [paper.id for paper in compare({P: DATED}, {P: DATED, Q: OTHER}).papers.added] == ["q"]


def test_without_git_a_revision_is_no_base(make_digest: MakeDigest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoBase, match="git is not installed"):
        changes_since(make_digest({P: DATED}), "main", TODAY)


def test_a_digest_in_no_repository_needs_a_folder(make_digest: MakeDigest, no_settings: None) -> None:
    with pytest.raises(NoBase, match="git knows no repository around") as caught:
        changes_since(make_digest({P: DATED}), "main", TODAY)
    assert "name a folder" in caught.value.remedy


@pytest.mark.parametrize(
    "base",
    ["nonsense", "", "-", "--upload-pack=x", "--output=pwned", "a\0b", "a\nb", "x" * 5000, "HEAD:content", "../.."],
)
def test_nonsense_is_no_base_and_never_an_option(with_digest: Repository, base: str) -> None:
    with pytest.raises(NoBase, match="neither a folder with a digest nor a git revision") as caught:
        changes_since(with_digest.root, base, TODAY)
    assert "name a branch" in caught.value.remedy
    assert not list(with_digest.top.rglob("pwned"))


def test_before_the_first_digest_everything_is_new(repository: Repository) -> None:
    (repository.top / "README").write_text("x")
    repository.commit({})
    repository.commit({**BASICS, P: DATED, ISSUE: LETTER})
    changes = changes_since(repository.root, "HEAD~1", TODAY)
    assert [paper.id for paper in changes.papers.added] == ["p"]
    assert [change.issue.key for change in changes.issues.added] == ["2026-11-20"]
    assert any("holds no catalog yet" in note for note in changes.notes)
    assert {each.name for each in changes.around if each.kind == "category"} == {"vision", "language"}


def test_a_base_with_errors_says_so_and_is_compared_as_far_as_it_goes(compare: Compare) -> None:
    broken = {
        P: DATED.replace("[vision]", "[vision, no-such-thing]"),
        Q: OTHER,
        "content/papers/unreadable.yaml": "title: [\n",
        "content/papers/copy.json": '[{"id": "q", "title": "A copy", "abstract": "x", "categories": ["vision"]}]',
        ISSUE: LETTER.replace("[p]", "[nobody, p]"),
        "content/issues/2026-11-21.yaml": LETTER.replace("[p]", "[nobody]").replace("1", "2"),
        "mkdocs.yml": "site_name: [",
    }
    changes = compare(broken, {P: DATED, Q: OTHER, "content/papers/r.yaml": OTHER.replace("Quite", "Not quite")})
    assert [paper.id for paper in changes.papers.added] == ["r"]
    assert [change.paper.id for change in changes.papers.changed] == ["q"]
    told = " ".join(as_text(changes).split())
    assert "errors of its own, the first at content/" in told
    assert "compared as far as it can be read" in told
    assert "no mkdocs.yml that can be read" in told


def test_a_base_whose_lists_cannot_be_read_is_none(two_folders: TwoFolders) -> None:
    earlier, root = two_folders({P: DATED, "content/categories.yaml": "- {id: [\n"}, {P: DATED})
    with pytest.raises(NoBase, match=r"cannot be read: content/categories\.yaml"):
        changes_since(root, str(earlier), TODAY)


def test_errors_of_the_digest_itself_are_told_as_problems(with_digest: Repository) -> None:
    with_digest.write({P: "title: [\n"})
    with pytest.raises(ProblemsFound) as caught:
        changes_since(with_digest.root, "HEAD", TODAY)
    assert caught.value.problems[0].where.path == P


def test_a_link_that_leads_out_of_the_digest_is_not_followed(with_digest: Repository, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(OTHER)
    (with_digest.root / "content/papers/far.yaml").symlink_to(tmp_path / "secret.yaml")
    (with_digest.root / "content/papers/near.yaml").symlink_to("p.yaml")
    with_digest.commit({})
    (with_digest.root / "content/papers/near.yaml").unlink()
    (with_digest.root / "content/papers/far.yaml").unlink()
    assert [paper.id for paper in changes_since(with_digest.root, "HEAD", TODAY).papers.removed] == ["near"]


def test_a_base_that_went_on_by_itself_is_pointed_out(with_digest: Repository) -> None:
    with_digest.git("switch", "--create", "topic")
    with_digest.git("switch", "main")
    with_digest.commit({Q: OTHER})
    with_digest.git("switch", "topic")
    [note] = changes_since(with_digest.root, "main", TODAY).notes
    assert "`main` has commits that this branch has not" in note
    assert changes_since(with_digest.root, "topic", TODAY).notes == ()
