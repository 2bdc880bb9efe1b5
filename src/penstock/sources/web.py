"""HTTP: open an address, fetch a file and resume it. Trusts the system's and certifi's roots."""

from __future__ import annotations

import base64
import os
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from functools import cache
from http.client import HTTPException
from pathlib import Path
from typing import Any

from penstock.core.files import read_json, write_json
from penstock.sources.errors import DownloadError
from penstock.sources.progress import Tell, progress

TIMEOUT_SECONDS = 10.0
CHUNK = 1 << 20
ATTEMPTS = 4


def shown(url: str) -> str:
    """`url` without name, password and query: fit for a message or a record."""
    parts = urllib.parse.urlsplit(url)
    return urllib.parse.urlunsplit(
        (parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", "")
    )


def open_url(url: str, headers: dict[str, str] | None = None) -> Any:
    """The response to a GET; a name and password in `url` travel as a header, to that host alone.

    Raises:
        DownloadError: the host can't be reached, or answers with an error.
    """
    parts = urllib.parse.urlsplit(url)
    userinfo, _, host = parts.netloc.rpartition("@")
    if parts.scheme not in ("http", "https"):
        raise DownloadError(f"expected an address that begins with https://, found {shown(url)}")
    plain = urllib.parse.urlunsplit(parts._replace(netloc=host))
    request = urllib.request.Request(plain)  # noqa: S310 - the scheme is checked above
    request.add_header("User-Agent", "penstock")
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    if userinfo:
        token = base64.b64encode(urllib.parse.unquote(userinfo).encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {token}")
    try:
        return urllib.request.urlopen(  # noqa: S310 - the scheme is checked above
            request, timeout=TIMEOUT_SECONDS, context=_certificates()
        )
    except urllib.error.HTTPError as error:
        raise DownloadError(f"{host} answered {error.code} {error.reason}") from error
    except (urllib.error.URLError, HTTPException, TimeoutError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise DownloadError(f"cannot reach {host or shown(url)}: {reason}") from error


@cache
def _certificates() -> ssl.SSLContext:
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    for variable in ("PIP_CERT", "REQUESTS_CA_BUNDLE"):
        bundle = Path(os.environ.get(variable, ""))
        if bundle.is_file():
            context.load_verify_locations(bundle)
    return context


def fetch(url: str, part: Path, checked: bool) -> None:
    """Download `url` to `part`, going on where an earlier attempt broke off, if the server can.

    So that two versions of a file never mix, an earlier attempt counts only if the server named
    its version (ETag, Last-Modified), which lies beside it, or if a checksum would tell.

    Args:
        checked: the caller knows the checksum of what must come.

    Raises:
        DownloadError: it can't be had; what has come is kept for the next attempt.
    """
    part.parent.mkdir(parents=True, exist_ok=True)
    with progress("bytes") as tell:
        for attempt in range(1, ATTEMPTS + 1):
            before = _size(part)
            try:
                _fetch_rest(url, part, checked, tell)
            except DownloadError:
                # A stall after some bytes is worth going on from; no bytes at all is not.
                if attempt == ATTEMPTS or _size(part) == before:
                    raise
            else:
                version_path(part).unlink(missing_ok=True)
                return


def version_path(part: Path) -> Path:
    """Where the version of a half-finished download lies."""
    return part.with_name(part.name + ".json")


def _size(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0


def _fetch_rest(url: str, part: Path, checked: bool, tell: Tell) -> None:
    known = version_path(part)
    have = _size(part)
    headers = {"Accept-Encoding": "identity"}
    if have and (checked or known.is_file()):
        headers["Range"] = f"bytes={have}-"
    if have and known.is_file():
        headers["If-Range"] = read_json(known)["version"]
    try:
        response = open_url(url, headers)
    except DownloadError as error:
        # 416: nothing follows what we have, so it is not what it should be: have it anew.
        if not isinstance(error.__cause__, urllib.error.HTTPError) or error.__cause__.code != 416:
            raise
        part.unlink(missing_ok=True)
        have = 0
        response = open_url(url, {"Accept-Encoding": "identity"})
    with response:
        start = _resumes_at(response)
        if start != have:
            start = 0
        total = start + int(response.headers.get("Content-Length") or 0)
        _note_version(response, known)
        _append(response, part, start, total, lambda done: tell(_name(url), done, total))


def _resumes_at(response: Any) -> int:
    found = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return int(found[1]) if response.status == 206 and found else 0


def _note_version(response: Any, known: Path) -> None:
    etag = response.headers.get("ETag", "")
    version = etag if etag and not etag.startswith("W/") else response.headers.get("Last-Modified")
    if version:
        write_json(known, {"version": version})
    else:
        known.unlink(missing_ok=True)


def _append(response: Any, part: Path, start: int, total: int, tell: Any) -> None:
    done = start
    with part.open("r+b" if start else "wb") as file:
        file.seek(start)
        while True:
            try:
                chunk = response.read1(CHUNK)
            except (HTTPException, OSError) as error:
                raise DownloadError(f"broke off after {done:,} bytes: {error}") from error
            if not chunk:
                break
            file.write(chunk)
            done += len(chunk)
            tell(done)
    if total > start and done < total:
        raise DownloadError(f"broke off after {done:,} of {total:,} bytes")


def _name(url: str) -> str:
    return Path(urllib.parse.urlsplit(url).path).name
