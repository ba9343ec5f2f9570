import pytest

from paper_digest.digest.identity import read_identity
from paper_digest.problems import ProblemsFound, SourceRef
from tests.conftest import MakeDigest


def test_identity_is_read_as_mkdocs_reads_it(make_digest: MakeDigest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_URL", "https://digest.example/elsewhere")
    config = "site_name: Test\nsite_url: !ENV DIGEST_URL\nplugins: !ENV [NOT_SET, []]\n"
    identity = read_identity(make_digest({"mkdocs.yml": config}))
    assert identity.url == "https://digest.example/elsewhere/"
    assert identity.base_path == "/elsewhere/"
    assert identity.host == "digest.example"


@pytest.mark.parametrize(
    ("config", "what"),
    [
        ("site_name: Test\n", "`site_url` is missing"),
        ("site_name: Test\nsite_url: digest.example\n", "`site_url` is missing"),
        ("site_url: https://digest.example/\n", "`site_name` is missing"),
        ("site_name: [\n", "cannot read the file"),
    ],
)
def test_what_mkdocs_yml_lacks_is_a_problem(make_digest: MakeDigest, config: str, what: str) -> None:
    with pytest.raises(ProblemsFound, match=what):
        read_identity(make_digest({"mkdocs.yml": config}))


def test_a_missing_mkdocs_yml_is_a_problem(make_digest: MakeDigest) -> None:
    root = make_digest({})
    (root / "mkdocs.yml").unlink()
    with pytest.raises(ProblemsFound, match="the file is missing"):
        read_identity(root)


def test_edit_leads_to_the_file_or_to_the_line_of_a_list(make_digest: MakeDigest) -> None:
    identity = read_identity(make_digest({}))
    single = identity.edit_link(SourceRef("content/papers/a.yaml", 1, 1))
    listed = identity.edit_link(SourceRef("content/papers/list.yaml", 12, 3))
    assert single == "https://code.example/team/digest/edit/main/content/papers/a.yaml"
    assert listed == "https://code.example/team/digest/blob/main/content/papers/list.yaml#L12"


def test_without_a_repository_there_is_no_edit_link(make_digest: MakeDigest) -> None:
    identity = read_identity(make_digest({"mkdocs.yml": "site_name: T\nsite_url: https://t.example/\n"}))
    assert identity.edit_link(SourceRef("content/papers/a.yaml")) is None
