"""Who may come in, how often, and with what: asked before a body is read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus
from time import monotonic

from penstock.serving.protection.keyring import Keyring
from penstock.serving.protection.keys import Scope, find
from penstock.serving.protection.rate import Rates
from penstock.serving.refusal import Refused
from penstock.serving.settings import Rate

JSON = b"application/json"
BEARER = {"www-authenticate": "Bearer"}


class Guard:
    """Keys and rates.

    Args:
        keyring: whose keys are asked for; None lets everybody in.
    """

    def __init__(self, keyring: Keyring | None, rate: Rate) -> None:
        self.keyring = keyring
        self._rates = Rates(rate)

    def admit(self, headers: Mapping[bytes, bytes], scope: Scope) -> str:
        """The id of the caller's key; empty where none is asked for.

        Raises:
            Refused: 401 without a key that is known, 403 where it is for other things, 429 where
                it came too often.
        """
        caller, per_second = "", None
        if self.keyring is not None:
            key = find(self.keyring.keys, headers.get(b"authorization", b""))
            if key is None:
                raise self._unknown(b"authorization" in headers)
            if scope not in key.scopes:
                raise Refused(
                    HTTPStatus.FORBIDDEN,
                    f"the key is for {' and '.join(key.scopes)}; this needs one for {scope}: "
                    f"penstock key create NAME --scope {scope}",
                )
            caller, per_second = key.id, key.per_second
        if wait := self._rates.take(caller, per_second, monotonic()):
            raise Refused(
                HTTPStatus.TOO_MANY_REQUESTS,
                "more requests than the rate of this key allows; wait as Retry-After says",
                headers={"retry-after": str(math.ceil(wait))},
            )
        return caller

    def refresh(self) -> None:
        """See keys that were made or revoked meanwhile; raises BadKeys, and the old ones stay."""
        if self.keyring is not None and self.keyring.refresh():
            self._rates.keep(set(self.keyring.keys))

    def _unknown(self, came: bool) -> Refused:
        what = "no such key, or it was revoked" if came else "no key came"
        return Refused(
            HTTPStatus.UNAUTHORIZED,
            f"{what}; send the header 'Authorization: Bearer penstock_…', with one of "
            "`penstock key create NAME`",
            headers=BEARER,
        )


def expect_json(headers: Mapping[bytes, bytes]) -> None:
    """Raise 415 unless the body is said to be JSON, plainly encoded.

    A browser sends that type to another site only after asking, so no page can post in somebody's
    name.
    """
    kind = headers.get(b"content-type", b"")
    if kind != JSON and kind.partition(b";")[0].strip().lower() != JSON:
        came = kind.decode("latin-1")[:80] or "none"
        raise Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"expected content-type application/json, came {came}; with curl: --json '…'",
        )
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "expected a body as it is, came one compressed"
        )
