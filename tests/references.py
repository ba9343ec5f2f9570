"""The corpus of references in tests/data/references: what stands in a file, what becomes of it, and what is told.

`python -m tests.references` shows what comes out of every kind of input now, `python -m tests.references --table` the
same as a table in Markdown; any other words choose the cases that have them.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from paper_digest.catalog.catalog import read_shelf
from paper_digest.catalog.records import record_data
from paper_digest.importing.adding import Added, add
from paper_digest.importing.found import NothingAdded
from tests.apis import Apis, playing

DATA = Path(__file__).parent / "data" / "references"
ADDED = date(2026, 11, 25)
FILLER = (
    "We say nothing of anything here, at some length, and in as many words as it takes to be told from a title by "
    "whoever reads it, since titles are short and this is not."
)
_USUAL = {"title": "A title", "authors": ["Ann Bee"], "published": "2024"}
_SUFFIX = {"bibtex": ".bib", "ris": ".ris", "csl": ".json"}
# What is told of nearly every paper, and is no trouble of any.
_USUALLY_TOLD = ("the venue “", "the id `", "fields for which a digest has no place", "the title gives no telling id")


@dataclass(frozen=True)
class Case:
    """One trouble: its input, the records that it must become, and a part of each line that is told."""

    format: str
    number: int
    said: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.format} {self.number}: {self.said['trouble']}"

    @property
    def becomes(self) -> list[dict[str, Any]]:
        if "becomes" in self.said:
            return [_filled(record) for record in self.said["becomes"]]
        whole = {**_USUAL, **self.said["gives"]}
        return [{key: value for key, value in _texts(whole).items() if value is not None}]

    @property
    def told(self) -> list[str]:
        return list(self.said.get("told", ()))

    @property
    def file(self) -> str:
        """The whole file that the input stands for."""
        given = str(self.said.get("input", ""))
        if "long" in self.said:
            given = given.replace("LONG", "x" * int(self.said["long"]))
        is_whole = "becomes" in self.said
        return given if is_whole else _AROUND[self.format](given)


def _texts(record: Any) -> Any:
    """A record as it is written: dates and years of YAML's own types are texts and numbers there."""
    if isinstance(record, dict):
        return {key: _texts(value) if key != "year" else value for key, value in record.items()}
    if isinstance(record, list):
        return [_texts(value) for value in record]
    return str(record) if isinstance(record, int | date) else record


def _filled(record: dict[str, Any]) -> dict[str, Any]:
    filled: dict[str, Any] = _texts(record)
    return {key: FILLER if value == "…" else value for key, value in filled.items()}


def _around_bibtex(fields: str) -> str:
    usual = {"title": "{A title}", "author": "{Ann Bee}", "year": "2024"}
    missing = [f"{name}={value}" for name, value in usual.items() if not _has_field(fields, name)]
    return f"@article{{k, {', '.join([*missing, fields])}}}\n"


def _has_field(fields: str, name: str) -> bool:
    return any(part.lstrip(" ,\n").lower().startswith((f"{name}=", f"{name} =")) for part in _parts(fields))


def _parts(fields: str) -> Iterator[str]:
    """The fields of an entry, cut at the commas between them."""
    depth, start = 0, 0
    for at, sign in enumerate(fields):
        depth += (sign == "{") - (sign == "}")
        if sign == "," and depth <= 0:
            yield fields[start:at]
            start = at
    yield fields[start:]


def _around_ris(lines: str) -> str:
    if lines.lstrip("\ufeff").startswith("TY"):
        return lines
    usual = ("TI  - A title", "AU  - Bee, Ann", "PY  - 2024")
    tags = {line[:2] for line in lines.split("\n")}
    date_tags = {"PY", "DA", "Y1"}
    missing = [line for line in usual if line[:2] not in tags and not (line[:2] == "PY" and tags & date_tags)]
    return "\n".join(["TY  - JOUR", *missing, lines, "ER  - ", ""])


def _around_csl(fields: str) -> str:
    given = json.loads(f"{{{fields}}}")
    usual = {
        "title": "A title",
        "author": [{"family": "Bee", "given": "Ann"}],
        "issued": {"date-parts": [[2024]]},
    }
    return json.dumps([{**usual, **given}])


