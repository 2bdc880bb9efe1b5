"""Where a server listens: on loopback unless the user says that others may come in."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass

from penstock.core.errors import PenstockError

LOOPBACK = "127.0.0.1"


class NotLoopback(PenstockError):
    """Servers without a password were to listen where others can reach them."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"--host {host}: others could reach these servers, and none of them asks for a "
            f"password\n  fix: penstock up --host {host} --expose   (behind a firewall of yours)"
        )


class NoSuchHost(PenstockError):
    """This machine can't listen there."""

    def __init__(self, name: str, host: str, port: int, problem: str) -> None:
        super().__init__(
            f"{name} can't listen on port {port} of {host}: {problem}\n"
            f"  fix: penstock up --host {LOOPBACK}   (or another address of this machine)"
        )


class PortTaken(PenstockError):
    """Somebody listens there already."""

    def __init__(self, name: str, host: str, port: int) -> None:
        super().__init__(
            f"{name}: port {port} of {host} is taken\n"
            f"  fix: penstock up --{name}-port 0   (any free one), or stop what listens there"
        )


@dataclass(frozen=True)
class Address:
    """A host and port.

    Attributes:
        host: what the server binds.
        port: never 0.
    """

    host: str
    port: int

    @property
    def url(self) -> str:
        """What one on this machine types."""
        host = LOOPBACK if self.host == "0.0.0.0" else self.host  # noqa: S104 - compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def reserve(name: str, host: str, port: int) -> Address:
    """The address for the server `name`; port 0 means any that is free now.

    Raises:
        PortTaken: somebody listens there.
        NoSuchHost: it is no address of this machine, or the port is not for everybody.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(name, host, port) from None
            raise NoSuchHost(name, host, port, error.strerror or str(error)) from None
        return Address(host, int(one.getsockname()[1]))
