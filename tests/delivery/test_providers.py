import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from paper_digest.catalog.sent import read_claims, read_finished
from paper_digest.delivery.environment import CannotSend
from paper_digest.delivery.ledger import Ledger
from paper_digest.delivery.providers import Http
from paper_digest.digest.site import Site
from tests.conftest import site_of
from tests.delivery import providers_played
from tests.delivery.conftest import DAY, ISSUE, KEY, Sender
from tests.delivery.providers_played import (
    BUTTONDOWN_KEY,
    CUT,
    LIST,
    LISTMONK_TOKEN,
    STALL,
    SUBSCRIBER,
    Json,
    Played,
    playing,
)


@dataclass
class Service:
    """A provider, and who sends through it."""

    name: str
    played: Played
    sender: Sender
    starting: str
    """The method by which a draft is started."""

    def __call__(self, **asked: object) -> int:
        return self.sender(self.name, **asked).exit_code

    @property
    def statuses(self) -> list[str]:
        return [message["status"] for message in self.played.messages]

    @property
    def has_begun(self) -> list[bool]:
        return [status != "draft" for status in self.statuses]


@pytest.fixture(params=["buttondown", "listmonk"])
def service(
    request: pytest.FixtureRequest, root: Path, site: Site, outside: Callable[[str], Path]
) -> Iterator[Service]:
    with playing(getattr(providers_played, request.param)) as played:
        environment = {
            "DIGEST_LEDGER_KEY": KEY,
            "BUTTONDOWN_API_KEY": BUTTONDOWN_KEY,
            "BUTTONDOWN_URL": played.base,
            "LISTMONK_URL": f"{played.base}/",
            "LISTMONK_USER": "digest",
            "LISTMONK_TOKEN": LISTMONK_TOKEN,
            "LISTMONK_LISTS": "3, 5",
        }
        sender = Sender(root, site, environment, outside("unused"))
        yield Service(request.param, played, sender, {"buttondown": "PATCH", "listmonk": "PUT"}[request.param])


def test_without_live_there_is_a_draft_and_nothing_more(service: Service) -> None:
    assert service() == 0
    assert service.has_begun == [False]
    assert [method for method, _ in service.played.changes()] == ["POST"]
    assert "--live sends it" in service.sender.words


def test_a_draft_is_made_once(service: Service) -> None:
    service()
    asked = len(service.played.changes())
    assert service() == 0
    assert len(service.played.changes()) == asked
    assert len(service.played.messages) == 1


def test_live_sends_once(service: Service) -> None:
    assert service(live=True) == 0
    assert service.has_begun == [True]
    asked = list(service.played.asked)
    assert service(live=True) == 0
    assert service() == 0
    assert service.played.asked == asked, "what was sent is not even asked about"
    assert [method for method, _ in service.played.changes()] == ["POST", service.starting]


def test_live_sends_the_draft_that_is_there(service: Service) -> None:
    service()
    assert service(live=True) == 0
    assert service.has_begun == [True]


def test_a_draft_is_found_although_the_ledger_was_lost(service: Service) -> None:
    others: list[Json] = [
        {"id": number, "status": "sent", "metadata": {}, "tags": ["other"]} for number in ("90", "91", "92", "93")
    ]
    service.played.messages += others
    service()
    (service.sender.root / "content" / "sent" / f"{DAY}.jsonl").unlink()
    assert service(live=True) == 0
    assert len(service.played.messages) == 5
    assert service.statuses.count("draft") == 0


def test_what_somebody_sent_by_hand_is_not_sent_again(service: Service) -> None:
    service()
    service.played.messages[0]["status"] = "sent" if service.name == "buttondown" else "finished"
    assert service(live=True) == 0
    assert [method for method, _ in service.played.changes()] == ["POST"]
    assert service.sender.steps()[-2:] == ["sent", "done"]


def test_a_draft_that_somebody_deleted_is_made_anew(service: Service) -> None:
    service()
    service.played.messages.clear()
    assert service() == 0
    assert len(service.played.messages) == 1


def test_a_draft_of_an_older_text_is_not_sent(service: Service) -> None:
    service()
    issue = service.sender.root / "content" / "issues" / f"{DAY}.yaml"
    issue.write_text(ISSUE.replace("title: One", "title: Another"), "utf-8")
    service.sender.site = site_of(service.sender.root)
    with pytest.raises(CannotSend, match="Delete the draft"):
        service(live=True)
    assert service.has_begun == [False]
    service.played.messages.clear()
    assert service(live=True) == 0
    assert "Another" in str(service.played.messages[0]["body"])


