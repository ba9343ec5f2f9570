"""A small digest on a forge, and what is around it for many days: readers, a mail server, counts, and its curator."""

from __future__ import annotations

import quopri
import re
import shutil
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import yaml

from tests.apis import Apis
from tests.conftest import BASICS, REPOSITORY
from tests.days.runner import Run, World
from tests.delivery.conftest import smtp_environment
from tests.delivery.post_office import PostOffice
from tests.forge import Forge

FIRST_DAY = date(2026, 11, 23)  # a Monday
READERS = ("ada@readers.example", "bob@readers.example", "cyd@readers.example")
KEY = "key: 6f1c0e52-3d5c-4f0e-9d1c-0a2b3c4d5e6f\n"
EMAIL = "email: {from: Letters <letters@digest.example>, unsubscribe_url: 'https://leave.example/{token}'}\n"


def settings(issues: str) -> str:
    """A digest.yaml. Its tagline is a trap for whoever reads YAML with a pattern."""
    return f"{KEY}issues: {{size: 3, {issues}}}\ntagline: 'Read first. No delivery: auto here.'\n{EMAIL}"


def paper(number: int, added: date) -> dict[str, str]:
    """The file of a paper."""
    title = f"Paper number {number} of {['lamps', 'moths', 'owls'][number % 3]}"
    links = f"links: {{code: https://github.com/ada/p{number}}}\n"
    text = f"title: {title}\nabstract: It says something of {title}.\ncategories: [vision]\nadded: {added}\n{links}"
    return {f"content/papers/{added.year}/p{number:03}.yaml": text}


