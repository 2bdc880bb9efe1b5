"""Where a registry keeps the files of a package version, and the checksum it gives for each.

Sources: PEP 503 and PEP 691 (the simple index, HTML and JSON), PEP 427 (wheel names), PEP 625
(sdist names), the npm registry's package metadata, Debian Policy 5.6.1 and
the layout of its archive's pool.
"""

from __future__ import annotations

import base64
import json
import os
import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from penstock.core.errors import did_you_mean
from penstock.sources.errors import DownloadError
from penstock.sources.settings import PackageMirror
from penstock.sources.web import open_url, shown

PYPI = "https://pypi.org/simple"
PYPI_VARIABLES = ("PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX")
NPM = "https://registry.npmjs.org"
NPM_VARIABLES = ("npm_config_registry", "NPM_CONFIG_REGISTRY")
DEBIAN = "https://deb.debian.org/debian"
DEBIAN_VARIABLES = ("DEBIAN_MIRROR",)
REGISTRIES = {
    "pypi": (PYPI, PYPI_VARIABLES),
    "npm": (NPM, NPM_VARIABLES),
    "debian": (DEBIAN, DEBIAN_VARIABLES),
}
SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
SDISTS = (".tar.gz", ".zip")


@dataclass(frozen=True)
class Archive:
    """A file of a registry.

    Attributes:
        algorithm, digest: the registry's own checksum, in hexadecimal digits; None if it has none.
    """

    url: str
    file: str
    algorithm: str | None = None
    digest: str | None = None


def find_archives(mirror: PackageMirror) -> list[Archive]:
    """The archives of that package version, the likeliest first.

    Raises:
        DownloadError: the registry can't be reached, or knows no such package or version.
    """
    return {"npm": _npm, "pypi": _pypi, "debian": _debian}[mirror.registry](mirror)


def index_of(registry: str) -> tuple[str, tuple[str, ...]]:
    """The address of a registry, and the environment variables that move it."""
    default, variables = REGISTRIES[registry]
    named = [os.environ[variable] for variable in variables if os.environ.get(variable)]
    return (named[0] if named else default).rstrip("/"), variables


def _pypi(mirror: PackageMirror) -> list[Archive]:
    index, _ = index_of("pypi")
    page = f"{index}/{_canonical(mirror.name)}/"
    with open_url(page, {"Accept": f"{SIMPLE_JSON}, text/html;q=0.1"}) as response:
        text = response.read().decode("utf-8", "replace")
        is_json = "json" in response.headers.get("Content-Type", "")
        archives = list(_of_json(text, page) if is_json else _of_html(text, page))
    fitting = [a for a in archives if _version(a.file, mirror.name) == mirror.version]
    if not fitting:
        known = {v for a in archives if (v := _version(a.file, mirror.name))}
        hint = did_you_mean(mirror.version, known)
        raise DownloadError(f"{shown(page)} has no version {mirror.version}; {hint}")
    return sorted(
        fitting, key=lambda a: (a.file.endswith(SDISTS), "none-any" not in a.file, a.file)
    )


def _of_json(text: str, page: str) -> Iterator[Archive]:
    for file in json.loads(text)["files"]:
        digest = file.get("hashes", {}).get("sha256")
        url = urllib.parse.urljoin(page, file["url"])
        yield Archive(url, file["filename"], "sha256" if digest else None, digest)


def _of_html(text: str, page: str) -> Iterator[Archive]:
    for link in _Links.of(text):
        url, _, fragment = urllib.parse.urljoin(page, link).partition("#")
        algorithm, _, digest = fragment.partition("=")
        file = urllib.parse.unquote(url.rsplit("/", 1)[-1])
        yield Archive(url, file, algorithm if digest else None, digest or None)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attrs if tag == "a" and name == "href" and value]

    @classmethod
    def of(cls, text: str) -> list[str]:
        parser = cls()
        parser.feed(text)
        return parser.links


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _version(file: str, package: str) -> str | None:
    """The version in the name of a wheel or sdist of `package`; None for anything else."""
    if file.endswith(".whl"):
        return file.split("-")[1] if file.count("-") >= 4 else None
    stem = next((file.removesuffix(end) for end in SDISTS if file.endswith(end)), None)
    if stem is None or "-" not in stem:
        return None
    name, _, version = stem.rpartition("-")
    return version if _canonical(name) == _canonical(package) else None


def _npm(mirror: PackageMirror) -> list[Archive]:
    index, _ = index_of("npm")
    name = urllib.parse.quote(mirror.name, safe="@")
    with open_url(f"{index}/{name}/{mirror.version}") as response:
        dist = json.loads(response.read())["dist"]
    algorithm, _, encoded = dist.get("integrity", "").partition("-")
    if encoded:
        digest = base64.b64decode(encoded).hex()
    else:
        algorithm, digest = "sha1", dist.get("shasum")
    url = dist["tarball"]
    return [Archive(url, url.rsplit("/", 1)[-1], algorithm if digest else None, digest)]


def _debian(mirror: PackageMirror) -> list[Archive]:
    """The package for all architectures; the pool gives no checksum."""
    index, _ = index_of("debian")
    letters = mirror.name[:4] if mirror.name.startswith("lib") else mirror.name[:1]
    file = f"{mirror.name}_{mirror.version.partition(':')[2] or mirror.version}_all.deb"
    return [Archive(f"{index}/pool/main/{letters}/{mirror.name}/{file}", file)]