def test_a_draft_of_an_older_text_is_not_sent_though_the_run_that_made_it_died_with_its_ledger(
    service: Service,
) -> None:
    service()
    (service.sender.root / "content" / "sent" / f"{DAY}.jsonl").unlink()
    issue = service.sender.root / "content" / "issues" / f"{DAY}.yaml"
    issue.write_text(ISSUE.replace("title: One", "title: Another"), "utf-8")
    service.sender.site = site_of(service.sender.root)
    for _ in range(2):
        with pytest.raises(CannotSend, match="Delete the draft"):
            service(live=True)
    assert service.has_begun == [False]
    service.played.messages.clear()
    assert service(live=True) == 0


@pytest.mark.parametrize("fault", [429, 500, 503, CUT])
def test_questions_are_asked_again_within_bounds(service: Service, fault: int) -> None:
    service.played.faults["GET"] = [fault, fault]
    assert service() == 0
    assert len(service.sender.slept) == 2
    service.played.messages.clear()
    service.played.faults["GET"] = [fault] * 4
    with pytest.raises(CannotSend):
        service()
    assert len(service.sender.slept) == 3
    assert service.played.messages == []


@pytest.mark.parametrize("fault", [400, 401, 404, 422, 429])
def test_a_refused_draft_is_said_and_can_be_tried_again(service: Service, fault: int) -> None:
    service.played.faults["POST"] = [fault]
    with pytest.raises(CannotSend, match=str(fault)):
        service()
    assert service() == 0
    assert len(service.played.messages) == 1


@pytest.mark.parametrize("fault", [500, 502, CUT, STALL])
def test_a_draft_whose_answer_was_lost_is_looked_for_and_not_made_twice(service: Service, fault: int) -> None:
    service.sender.timeout = 0.5
    service.played.faults["POST"] = [fault]
    assert service(live=True) == 3
    assert service.has_begun == [False], "a draft nobody knows of is not started"
    assert service(live=True) == 0
    assert service.has_begun == [True]
    assert [method for method, _ in service.played.changes()].count("POST") == 1


def test_a_draft_that_nobody_knows_of_is_not_made_again_unasked(service: Service) -> None:
    service.played.faults["POST"] = [500]
    service()
    service.played.messages.clear()
    assert service() == 3
    assert service.played.messages == []
    assert "--unknown-too" in service.sender.words
    assert service(unknown_too=True) == 0
    assert len(service.played.messages) == 1


@pytest.mark.parametrize("fault", [500, CUT, STALL])
def test_a_start_whose_answer_was_lost_is_not_repeated(service: Service, fault: int) -> None:
    service.sender.timeout = 0.5
    service.played.faults[service.starting] = [fault]
    assert service(live=True) == 0, "the provider says that it has begun"
    assert service(live=True) == 0
    assert [method for method, _ in service.played.changes()] == ["POST", service.starting]


def test_a_start_of_which_nothing_is_known_is_reported_and_asked_about_by_the_next_run(service: Service) -> None:
    service.played.faults = {service.starting: [500], "GET": [0, 500, 500, 500, 500]}
    assert service(live=True) == 3
    assert "may or may not" in service.sender.words
    assert service(live=True) == 0
    assert [method for method, _ in service.played.changes()] == ["POST", service.starting]


def test_after_a_start_of_which_nothing_is_known_a_message_that_is_gone_is_not_made_again(service: Service) -> None:
    service.played.faults = {service.starting: [500], "GET": [0, 500, 500, 500, 500]}
    service(live=True)
    service.played.messages.clear()
    assert service(live=True) == 3
    assert service.played.messages == []


def test_a_key_that_does_not_open_is_said_and_not_shown(service: Service) -> None:
    service.sender.environment |= {"BUTTONDOWN_API_KEY": "wrong-s3cret", "LISTMONK_TOKEN": "wrong-s3cret"}
    with pytest.raises(CannotSend, match="does not accept the key") as refused:
        service()
    told = str(refused.value) + service.sender.words + service.sender.ledger
    assert "s3cret" not in told
    assert service.played.changes() == []


def test_neither_key_nor_letter_is_told(service: Service) -> None:
    service(dry=True, live=True)
    told = service.sender.words
    service(live=True)
    told += service.sender.words + service.sender.ledger
    for secret in (BUTTONDOWN_KEY, LISTMONK_TOKEN, KEY, "@"):
        assert secret not in told.replace("digest@digest.example", "")


def test_a_dry_run_asks_nothing_and_tells_every_request(service: Service) -> None:
    assert service(dry=True, live=True) == 0
    assert service.played.asked == []
    assert service.sender.ledger == ""
    requests = [line for line in service.sender.said if line.split()[0] in {"GET", "POST", "PATCH", "PUT"}]
    service(live=True)
    made = [method for method, _ in service.played.changes()]
    assert [line.split()[0] for line in requests if not line.startswith("GET")] == made
    for key in service.played.bodies[1]:
        assert key in requests[1]


