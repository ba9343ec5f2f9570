"""Asking for counts, day after day: anew each time, but as “has it changed since?”; and no further once a server asks.

`Web` remembers answers for a day and does not look at the servers' limits. Counts are wanted as they are now, and of as
many papers as a server lets one ask for: what it did not say in this run, it can say in the next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from paper_digest.catalog.snapshots import LARGEST_COUNT
from paper_digest.importing.web import FetchFailed, NotFound, Web

if TYPE_CHECKING:
    import httpx
    from httpx_retries import Retry

REMEMBERED_FOR = 40 * 24 * 60 * 60
"""Seconds for which an answer is kept, to ask whether it has changed."""
REFUSED = frozenset({401, 403, 429})
"""The statuses after which a server is asked no more in this run."""
MOST_IN_VAIN = 3
"""After so many failures in a row the trouble is the server's, and not that of one question."""


class CountingWeb(Web):
    """A `Web` that asks with the ETag of the last answer, sends tokens, and knows when a server has had enough.

    `tokens` are sent to the hosts that they are of, and to no others. They are added below the cache, which therefore
    never holds one. The other settings are those of `Web`.
    """

    def __init__(self, repo_url: str, *, tokens: Mapping[str, str | None] | None = None, **settings: Any) -> None:
        super().__init__(repo_url, **settings)
        self._tokens = {host: token for host, token in (tokens or {}).items() if token}
        self._spent: dict[str, str] = {}

    def spent(self, host: str) -> str | None:
        """What to say when a host has said that no more questions are left; None as long as there are some."""
        return self._spent.get(host)

    def _request(
        self, method: str, url: str, accept: str, extensions: dict[str, object], data: object = None
    ) -> httpx.Request:
        """A GET asks whether the remembered answer still holds, and does not insist when told to slow down."""
        from hishel import CacheOptions

        if method != "GET":
            return super()._request(method, url, accept, extensions, data)
        anew = {"rfc": CacheOptions(shared=False), "ttl": REMEMBERED_FOR}
        extensions = {**extensions, "caching": anew, "retry": self._not_insisting()}
        request = super()._request(method, url, accept, extensions, data)
        request.headers["Cache-Control"] = "no-cache"
        return request

    def _not_insisting(self) -> Retry:
        from paper_digest.importing.web import ATTEMPTS

        retry = self._retry(ATTEMPTS)
        retry.status_forcelist -= REFUSED
        return retry

    def _remembered(self, request: httpx.Request) -> httpx.Response:
        answer = super()._remembered(request)
        # Servers differ in whether the last question that they answer is followed by a refusal.
        if answer.headers.get("x-ratelimit-remaining") == "0":
            host = request.url.host
            self._spent[host] = f"{host} answers no more questions{_until(answer.headers.get('x-ratelimit-reset'))}"
        return answer

    def _patient(self) -> httpx.BaseTransport:
        import httpx

        below, tokens = super()._patient(), self._tokens

        class WithTokens(httpx.BaseTransport):
            def handle_request(self, request: httpx.Request) -> httpx.Response:
                token = tokens.get(request.url.host)
                return below.handle_request(_with_token(request, token) if token else request)

        return WithTokens()


def _with_token(request: httpx.Request, token: str) -> httpx.Request:
    """A copy of the request: what the cache writes down is the other one."""
    import httpx

    headers = {**request.headers, "authorization": f"Bearer {token}"}
    return httpx.Request(
        request.method, request.url, headers=headers, stream=request.stream, extensions=request.extensions
    )


def _until(seconds: str | None) -> str:
    """When a server lets one ask again, from the seconds of the epoch that it tells; nothing when it tells nonsense."""
    try:
        return f" before {datetime.fromtimestamp(int(seconds or ''), UTC):%H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return ""


# ---- many questions, one after the other -----------------------------------------------------------------------------


@dataclass
class Counted:
    """What one source said, by what it was asked for."""

    counts: dict[str, int] = field(default_factory=dict)
    answers: int = 0
    """How often it answered, even if only that it knows no such thing."""
    notes: list[str] = field(default_factory=list)
    """What a curator may want to know: a sentence each."""


def count(value: object) -> int | None:
    """A count of an answer: a whole number from 0 on, or else nothing."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and isinstance(value, int) and 0 <= value <= LARGEST_COUNT else None


Take = Callable[[str, object, Counted], None]


def one_by_one(
    web: CountingWeb, host: str, targets: Sequence[str], address: Callable[[str], str], take: Take, *, missing: str = ""
) -> Counted:
    """Ask a host for each of many things, until it has had enough, cannot be reached, or fails again and again.

    `take` is given a thing, the answer, and where to put its count. `missing` is what to say of a thing that the host
    does not know, with its name for `{}`; nothing when that is no news.
    """
    counted, in_vain = Counted(), 0
    for position, target in enumerate(targets):
        if spent := web.spent(host):
            _leave_the_rest(counted, spent, len(targets) - position)
            break
        try:
            answer = web.json(address(target))
        except NotFound:
            counted.answers += 1
            in_vain = 0
            counted.notes += [missing.format(target)] if missing else []
        except FetchFailed as failed:
            in_vain += 1
            refused = web.spent(host) or (failed.status is None or failed.status in REFUSED)
            if refused or in_vain == MOST_IN_VAIN:
                _leave_the_rest(counted, web.spent(host) or str(failed), len(targets) - position)
                break
            counted.notes.append(f"{target}: {failed}")
        else:
            counted.answers += 1
            in_vain = 0
            take(target, answer, counted)
    return counted


def _leave_the_rest(counted: Counted, why: str, left: int) -> None:
    counted.notes.append(f"{why}; not counted in this run: {left}")