_AROUND = {"bibtex": _around_bibtex, "ris": _around_ris, "csl": _around_csl}


def cases(*formats: str) -> list[Case]:
    """The cases of some formats, or of all."""
    return [
        Case(format_of, number, said)
        for format_of in formats or ("bibtex", "ris", "csl", "listing", "apis")
        for number, said in enumerate(yaml.safe_load((DATA / f"{format_of}.yaml").read_text("utf-8")), start=1)
    ]


# ---- what comes out --------------------------------------------------------------------------------------------------


@dataclass
class Outcome:
    """The records that became of a case, and what was told."""

    records: list[dict[str, Any]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def outcome(case: Case, root: Path, apis: Apis) -> Outcome:
    """What `add` makes of a case in a digest; nothing is written."""
    try:
        return _read(_added(case, root, apis))
    except NothingAdded as nothing:
        told = [reason for reason in nothing.reasons if "nothing new in what was given" not in reason]
        return Outcome([], [line for line in told if not line.startswith(_USUALLY_TOLD)])


def _added(case: Case, root: Path, apis: Apis) -> Added:
    if case.format == "listing":
        pasted = str(case.said["input"]).replace("…", FILLER)
        return add(root, ["-"], ADDED, apis.web(), pasted)
    if case.format == "apis":
        play(case.said, apis)
        return add(root, [str(case.said["asked"])], ADDED, apis.web())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"refs{_SUFFIX[case.format]}"
        path.write_bytes(case.file.encode())
        return add(root, [str(path)], ADDED, apis.web())


def _read(added: Added) -> Outcome:
    out = Outcome()
    for _, draft in added.drafts:
        data = record_data(draft.paper)
        shown = {key: data[key] for key in data if key not in {"id", "added", "news", "categories", "tags"}}
        if "authors" in shown:
            shown["authors"] = [author["name"] if set(author) == {"name"} else author for author in shown["authors"]]
        out.records.append(shown)
        out.told += draft.doubts
    out.told += [*added.notes, *map(str, added.losses)]
    out.told = [line for line in out.told if not line.startswith(_USUALLY_TOLD)]
    return out


def mistakes(case: Case, out: Outcome) -> list[str]:
    """What came out otherwise than it must, in words."""
    wrong = []
    if out.records != case.becomes:
        wrong.append(f"records:\n  {out.records}\nwanted:\n  {case.becomes}")
    left = list(out.told)
    for part in case.told:
        hit = next((line for line in left if part in line), None)
        if hit is None:
            wrong.append(f"not told: {part}")
        else:
            left.remove(hit)
    return [*wrong, *(f"told too: {line}" for line in left)]


# ---- answers of APIs -------------------------------------------------------------------------------------------------


def play(said: dict[str, Any], apis: Apis) -> None:
    """Let the APIs answer what a case says, in their own shapes."""
    for name, answer in _ANSWERS.items():
        if name in said:
            answer(apis, said[name])


def _play_arxiv(apis: Apis, said: dict[str, str]) -> None:
    from xml.sax.saxutils import escape

    entry = f"""<entry><id>http://arxiv.org/abs/2401.01234v2</id><published>2024-01-02T00:00:00Z</published>
    <title>{escape(said["title"])}</title><summary>{escape(said.get("summary", "We show it."))}</summary>
    <author><name>{escape(said.get("author", "Ann Bee"))}</name></author>
    <comment xmlns="http://arxiv.org/schemas/atom">{escape(said.get("comment", ""))}</comment></entry>"""
    feed = f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'
    apis.answer("export.arxiv.org", "/api/query", feed)


def _play_crossref(apis: Apis, said: dict[str, Any]) -> None:
    apis.answer("api.crossref.org", "/works/", json.dumps({"status": "ok", "message": {"DOI": "10.5555/abc", **said}}))


def _play_datacite(apis: Apis, said: dict[str, Any]) -> None:
    apis.answer("api.datacite.org", "/dois/", json.dumps({"data": {"attributes": said}}))


def _play_scholar(apis: Apis, said: dict[str, Any]) -> None:
    apis.answer("api.semanticscholar.org", "/graph/v1/paper/", json.dumps({"paperId": "0" * 40, **said}))


def _play_openreview(apis: Apis, said: dict[str, Any]) -> None:
    apis.answer("api2.openreview.net", "/notes", json.dumps({"notes": [{"id": "aB3dEf_9hI", "content": said}]}))


def _play_pubmed(apis: Apis, said: dict[str, str]) -> None:
    xml = (DATA.parent / "apis" / "pubmed.xml").read_text("utf-8")
    xml = xml.replace("PMC10000001", said.get("pmc", "PMC10000001"))
    if "status" in said:
        kind = f'<PublicationType UI="D016441">{said["status"]}</PublicationType>'
        xml = xml.replace("<PublicationTypeList>", f"<PublicationTypeList>{kind}")
    apis.answer("eutils.ncbi.nlm.nih.gov", "/entrez/eutils/efetch.fcgi?db=pubmed&id=38000000", xml)
    converted = (DATA.parent / "apis" / "idconv.json").read_text("utf-8")
    apis.answer("pmc.ncbi.nlm.nih.gov", "/tools/idconv/api/v1/articles/?ids=PMC10000001", converted)


def _play_biorxiv(apis: Apis, said: dict[str, str]) -> None:
    answer = json.loads((DATA.parent / "apis" / "biorxiv.json").read_text("utf-8"))
    for version in answer["collection"]:
        version |= said
    none = '{"messages": [{"status": "no posts found"}], "collection": []}'
    for server in ("biorxiv", "medrxiv"):
        is_there = said["server"].casefold() == server
        apis.answer("api.biorxiv.org", f"/details/{server}/", json.dumps(answer) if is_there else none)


def _play_dblp(apis: Apis, said: str) -> None:
    apis.answer("dblp.org", "/rec/", said)


_ANSWERS: dict[str, Callable[[Apis, Any], None]] = {
    "arxiv": _play_arxiv,
    "crossref": _play_crossref,
    "datacite": _play_datacite,
    "scholar": _play_scholar,
    "openreview": _play_openreview,
    "pubmed": _play_pubmed,
    "biorxiv": _play_biorxiv,
    "dblp": _play_dblp,
}


# ---- the table -------------------------------------------------------------------------------------------------------


def main() -> None:
    """Show every case with what comes out of it now; those whose words match an argument, if there is one."""
    as_table = "--table" in sys.argv
    wanted = " ".join(word for word in sys.argv[1:] if not word.startswith("--")).casefold()
    right = 0
    with ExitStack() as opened:
        root = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        empty_digest(root)
        assert read_shelf(root).papers == []
        every = [case for case in cases() if wanted in case.name.casefold()]
        for case in every:
            out = outcome(case, root, opened.enter_context(playing()))
            wrong = mistakes(case, out)
            right += not wrong
            if as_table:
                print(_row(case, out))
                continue
            print(f"{'ok   ' if not wrong else 'WRONG'} {case.name}")
            if wrong or wanted:
                shown = str(case.said.get("input") or case.said.get("asked")).strip()
                print(f"    in:   {shown[:300]}")
                print(
                    *(f"    out:  {json.dumps(record, ensure_ascii=False)[:400]}" for record in out.records), sep="\n"
                )
                print(*(f"    told: {line}" for line in out.told), sep="\n")
            if wrong:
                print(*(f"    !     {line}" for line in wrong), sep="\n")
    print(f"{right} of {len(every)} are right")


def _row(case: Case, out: Outcome) -> str:
    shown = str(case.said.get("input") or f"add {case.said.get('asked')}").strip()
    records = "; ".join(json.dumps(record, ensure_ascii=False) for record in out.records)
    cells = (case.said["trouble"], f"`{shown[:160]}`", records[:400], "; ".join(out.told)[:300])
    return f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' ⏎ ') for cell in cells)} |"


def empty_digest(root: Path) -> None:
    """A digest without papers."""
    from tests.conftest import BASICS

    for name, content in BASICS.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")


if __name__ == "__main__":
    main()
