"""Where the web client connects to, for how long, and what it makes of odd answers and a damaged cache."""

from __future__ import annotations

import os
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from ipaddress import IPv6Address, ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_digest.importing.network import NotPublic
from paper_digest.importing.public import is_public, may_be_public
from paper_digest.importing.web import CACHE, FetchFailed, Web
from tests.apis import Answer, Apis, redirect

HOST = "api.example.org"
URL = f"https://{HOST}/thing"
TRANSLATED = ip_network("64:ff9b::/96")
PRIVATE_4 = """0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 127.0.0.1 127.1.2.3 169.254.169.254 172.16.0.1 172.31.255.255
192.0.0.1 192.0.0.100 192.0.0.171 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1
239.255.255.250
240.0.0.1 255.255.255.255""".split()
PRIVATE_6 = """:: ::1 ::7f00:1 ::8.8.8.8 ::ffff:0:127.0.0.1 64:ff9b:1::8.8.8.8 100::1 100:0:0:1::1 2001::1
2001:0:4136:e378::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:808:808:: 3fff::1 4000::1 5f00::1
fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1""".split()


@pytest.mark.parametrize(
    "address",
    [*PRIVATE_4, *PRIVATE_6, *(f"::ffff:{each}" for each in PRIVATE_4), *(f"64:ff9b::{each}" for each in PRIVATE_4)],
)
def test_an_address_that_not_everybody_can_reach_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))
    assert not may_be_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "1.1.1.1",
        "185.199.108.153",
        "2606:4700:4700::1111",
        "2a00:1450::1",
        "64:ff9b::8.8.8.8",
        "::ffff:8.8.8.8",
    ],
)
def test_an_address_that_everybody_can_reach_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.ip_addresses())
def test_nothing_is_public_that_python_does_not_call_global(address: object) -> None:
    found = ip_address(str(address))
    inner = found.ipv4_mapped if isinstance(found, IPv6Address) and found.ipv4_mapped else found
    assert not is_public(found) or inner.is_global or found in TRANSLATED


@pytest.mark.parametrize("host", ["example.org", "API.Example.org", "a_b.example.co.uk", "xn--bcher-kva.example.org"])
def test_a_name_may_be_public(host: str) -> None:
    assert may_be_public(host)


@pytest.mark.parametrize(
    "host",
    """localhost intranet router localhost. printer.local printer.local. nas.lan fritz.home x.corp x.home.arpa
    db.internal x.intranet x.private a.localdomain x.localhost api.svc api.default.svc api.default.svc.cluster.local
    1.0.0.127.in-addr.arpa ipv4only.arpa 0x7f.1 0x7f.0.0.1 0x7f000001 017700000001 0177.0.0.1 127.1 127.0.1 2130706433
    127.0.0.1. 1.2.3.4.5 example.org. example.org.. .example.org a..example.org NAS.LAN x.ONION [::1] fe80::1%25eth0
    a.test a.invalid ex\u0430mple.l\u0430n"""
    .split(),
)  # fmt: skip
def test_a_private_name_an_odd_spelling_and_a_single_label_are_not(host: str) -> None:
    assert not may_be_public(host)


# ---- where it connects -----------------------------------------------------------------------------------------------

Resolves = Callable[[dict[str, list[list[str]]]], list[str]]


@pytest.fixture
def resolves(monkeypatch: pytest.MonkeyPatch) -> Resolves:
    """Names that lead to addresses, one list of them for each time they are asked for; and what was connected to."""
    connected: list[str] = []

    def play(names: dict[str, list[list[str]]]) -> list[str]:
        def resolve(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
            found = names[host].pop(0) if len(names[host]) > 1 else names[host][0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

        def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
            connected.append(address[0])
            raise ConnectionRefusedError

        monkeypatch.setattr("socket.getaddrinfo", resolve)
        monkeypatch.setattr("socket.create_connection", connect)
        monkeypatch.setattr("paper_digest.importing.network.getproxies", dict)
        return connected

    return play


def direct() -> Web:
    """A Web without a mirror, that never waits."""
    return Web("", backoff=0.0, sleep=lambda seconds: None)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "64:ff9b::7f00:1", "fe80::1"]
)
def test_a_public_name_that_leads_to_a_private_address_is_not_connected_to(resolves: Resolves, address: str) -> None:
    connected = resolves({HOST: [[address]]})
    with direct() as web:
        with pytest.raises(FetchFailed, match="is no address on the public web"):
            web.text(URL)
        assert web.status(URL) is None
    assert connected == []


