"""The corpus in tests/data/references: every record pinned, and everything that people are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from paper_digest.importing.recognising import ReferenceFile, find
from tests.apis import Apis
from tests.conftest import MakeDigest
from tests.references import Case, cases, mistakes, outcome

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_stands_in_a_source_becomes_its_record_and_what_does_not_is_told(
    case: Case, make_digest: MakeDigest, apis: Apis
) -> None:
    wrong = mistakes(case, outcome(case, make_digest({}), apis))
    assert not wrong, "\n".join(wrong)


def test_the_corpus_holds_entries_of_every_format() -> None:
    entries = {name: sum(case.format == name for case in CASES) for name in ("bibtex", "ris", "csl", "listing", "apis")}
    assert sum(entries.values()) >= 150, entries
    assert all(count >= 10 for count in entries.values()), entries


def test_a_file_of_the_corpus_is_never_refused_whole_for_one_of_its_entries(
    make_digest: MakeDigest, apis: Apis
) -> None:
    """All entries of a format in one file: what becomes a paper alone becomes one among all others."""
    root = make_digest({})
    for name, suffix in (("bibtex", ".bib"), ("ris", ".ris")):
        files = [
            case.file for case in cases(name) if "crossref" not in case.file and "not closed" not in str(case.told)
        ]
        path = Path(root) / f"all{suffix}"
        path.write_text("\n\n".join(files), "utf-8", newline="")
        assert len(find(ReferenceFile(path), apis.web())) > len(files) * 0.9
