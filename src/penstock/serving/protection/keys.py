"""API keys: 256 random bits, of which only a hash is kept.

A key reads `penstock_ID_SECRET`. The id is no secret: it finds the record, tells callers apart in
metrics, and names what is revoked. A hash without salt or stretching is enough, since nobody can
guess 256 random bits (OWASP, Password Storage Cheat Sheet, asks for both where people choose).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import Field

from penstock.core.settings import Settings, parse

Scope = Literal["score", "admin"]
PREFIX = "penstock"
NOBODY = "0" * 64  # what an unknown id is compared with, so that it takes as long


class Key(Settings):
    """What is kept of a key.

    Attributes:
        name: whose it is, in the words of who made it.
        per_second: requests in the long run; None takes `serving.rate`.
    """

    id: str = Field(pattern=r"^[0-9a-f]{12}$")
    name: str = Field(min_length=1, max_length=80)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    scopes: tuple[Scope, ...] = Field(min_length=1)
    created: str
    per_second: float | None = Field(None, gt=0)


def make_key(
    name: str, scopes: Iterable[str], created: str, per_second: float | None = None
) -> tuple[Key, str]:
    """A new key's record, and the key itself, which nothing can tell a second time.

    Raises:
        ParamsError: a name or scope that can't be.
    """
    text = f"{PREFIX}_{secrets.token_hex(6)}_{secrets.token_urlsafe(32)}"
    kept = {
        "id": text.split("_")[1],
        "name": name,
        "sha256": digest(text),
        "scopes": list(scopes),
        "created": created,
        "per_second": per_second,
    }
    return parse(Key, kept, "key"), text


def digest(text: str) -> str:
    """SHA-256 of a whole key, as hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def find(keys: Mapping[str, Key], authorization: bytes) -> Key | None:
    """The key of a header `Bearer …`; None where it is none of `keys`, by its id."""
    scheme, _, token = authorization.partition(b" ")
    if scheme.lower() != b"bearer":
        return None
    token = token.strip()
    parts = token.split(b"_", 2)
    key = keys.get(parts[1].decode("latin-1")) if len(parts) == 3 else None
    found = hashlib.sha256(token).hexdigest()
    same = hmac.compare_digest(found, key.sha256 if key else NOBODY)
    return key if same else None
