"""A real HTTP server on loopback: files, ranges, versions, broken connections, a simple index."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Shelf:
    """What a server offers, and what was asked of it.

    Attributes:
        files: path → content.
        types: path → Content-Type.
        breaks: path → lengths after which answers break off, one an answer.
        version: ETag of every file; None for a server that names none.
        ranges: whether the server can go on in the middle.
        password: what Authorization must hold; None for an open server.
        asked: (path, Range header) of each request.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    breaks: dict[str, list[int]] = field(default_factory=dict)
    version: str | None = '"1"'
    ranges: bool = True
    password: str | None = None
    asked: list[tuple[str, str | None]] = field(default_factory=list)


@contextmanager
def serve() -> Iterator[Shelf]:
    shelf = Shelf()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self, shelf)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        shelf.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        yield shelf
        server.shutdown()
        thread.join()


def answer(request: BaseHTTPRequestHandler, shelf: Shelf) -> None:
    path = request.path
    shelf.asked.append((path, request.headers.get("Range")))
    if shelf.password and request.headers.get("Authorization") != shelf.password:
        return request.send_error(401)
    if path not in shelf.files:
        return request.send_error(404)
    content = shelf.files[path]
    start = begins_at(request, shelf)
    if start >= len(content) > 0 and start:
        return request.send_error(416)
    request.send_response(206 if start else 200)
    request.send_header("Content-Type", shelf.types.get(path, "application/octet-stream"))
    request.send_header("Content-Length", str(len(content) - start))
    if start:
        request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
    if shelf.version:
        request.send_header("ETag", shelf.version)
    request.end_headers()
    lengths = shelf.breaks.get(path)
    stop = start + lengths.pop(0) if lengths else len(content)
    request.wfile.write(content[start:stop])
    return None


def begins_at(request: BaseHTTPRequestHandler, shelf: Shelf) -> int:
    asked = re.match(r"bytes=(\d+)-", request.headers.get("Range", ""))
    fits = shelf.ranges and request.headers.get("If-Range") in (None, shelf.version)
    return int(asked[1]) if asked and fits else 0
