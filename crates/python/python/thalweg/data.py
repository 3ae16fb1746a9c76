"""Data sets: those with a name, and files of one's own.

>>> from thalweg import data
>>> digits = data.Dataset.load("digits")
>>> digits.part("train")[0].shape
(1077, 64)

`fetch("mnist")` downloads the files of a known set, as `thalweg data get mnist` does.
"""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from thalweg._native import Dataset, downloadable
from thalweg._native import fetch as _fetch

__all__ = ["Dataset", "downloadable", "fetch"]

_PATIENCE = 30
"""Seconds to wait for an answer, and for the next bytes."""


def fetch(
    name: str,
    folder: str | os.PathLike[str] | None = None,
    *,
    mirror: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[str]:
    """Downloads the files of a known set, except those that are there and right, and returns their paths.

    folder: where to put them, in a folder of the set's name; else $THALWEG_DATA, else your cache, where every command and
    `Dataset.load` look. mirror: an address to try first. progress: a function that is told the bytes present and their total.

    Each file is checked by SHA-256 before it gets its name, and a transfer that breaks off goes on where it stopped.
    """
    return [os.fspath(path) for path in _fetch(name, _open, folder, mirror, progress)]


def _open(url: str, start: int) -> tuple[int, bool, int | None, Callable[[int], bytes]]:
    """Asks for the bytes of `url` from `start` on: where they begin, whether they are a page, how many there are, and their reader."""
    request = urllib.request.Request(url, headers={"User-Agent": "thalweg"})
    if start:
        request.add_header("Range", f"bytes={start}-")
    try:
        answer = _opener(url).open(request, timeout=_PATIENCE)
    except urllib.error.HTTPError as error:
        if error.code == 416 and start:
            return _open(url, 0)
        known = {404: "it does not have the file (404)"}
        raise OSError(known.get(error.code, f"it answered with status {error.code}")) from error
    except urllib.error.URLError as error:
        raise OSError(f"it cannot be reached ({error.reason})") from error
    if url.startswith("https://") and not answer.url.startswith("https://"):
        raise OSError("it leads from https to http")
    resumes = answer.status == 206 and (answer.headers.get("Content-Range") or "").startswith(f"bytes {start}-")
    length: Any = answer.headers.get("Content-Length")
    is_page = answer.headers.get_content_type() == "text/html"
    return start if resumes else 0, is_page, int(length) if length and length.isdigit() else None, answer.read


def _opener(url: str) -> urllib.request.OpenerDirector:
    """Past any proxy when the server is this computer."""
    local = url.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]"))
    return urllib.request.build_opener(*([urllib.request.ProxyHandler({})] if local else []))
