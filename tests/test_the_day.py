"""A whole day on loopback, by the commands that a workflow gives: count, compose, build, send; and all of it again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

from tests.apis import Answer, Apis, Asked
from tests.conftest import REPOSITORY, MakeDigest
from tests.delivery.conftest import certificate, smtp_environment
from tests.delivery.post_office import Certificate, PostOffice, open_office

__all__ = ["certificate"]  # a fixture
COMMAND = Path(sys.executable).with_name("paper-digest")
BEFORE, TODAY = "1795500000", "1795586400"  # 24 and 25 November 2026, at 6 o'clock
READERS = ["ada@readers.example", "bob@readers.example"]
SETTINGS = (
    "key: 6f1c0e52-3d5c-4f0e-9d1c-0a2b3c4d5e6f\nissues: {cadence: daily, size: 3, delivery: auto}\n"
    "email: {from: Test Digest <letters@digest.example>, unsubscribe_url: 'https://leave.example/{token}'}\n"
)


def paper(title: str, more: str) -> str:
    return f"title: {title}\nabstract: It says something of {title}.\ncategories: [vision]\n{more}"


REPOSITORY_OF_IT = "github.com/ada/lantern"
FILES = {
    "content/digest.yaml": SETTINGS,
    "content/papers/lantern.yaml": paper(
        "Lantern", "links: {code: https://github.com/ada/lantern}\nadded: 2026-11-01\n"
    ),
    "content/papers/moth.yaml": paper("Moth", "added: 2026-11-02\n"),
    "content/papers/fresh.yaml": paper("Fresh {{ 7*7 }} paper", "added: 2026-11-25\n"),
    "content/papers/told.yaml": paper("Told", "added: 2026-11-01\n"),
    "content/issues/2026-11-20.yaml": "number: 1\ntitle: One\nsubject: One\npreheader: One.\nintro: |\n  Hello.\n"
    "entries: [told]\n",
}


class Day:
    """A digest, the world around it, and the commands."""

    def __init__(self, root: Path, apis: Apis, office: PostOffice, pem: Path, readers: Path) -> None:
        self.root, self.apis, self.office, self.readers = root, apis, office, readers
        self.stars = 100
        self.environment = os.environ | smtp_environment(office.port) | {
            "PAPER_DIGEST_MIRROR": apis.base,
            "SSL_CERT_FILE": str(pem),
            "SOURCE_DATE_EPOCH": TODAY,
        }  # fmt: skip

    def answer(self, asked: Asked) -> Answer:
        """GitHub, as it is that day; nobody else knows anything."""
        if asked.host == "api.github.com" and asked.path == "/repos/ada/lantern":
            return Answer(json.dumps({"full_name": "ada/lantern", "stargazers_count": self.stars}))
        return Answer('{"error": "not found"}', 404)

    def __call__(self, *command: str, on: str = TODAY, expect: int = 0) -> str:
        done = subprocess.run(
            [COMMAND, *command, "--root", self.root],
            env=self.environment | {"SOURCE_DATE_EPOCH": on},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout + done.stderr

    def send(self, *more: str, expect: int = 0) -> str:
        return self("send", "2026-11-25", "--via", "smtp", "--to", str(self.readers), *more, expect=expect)

    def content(self) -> dict[str, bytes]:
        files = (path for path in (self.root / "content").rglob("*") if path.is_file())
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def day(
    make_digest: MakeDigest,
    apis: Apis,
    certificate: Certificate,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Day]:
    root = make_digest(FILES)
    (root / "mkdocs.yml").write_text(
        (REPOSITORY / "tests/data/digest/mkdocs.yml").read_text().replace("  - About: about.md\n", "").replace(
            "  footer: {Contribute: contribute/}\n", "  footer: {}\n"
        )
    )  # fmt: skip
    (root / "theme").symlink_to(REPOSITORY / "theme")
    readers = tmp_path_factory.mktemp("outside") / "readers.txt"
    readers.write_text("\n".join(READERS))
    with open_office(certificate) as office:
        made = Day(root, apis, office, certificate.pem, readers)
        monkeypatch.setattr(apis, "next_answer", made.answer)
        yield made


def test_a_day_from_counting_to_the_letter_that_a_reader_reads(day: Day) -> None:
    day("metrics", on=BEFORE)
    day.stars = 420
    day("metrics")
    assert "No. 2, 3 papers" in day("issue")
    day("build")
    page = html.fromstring((day.root / "build/site/issues/2026-11-25/index.html").read_text("utf-8"))
    assert [link.split("/")[-2] for link in page.xpath("//h2[@class='card__title']/a/@href")] == [
        "fresh", "lantern", "moth",
    ]  # fmt: skip
    assert "Trending: +320 stars this week." in page.text_content()
    trending = html.fromstring((day.root / "build/site/trending/index.html").read_text("utf-8"))
    assert "+320 stars this week" in trending.text_content()

    assert "2 get it; 0 got it already" in day.send()
    assert day.office.connections == 0, "without --live it only tells"
    day.send("--live")
    assert day.office.counts == dict.fromkeys(READERS, 1)
    check_letter(day)


def check_letter(day: Day) -> None:
    """What came is the issue, and every address in it that is the site's own leads to a page that was built."""
    message = day.office.message(READERS[0])
    assert message["Subject"] == "Three papers: vision"
    text, markup = (str(part.get_content()) for part in message.iter_parts())
    for words in ("Fresh {{ 7*7 }} paper", "Lantern", "Moth", "+320 stars this week"):
        assert words in text
        assert words in html.fromstring(markup).text_content()
    own = [
        link for link in html.fromstring(markup).xpath("//a/@href") if link.startswith("https://digest.example/sub/")
    ]
    assert any("issues/2026-11-25/" in link for link in own), "view in browser"
    for link in own:
        place = link.removeprefix("https://digest.example/sub/").partition("#")[0]
        assert (day.root / "build/site" / place / "index.html").is_file(), link