def test_a_dry_run_tells_what_is_missing(service: Service) -> None:
    service.sender.environment = {}
    assert service(dry=True) == 1
    assert "DIGEST_LEDGER_KEY" in service.sender.words
    assert "BUTTONDOWN_API_KEY" in service.sender.words or "LISTMONK_URL" in service.sender.words


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_does_not_lead_the_key_elsewhere(service: Service, method: str) -> None:
    service.played.faults[method] = [302]
    with pytest.raises(CannotSend, match="302"):
        service()
    assert "/elsewhere" not in {path for _, path in service.played.asked}


def test_a_secret_travels_encrypted_only(service: Service) -> None:
    service.sender.environment |= {"BUTTONDOWN_URL": "http://mail.example", "LISTMONK_URL": "http://mail.example"}
    with pytest.raises(CannotSend, match="https://"):
        service()


def test_another_way_is_not_begun_beside_the_first(service: Service) -> None:
    service()
    other = "listmonk" if service.name == "buttondown" else "buttondown"
    with pytest.raises(CannotSend, match="--take-over"):
        service.sender(other, live=True)
    assert service.has_begun == [False]


def test_what_is_sent_is_in_the_shape_that_the_api_takes(service: Service) -> None:
    service()
    body = service.played.bodies[-1]
    if service.name == "buttondown":
        assert body["status"] == "draft"
        assert body["body"].lower().startswith("<!-- buttondown-editor-mode: fancy -->\n<!doctype html>")
        assert service.played.headers[-1]["x-api-version"] == "2026-04-01"
        assert body["body"].count('href="{{ unsubscribe_url }}"') == 1
    else:
        assert (body["type"], body["content_type"], body["lists"]) == ("regular", "html", [3, 5])
        assert body["from_email"] == "Test Digest <digest@digest.example>"
        assert body["body"].count('href="{{ UnsubscribeURL }}"') == 1
        assert "Unsubscribe: {{ UnsubscribeURL }}\n" in body["altbody"]
    assert "\n" not in body["subject"]
    assert json.loads(json.dumps(body)) == body


@pytest.mark.parametrize("service", ["listmonk"], indirect=True)
@pytest.mark.parametrize(("public", "numbers"), [(LIST, [9]), (LIST[::-1], None)])
def test_the_list_in_the_settings_is_found_by_its_public_id(
    service: Service, public: str, numbers: list[int] | None
) -> None:
    digest = service.sender.site.catalog.digest
    email = digest.email.model_copy(update={"list": public, "server": service.played.base})
    catalog = replace(service.sender.site.catalog, digest=digest.model_copy(update={"email": email}))
    service.sender.site = replace(service.sender.site, catalog=catalog)
    del service.sender.environment["LISTMONK_LISTS"], service.sender.environment["LISTMONK_URL"]
    if numbers is None:
        with pytest.raises(CannotSend, match="no list"):
            service()
        assert "intent" not in service.sender.steps(), "nothing was asked for that could be unknown"
    else:
        assert service() == 0
        assert service.played.messages[0]["lists"] == numbers


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"message": "Invalid list IDs."}, "said 400: Invalid list IDs."),
        ({"code": "subject_missing", "detail": "Say a subject."}, "said 400: Say a subject. / subject_missing"),
        ({"detail": [{"loc": ["body"], "msg": "field required"}]}, "said 400: field required"),
        ({"detail": "two\nlines\x07 ##[error]of ::warning:: `it`"}, "said 400: two lines [error]of warning it"),
        ({"detail": "No reader ada@readers.example, <b@c.example>"}, "said 400: No reader …"),
        ({"detail": "x " * 900}, "said 400: " + ("x " * 120).rstrip() + "…"),
        ({"other": 1}, "said 400."),
        ([], "said 400."),
    ],
)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_providers_own_words_are_told_without_what_they_quote(
    service: Service, method: str, answer: Json, told: str
) -> None:
    service.played.words, service.played.faults[method] = answer, [400]
    with pytest.raises(CannotSend) as refused:
        service(live=True)
    [reason] = refused.value.reasons
    assert reason.endswith(told)
    assert "@" not in reason


def test_what_was_sent_is_not_told_though_a_provider_quotes_it(service: Service) -> None:
    service.played.words = {"detail": "Subject 'Letter {\u2060{ 7*7 }} für *\u2060|FNAME|*' is odd"}
    service.played.faults["POST"] = [400]
    with pytest.raises(CannotSend, match="said 400: Subject … is odd"):
        service(live=True)


