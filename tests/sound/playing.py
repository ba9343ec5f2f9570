"""A made-up digest that is played: day after day curators add, correct, rename and remove, and a program counts."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from paper_digest.building.publishing import as_json as ledger_json
from paper_digest.building.publishing import extended, promised
from paper_digest.catalog.promises import FILE as LEDGER
from paper_digest.catalog.sent import fingerprint
from paper_digest.catalog.snapshots import Counts, Snapshot, as_json, place_of
from paper_digest.curating import issuing
from paper_digest.digest.opening import examine
from paper_digest.digest.site import Site
from paper_digest.problems import errors_of
from tests.sound.altered import change, wrote

REPOSITORY = Path(__file__).resolve().parent.parent.parent
BEGIN = date(2026, 11, 22)
DAYS = 20
KEY = "6f1c0e52-3d5c-4f0e-9d1c-0a2b3c4d5e6f"
PAPERS_BY_DAY = (1, 1, 2, 3, 3, 5, 5, 8, 8, 10, 10, 12, 14, 14, 16, 16, 20, 24, 30, 80)
"""How many papers have been added by each day; of them some are removed again."""
SIZES = (10, 1, 2, 15, 3, 1, 30, 2, 7, 30, 5, 1, 4, 10, 30, 3, 1, 15, 2, 8)
"""How large issues, feeds and pages are, day by day."""
WORDS = (
    "model image report scan text learning segmentation dialogue tumour retina prompt adapter volume label noise"
    " transfer evidence question answer note summary speech privacy benchmark clinic signal heart lung language"
).split()
RENAMED = {"vision": "seeing", "mri": "magnetic-resonance"}
CONFIG = """site_name: Played Digest
site_description: A made-up digest that is played.
site_url: https://digest.example/sub/
repo_url: https://code.example/team/digest
edit_uri: edit/main/
docs_dir: build/docs
site_dir: build/site
theme: {name: material, custom_dir: theme/overrides, font: false, favicon: assets/favicon.svg}
nav:
  - Papers: papers/index.md
  - Categories: categories/index.md
  - Issues: issues/index.md
  - Trends: trends.md
extra:
  footer: {About: about/}
