"""What the tests of sending share: a digest with an issue, a post office, and the secrets of both."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from paper_digest.delivery.command import Order, Outcome, Surroundings, send
from paper_digest.delivery.smtp import Patience
from paper_digest.digest.site import Site
from tests.conftest import MakeDigest, site_of
from tests.delivery.post_office import PASSWORD, USER, Certificate, PostOffice, open_office

DAY = "2026-11-20"
KEY = "ledger-key-that-nobody-else-knows-0123456789"
NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
LEAVE = "https://leave.example/out?list=all&who={token}"
HOSTILE = "Sums {{ 7*7 }}, {% load evil %}, {# note #} & *|FNAME|* <script>pwned()</script>"
ISSUE = (
    'number: 1\ntitle: One\nsubject: "Letter {{ 7*7 }} für *|FNAME|*"\npreheader: In short\n'
    "intro: See [this](https://link.example/a?b={{7*7}}).\nentries: [a, b]\n"
)
FILES = {
    "content/papers/a.yaml": f"title: '{HOSTILE}'\nabstract: x\ncategories: [vision]\n",
    "content/papers/b.yaml": 'title: "Two\\x0d\\x0aBcc: evil@example.org {{{ x"\nabstract: x\ncategories: [vision]\n',
    f"content/issues/{DAY}.yaml": ISSUE,
}


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder = tmp_path_factory.mktemp("certificate")
    made = Certificate(folder / "cert.pem", folder / "key.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    subprocess.run([*command, *names, "-keyout", made.key, "-out", made.pem], check=True, capture_output=True)
    return made


@pytest.fixture
def office(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """A post office whose certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.pem))
    with open_office(certificate) as opened:
        yield opened


@pytest.fixture
def root(make_digest: MakeDigest) -> Path:
    return make_digest(FILES)


@pytest.fixture
def site(root: Path) -> Site:
    return leaving_at(site_of(root), LEAVE)


def leaving_at(site: Site, template: str | None) -> Site:
    """The site with a sender, and an unsubscribe address."""
    digest = site.catalog.digest
    sender = f"Test Digest <digest@{site.identity.host}>"
    email = digest.email.model_copy(update={"unsubscribe_url": template, "sender": sender})
    return replace(site, catalog=replace(site.catalog, digest=digest.model_copy(update={"email": email})))


class Sender:
    """Gives the command, as a person would who has set everything up; keeps what was said."""

    def __init__(self, root: Path, site: Site, environment: dict[str, str], recipients: Path) -> None:
        self.root, self.site, self.environment, self.recipients = root, site, environment, recipients
        self.said: list[str] = []
        self.slept: list[float] = []
        self.patience = Patience(command=5, last=5)
        self.timeout = 5.0
        self.now = NOW

    def to(self, *lines: str) -> Sender:
        """Write the file of the recipients."""
        self.recipients.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        return self

    def __call__(self, via: Any = "smtp", **asked: Any) -> Outcome:
        self.said, self.slept = [], []
        order = Order(asked.pop("issue", DAY), via, **{"to": self.recipients if via == "smtp" else None, **asked})
        around = Surroundings(
            self.environment, lambda: self.now, self.said.append, self.slept.append, self.patience, self.timeout
        )
        return send(self.root, self.site, order, around)

    @property
    def words(self) -> str:
        """All that was said."""
        return "\n".join(self.said)

    @property
    def ledger(self) -> str:
        """The ledger as it is on disk."""
        path = self.root / "content" / "sent" / f"{DAY}.jsonl"
        return path.read_text("utf-8") if path.exists() else ""

    def steps(self) -> list[str]:
        """The steps in the ledger, with their replies."""
        import json

        entries = [json.loads(line) for line in self.ledger.splitlines()]
        return [f"{entry['step']} {entry.get('reply', '')}".strip() for entry in entries]


def smtp_environment(port: int) -> dict[str, str]:
    return {
        "DIGEST_LEDGER_KEY": KEY,
        "DIGEST_SMTP_HOST": "127.0.0.1",
        "DIGEST_SMTP_PORT": str(port),
        "DIGEST_SMTP_USER": USER,
        "DIGEST_SMTP_PASSWORD": PASSWORD,
    }


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A place for a file outside the digest."""
    folder = tmp_path_factory.mktemp("outside")
    return lambda name: folder / name


@pytest.fixture
def sender(root: Path, site: Site, office: PostOffice, outside: Callable[[str], Path]) -> Sender:
    """Sends by SMTP to the post office."""
    return Sender(root, site, smtp_environment(office.port), outside("readers.txt"))
