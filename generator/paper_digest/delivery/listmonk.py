"""listmonk: a campaign of its API (https://listmonk.app/docs/apis/campaigns/), which begins as a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from paper_digest import urls
from paper_digest.catalog.records import Issue
from paper_digest.delivery.environment import CannotSend
from paper_digest.delivery.neutral import for_go, letter_for_provider, neutral_text
from paper_digest.delivery.providers import Held, Http, Lost, State, fingerprint
from paper_digest.digest.site import Site

NAME = "listmonk"
UNSUBSCRIBE = "{{ UnsubscribeURL }}"
LETTER = "letter-"
"""What the tag begins with that says what a campaign was made of."""


class Listmonk:
    """An issue as a campaign in listmonk. It is known there by a tag."""

    name = NAME

    def __init__(
        self, http: Http, site: Site, issue: Issue, lists: Sequence[int | str], template: int | None = None
    ) -> None:
        self._http, self._lists = http, tuple(lists)
        self._tag = urls.guid(site.catalog.digest.key, "sent", issue.key)
        letter, parts = letter_for_provider(site, issue, UNSUBSCRIBE)
        parts = for_go(parts)
        self.campaign: dict[str, object] = {
            "name": f"{neutral_text(site.identity.name)} {issue.key}",
            "subject": letter.subject,
            "lists": list(lists),
            "from_email": f"{neutral_text(letter.sender_name)} <{letter.sender_address}>".strip(),
            "type": "regular",
            "content_type": "html",
            "body": parts.html,
            "altbody": parts.text,
            "messenger": "email",
            **({"template_id": template} if template else {}),
        }
        self.campaign["tags"] = [self._tag, f"{LETTER}{self.fingerprint}"]

    @property
    def fingerprint(self) -> str:
        """What tells this letter from another one."""
        parts = (str(self.campaign[part]) for part in ("subject", "body", "altbody"))
        return fingerprint(*parts, *map(str, self._lists))

    def find(self) -> Held | None:
        """The issue's campaign, by its tag."""
        answer = self._http.ask("/api/campaigns", {"tags": self._tag, "per_page": "all", "no_body": "true"})
        data = answer.get("data") if isinstance(answer, dict) else None
        results = data.get("results") if isinstance(data, dict) else None
        if not isinstance(results, list):
            raise CannotSend("listmonk sent no list of campaigns, so that nobody knows whether it has this one.")
        # Older versions know no such filter, and send all of them.
        for campaign in results:
            tags = [str(tag) for tag in campaign.get("tags") or ()] if isinstance(campaign, dict) else []
            if self._tag in tags:
                made_of = next((tag.removeprefix(LETTER) for tag in tags if tag.startswith(LETTER)), "")
                return Held(str(campaign.get("id")), _state(campaign), made_of)
        return None

    def state(self, ref: str) -> State:
        """How it stands with a campaign."""
        # What is not there is a bad request to it.
        answer = self._http.ask(f"/api/campaigns/{quote(ref, safe='')}", {}, nothing_there=(400, 404, 410))
        data = answer.get("data") if isinstance(answer, dict) else None
        return _state(data) if isinstance(data, dict) else State.GONE

    def prepare(self) -> None:
        """Ask for the number of the list of which the UUID is known alone."""
        if all(isinstance(each, int) for each in self._lists):
            return
        answer = self._http.ask("/api/lists", {"per_page": "all"})
        data = answer.get("data") if isinstance(answer, dict) else None
        results = data.get("results") if isinstance(data, dict) else None
        known = {each.get("uuid"): each.get("id") for each in results or () if isinstance(each, dict)}
        missing = next((each for each in self._lists if isinstance(each, str) and each not in known), None)
        if missing:
            raise CannotSend(f"listmonk shows us no list {missing}, which email.list names in digest.yaml.")
        self.campaign["lists"] = [known.get(each, each) for each in self._lists]

    def create(self) -> str:
        """Make the draft."""
        return self._created(self.campaign)

    def _created(self, campaign: Mapping[str, object]) -> str:
        answer = self._http.change("POST", "/api/campaigns", campaign)
        data = answer.get("data") if isinstance(answer, dict) else None
        if isinstance(data, dict) and data.get("id"):
            return str(data["id"])
        raise Lost("listmonk's answer was not understood.")

    def start(self, ref: str) -> None:
        """Have it sent."""
        self._http.change("PUT", f"/api/campaigns/{quote(ref, safe='')}/status", {"status": "running"})

    def create_test(self) -> str:
        """Make a draft for a test: nobody takes it for the issue's."""
        return self._created(self._for_test)

    def send_test(self, ref: str, address: str) -> None:
        """Have a draft sent to one address, which must be a subscriber's: listmonk takes the whole campaign again."""
        data = {**self._for_test, "subscribers": [address]}
        self._http.change("POST", f"/api/campaigns/{quote(ref, safe='')}/test", data)

    def remove(self, ref: str) -> None:
        """Delete a draft."""
        self._http.change("DELETE", f"/api/campaigns/{quote(ref, safe='')}")

    @property
    def _for_test(self) -> dict[str, object]:
        return {**self.campaign, "name": f"[Test] {self.campaign['name']}", "tags": []}

    def facts(self) -> list[str]:
        """What the letter is like."""
        sizes = {part: len(str(self.campaign[part]).encode()) for part in ("body", "altbody")}
        return [
            f"Subject: {self.campaign['subject']}",
            f"From: {self.campaign['from_email']}",
            f"HTML: {sizes['body']:,} bytes; text: {sizes['altbody']:,} bytes",
            f"Unsubscribe: {UNSUBSCRIBE}, which listmonk fills in",
        ]

    def described(self, *, live: bool) -> list[str]:
        """Every request that would be made."""
        base = f"{self._http.api.url}/api/campaigns"
        is_named = any(isinstance(each, str) for each in self._lists)
        made = [
            f"GET {base}?tags=…: is it there already?",
            *([f"GET {self._http.api.url}/api/lists: the number of the list"] if is_named else []),
            f"POST {base}: {', '.join(self.campaign)}; to the lists {', '.join(map(str, self._lists))}",
        ]
        return [*made, f"PUT {base}/<id>/status: status, which becomes running"] if live else made


def _state(campaign: dict[str, object]) -> State:
    """A cancelled campaign sent nothing more, and does not come back."""
    if campaign.get("status") == "cancelled":
        return State.GONE
    return State.DRAFT if campaign.get("status") == "draft" else State.STARTED