plugins: []
"""
CATEGORIES = "".join(
    f"- {{id: {name}, title: {name.capitalize()}, family: f{number // 2}, description: All that is about {name}.}}\n"
    for number, name in enumerate(("vision", "language", "signals", "speech", "privacy", "tuning"))
)
TAGS = "".join(
    f"- {{id: {name}, title: {name.upper()}, kind: modality}}\n" for name in ("mri", "ct", "ecg", "xray", "pet")
)
VENUES = (
    "- {name: ICXX, title: Conference on Examples, kind: conference}\n- {name: JX, title: Journal, kind: journal}\n"
)


def written(number: int, added: date, length: int = 40) -> str:
    """The file of a paper: all that may be known, or hardly anything, by its number."""
    chance = random.Random(number)

    def words(count: int) -> str:
        return " ".join(chance.choice(WORDS) for _ in range(count)).capitalize()

    paper: dict[str, Any] = {
        "title": f"{words(6)} {number}",
        "abstract": f"{words(length)}. {words(length // 2)}.",
        "categories": chance.sample(["vision", "language", "signals", "speech", "privacy", "tuning"], 1 + number % 3),
    }
    if number % 7:
        paper["added"] = added.isoformat()
    if number % 5:
        paper["tags"] = chance.sample(["mri", "ct", "ecg", "xray"], 1 + number % 2)
        paper["authors"] = [f"{word.capitalize()} Author{chance.randrange(40)}" for word in chance.sample(WORDS, 4)]
        paper["summary"] = {"text": f"{words(12)}.", "by": "human"}
    if number % 4:
        paper["published"] = f"{2023 + number % 4}-{1 + number % 12:02}"
        paper["arxiv"] = f"{23 + number % 4}{1 + number % 12:02}.{number:05}"
        paper["links"] = {"code": f"https://github.com/team/project-{number}"}
    if number % 3 == 0:
        paper["venue"] = {"name": ("ICXX", "JX", "Unheard Of")[number // 3 % 3], "year": 2024}
    return yaml.safe_dump(paper, sort_keys=False, allow_unicode=True)


def begun(root: Path, files: Mapping[str, str]) -> Path:
    """A digest without papers, in a folder."""
    basics = {
        "mkdocs.yml": CONFIG,
        "content/digest.yaml": f"key: {KEY}\n",
        "content/categories.yaml": CATEGORIES,
        "content/tags.yaml": TAGS,
        "content/venues.yaml": VENUES,
        "content/pages/about.md": "# About\n\nPapers that never were.\n",
    }
    for name, text in {**basics, **files}.items():
        wrote(root / name, text)
    (root / "theme").symlink_to(REPOSITORY / "theme")
    return root


def typical_digest(root: Path) -> Path:
    """190 papers of the usual length, counts of them, and three issues."""
    papers = {
        f"content/papers/p{number}.yaml": written(number, BEGIN - timedelta(days=number % 50), 130)
        for number in range(1, 191)
    }
    play = Play(begun(root, papers))
    for _ in range(3):
        play.count()
        play.compose(10)
        play.day += timedelta(days=1)
    return root


@dataclass
class Play:
    """A digest in a folder, on a day."""

    root: Path
    day: date = BEGIN
    number: int = 0
    """How many papers were added."""
    renamed: bool = False
    """Whether categories and tags go by other ids than at first."""
    used_up: list[date] = field(default_factory=list)
    """The days on which there was nothing to tell."""

    def site(self) -> Site:
        """The digest as `check` sees it, which has no error to tell."""
        examined = examine(self.root, self.day)
        assert examined.site is not None, (self.day, errors_of(examined.problems))
        assert errors_of(examined.problems) == [], self.day
        return examined.site

    def paper(self, number: int) -> Path:
        return self.root / f"content/papers/p{number:03}.yaml"

    def add(self, count: int) -> None:
        for _ in range(count):
            self.number += 1
            wrote(self.paper(self.number), written(self.number, self.day))
            if self.renamed:
                change(self.paper(self.number), self.settled)

    def count(self, papers: Sequence[str] = ()) -> None:
        """The day's counts: some papers gain much, some nothing."""
        passed = (self.day - BEGIN).days
        papers = papers or [paper.id for paper in self.site().papers]
        counts = {
            name: Counts(stars=100 + passed * (place % 9) ** 2, upvotes=place + passed if place % 2 else None)
            for place, name in enumerate(papers)
        }
        wrote(self.root / place_of(self.day), as_json(Snapshot(date=self.day, papers=counts)))

    def compose(self, size: int) -> None:
        """The day's issue, if there is something to tell."""
        listed = max(size, self.number // 4)  # of many papers, single entries would make very many files
        settings = {"key": KEY, "issues": {"size": size}, "feeds": {"size": listed}, "pages": {"size": listed}}
        wrote(self.root / "content/digest.yaml", yaml.safe_dump(settings))
        self.issue()

    def issue(self) -> None:
        issued = issuing.next_issue(self.root, self.day)
        if issued.place is None:
            self.used_up.append(self.day)
        else:
            issuing.write(self.root, issued)

    def publish(self) -> None:
        """What is written down when the day's site is published, and its letter sent."""
        catalog = self.site().catalog
        wrote(self.root / LEDGER, ledger_json(extended(catalog.ledger, promised(catalog))))
        for issue in catalog.issues:
            if issue.date == self.day:
                line = {"step": "sent", "who": "a reader", "issue": fingerprint(issue)}
                wrote(self.root / f"content/sent/{issue.key}.jsonl", f"{json.dumps(line)}\n")

    def tell(self, number: int, kind: str, status: str) -> None:
        """Something happened to a paper."""
        news = {"date": self.day.isoformat(), "kind": kind, "text": f"It was {kind} on that day."}
        change(
            self.paper(number),
            lambda paper: (
                paper | {"status": status, "updated": self.day.isoformat(), "news": [*paper.get("news", []), news]}
            ),
        )

    def rename(self, number: int) -> None:
        change(self.paper(number), lambda paper: paper | {"aliases": [self.paper(number).stem]})
        self.paper(number).rename(self.root / f"content/papers/another-name-{number}.yaml")

    def remove(self, number: int) -> None:
        """A paper that no issue told of is gone for good."""
        place = self.root / "content/gone.yaml"
        told = place.read_text("utf-8") if place.is_file() else ""
        notice = (
            f"- {{kind: paper, id: {self.paper(number).stem}, date: {self.day}, reason: Its authors asked for it.}}\n"
        )
        self.paper(number).unlink()
        wrote(place, told + notice)

    def rename_lists(self) -> None:
        """A category and a tag have new ids, and there are more of both; some papers share a file."""
        for name, line in (
            ("categories", "- {id: new-field, title: New field, family: g, description: Nothing yet.}\n"),
            ("tags", "- {id: rarely, title: Rarely, kind: task}\n"),
        ):
            place = self.root / f"content/{name}.yaml"
            text = place.read_text("utf-8")
            for former, present in RENAMED.items():
                text = text.replace(f"id: {former},", f"id: {present}, aliases: [{former}],")
            wrote(place, text + line)
        self.renamed = True
        for path in (self.root / "content/papers").glob("*.yaml"):
            change(path, self.settled)
        paper = {"id": "in-a-list", "title": "In a list", "abstract": "Words.", "categories": ["new-field"]}
        shared = [paper | {"added": self.day.isoformat(), "tags": ["rarely"]}]
        wrote(self.root / "content/papers/more.json", json.dumps(shared))

    def settled(self, paper: dict[str, Any]) -> dict[str, Any]:
        """A paper in the categories that there are now; tags may go by their former ids."""
        return paper | {"categories": [RENAMED.get(each, each) for each in paper["categories"]]}


def happens(play: Play, passed: int) -> None:
    """What curators do beside adding papers, by the days that have passed."""
    if passed == 3:
        play.tell(1, "corrected", "corrected")
    elif passed == 5:
        play.tell(2, "retracted", "retracted")
    elif passed == 6:
        play.rename(3)
    elif passed == 8:
        play.tell(4, "published", "active")
    elif passed == 10:
        play.rename_lists()
    elif passed == 12:
        untold = [paper.id for paper in play.site().queue]
        play.remove(int(untold[0].removeprefix("p")))
    elif passed == 13:
        play.tell(6, "retracted", "withdrawn")
        play.tell(8, "note", "active")


def days(root: Path) -> Iterator[tuple[int, Play]]:
    """A digest from its first paper on: at the end of each day it is published, and there to be read."""
    play = Play(begun(root, {}))
    for passed in range(DAYS):
        play.day = BEGIN + timedelta(days=passed)
        play.add(PAPERS_BY_DAY[passed] - play.number)
        happens(play, passed)
        play.count()
        play.compose(SIZES[passed])
        play.publish()
        yield passed, play