class Days:
    """A digest that is left alone: `day()` after `day()` its workflows run, and a person does what a person would."""

    def __init__(self, place: Path, program: Path, office: PostOffice, apis: Apis, pem: Path, issues: str) -> None:
        self.office, self.today, self.papers = office, FIRST_DAY - timedelta(days=1), 0
        self.forge = Forge(place)
        self.world = World(self.forge, program)
        self.world.environment = {"PAPER_DIGEST_MIRROR": apis.base, "SSL_CERT_FILE": str(pem)}
        mail = smtp_environment(office.port)
        self.world.variables = {
            "DIGEST_LIVE": "yes", "DIGEST_SEND_VIA": "smtp", "DIGEST_SMTP_HOST": "127.0.0.1",
            "DIGEST_SMTP_PORT": str(office.port), "DIGEST_SMTP_USER": mail["DIGEST_SMTP_USER"],
        }  # fmt: skip
        self.world.secrets = {
            "DIGEST_LEDGER_KEY": mail["DIGEST_LEDGER_KEY"], "DIGEST_RECIPIENTS": "\n".join(READERS),
            "DIGEST_SMTP_PASSWORD": mail["DIGEST_SMTP_PASSWORD"], "DIGEST_TEST_ADDRESS": "curator@digest.example",
        }  # fmt: skip
        self._begin(issues)

    def _begin(self, issues: str) -> None:
        shutil.rmtree(self.forge.origin)
        self.forge.git(
            "init", "--quiet", "--bare", "--initial-branch=main", str(self.forge.origin), at=self.forge.place
        )
        files = {
            **BASICS, "content/digest.yaml": settings(issues), "mkdocs.yml": MKDOCS,
            ".gitattributes": (REPOSITORY / ".gitattributes").read_text("utf-8"),
            ".gitignore": "/.venv\n/build\n/theme\n",
            "Makefile": ".PHONY: .venv/.site check\n.venv/.site:\n\t@true\ncheck:\n\t.venv/bin/paper-digest check\n",
        }  # fmt: skip
        for folder in ("scripts", "messages", "ISSUE_TEMPLATE"):
            for path in sorted((REPOSITORY / ".github" / folder).iterdir()):
                if path.is_file():
                    files[f".github/{folder}/{path.name}"] = path.read_text("utf-8")
        for _ in range(6):
            files |= self.new_paper(FIRST_DAY - timedelta(days=20))
        self.forge.push(files, "The digest")

    # ---- what happens ----

    def new_paper(self, added: date | None = None) -> dict[str, str]:
        """The file of one more paper."""
        self.papers += 1
        return paper(self.papers, added or self.today)

    def day(self, *, papers: int = 1) -> Run:
        """The next day: somebody adds papers, and the daily run comes."""
        self.today += timedelta(days=1)
        moment = datetime.combine(self.today, datetime.min.time(), UTC) + timedelta(hours=6)
        self.world.environment["SOURCE_DATE_EPOCH"] = str(int(moment.timestamp()))
        if papers:
            files: dict[str, str] = {}
            for _ in range(papers):
                files |= self.new_paper()
            self.forge.push(files, "Add papers")  # the daily run publishes it
        return self.daily()

    def daily(self) -> Run:
        """The daily run, and what it starts."""
        run = Run(self.world, "daily", "schedule").go()
        self.send()
        return run

    def pushed(self, files: dict[str, str], message: str, branch: str = "main") -> Run | None:
        """A person pushes; on main that starts a publication."""
        self.forge.push(files, message, branch)
        return self.publish() if branch == "main" else None

    def publish(self) -> Run:
        """A publication that a person's push started, and what it starts."""
        run = Run(self.world, "publish", "push").go()
        self.send()
        return run

    def send(self, **inputs: str) -> Run:
        """A run that sends: after a publication, or by hand."""
        return Run(self.world, "send", "workflow_dispatch" if inputs else "workflow_run", inputs).go()

    def merge(self, number: int) -> None:
        """A person merges a pull request."""
        pulls = self.forge.pulls
        [pull] = [each for each in pulls if each["number"] == number]
        desk = self.forge.place / "desk"
        self.forge.git("clone", "--quiet", str(self.forge.origin), str(desk), at=self.forge.place)
        self.forge.git("merge", "--quiet", "--no-edit", f"origin/{pull['head']['ref']}", at=desk)
        self.forge.git("push", "--quiet", "origin", "HEAD:main", f":refs/heads/{pull['head']['ref']}", at=desk)
        shutil.rmtree(desk)
        pull["state"] = "closed"
        self.forge.write(pulls=pulls)
        self.publish()

    def protect_main(self) -> None:
        """From now on main takes no push from the workflows, until MAY is set; a person's it does."""
        hook = self.forge.origin / "hooks/update"
        hook.write_text(PROTECTED)
        hook.chmod(0o755)

    # ---- what became of it ----

    @property
    def drafts(self) -> list[int]:
        """The open pull requests of issues."""
        return [
            each["number"]
            for each in self.forge.pulls
            if each["state"] == "open" and re.fullmatch(r"issue-\d{4}-\d\d-\d\d", each["head"]["ref"])
        ]

    @property
    def told(self) -> dict[str, str]:
        """The open issues by which people are told, by their keys."""
        ours = [each for each in self.forge.issues if each["state"] == "open"]
        return {each["body"].split()[3]: each["title"] for each in ours if "paper-digest: tell" in each["body"]}

    @property
    def issues(self) -> list[str]:
        """The issues on main."""
        listed = self.forge.git("ls-tree", "-r", "--name-only", "main", "content/issues").split()
        return [Path(each).stem for each in listed]

    @property
    def letters(self) -> Counter[tuple[str, str]]:
        """How often each reader got each issue."""
        found: Counter[tuple[str, str]] = Counter()
        for address, raw in self.office.taken:
            issue = re.search(rb"/issues/(\d{4}-\d\d-\d\d)/", quopri.decodestring(raw))
            assert issue, raw
            found[issue[1].decode(), address] += 1
        return found

    def expected(self, *readers: str) -> dict[tuple[str, str], int]:
        """Every issue on main, once to each reader."""
        return {(issue, reader): 1 for issue in self.issues for reader in readers or READERS}

    def is_current(self) -> bool:
        """Whether what is online is what is on main, but for the ledgers."""
        paths = ("--", ".", ":!content/published.json", ":!content/sent")
        return self.forge.git("diff", "--name-only", self.world.deployments[-1], "main", *paths) == ""

    def snapshots(self) -> list[str]:
        """The days of which main holds counts."""
        listed = self.forge.git("ls-tree", "-r", "--name-only", "main", "content/metrics").split()
        return [Path(each).stem for each in listed]


PROTECTED = """#!/bin/sh
[ "$1" != refs/heads/main ] || [ -n "$MAY" ] || [ "$GIT_COMMITTER_NAME" = Ada ] || { echo "GH006" >&2; exit 1; }
"""

MKDOCS = yaml.safe_dump(
    {
        "site_name": "Test Digest", "site_url": "https://digest.example/sub/", "edit_uri": "edit/main/",
        "repo_url": "https://code.example/team/digest",
    }
)  # fmt: skip