def test_a_key_that_a_provider_quotes_is_not_told(service: Service) -> None:
    service.played.words, service.played.faults["POST"] = (
        {"message": f"Bad: {BUTTONDOWN_KEY} digest:{LISTMONK_TOKEN} Token {BUTTONDOWN_KEY} {LISTMONK_TOKEN}"},
        [400],
    )
    with pytest.raises(CannotSend) as refused:
        service(live=True)
    assert "0123456789" not in str(refused.value)


def test_a_test_letter_is_sent_to_oneself_and_leaves_nothing_there(service: Service) -> None:
    del service.sender.environment["DIGEST_LEDGER_KEY"]
    assert service(test="Curator@digest.example") == 0 if service.name == "buttondown" else True
    assert service(test=SUBSCRIBER) == 0
    message, to = service.played.tests[-1]
    assert to == [SUBSCRIBER]
    assert message["subject"].startswith("[Test] Letter")
    assert service.played.messages == []
    assert not (service.sender.root / "content" / "sent").exists()
    assert SUBSCRIBER not in service.sender.words
    service.sender.environment["DIGEST_LEDGER_KEY"] = KEY
    assert service(live=True) == 0
    assert "[Test]" not in service.played.messages[0]["subject"]


@pytest.mark.parametrize("service", ["listmonk"], indirect=True)
def test_listmonk_sends_a_test_to_its_subscribers_alone_and_its_words_say_so(service: Service) -> None:
    with pytest.raises(CannotSend, match="No known subscribers given"):
        service(test="stranger@digest.example")
    assert service.played.messages == []


def test_a_draft_of_a_test_that_cannot_be_deleted_is_told(service: Service) -> None:
    service.played.faults["DELETE"] = [403]
    assert service(test=SUBSCRIBER) == 0
    assert "The draft of the test is still there" in service.sender.words
    assert service(live=True) == 0
    assert service.statuses[0] == "draft", "a test's draft is nobody's issue"
    assert len(service.played.messages) == 2


def test_a_test_of_which_no_answer_came_is_told(service: Service) -> None:
    service.played.faults["POST"] = [0, 500]
    assert service(test=SUBSCRIBER) == 3
    assert "may have been sent" in service.sender.words
    assert service.played.messages == []


def test_the_claim_of_a_dead_run_is_no_obstacle_where_the_provider_knows(service: Service) -> None:
    service(claim="78-1")
    service(live=True, claimed="78-1")
    path = service.sender.root / "content" / "sent" / f"{DAY}.jsonl"
    path.unlink()
    service(claim="78-1")  # all that was pushed of that run
    service(claim="79-1")
    assert service(live=True, claimed="79-1") == 0
    assert [method for method, _ in service.played.changes()] == ["POST", service.starting]
    assert read_finished(service.sender.root) == {DAY}
    assert read_claims(service.sender.root) == []


def test_a_draft_alone_finishes_nothing_and_what_is_uncertain_is_reported(service: Service) -> None:
    service()
    assert read_finished(service.sender.root) == set()
    service.played.faults = {service.starting: [500], "GET": [0, 500, 500, 500, 500]}
    report = service.sender(service.name, live=True).report
    assert "may or may not have begun" in report
    assert read_finished(service.sender.root) == set()
    assert service.sender(service.name, live=True).report == ""
    assert read_finished(service.sender.root) == {DAY}


class Crash(BaseException):
    """The end of the process, as far as the program can tell."""


def test_a_crash_between_any_two_steps_makes_and_sends_nothing_twice(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = {"count": 0, "fatal": 0}

    def watched(owner: type, name: str) -> None:
        original = getattr(owner, name)

        def step() -> None:
            steps["count"] += 1
            if steps["count"] == steps["fatal"]:
                raise Crash

        def called(*arguments: object, **named: object) -> object:
            step()
            result = original(*arguments, **named)
            step()
            return result

        monkeypatch.setattr(owner, name, called)

    watched(Ledger, "append")
    watched(Http, "change")
    crashed = True
    while crashed:
        steps["fatal"] += 1
        steps["count"] = 0
        (service.sender.root / "content" / "sent" / f"{DAY}.jsonl").unlink(missing_ok=True)
        service.played.messages.clear()
        service.played.asked.clear()
        try:
            service(live=True)
            crashed = False
        except Crash:
            code = service(live=True)
            # Only when the draft was never asked for, or never answered and is not there, is nobody sent anything.
            assert code == 0 or (code == 3 and service.played.messages == []), steps
        methods = [method for method, _ in service.played.changes()]
        assert methods.count("POST") <= 1, steps
        assert methods.count(service.starting) <= 1, steps
        assert service.has_begun in ([True], []), steps
    assert steps["fatal"] > 12