def test_done_again_nothing_changes_and_nobody_gets_it_twice(day: Day) -> None:
    day("metrics")
    day("issue")
    day.send("--live")
    before, connections = day.content(), day.office.connections
    day("metrics")
    assert "already" in day("issue")
    day.send("--live")
    assert day.office.connections == connections
    assert day.office.counts == dict.fromkeys(READERS, 1)
    assert day.content() == before


def test_a_run_tells_in_a_report_what_a_person_has_to_do(day: Day, tmp_path: Path) -> None:
    day("issue")
    report = tmp_path / "report.md"
    tell = ("--live", "--report", str(report))
    day.readers.write_text("ada@readers.example\nnonsense\n")
    assert "Line 2 of the recipients is no address: xxxxxxxx" in day.send(*tell, expect=1)
    assert "- Line 2 of the recipients is no address: xxxxxxxx" in report.read_text()
    assert "the next run sends it by itself" in report.read_text()
    assert not (day.root / "content/sent/2026-11-25.jsonl").exists()

    day.readers.write_text("\n".join(READERS))
    day.office.at_rcpt[READERS[1]] = ["550 5.1.1 Unknown"]
    gone = tmp_path.parent / "gone.txt"
    day.send(*tell, "--gone", str(gone))
    assert "**Take off the list:** line 2 (550 5.1.1) of the recipients." in report.read_text()
    assert gone.read_text() == f"{READERS[1]}\n"
    day.send(*tell)
    assert report.read_text() == ""


def test_a_catalog_with_errors_is_reported(day: Day, tmp_path: Path) -> None:
    day("issue")
    (day.root / "content/papers/bad.yaml").write_text("title: [\n")
    day.send("--live", "--report", str(tmp_path / "report.md"), expect=1)
    assert "The catalog has errors" in (tmp_path / "report.md").read_text()


def test_a_test_letter_and_a_released_claim_change_nothing(day: Day) -> None:
    day("issue")
    before = day.content()
    day("send", "2026-11-25", "--via", "smtp", "--test", "me@digest.example")
    assert day.office.counts == {"me@digest.example": 1}
    assert day.content() == before
    day("send", "2026-11-25", "--via", "smtp", "--claim-only", "78-1")
    day("send", "2026-11-25", "--via", "smtp", "--release", "78-1")
    day.send("--live")
    assert day.office.counts == dict.fromkeys([*READERS, "me@digest.example"], 1)


def test_what_was_sent_is_frozen_and_the_ledger_names_nobody(day: Day) -> None:
    day("issue")
    day.send("--live")
    ledger = (day.root / "content/sent/2026-11-25.jsonl").read_text()
    assert not any(name in ledger for name in ("ada", "bob", "readers.example"))
    assert "No problems" in day("check")
    issue = day.root / "content/issues/2026-11-25.yaml"
    issue.write_text(issue.read_text().replace("title: ", "title: Not ", 1).replace('Not "', '"Not '))
    assert "is not any more what its readers got" in day("check", expect=1)


def test_a_failure_before_sending_sends_nothing(day: Day) -> None:
    day("issue")
    (day.root / "content/papers/bad.yaml").write_text("title: [\n")
    assert "bad.yaml" in day.send("--live", expect=1)
    assert day.office.connections == 0


def test_without_a_network_nothing_is_counted_and_the_day_goes_on(day: Day) -> None:
    before = day.content()
    day.environment["PAPER_DIGEST_MIRROR"] = "http://127.0.0.1:9/"
    day("metrics", expect=1)
    assert day.content() == before
    assert "No. 2" in day("issue")


def test_no_secret_and_no_address_is_ever_said(day: Day) -> None:
    day("issue")
    said = day.send("--dry-run", "--live") + day.send("--live") + day.send("--live")
    for secret in (*smtp_environment(0).values(), *READERS):
        assert secret in {"0", "127.0.0.1"} or secret not in said
