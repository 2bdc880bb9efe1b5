"""`python -m penstock.services.reports HOST PORT`: the workspace's pages, for reading only."""

from __future__ import annotations

import socket
import sys
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from penstock.core.errors import PenstockError
from penstock.core.workspace import find_root
from penstock.effects.reach import is_loopback
from penstock.services.site import SUFFIXES, Site

HEALTH = "/health"
TEXT = "text/plain; charset=utf-8"


class Handler(BaseHTTPRequestHandler):
    """GET and HEAD of a page; anything else is refused.

    Args:
        site: what there is to read.
    """

    server_version = "penstock"
    sys_version = ""

    def __init__(self, *arguments: object, site: Site) -> None:
        self._site = site
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path = unquote(self.path.partition("?")[0].partition("#")[0])
        if not self._is_for_us():
            # A page of somebody else's whose name was made to lead here (DNS rebinding).
            self._answer(HTTPStatus.FORBIDDEN, b"another host's name\n", TEXT)
        elif path == HEALTH:
            self._answer(HTTPStatus.OK, b"ok\n", TEXT)
        else:
            self._page(path)

    do_HEAD = do_GET  # noqa: N815 - the name that the base class calls

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing of what was read; what went wrong is `log_error`'s."""

    def _page(self, path: str) -> None:
        try:
            if path in {"/", "/index.html"}:
                content, kind = self._site.contents(), SUFFIXES[".html"]
            else:
                found = self._site.read(path.removeprefix("/"))
                if found is None:
                    self._answer(HTTPStatus.NOT_FOUND, b"no such page\n", TEXT)
                    return
                content, kind = found, SUFFIXES[PurePosixPath(path).suffix]
        except PenstockError as error:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, f"{error}\n".encode(), TEXT)
        else:
            self._answer(HTTPStatus.OK, content, kind)

    def _is_for_us(self) -> bool:
        """On loopback only loopback's names are ours; exposed, any name may be."""
        bound = self.server.server_address[0]  # type: ignore[index] # of a server on TCP
        try:
            name = urlsplit(f"//{self.headers.get('Host', '')}").hostname or ""
        except ValueError:  # no host's name
            return False
        return not is_loopback(str(bound)) or is_loopback(name)

    def _answer(self, status: HTTPStatus, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


class Server(ThreadingHTTPServer):
    """One thread a request; those of a reader that went away don't keep it from ending."""

    daemon_threads = True


def serve(root: Path, host: str, port: int) -> Server:
    """The server of `root`'s pages, bound and not yet serving."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    kind = type("Server", (Server,), {"address_family": family})
    server: Server = kind((host, port), partial(Handler, site=Site(root)))
    return server


def main(host: str, port: str) -> None:
    serve(find_root(), host, int(port)).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
