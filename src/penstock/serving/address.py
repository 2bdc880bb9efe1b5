"""Where the server listens: on loopback, unless keys are asked for or somebody says otherwise."""

from __future__ import annotations

import errno
import socket

from penstock.core.errors import PenstockError
from penstock.effects.reach import is_loopback

LOOPBACK = "127.0.0.1"
BACKLOG = 2048


class Unprotected(PenstockError):
    """Others could reach the server, and it would ask them for nothing."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"--host {host}: others could reach this server, and it would ask for no key\n"
            "  fix: penstock key create NAME   (or, behind something that lets in only whom you "
            f"mean: penstock serve --host {host} --no-keys)"
        )


class CantListen(PenstockError):
    """The port is taken, or the address is not of this machine."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        taken = error.errno == errno.EADDRINUSE
        problem = "it is taken" if taken else error.strerror or str(error)
        super().__init__(
            f"port {port} of {host}: {problem}\n"
            f"  fix: penstock serve --port 0   (any free one){'' if taken else ' --host 127.0.0.1'}"
        )


def expect_protected(host: str, *, keys: bool, keyless: bool) -> None:
    """Raise Unprotected unless keys are asked for, or nobody else can come, or that is meant."""
    if not (keys or keyless or is_loopback(host)):
        raise Unprotected(host)


def listen(host: str, port: int) -> socket.socket:
    """A socket that accepts connections; port 0 means any that is free.

    Raises:
        CantListen: it can't be had.
    """
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        raise CantListen(host, port, error) from None
    return sock
