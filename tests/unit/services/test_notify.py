"""What is sent to a webhook, and to what Apprise reaches."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from penstock.services.notify import BadNotifyUrl, make_block


@pytest.fixture
def received() -> Iterator[tuple[int, list[Any]]]:
    """The port of a receiver on loopback, and the JSON it was sent."""
    messages: list[Any] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            messages.append((self.path, json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, messages
    server.shutdown()
    server.server_close()


def test_a_webhook_is_sent_subject_and_body(received: tuple[int, list[Any]]) -> None:
    port, messages = received
    block = make_block(f"http://127.0.0.1:{port}/hook?key=1")
    block.notify("it broke {{ here }}", "fraud Failed", _sync=True)
    assert messages == [("/hook?key=1", {"subject": "fraud Failed", "body": "it broke {{ here }}"})]


def test_any_other_address_is_apprises(received: tuple[int, list[Any]]) -> None:
    port, messages = received
    make_block(f"json://127.0.0.1:{port}/hook").notify("it broke", "fraud Failed", _sync=True)
    [(path, message)] = messages
    assert path == "/hook"
    assert (message["title"], message["message"]) == ("fraud Failed", "it broke")


@pytest.mark.parametrize("url", ["http://host/hunter2", "mailto://user:hunter2@example.org"])
def test_the_address_is_printed_nowhere(url: str) -> None:
    assert "hunter2" not in repr(make_block(url))


@pytest.mark.parametrize(
    "url", ["pigeon://coop", "nothing", "mailto://", "/etc/passwd", "https://"]
)
def test_an_address_that_means_nothing_is_refused(url: str) -> None:
    with pytest.raises(BadNotifyUrl, match="fix: export PENSTOCK_NOTIFY_URL=https://"):
        make_block(url)
