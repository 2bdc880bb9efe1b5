"""Token buckets: so many requests in the long run, a few more at once."""

from __future__ import annotations

from penstock.serving.settings import Rate


class Bucket:
    """Holds `burst` tokens at most, `per_second` come in (ITU-T I.371, leaky bucket as a meter)."""

    __slots__ = ("_at", "_burst", "_left", "_per_second")

    def __init__(self, per_second: float, burst: float, now: float) -> None:
        self._per_second, self._burst = per_second, burst
        self._left, self._at = burst, now

    def take(self, now: float) -> float:
        """Take a token: 0; where there is none: seconds until there is one."""
        left = min(self._burst, self._left + (now - self._at) * self._per_second)
        self._at = now
        if left < 1.0:
            self._left = left
            return (1.0 - left) / self._per_second
        self._left = left - 1.0
        return 0.0


class Rates:
    """A bucket for each key that came; revoked ones are forgotten by `keep`."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._buckets: dict[str, Bucket] = {}

    def take(self, caller: str, per_second: float | None, now: float) -> float:
        """See `Bucket.take`; `caller` is the key's id, or empty for all who need none."""
        bucket = self._buckets.get(caller)
        if bucket is None:
            rate = per_second or self._rate.per_second
            burst = self._rate.burst * rate / self._rate.per_second
            bucket = self._buckets[caller] = Bucket(rate, max(1.0, burst), now)
        return bucket.take(now)

    def keep(self, callers: set[str]) -> None:
        """Forget the buckets of all others."""
        self._buckets = {one: b for one, b in self._buckets.items() if one in callers or not one}
