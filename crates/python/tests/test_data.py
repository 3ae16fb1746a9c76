"""`thalweg.data`: downloads, and data of one's own."""

import http.server
import threading

import numpy as np
import pytest

from thalweg import data, nn


class Server:
    """A server of this computer that answers with what `respond(handler)` does."""

    def __init__(self, respond):
        self.paths = paths = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                paths.append((self.path, self.headers.get("Range")))
                respond(self)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


def answer(handler, status, body=b"", **headers):
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def test_what_a_server_says_is_understood():
    contents = bytes(range(200))

    def respond(handler):
        given = handler.headers.get("Range")
        if handler.path == "/missing":
            answer(handler, 404)
        elif handler.path == "/page":
            answer(handler, 200, b"<p>", Content_Type="text/html; charset=utf-8")
        elif given == "bytes=500-":
            answer(handler, 416)
        elif given and handler.path == "/file":
            start = int(given[6:-1])
            answer(handler, 206, contents[start:], Content_Range=f"bytes {start}-199/200")
        else:
            answer(handler, 200, contents)

    with Server(respond) as server:
        for path, start, expected in [("/file", 0, 0), ("/file", 50, 50), ("/whole", 50, 0), ("/file", 500, 0)]:
            begins, is_page, length, read = data._open(server.address + path, start)
            assert (begins, is_page, length) == (expected, False, 200 - expected)
            assert read(7) + read(1000) == contents[expected:] and read(10) == b""
        assert data._open(server.address + "/page", 0)[1]
        with pytest.raises(OSError, match="does not have the file"):
            data._open(server.address + "/missing", 0)
    with pytest.raises(OSError, match="cannot be reached"):
        data._open(server.address + "/file", 0)


def test_a_download_is_checked_by_the_core(tmp_path, monkeypatch):
    monkeypatch.setattr("urllib.request.OpenerDirector.open", _local_only(monkeypatch))
    assert {"mnist", "cifar10"} <= set(data.downloadable())
    told = []
    with Server(lambda handler: answer(handler, 200, bytes(28881 if "train-labels" in handler.path else 9912422))) as server:
        with pytest.raises(ValueError, match="wrong checksum") as refused:
            data.fetch("mnist", tmp_path, mirror=server.address, progress=lambda *at: told.append(at))
    assert server.paths[0] == ("/train-images-idx3-ubyte.gz", None)
    assert told and told[-1][1] == 9912422 + 28881 + 1648877 + 4542
    assert "train-images-idx3-ubyte.gz" in str(refused.value)
    assert not (tmp_path / "mnist" / "train-images-idx3-ubyte.gz").exists()
    with pytest.raises(ValueError, match="cannot be downloaded"):
        data.fetch("mnits", tmp_path)


def _local_only(monkeypatch):
    """Opens addresses of this computer alone, so that the test needs no network."""
    import urllib.request

    opened = urllib.request.OpenerDirector.open

    def open_local(self, request, *arguments, **named):
        if not request.full_url.startswith("http://127.0.0.1"):
            raise urllib.error.URLError("there is no network in this test")
        return opened(self, request, *arguments, **named)

    return open_local


def test_a_table_without_the_target_is_predicted(tmp_path):
    rows = np.random.default_rng(0).integers(0, 9, size=(60, 2))
    table = tmp_path / "table.csv"
    table.write_text("a,b,kind\n" + "".join(f"{a},{b},{'low' if a < b else 'high'}\n" for a, b in rows))
    loaded = data.Dataset.load(f"csv:{table}")
    model = nn.train("linear 8, relu, linear outputs", loaded, epochs=2, batch=10)
    table.write_text("a,b\n1,2\n7,3\n")
    x, t = model.data(f"csv:{table}").part("test")
    assert t is None and model.predict(x).shape == (2,)
