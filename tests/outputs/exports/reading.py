"""Exports as other programs read them: the ids of the papers in each, in their order."""

from __future__ import annotations

import csv
import io
import json
import logging
from typing import Any

import rispy
from bibtexparser.entrypoint import parse_string


def bib_ids(content: bytes) -> list[str]:
    """The keys of a BibTeX file that no parser stumbles over."""
    logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
    library = parse_string(content.decode())
    assert library.failed_blocks == []
    assert len(library.blocks) == len(library.entries)
    return [entry.key for entry in library.entries]


def ris_ids(content: bytes) -> list[str]:
    return [record["id"] for record in ris_records(content)]


def ris_records(content: bytes) -> list[dict[str, Any]]:
    return list(rispy.loads(content.decode()))


def csv_ids(content: bytes) -> list[str]:
    return [row["id"] for row in csv_rows(content)]


def csv_rows(content: bytes) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True))
    assert all(None not in row and None not in row.values() for row in rows), "every row is as long as the header"
    return rows


def json_ids(content: bytes) -> list[str]:
    return [paper["id"] for paper in json.loads(content)["papers"]]


READERS = {"bib": bib_ids, "ris": ris_ids, "csv": csv_ids}
