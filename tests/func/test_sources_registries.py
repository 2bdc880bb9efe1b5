"""Small packages from the real registries; skipped only where those can't be reached."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from penstock.sources.downloads import obtain
from penstock.sources.errors import AllMirrorsFailed, DownloadError
from penstock.sources.registries import index_of
from penstock.sources.settings import MirrorsSource, PackageMirror
from penstock.sources.web import open_url, shown

SIX = PackageMirror(kind="package", registry="pypi", name="six", version="1.17.0", member="six.py")
IS_NUMBER = PackageMirror(
    kind="package", registry="npm", name="is-number", version="7.0.0", member="index.js"
)


@pytest.mark.parametrize(("mirror", "probe"), [(SIX, "six/"), (IS_NUMBER, "is-number/7.0.0")])
def test_a_file_of_a_real_package_is_had(tmp_path: Path, mirror: PackageMirror, probe: str) -> None:
    index, _ = index_of(mirror.registry)
    try:
        open_url(f"{index}/{probe}").close()
    except DownloadError as error:
        pytest.skip(f"the registry {shown(index)} can't be reached from here: {error}")
    live = MirrorsSource(kind="mirrors", mode="live", mirrors=(mirror,))
    kept = obtain(tmp_path, "p", live, None)
    assert kept.name == mirror.member
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == kept.parent.name
    assert b"is-number <" in kept.read_bytes() or b"__version__" in kept.read_bytes()


def test_no_registry_at_all_is_an_error_that_names_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    live = MirrorsSource(kind="mirrors", mode="live", mirrors=(IS_NUMBER,))
    with pytest.raises(AllMirrorsFailed, match=r"set npm_config_registry to a mirror of npm"):
        obtain(tmp_path, "p", live, None)
