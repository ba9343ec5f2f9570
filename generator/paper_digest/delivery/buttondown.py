"""Buttondown: an email of its API (https://docs.buttondown.com/api-emails-introduction), always made as a draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote

from paper_digest import urls
from paper_digest.catalog.records import Issue
from paper_digest.delivery.environment import CannotSend
from paper_digest.delivery.neutral import letter_for_provider, neutral_text
from paper_digest.delivery.providers import PAGES, Held, Http, Lost, State, fingerprint
from paper_digest.digest.site import Site
from paper_digest.words import text

NAME = "buttondown"
VERSION = "2026-04-01"
"""Of the API: the first in which an email is a draft unless something else is said."""
UNSUBSCRIBE = "{{ unsubscribe_url }}"
IDENTITY, LETTER = "paper_digest_issue", "paper_digest_letter"
_LOOKED_BACK = timedelta(days=31)
_AS_IT_IS = "<!-- buttondown-editor-mode: fancy -->\n"


class Buttondown:
    """An issue as an email at Buttondown. It is known there by its metadata."""

    name = NAME

    def __init__(self, http: Http, site: Site, issue: Issue, template: str = "") -> None:
        self._http = http
        self._since = issue.date - _LOOKED_BACK
        self._identity = urls.guid(site.catalog.digest.key, "sent", issue.key)
        letter, parts = letter_for_provider(site, issue, UNSUBSCRIBE)
        self.email: dict[str, object] = {
            "subject": letter.subject,
            "body": _AS_IT_IS + parts.html,
            "status": "draft",
            "email_type": "public",
            "description": neutral_text(text.plain(issue.preheader)),
            "canonical_url": urls.absolute(site.identity.url, urls.issue(issue.key)),
            **({"template": template} if template else {}),
        }
        self.email["metadata"] = {IDENTITY: self._identity, LETTER: self.fingerprint}

    @property
    def fingerprint(self) -> str:
        """What tells this letter from another one."""
        return fingerprint(str(self.email["subject"]), str(self.email["body"]))

    def find(self) -> Held | None:
        """The issue's email among those of the last weeks."""
        for page in range(1, PAGES + 1):
            asked: dict[str, str | int] = {"creation_date__start": self._since.isoformat(), "page": page}
            answer = self._http.ask("/emails", {**asked, "excluded_fields": "body"})
            if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
                raise CannotSend("Buttondown sent no list of emails, so that nobody knows whether it has this one.")
            for email in answer["results"]:
                if isinstance(email, dict) and self._is_ours(email):
                    return Held(str(email.get("id")), _state(email), str(email["metadata"].get(LETTER, "")))
            if not answer.get("next"):
                return None
        raise CannotSend("Buttondown has more emails of the last weeks than were looked through.")

    def state(self, ref: str) -> State:
        """How it stands with an email."""
        answer = self._http.ask(f"/emails/{quote(ref, safe='')}", {})
        return _state(answer) if isinstance(answer, dict) else State.GONE

    def prepare(self) -> None:
        """A draft needs nothing more."""

    def create(self) -> str:
        """Make the draft."""
        return self._created(self.email)

    def _created(self, email: Mapping[str, object]) -> str:
        answer = self._http.change("POST", "/emails", email)
        if isinstance(answer, dict) and answer.get("id"):
            return str(answer["id"])
        raise Lost("Buttondown's answer was not understood.")

    def start(self, ref: str) -> None:
        """Have it sent."""
        self._http.change("PATCH", f"/emails/{quote(ref, safe='')}", {"status": "about_to_send"})

    def create_test(self) -> str:
        """Make a draft for a test: nobody takes it for the issue's, and it is in no archive."""
        return self._created({**self.email, "metadata": {}, "email_type": "private"})

    def send_test(self, ref: str, address: str) -> None:
        """Have a draft sent to one address. Without recipients it would go to nobody."""
        self._http.change("POST", f"/emails/{quote(ref, safe='')}/send-draft", {"recipients": [address]})

    def remove(self, ref: str) -> None:
        """Delete a draft."""
        self._http.change("DELETE", f"/emails/{quote(ref, safe='')}")

    def facts(self) -> list[str]:
        """What the letter is like."""
        return [
            f"Subject: {self.email['subject']}",
            f"HTML: {len(str(self.email['body']).encode()):,} bytes; Buttondown makes the text part of it",
            f"Unsubscribe: {UNSUBSCRIBE}, which Buttondown fills in. The sender and the readers are those set there.",
        ]

    def described(self, *, live: bool) -> list[str]:
        """Every request that would be made."""
        base = self._http.api.url
        made = [
            f"GET {base}/emails?creation_date__start={self._since}: is it there already?",
            f"POST {base}/emails: {', '.join(self.email)}; status is draft",
        ]
        return [*made, f"PATCH {base}/emails/<id>: status, which becomes about_to_send"] if live else made

    def _is_ours(self, email: dict[str, object]) -> bool:
        metadata = email.get("metadata")
        return isinstance(metadata, dict) and metadata.get(IDENTITY) == self._identity and _state(email) != State.GONE


def _state(email: dict[str, object]) -> State:
    status = email.get("status")
    return State.DRAFT if status == "draft" else State.GONE if status == "deleted" else State.STARTED
