"""The connections beneath `web`: to addresses that were judged, and within the time of the whole call.

A name is resolved here, once, and what it led to is judged and connected to: so nothing can lead elsewhere in between.
Every connection of a redirect comes by here again. Where a proxy or a mirror is asked instead, it resolves the names,
and is the door; those are the user's own, and so they are not judged.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from ssl import SSLContext
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from paper_digest.importing.public import is_public

MOST_ADDRESSES = 4
"""How many addresses of a name are tried."""


class OutOfTime(Exception):  # noqa: N818 - it says what happened
    """The time of the whole call is over."""


class NotPublic(Exception):  # noqa: N818 - it says what happened
    """A name leads to no address on the public web."""


class Limit:
    """The time that a call may take with all that belongs to it: connecting, headers, body, redirects, tries and waits.

    Each thread has a call of its own. How long a name takes to resolve is up to the system, whose resolver gives up
    after some seconds by itself; the call then ends.
    """

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds, self._clock = seconds, clock
        self._call = threading.local()

    @contextmanager
    def running(self) -> Iterator[None]:
        """One call; one within another shares its time."""
        if getattr(self._call, "end", None) is not None:
            yield
            return
        self._call.end = self._clock() + self._seconds
        try:
            yield
        finally:
            self._call.end = None

    def left(self) -> float:
        """The seconds that are left of this thread's call."""
        end: float | None = getattr(self._call, "end", None)
        return self._seconds if end is None else end - self._clock()

    def within(self, timeout: float | None) -> float:
        """A timeout that ends with the call. Raises OutOfTime when that is over."""
        left = self.left()
        if left <= 0:
            raise OutOfTime
        return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    """A connection that keeps to the limit with every single read and write, however little comes by it."""

    def __init__(self, stream: httpcore.NetworkStream, limit: Limit) -> None:
        self._stream, self._limit = stream, limit

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._limit.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._limit.within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._limit.within(timeout))
        return _Stream(stream, self._limit)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Network(httpcore.NetworkBackend):
    """Connects to what a name leads to, and to nothing that is not public, unless the names are the user's own."""

    def __init__(self, limit: Limit, *, is_judged: bool) -> None:
        self._limit, self._is_judged = limit, is_judged
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failed: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in _judged(host, port)[:MOST_ADDRESSES] if self._is_judged else [host]:
            within = self._limit.within(timeout)
            try:
                stream = self._plain.connect_tcp(address, port, within, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _Stream(stream, self._limit)
        raise failed


def _judged(host: str, port: int) -> list[str]:
    """The public addresses of a host. Raises NotPublic when it has none but others."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(str(error)) from error
    addresses = list(dict.fromkeys(str(place[0]) for *_, place in found))
    public = [address for address in addresses if is_public(ip_address(address))]
    if addresses and not public:
        raise NotPublic(host)
    return public


# ---- for httpx -------------------------------------------------------------------------------------------------------


class Transport(httpx.BaseTransport):
    """Requests over such connections, and over the proxies that the environment names."""

    def __init__(self, limit: Limit, *, to_mirror: bool) -> None:
        self._limit = limit
        self._ssl = httpx.create_ssl_context()
        self._direct = httpcore.ConnectionPool(
            ssl_context=self._ssl, network_backend=_Network(limit, is_judged=not to_mirror)
        )
        self._proxies = {} if to_mirror else getproxies()
        self._over: dict[str, httpcore.HTTPProxy] = {}
        self._opening = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, whose body is still to be read."""
        url = request.url
        address = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        with _as_httpx():
            answer = self._pool(url).handle_request(
                httpcore.Request(
                    request.method,
                    address,
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        assert isinstance(answer.stream, Iterable)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    def _pool(self, url: httpx.URL) -> httpcore.ConnectionPool:
        proxy = self._proxies.get(url.scheme) or self._proxies.get("all")
        if not proxy or proxy_bypass(url.raw_host.decode("ascii")):
            return self._direct
        with self._opening:
            if proxy not in self._over:
                self._over[proxy] = self._opened(proxy)
            return self._over[proxy]

    def _opened(self, named: str) -> httpcore.HTTPProxy:
        try:
            proxy = httpx.Proxy(named if "://" in named else f"http://{named}")
        except (ValueError, httpx.InvalidURL) as error:
            raise httpx.ProxyError(f"the proxy that the environment names is none: {error}") from error
        url = proxy.url
        if url.scheme not in {"http", "https"}:
            raise httpx.ProxyError(f"a proxy that speaks {url.scheme} is not known; http and https are")
        return httpcore.HTTPProxy(
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/"),
            proxy_auth=proxy.raw_auth,
            ssl_context=self._ssl,
            network_backend=_Network(self._limit, is_judged=False),
        )

    def close(self) -> None:
        """Close all connections."""
        for pool in (self._direct, *self._over.values()):
            pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


_FAILURES = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)


@contextmanager
def _as_httpx() -> Iterator[None]:
    """httpcore's errors as httpx's, which have the same names."""
    try:
        yield
    except _FAILURES as error:
        raise getattr(httpx, type(error).__name__)(str(error)) from error
