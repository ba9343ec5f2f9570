"""The server that stands for GitHub Pages: measures taken from it mean nothing if it serves otherwise."""

from __future__ import annotations

import gzip
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.quality.serving import served_as_pages

PAGE = "<!doctype html>" + "<p>The same again.</p>" * 100


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers/index.html").write_text(PAGE)
    (tmp_path / "404.html").write_text("<!doctype html><p>Not here.</p>")
    (tmp_path / "font.woff2").write_bytes(b"compressed already" * 100)
    return tmp_path


def ask(connection: HTTPConnection, path: str) -> tuple[HTTPResponse, bytes]:
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    return response, response.read()


def test_text_is_compressed_and_fonts_go_as_they_are_on_one_connection(site: Path) -> None:
    with served_as_pages(site, "/sub/") as address:
        connection = HTTPConnection(urlsplit(address).netloc)
        page, body = ask(connection, "/sub/papers/")
        socket = connection.sock
        font, drawn = ask(connection, "/sub/font.woff2")
        assert connection.sock is socket, "the connection is kept"
        connection.close()
    assert page.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body).decode() == PAGE
    assert len(body) < len(PAGE) / 5
    assert font.headers["Content-Encoding"] is None
    assert drawn == (site / "font.woff2").read_bytes()


@pytest.mark.parametrize("path", ["/sub/nowhere/", "/papers/"])
def test_what_is_not_below_the_base_is_answered_with_the_sites_own_404_page(site: Path, path: str) -> None:
    with served_as_pages(site, "/sub/") as address:
        connection = HTTPConnection(urlsplit(address).netloc)
        response, body = ask(connection, path)
        connection.close()
    assert response.status == 404
    assert b"Not here." in gzip.decompress(body)
