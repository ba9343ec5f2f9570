"""The preview answers this machine alone, and nothing that is asked gets it out of its folder, or makes it stop."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from paper_digest.building import serve
from tests.conftest import TODAY, MakeDigest

SECRET = "what lies outside"


@pytest.fixture
def port(make_digest: MakeDigest) -> Iterator[int]:
    root = make_digest({"build/secret.html": SECRET})
    site = root / "build/preview"
    (site / "papers").mkdir(parents=True)
    for name in ("index.html", "papers/index.html", "404.html"):
        (site / name).write_text(f"<html><head></head><body>{name}</body></html>", "utf-8")
    (site / "link.html").symlink_to("../secret.html")
    (site / "out").symlink_to("..")
    (site / "within").mkdir()
    (site / "within/index.html").symlink_to("../../secret.html")
    preview = serve.Preview(root, lambda: TODAY, print)
    server = serve._Server((serve.HOST, 0), partial(serve._Handler, preview=preview, base_path="/sub/"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def asked(port: int, request: str) -> str:
    """What comes back for the bytes of a request."""
    with socket.create_connection((serve.HOST, port), timeout=20) as connection:
        connection.sendall(request.encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b"")).decode("utf-8", "replace")


def got(port: int, path: str, host: str | None = None, method: str = "GET") -> str:
    return asked(port, f"{method} {path} HTTP/1.1\r\nHost: {host or f'127.0.0.1:{port}'}\r\nConnection: close\r\n\r\n")


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "LOCALHOST"])
def test_it_answers_under_the_names_of_this_machine(port: int, name: str) -> None:
    assert " 200 " in got(port, "/sub/", f"{name}:{port}").splitlines()[0]


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example:{port}", "",
     "localhost:{port}@evil.example", "127.0.0.1:{port}\r\nHost: evil.example", "0.0.0.0:{port}", "127.1:{port}"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/sub/", "/", "/sub/__preview/events", "/sub/__preview/next-issue"])
def test_any_other_host_is_misdirected(port: int, host: str, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: {host.format(port=port)}\r\n\r\n"
    assert " 421 " in asked(port, request).splitlines()[0]


def test_a_request_without_a_host_is_misdirected(port: int) -> None:
    assert " 421 " in asked(port, "GET /sub/ HTTP/1.0\r\n\r\n").splitlines()[0]


@pytest.mark.parametrize(
    "path",
    ["/sub/../secret.html", "/sub/%2e%2e/secret.html", "/sub/..%2fsecret.html", "/sub/%252e%252e/secret.html",
     "/sub/..\\secret.html", "/sub/%5c..%5csecret.html", "//etc/hostname", "/sub//etc/hostname", "/sub/%2fetc/hostname",
     "/sub/papers/%00", "/sub/papers/\x7f", "/sub/./index.html", "/sub/papers/..", "/sub/%ff", "http://evil.example/sub/",
     "/sub/papers/%2e%2e%2f%2e%2e/secret.html", "/sub/...//x", "/sub/link.html", "/sub/out/secret.html", "/sub/within/",
     "/sub/com1%00.html", "/sub/\u00e9"],
)  # fmt: skip
def test_what_leads_out_of_the_site_is_not_found(port: int, path: str) -> None:
    answer = got(port, path)
    assert " 404 " in answer.splitlines()[0], answer
    assert SECRET not in answer


def test_what_is_unsound_is_refused_before_the_disk_is_asked(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve._Handler, "_page", lambda *_: pytest.fail("the disk was asked"))
    for path in ("/sub/../x", "/sub//x", "/sub/%2e%2e/x", "/sub/a%00", "/sub/a%5cb"):
        assert " 404 " in got(port, path).splitlines()[0]


@pytest.mark.parametrize("length", [1_025, 5_000, 60_000])
def test_overlong_paths_are_told_so(port: int, length: int) -> None:
    assert " 414 " in got(port, "/sub/" + "a" * length).splitlines()[0]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "ANYTHING"])
def test_only_get_and_head_are_answered(port: int, method: str) -> None:
    assert " 405 " in got(port, "/sub/", method=method).splitlines()[0]


def test_head_has_no_body(port: int) -> None:
    connection = http.client.HTTPConnection(serve.HOST, port, timeout=20)
    connection.request("HEAD", "/sub/")
    response = connection.getresponse()
    assert response.status == 200
    assert int(response.headers["Content-Length"]) > 0
    assert response.read() == b""
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_closed_connections_make_no_noise(port: int, capfd: pytest.CaptureFixture[str]) -> None:
    for request in ("", "GET", "GET /sub/ HTTP/1.1\r\nHost:", f"GET /sub/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"):
        connection = socket.create_connection((serve.HOST, port), timeout=20)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")  # close with a reset
        connection.sendall(request.encode())
        connection.close()
    assert " 200 " in got(port, "/sub/")
    assert "Traceback" not in capfd.readouterr().err


def test_slow_browsers_hold_nobody_up(port: int) -> None:
    slow = [socket.create_connection((serve.HOST, port), timeout=20) for _ in range(30)]
    for connection in slow:
        connection.sendall(b"GET /sub/ HT")
    assert " 200 " in got(port, "/sub/papers/")
    for connection in slow:
        connection.close()
    assert serve._Handler.timeout is not None
    assert serve._Handler.timeout <= 30


def test_a_page_has_the_preview_in_it(port: int) -> None:
    assert "/sub/__preview/preview.js" in got(port, "/sub/papers/")