def test_the_address_that_was_judged_is_the_one_that_is_connected_to(resolves: Resolves) -> None:
    connected = resolves({HOST: [["93.184.215.14"], ["127.0.0.1"]]})
    with direct() as web, pytest.raises(FetchFailed):
        web.text(URL)
    assert connected == ["93.184.215.14"]  # the next try has resolved anew, and was refused


def test_of_several_addresses_only_public_ones_are_tried_and_not_without_end(resolves: Resolves) -> None:
    addresses = ["10.0.0.1", *(f"93.184.215.{last}" for last in range(1, 20)), "127.0.0.1"]
    connected = resolves({HOST: [addresses]})
    with direct() as web:
        assert web.status(URL) is None
    assert set(connected) == {f"93.184.215.{last}" for last in range(1, 5)}


def test_a_name_that_leads_nowhere_is_told(resolves: Resolves) -> None:
    resolves({HOST: [[]]})
    with direct() as web, pytest.raises(FetchFailed, match="cannot be reached"):
        web.text(URL)


def test_every_redirect_is_judged_anew(apis: Apis, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(apis.base.rpartition(":")[2])
    known = {"good.example.org": "127.0.0.1", "bad.example.org": "127.0.0.2"}
    real = socket.getaddrinfo
    monkeypatch.setattr("socket.getaddrinfo", lambda host, *rest, **more: real(known.get(host, host), *rest, **more))
    monkeypatch.setattr("paper_digest.importing.network.is_public", lambda address: str(address) == "127.0.0.1")
    monkeypatch.setattr("paper_digest.importing.network.getproxies", dict)
    apis.answer("a", "/", "text")
    apis.fault(
        "a", "/", redirect(f"http://good.example.org:{port}/a/b"), redirect(f"http://bad.example.org:{port}/a/b")
    )
    with direct() as web:
        with pytest.raises(FetchFailed, match=r"http://bad\.example\.org:\d+/a/b is no address on the public web"):
            web.text(f"http://good.example.org:{port}/a/b")
        assert [asked.headers["host"] for asked in apis.asked] == [f"good.example.org:{port}"] * 2
        assert web.text(f"http://good.example.org:{port}/a/b") == "text"


# ---- raw servers -----------------------------------------------------------------------------------------------------

Says = Iterator[bytes]


@contextmanager
def raw(says: Callable[[], Says]) -> Iterator[tuple[str, list[bytes]]]:
    """A server that sends pieces as they come, a hundredth of a second apart; its address, and what it was asked."""
    over, asked = threading.Event(), list[bytes]()

    def answer(connection: socket.socket) -> None:
        with connection:
            asked.append(connection.recv(65_536))
            for piece in says():
                try:
                    connection.sendall(piece)
                except OSError:
                    return
                if over.wait(0.01):
                    return

    def serve(server: socket.socket) -> None:
        while not over.is_set():
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=[connection], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, args=[server], daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
        finally:
            over.set()


def dripping_head() -> Says:
    yield b"HTTP/1.1 200 OK\r\nX: "
    yield from [b"x"] * 3000


def dripping_status() -> Says:
    yield from (bytes([sign]) for sign in b"HTTP/1.1 200 " + b"O" * 3000)


def endless_continue() -> Says:
    yield from [b"HTTP/1.1 100 Continue\r\n\r\n"] * 3000


def dripping_body() -> Says:
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n"
    yield from [b"x"] * 3000


def dripping_chunks() -> Says:
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    yield from [b"1\r\nx\r\n"] * 3000


def dripping_trailers() -> Says:
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    yield from [b"a: b\r\n"] * 3000


DRIPS = [dripping_head, dripping_status, endless_continue, dripping_body, dripping_chunks, dripping_trailers]


@pytest.mark.parametrize("drip", DRIPS)
def test_whatever_comes_in_drops_ends_with_the_time_of_the_call(drip: Callable[[], Says]) -> None:
    """The servers would go on for half a minute, and then break off."""
    with raw(drip) as (address, _), Web("", mirror=address, backoff=0.0, longest_call=0.3) as web:
        with pytest.raises(FetchFailed, match="answers too slowly"):
            web.text(URL)
        assert web.status(URL) in {None, 200}  # the body of a link is not read


@pytest.mark.parametrize("answer", [redirect(URL), Answer("", 503)])
def test_redirects_and_tries_share_the_time_of_the_call(apis: Apis, answer: Answer) -> None:
    ticks = iter(range(0, 10_000, 20))
    apis.fault(HOST, "/thing", *[answer] * 9)
    with pytest.raises(FetchFailed, match="answers too slowly"):
        apis.web(clock=lambda: float(next(ticks))).text(URL)
    assert 1 <= len(apis.asked) < 4


def test_a_wait_before_another_try_is_no_longer_than_the_call_may_take(
    apis: Apis, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("httpx_retries.retry.time.sleep", waits.append)
    apis.fault(HOST, "/thing", Answer("", 429, {"Retry-After": "30"}))
    apis.answer(HOST, "/thing", "text")
    assert apis.web(longest_call=5.0).text(URL) == "text"
    assert waits == [5.0]


@pytest.mark.parametrize("name", ["http_proxy", "all_proxy"])
def test_a_proxy_of_the_environment_is_asked_and_resolves_the_names(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for each in [each for each in os.environ if each.lower().endswith("_proxy")]:
        monkeypatch.delenv(each)
    with raw(lambda: iter([b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntext"])) as (address, asked), direct() as web:
        monkeypatch.setenv(name, address)
        assert web.text(f"http://{HOST}/thing") == "text"
        assert asked[0].startswith(f"GET http://{HOST}/thing HTTP/1.1\r\n".encode())
        with pytest.raises(FetchFailed, match="no address on the public web"):
            web.text("http://10.0.0.1/")


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "ftp://127.0.0.1:1", "http://[::1"])
def test_a_proxy_that_cannot_be_asked_is_told(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setattr("paper_digest.importing.network.getproxies", lambda: {"https": proxy})
    with direct() as web, pytest.raises(FetchFailed, match="proxy"):
        web.text(URL)


def test_what_leads_nowhere_public_has_a_name_of_its_own() -> None:
    assert not issubclass(NotPublic, OSError), "it would be taken for a cache that is broken"


# ---- odd answers -----------------------------------------------------------------------------------------------------

CHARSETS = """base64 base64_codec bz2 hex idna mbcs oem palmos punycode quopri raw_unicode_escape rot13 undefined
unicode_escape utf-7 utf_8_sig uu uuencode zip zlib zlib_codec x-user-defined binary none unknown-8bit utf8mb4 utf-99
"utf-8" 'utf-8' "utf-8 ../../etc utf-8;charset=base64 *0=ut UTF-8 \u00fctf""".split()


@pytest.mark.parametrize("charset", ["", *CHARSETS])
def test_an_odd_charset_is_read_as_utf_8(apis: Apis, charset: str) -> None:
    apis.answer(HOST, "/thing", '{"a": "größer"}', headers={"Content-Type": f"application/json; charset={charset}"})
    web = apis.web()
    assert web.json(URL) == web.post_json(URL, {}) == {"a": "größer"}


@pytest.mark.parametrize("charset", ["base64", "idna", "\u00fctf"])
def test_an_odd_charset_is_kept_and_read_as_utf_8(apis: Apis, tmp_path: Path, charset: str) -> None:
    apis.answer(HOST, "/thing", '{"a": "größer"}', headers={"Content-Type": f"application/json; charset={charset}"})
    web = apis.web(cache=tmp_path)
    assert web.json(URL) == web.json(URL) == {"a": "größer"}
    assert len(apis.asked) == 1


@pytest.mark.parametrize("charset", ["ISO-8859-1", "latin1", '"windows-1252"'])
def test_what_is_older_than_utf_8_is_read_too(apis: Apis, charset: str) -> None:
    apis.answer(
        HOST, "/thing", "größer \u2013".encode("cp1252"), headers={"Content-Type": f"text/plain; charset={charset}"}
    )
    assert apis.web().text(URL) == "größer \u2013"


@pytest.mark.parametrize(
    "to", ["http://[::1", "http://a b/", "//", "http://\u00fc" * 99, "https://xn--/", "\x7f", "?" * 9000]
)
def test_a_redirect_to_no_address_is_told(apis: Apis, to: str) -> None:
    apis.fault(HOST, "/thing", *[Answer("", 302, {"Location": to.encode().decode("latin-1")})] * 9)
    with pytest.raises(FetchFailed):
        apis.web().text(URL)
    assert apis.web().status(URL) in {None, 302, 404}


# ---- the cache -------------------------------------------------------------------------------------------------------


def runs(statement: str) -> Callable[[Path], object]:
    def damage(database: Path) -> None:
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.execute(statement)

    return damage


def cut(database: Path) -> None:
    database.write_bytes(database.read_bytes()[: database.stat().st_size // 2])


def scribbled(database: Path) -> None:
    content = bytearray(database.read_bytes())
    content[4096:] = b"\xa5" * len(content[4096:])
    database.write_bytes(content)


def replaced(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def damage(database: Path) -> None:
        for part in database.parent.glob(f"{CACHE}*"):
            part.unlink()
        make(database)

    return damage


DAMAGES = {
    "cut": cut,
    "scribbled": scribbled,
    "empty": replaced(Path.touch),
    "garbage": replaced(lambda path: path.write_bytes(b"\x00garbage" * 999)),
    "text": replaced(lambda path: path.write_text("SQLite format 3\0" * 200)),
    "another's": replaced(runs("CREATE TABLE entries (name TEXT)")),
    "a view": replaced(runs("CREATE VIEW entries AS SELECT 1 AS id")),
    "a folder": replaced(Path.mkdir),
    "a pipe": replaced(lambda path: os.mkfifo(path)),
    "a link to nothing": replaced(lambda path: path.symlink_to("none/none")),
    "a loop": replaced(lambda path: path.symlink_to(path.name)),
    "no data": runs("UPDATE entries SET data = x''"),
    "odd data": runs("UPDATE entries SET data = x'81a161c0'"),
    "data as a number": runs("UPDATE entries SET data = 7"),
    "data cut": runs("UPDATE entries SET data = substr(data, 1, length(data) / 2)"),
    "odd ids": runs("UPDATE entries SET id = x'00'"),
    "no chunks": runs("DELETE FROM streams"),
    "chunks cut": runs("UPDATE streams SET chunk_data = x'7b'"),
    "chunks of something else": runs("UPDATE streams SET chunk_data = 'text'"),
    "chunks as numbers": runs("UPDATE streams SET chunk_data = 12"),
    "odd counts": runs("UPDATE entries SET chunk_count = 'many'"),
    "odd times": runs("UPDATE entries SET expires_at = 'later', last_accessed_at = 'x'"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_cache_is_a_miss(apis: Apis, tmp_path: Path, damage: str, capfd: pytest.CaptureFixture[str]) -> None:
    apis.answer(HOST, "/thing", '{"a": "' + "b" * 20_000 + '"}')
    with apis.web(cache=tmp_path) as web:
        whole = web.json(URL)
    with closing(sqlite3.connect(tmp_path / CACHE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    DAMAGES[damage](tmp_path / CACHE)
    for _ in range(2):
        with apis.web(cache=tmp_path) as web:
            assert web.json(URL) == whole
    assert len(apis.asked) > 1
    assert capfd.readouterr() == ("", "")


def test_a_cache_that_another_command_holds_is_done_without(apis: Apis, tmp_path: Path) -> None:
    apis.answer(HOST, "/thing", "text")
    with closing(sqlite3.connect(tmp_path / CACHE, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        web = apis.web(cache=tmp_path)
        assert [web.text(URL), web.text(URL)] == ["text", "text"]
    assert len(apis.asked) == 2


def test_a_cache_that_cannot_be_written_is_done_without(
    apis: Apis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> sqlite3.Connection:
        raise sqlite3.OperationalError("attempt to write a readonly database")

    monkeypatch.setattr("sqlite3.connect", refuse)
    apis.answer(HOST, "/thing", "text")
    assert apis.web(cache=tmp_path).text(URL) == "text"
