"""Asking the web: politely, patiently, within bounds, and told in words when it fails.

Everything heavy is imported where it is used, so that a command that asks nothing pays nothing.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cached_property
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Self

from paper_digest.importing.found import SourceFailed
from paper_digest.importing.public import may_be_public

if TYPE_CHECKING:
    import httpx
    from httpx_retries import Retry

    from paper_digest.importing.network import Limit

LARGEST_BODY = 20_000_000
LARGEST_CACHE = 200_000_000
MOST_REDIRECTS = 5
ATTEMPTS = 4
AT_ONCE = 8
LONGEST_WAIT = 60.0  # seconds, for all waiting between the attempts of one request
LONGEST_CALL = 180.0  # seconds, for all of a call: connecting, headers, bodies, redirects, tries and waits
KEPT_FOR = 24 * 60 * 60
CACHE = "answers.db"
LONGEST_LOCK = 0.5  # seconds, until a cache that another command holds is done without
PAUSES = {
    "export.arxiv.org": 3.0,  # https://info.arxiv.org/help/api/tou.html
    "arxiv.org": 3.0,
    "api.semanticscholar.org": 1.0,  # https://www.semanticscholar.org/product/api
}
OTHER_PAUSE = 0.2
_TO_BE_TRIED_AGAIN = (429, 500, 502, 503, 504)

Check = Callable[[str], object]


class FetchFailed(SourceFailed):
    """The web gave no sound answer. `status` is the server's, when there was one."""

    def __init__(self, sentence: str, status: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status


class NotFound(FetchFailed):
    """The server knows no such thing."""


class Web:
    """A polite client of the web; a context manager, since it holds connections and a cache open.

    `repo_url` is told to the servers, so that they know whom to write to. Successful answers are kept for a day in the
    folder `cache`. `pauses` are the seconds between two requests to a host, and `backoff` the factor of the growing
    waits before a request is tried again; `longest_call` is the time for a call and all that belongs to it. `clock` and
    `sleep` can be replaced, so that nobody waits in tests.

    `mirror` is the base address of a caching proxy, as some institutions have: `https://host/path?query` is then asked
    for as `<mirror>/host/path?query`.
    """

    def __init__(
        self,
        repo_url: str,
        *,
        cache: Path | None = None,
        mirror: str | None = None,
        backoff: float = 0.5,
        connect_timeout: float = 10.0,
        read_timeout: float = 30.0,
        longest_call: float = LONGEST_CALL,
        pauses: Mapping[str, float] = PAUSES,
        other_pause: float = OTHER_PAUSE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._repo_url = repo_url
        self._cache = cache
        self._backoff = backoff
        self._timeouts = (connect_timeout, read_timeout)
        self._wire = _Wire(mirror, pauses, other_pause, longest_call, clock, sleep)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close what was opened."""
        for name in ("_remembering", "_asking"):
            if opened := self.__dict__.pop(name, None):
                opened.close()
        self._wire.close()

    # ---- what can be asked ----

    def text(self, url: str, accept: str = "text/plain", check: Check | None = None) -> str:
        """The text at an address. Raises FetchFailed, and NotFound when the server has nothing there.

        `check` judges the text before it is kept. It may raise a FetchFailed; the host is named before its sentence.
        """
        return _words(self._answer("GET", url, accept, check))

    def json(self, url: str) -> object:
        """The JSON at an address. Raises FetchFailed, and NotFound when the server has nothing there."""
        return _parsed(_words(self._answer("GET", url, "application/json", _parsed)))

    def post_json(self, url: str, data: object) -> object:
        """The JSON that answers a question put as JSON. Raises like `json`."""
        return _parsed(_words(self._answer("POST", url, "application/json", _parsed, data)))

    def status(self, url: str) -> int | None:
        """The status of a web address, after redirects; None when nobody answers.

        A refusal counts once it is confirmed by a GET: many servers answer HEAD wrongly. Bodies are not read.
        """
        with self._wire.limit.running():
            status = self._status("HEAD", url, attempts=1)
            return self._status("GET", url, attempts=2) if status is None or status >= 400 else status

    def statuses(self, urls: Sequence[str]) -> list[int | None]:
        """The status of each of many addresses, asked side by side."""
        # What the threads share is opened before they begin.
        assert self._asking
        self._wire.open()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(self.status, urls))

    def _status(self, method: str, url: str, attempts: int) -> int | None:
        import httpx

        extensions = {_UNREAD: True, "retry": self._retry(attempts)}
        try:
            return self._asking.send(self._request(method, url, "*/*", extensions)).status_code
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, FetchFailed):
            return None

    def _answer(self, method: str, url: str, accept: str, check: Check | None, data: object = None) -> httpx.Response:
        import httpx

        request = self._request(method, url, accept, {_CHECK: check}, data)
        host = _host(request)
        try:
            with self._wire.limit.running():
                answer = self._remembered(request)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:  # a redirect can lead to any letters
            raise _told(error, host) from None
        if not answer.is_success:
            raise _refused(answer, host)
        return answer

    def _request(
        self, method: str, url: str, accept: str, extensions: dict[str, object], data: object = None
    ) -> httpx.Request:
        return self._asking.build_request(method, url, headers={"Accept": accept}, json=data, extensions=extensions)

    def _remembered(self, request: httpx.Request) -> httpx.Response:
        """The answer from the cache or the web. A cache that is broken, or holds something broken, is done without."""
        import httpx

        if self._remembering is None:
            return self._asking.send(request)
        try:
            answer = self._remembering.send(request)
        except httpx.DecodingError:  # what the wire gives is unpacked, and so this was kept
            return self._asking.send(request)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, FetchFailed):
            raise
        except Exception:  # a damaged file makes the cache raise whatever its parsers meet
            return self._asking.send(request)
        return answer if _is_sound(answer, request) else self._asking.send(request)

    # ---- how it is asked: client → cache → attempts → wire ----

    @cached_property
    def _asking(self) -> httpx.Client:
        return self._client(self._patient())

    @cached_property
    def _remembering(self) -> httpx.Client | None:
        """A client with a cache, if there is one that can be used."""
        if self._cache is None or not _can_be_used(self._cache / CACHE):
            return None
        from hishel import SqliteStorage
        from hishel.httpx import CacheTransport

        # The cache logs with a traceback what it then does without; nobody need see that.
        logging.getLogger("hishel").addHandler(logging.NullHandler())
        storage = SqliteStorage(database_path=self._cache / CACHE, default_ttl=KEPT_FOR, max_size=LARGEST_CACHE)
        return self._client(CacheTransport(self._patient(), storage))

    def _client(self, transport: httpx.BaseTransport) -> httpx.Client:
        from importlib.metadata import version

        import httpx

        whose = f" (+{self._repo_url})" if self._repo_url else ""
        agent = f"paper-digest/{version('paper-digest')}{whose}"
        connect, read = self._timeouts
        return httpx.Client(
            transport=transport,
            headers={"User-Agent": agent, "Accept-Encoding": "gzip"},
            timeout=httpx.Timeout(read, connect=connect),
            follow_redirects=True,
            max_redirects=MOST_REDIRECTS,
        )

    def _patient(self) -> httpx.BaseTransport:
        """A transport that tries again. The wire reads bodies whole beneath it, so half a body is tried again too."""
        import httpx
        from httpx_retries import RetryTransport

        wire = self._wire

        class Once(httpx.BaseTransport):
            def handle_request(self, request: httpx.Request) -> httpx.Response:
                return wire.ask(request)

        return RetryTransport(Once(), self._retry(ATTEMPTS))

    def _retry(self, attempts: int) -> Retry:
        import httpx
        from httpx_retries import Retry

        limit = self._wire.limit

        class InTime(Retry):
            """Waits no longer than the call may take."""

            def sleep(self, response: httpx.Response | Exception) -> None:
                self.max_backoff_wait = min(self.max_backoff_wait, max(limit.left(), 0.001))
                super().sleep(response)

        broken = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError, httpx.DecodingError)
        return InTime(
            total=attempts - 1,
            allowed_methods=["HEAD", "GET", "POST"],  # a POST here asks, and changes nothing
            status_forcelist=_TO_BE_TRIED_AGAIN,
            retry_on_exceptions=broken,
            backoff_factor=self._backoff,
            backoff_jitter=0.5,
            max_backoff_wait=LONGEST_WAIT / 2,
            total_timeout=LONGEST_WAIT,
        )


# ---- one request -----------------------------------------------------------------------------------------------------

# What a request carries besides HTTP: that its body is of no interest, and what judges the body.
_UNREAD = "unread"
_CHECK = "check"
_OF_THE_WAY = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})


class _Wire:
    """Sends requests: after a pause, over the mirror if there is one; and reads the whole answer."""

    def __init__(
        self,
        mirror: str | None,
        pauses: Mapping[str, float],
        other_pause: float,
        longest_call: float,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
    ) -> None:
        self._longest_call = longest_call
        self._mirror = mirror.rstrip("/") if mirror else None
        self._pauses, self._other_pause = pauses, other_pause
        self._clock, self._sleep = clock, sleep
        self._ready: dict[str, float] = {}
        self._taking_turns = Lock()

    @cached_property
    def limit(self) -> Limit:
        """The time that each call has."""
        from paper_digest.importing.network import Limit

        return Limit(self._longest_call, self._clock)

    @cached_property
    def _client(self) -> httpx.Client:
        """It knows the proxies of the environment, which a mirror stands in for."""
        import httpx

        from paper_digest.importing.network import Transport

        return httpx.Client(transport=Transport(self.limit, to_mirror=self._mirror is not None), trust_env=False)

    def open(self) -> None:
        """Make ready to ask from several threads."""
        assert self._client

    def close(self) -> None:
        """Close the connections, if there were any."""
        if opened := self.__dict__.pop("_client", None):
            opened.close()

    def ask(self, request: httpx.Request) -> httpx.Response:
        """The answer, with its body. Raises httpx's errors, and FetchFailed when it is not worth asking again."""
        import httpx

        from paper_digest.importing.network import NotPublic, OutOfTime

        host, unread = _host(request), _UNREAD in request.extensions
        over_mirror = self._over_mirror(request)
        try:
            self._pause(host)
            with closing(self._client.send(over_mirror, stream=True)) as answer:
                body = b"" if unread else self._body(answer, host)
        except OutOfTime:
            raise FetchFailed(f"{host} answers too slowly; try again later") from None
        except NotPublic:
            raise FetchFailed(f"{request.url} is no address on the public web") from None
        # As bytes: a header may hold any letters, and as text it is taken for ASCII.
        headers = [(name, value) for name, value in answer.headers.raw if name.lower() not in _OF_THE_WAY]
        whole = httpx.Response(answer.status_code, headers=headers, content=body, request=request)
        if whole.is_success and not unread:
            _judge(whole, request)
        return whole

    def _over_mirror(self, request: httpx.Request) -> httpx.Request:
        """The request as it is sent. A mirror may redirect to itself; nothing else may lead out of the public web."""
        import httpx

        if self._mirror and str(request.url).startswith(f"{self._mirror}/"):
            return request
        if request.url.scheme not in {"http", "https"} or not may_be_public(_host(request)):
            raise FetchFailed(f"{request.url} is no address on the public web")
        if not self._mirror:
            return request
        url = httpx.URL(f"{self._mirror}/{request.url.netloc.decode()}{request.url.raw_path.decode()}")
        headers = {**request.headers, "host": url.netloc.decode()}
        return httpx.Request(request.method, url, headers=headers, stream=request.stream, extensions=request.extensions)

    def _pause(self, host: str) -> None:
        """Wait until the host may be asked again. Of several threads, each takes the next moment that is free."""
        with self._taking_turns:
            now = self._clock()
            ready = self._ready.get(host, now)
            self._ready[host] = max(now, ready) + self._pauses.get(host, self._other_pause)
        if ready > now:
            self._sleep(self.limit.within(ready - now))

    def _body(self, answer: httpx.Response, host: str) -> bytes:
        if "," in answer.headers.get("content-encoding", ""):
            raise FetchFailed(f"{host} packed its answer more than once; it was not opened")
        body = bytearray()
        for part in answer.iter_bytes():
            body += part
            if len(body) > LARGEST_BODY:
                raise FetchFailed(f"{host} sent more than {LARGEST_BODY // 1_000_000} MB; they were not read")
        return bytes(body)


def _host(request: httpx.Request) -> str:
    """The host that is asked, as it is sent: as httpx shows it, not every name that it takes can be read."""
    return request.url.raw_host.decode("ascii")


# ---- judging an answer -----------------------------------------------------------------------------------------------


def _judge(answer: httpx.Response, request: httpx.Request) -> None:
    """Refuse what was not asked for before anything keeps it: so it gets into no cache."""
    host = _host(request)
    if "html" in answer.headers.get("content-type", ""):
        raise FetchFailed(f"{host} sent a web page where data was asked for: it may be busy; try again later")
    if check := request.extensions.get(_CHECK):
        try:
            check(_words(answer))
        except FetchFailed as failed:
            raise type(failed)(f"{host} {failed}", failed.status) from None


# Servers name all kinds of codecs, and Python has some that unpack, or that cannot read text at all. What APIs send is
# UTF-8; of what is older, pages and files are in the one that browsers too take for Latin-1.
_LATIN = re.compile(r"charset\s*=\s*[\"']?(?:iso[_-]?8859-1|latin-?1|windows-1252|cp1252)\b", re.IGNORECASE)


def _words(answer: httpx.Response) -> str:
    """The text of an answer, whatever it says of its letters."""
    is_latin = _LATIN.search(answer.headers.get("content-type", ""))
    return answer.content.decode("cp1252" if is_latin else "utf-8-sig", "replace")


def _parsed(body: str) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise FetchFailed("sent an answer that is no JSON; try again later") from None


def _told(error: Exception, host: str) -> FetchFailed:
    """What went wrong on the way, in words."""
    import httpx

    if isinstance(error, httpx.TimeoutException):
        return FetchFailed(f"{host} did not answer in time, {_times(ATTEMPTS)}; try again later")
    if isinstance(error, httpx.ConnectError):
        return FetchFailed(f"{host} cannot be reached: is this computer online?")
    if isinstance(error, httpx.TooManyRedirects):
        return FetchFailed(f"{host} sends from one address to the next, more than {MOST_REDIRECTS} times")
    if isinstance(error, httpx.RemoteProtocolError | httpx.NetworkError | httpx.DecodingError):
        return FetchFailed(f"the answer of {host} broke off in the middle, {_times(ATTEMPTS)}; try again later")
    return FetchFailed(f"{host} cannot be asked: {error}")


def _refused(answer: httpx.Response, host: str) -> FetchFailed:
    """What a status other than success means, in words."""
    status = answer.status_code
    if status in {404, 410}:
        return NotFound(f"{host} knows no such thing ({status})", status)
    if status == 429:
        return FetchFailed(f"{host} asks to slow down (429): try again in some minutes", status)
    if status in {401, 403}:
        return FetchFailed(f"{host} refuses programs at the moment ({status})", status)
    if status >= 500:
        attempts = answer.extensions["retry"].attempts_made + 1
        return FetchFailed(f"{host} said {status}, {_times(attempts)}: the trouble is there; try again later", status)
    return FetchFailed(f"{host} did not accept the question ({status})", status)


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


# ---- the cache -------------------------------------------------------------------------------------------------------


def _can_be_used(database: Path) -> bool:
    """Whether a cache can be written; one that is locked, read-only or no database is done without from the start."""
    import sqlite3

    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        if database.exists() and not database.is_file():
            return False
        with closing(sqlite3.connect(database, timeout=LONGEST_LOCK, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except (OSError, sqlite3.Error):
        return False
    return True


def _is_sound(answer: httpx.Response, request: httpx.Request) -> bool:
    """Whether an answer that was kept is still one; what comes from the web was judged already."""
    if not answer.extensions.get("caching", {}).get("from_cache"):
        return True
    try:
        _judge(answer, request)
    except FetchFailed:
        return False
    return answer.is_success
