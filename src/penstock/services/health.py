"""Whether a server is ready, asked as anybody could: over HTTP.

`python -m penstock.services.health URL` is how a container is asked: the exit status tells.
"""

from __future__ import annotations

import sys
import urllib.error
import urllib.request

from penstock.effects.reach import ANSWER_SECONDS


def problem_at(url: str) -> str | None:
    """Why the server at `url` is not ready; None where it answers with success."""
    try:
        urllib.request.urlopen(url, timeout=ANSWER_SECONDS).close()  # noqa: S310 - http(s) only
    except urllib.error.HTTPError as error:
        return f"it answers {error.code} at {url}"
    except (OSError, ValueError) as error:
        return str(error)
    return None


if __name__ == "__main__":
    raise SystemExit(problem_at(sys.argv[1]))
