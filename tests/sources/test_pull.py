"""Pulling a source: against recorded shapes served on loopback."""

import dataclasses
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tripolar.errors import DataError, HashMismatch, UnknownName
from tripolar.sources import base, catalogue
from tripolar.sources.pull import pull

BODY = b"Country Name,Country Code,Year,Value\nChina,CHN,2019,14279937500608.0\n"


class Publisher(BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.path == "/data/gdp.csv"
        self.send_response(200 if known else 404)
        self.end_headers()
        self.wfile.write(BODY if known else b"")

    def log_message(self, *args):
        pass


@pytest.fixture
def publisher():
    server = HTTPServer(("127.0.0.1", 0), Publisher)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/data/"
    server.shutdown()
    server.server_close()


def declare(monkeypatch, url, sha256, path="gdp_worldbank/gdp.csv"):
    real = catalogue()["worldbank-gdp"]
    file = base.SourceFile("gdp", path, sha256)
    served = dataclasses.replace(real, download=url, files=(file,))
    monkeypatch.setattr("tripolar.sources.pull.source", lambda name: served)


def test_a_file_is_fetched_and_verified(publisher, monkeypatch, tmp_path):
    declare(monkeypatch, publisher, hashlib.sha256(BODY).hexdigest())
    (pulled,) = pull(["worldbank-gdp"], tmp_path)
    assert pulled.there
    assert (tmp_path / "gdp_worldbank" / "gdp.csv").read_bytes() == BODY
    (again,) = pull(["worldbank-gdp"], tmp_path)
    assert again.note == "was there"


def test_other_content_does_not_enter_the_mirror(publisher, monkeypatch, tmp_path):
    declare(monkeypatch, publisher, "0" * 64)
    with pytest.raises(HashMismatch, match=r"gdp\.csv"):
        pull(["worldbank-gdp"], tmp_path)
    assert not list((tmp_path / "gdp_worldbank").iterdir())


def test_a_publisher_who_does_not_answer_is_an_error(publisher, monkeypatch, tmp_path):
    declare(monkeypatch, publisher, "0" * 64, path="gdp_worldbank/elsewhere.csv")
    with pytest.raises(DataError, match="cannot be fetched"):
        pull(["worldbank-gdp"], tmp_path)
    assert not list((tmp_path / "gdp_worldbank").iterdir())


def test_a_source_that_is_not_published_as_declared_says_where_the_copy_is_from(tmp_path):
    (pulled,) = pull(["cow-trade"], tmp_path)
    assert not pulled.there
    assert "svmiller" in pulled.note


def test_an_unknown_source_gets_the_nearest(tmp_path):
    with pytest.raises(UnknownName, match="cow-trade"):
        pull(["cow-trad"], tmp_path)
