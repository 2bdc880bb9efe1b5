"""What the log holds of a list: its items in their order, and what they were ranked with."""

from __future__ import annotations

import msgspec


class Place(msgspec.Struct, frozen=True):
    """One item; `score` is on the scale of its lane."""

    item: int | str
    score: float
    lane: str


class Basis(msgspec.Struct, frozen=True):
    """What a list depends on besides its model.

    Attributes:
        features_sha256: of the hashes in the manifest of data/P/features: users, what they had,
            and the catalogue.
        trending: the candidate in models/P that serves users of whom nothing is known.
        trending_sha256: of its contract.json, which holds the hashes of its files.
        lock_revision: the commit of dvc.lock when these were read; None where it was not committed.
    """

    features_sha256: str
    trending: str
    trending_sha256: str
    lock_revision: str | None


class Listed(msgspec.Struct, frozen=True):
    """What was answered; titles and reasons can be told again from the same basis."""

    items: tuple[Place, ...]
    basis: Basis


def write_listed(listed: Listed) -> bytes:
    """JSON; a score is the shortest number that is read back to the same bits."""
    return msgspec.json.encode(listed)


def read_listed(content: bytes) -> Listed:
    """What `write_listed` was given."""
    return msgspec.json.decode(content, type=Listed)
