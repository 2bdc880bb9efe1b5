"""Whether a server answers, and who can reach one; clients of their own try for minutes."""

from __future__ import annotations

import ipaddress
import re
import urllib.error
import urllib.request

ANSWER_SECONDS = 5


def why_silent(url: str) -> str | None:
    """Why nothing answers at the http(s) address `url`; None where something does.

    A server that refuses has answered: whether it lets us in is for its client to say.
    """
    try:
        urllib.request.urlopen(url, timeout=ANSWER_SECONDS).close()  # noqa: S310 - http(s) only
    except urllib.error.HTTPError:
        return None
    except (OSError, ValueError) as error:
        return str(error)
    return None


def public(url: str) -> str:
    """`url` without the user and password that it may carry."""
    return re.sub("//[^/@]*@", "//", url)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens on `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
