from generator.catalog.load import load
from tests.conftest import PAPER, TODAY, MakeDigest


def test_a_valid_paper_becomes_a_record_named_after_its_file(make_digest: MakeDigest) -> None:
    loaded = load(make_digest({"content/papers/2024/a-paper.yaml": PAPER}), TODAY)
    assert loaded.problems == []
    assert loaded.catalog is not None
    assert [paper.id for paper in loaded.catalog.papers] == ["a-paper"]
