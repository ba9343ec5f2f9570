"""Sending through a provider that keeps the list of readers: a draft is made there, and started when that is asked for.

The ledger remembers the provider's id, and the provider is asked what became of it: so no message is made or started a
second time. A request whose answer was lost is not made again by itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from paper_digest.delivery.environment import Api, CannotSend
from paper_digest.delivery.ledger import EVERYBODY, Entry, Ledger, Step, draft_of
from paper_digest.delivery.words import own_words, texts

if TYPE_CHECKING:
    import httpx

ATTEMPTS = 4
LONGEST_WAIT = 60.0
PAGES = 50
_TO_BE_TRIED_AGAIN = (429, 500, 502, 503, 504)

Say = Callable[[str], None]


class Lost(Exception):  # noqa: N818 - it says what happened
    """A request was made and no answer came, or one of a server in trouble: it may or may not have been carried out."""


class Refused(Exception):  # noqa: N818 - it says what happened
    """A request was certainly not carried out. `status` is the server's, if it was reached."""

    def __init__(self, sentence: str, status: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status


class State(Enum):
    """How it stands with a message at a provider."""

    DRAFT = "draft"
    STARTED = "started"
    GONE = "gone"


@dataclass(frozen=True)
class Held:
    """A message that a provider has."""

    ref: str
    state: State
    letter: str = ""
    """The fingerprint of what it was made of, if it says so."""


class Provider(Protocol):
    """What a provider can be asked for. Questions raise CannotSend; what changes something raises Refused or Lost."""

    name: str

    @property
    def fingerprint(self) -> str:
        """What tells this letter from another one."""

    def find(self) -> Held | None:
        """The issue's message, if the provider has it."""

    def state(self, ref: str) -> State:
        """How it stands with a message."""

    def prepare(self) -> None:
        """Ask for what a draft needs. Raises CannotSend."""

    def create(self) -> str:
        """Make a draft, and tell its id."""

    def start(self, ref: str) -> None:
        """Have a draft sent."""

    def create_test(self) -> str:
        """Make a draft that is for a test alone, and tell its id."""

    def send_test(self, ref: str, address: str) -> None:
        """Have a draft sent to one address, and to nobody else."""

    def remove(self, ref: str) -> None:
        """Delete a draft."""

    def facts(self) -> list[str]:
        """What the letter is like."""

    def described(self, *, live: bool) -> list[str]:
        """Every request that would be made: method, address, and what the body holds."""


class Http:
    """A client of one API. A context manager, since it holds connections.

    What asks is tried again within bounds; what changes something is asked for once. The key is in no message.
    """

    def __init__(
        self,
        api: Api,
        name: str,
        sleep: Callable[[float], object],
        *,
        timeout: float = 30.0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        import httpx

        self.api, self._name, self._sleep = api, name, sleep
        self._client = httpx.Client(
            headers={"Authorization": api.authorization, "Accept": "application/json", **(headers or {})},
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
            follow_redirects=False,  # the key goes where it was meant to, and nowhere else
            trust_env=api.url.startswith("https:"),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(
        self, path: str, parameters: Mapping[str, str | int], nothing_there: Sequence[int] = (404, 410)
    ) -> object | None:
        """The JSON at a path; None when there is nothing there. Raises CannotSend."""
        answer = self._answer(path, parameters)
        if answer.status_code in nothing_there:
            return None
        if not answer.is_success:
            raise CannotSend(self._meaning(answer))
        return self._parsed(answer)

    def change(self, method: str, path: str, data: Mapping[str, object] | None = None) -> object:
        """Ask for a change, once; the JSON of the answer, None when it is not understood. Raises Refused or Lost."""
        import httpx

        try:
            answer = self._client.request(method, self.api.url + path, json=data and dict(data))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol):
            raise Refused(f"{self._name} cannot be reached.") from None
        except httpx.HTTPError:
            raise Lost(f"{self._name} gave no answer.") from None
        if answer.status_code >= 500:
            raise Lost(f"{self._name} answered {answer.status_code}.")
        if not answer.is_success:
            raise Refused(self._meaning(answer, data or {}), answer.status_code)
        with suppress(CannotSend):
            return self._parsed(answer)
        return None

    def _answer(self, path: str, parameters: Mapping[str, str | int]) -> httpx.Response:
        import httpx

        for attempt in range(1, ATTEMPTS + 1):
            wait = 2.0**attempt
            try:
                answer = self._client.get(self.api.url + path, params=dict(parameters))
                if answer.status_code not in _TO_BE_TRIED_AGAIN or attempt == ATTEMPTS:
                    return answer
                wait = _wanted_wait(answer) or wait
            except httpx.HTTPError:
                if attempt == ATTEMPTS:
                    raise CannotSend(f"{self._name} gave no answer, {ATTEMPTS} times. Nothing was sent.") from None
            self._sleep(min(wait, LONGEST_WAIT))
        raise AssertionError("the last attempt ends the loop")

    def _meaning(self, answer: httpx.Response, sent: Mapping[str, object] | None = None) -> str:
        """A refusal in words; the server's own, where the status does not say it all."""
        status = answer.status_code
        if status in {401, 403}:
            return f"{self._name} does not accept the key ({status}): look at what is set in the environment."
        if status == 429:
            return f"{self._name} asks to slow down (429): try again in some minutes."
        if 300 <= status < 400:
            return f"{self._name} is somewhere else ({status}): correct its address in the environment."
        said = ""
        with suppress(CannotSend):
            said = own_words(self._parsed(answer), [self.api.authorization, *texts(sent or {})])
        return f"{self._name} said {status}: {said}" if said else f"{self._name} said {status}."

    def _parsed(self, answer: httpx.Response) -> object:
        try:
            return json.loads(answer.content)
        except (ValueError, RecursionError):
            raise CannotSend(f"{self._name} sent an answer that is no JSON: is its address right?") from None


def _wanted_wait(answer: httpx.Response) -> float:
    with suppress(ValueError):
        return max(0.0, float(answer.headers.get("retry-after", "")))
    return 0.0


def fingerprint(*parts: str) -> str:
    """A short hash of what a letter says."""
    return sha256("\0".join(parts).encode()).hexdigest()[:16]


class Delivery:
    """An issue on its way through a provider. `deliver` tells what came of it, and whether that is certain."""

    def __init__(self, provider: Provider, ledger: Ledger, say: Say) -> None:
        self._provider, self._ledger, self._say = provider, ledger, say

    def deliver(self, *, live: bool, unknown_too: bool) -> bool:
        """Make the draft, and start it when `live`. Whether all of it is certain now.

        Raises CannotSend and Refused when nothing was changed.
        """
        last = self._ledger.standing().get(EVERYBODY)
        if last and last.step is Step.SENT:
            self._say(f"It was sent before, via {self._provider.name} ({last.ref}). There is nothing to do.")
            return True
        held = self._held(last, unknown_too=unknown_too)
        if held is None:
            return False
        if held.state is State.STARTED:
            self._note(Step.SENT, held.ref)
            self._say(f"{self._provider.name} has sent it, or is about to ({held.ref}). There is nothing to do.")
            return True
        if not live:
            self._say(f"{self._provider.name} has it as a draft ({held.ref}). --live sends it.")
            return True
        return self._started(held.ref)

    def _held(self, last: Entry | None, *, unknown_too: bool) -> Held | None:
        """The message at the provider, made if there is none; None when nobody knows whether there is one."""
        provider = self._provider
        if last and last.ref:
            state = provider.state(last.ref)
            if state is not State.GONE:
                self._is_still_the_same(last.ref, state)
                return Held(last.ref, state)
            self._say(f"{last.ref} is no longer there.")
        found = provider.find()
        if found:
            self._note(Step.DRAFTED, found.ref, found.letter)
            self._is_still_the_same(found.ref, found.state)
            return found
        if last and last.step in {Step.INTENT, Step.UNKNOWN} and not unknown_too:
            what = "Sending" if last.ref else "A draft"
            self._say(
                f"{what} was asked for before, and no answer came; {provider.name} does not list it. "
                "Look there; if nothing was sent, --unknown-too makes it again."
            )
            return None
        return self._created()

    def _is_still_the_same(self, ref: str, state: State) -> None:
        draft = draft_of(self._ledger.entries, ref)
        if state is State.DRAFT and draft and draft.letter != self._provider.fingerprint:
            raise CannotSend(
                f"The issue was changed since its draft was made. Delete the draft {ref} at {self._provider.name} "
                "and run this again, or send that one there by hand."
            )

    def _created(self) -> Held | None:
        provider = self._provider
        provider.prepare()
        self._ledger.append(Step.INTENT, via=provider.name, who=EVERYBODY)
        try:
            ref = provider.create()
        except Refused as refused:
            self._ledger.append(Step.GIVEN_UP, via=provider.name, who=EVERYBODY, reply=str(refused.status or ""))
            raise
        except Lost as lost:
            self._note(Step.UNKNOWN)
            self._say(f"{lost} It may have made the draft. Run this again to look; it is not made twice.")
            return None
        self._note(Step.DRAFTED, ref, provider.fingerprint)
        self._say(f"Made a draft at {provider.name}: {ref}.")
        return Held(ref, State.DRAFT)

    def _started(self, ref: str) -> bool:
        provider = self._provider
        self._note(Step.INTENT, ref)
        try:
            provider.start(ref)
        except Refused as refused:
            reply = str(refused.status or "")
            self._ledger.append(Step.GIVEN_UP, via=provider.name, who=EVERYBODY, ref=ref, reply=reply)
            raise
        except Lost as lost:
            return self._after_loss(ref, lost)
        self._note(Step.SENT, ref)
        self._say(f"{provider.name} is sending it ({ref}).")
        return True

    def _after_loss(self, ref: str, lost: Lost) -> bool:
        """The provider knows best whether it began."""
        self._note(Step.UNKNOWN, ref)
        with suppress(CannotSend):
            if self._provider.state(ref) is State.STARTED:
                self._note(Step.SENT, ref)
                self._say(f"{lost} But it has begun to send ({ref}).")
                return True
        self._say(f"{lost} It may or may not have begun to send {ref}. Run this again to look.")
        return False

    def _note(self, step: Step, ref: str = "", letter: str = "") -> None:
        self._ledger.append(step, via=self._provider.name, who=EVERYBODY, ref=ref, letter=letter)
