"""Two checkouts of one cache: what one has built the other checks out."""

from __future__ import annotations

import configparser
import shutil
from pathlib import Path

import pytest

from penstock.engine.cache import LOCAL, check_out, share_cache
from penstock.engine.graph.repository import GraphError
from penstock.engine.graph.survey import find_stale
from tests.toy_graph import make_toy, repro


@pytest.fixture
def built(tmp_path: Path) -> Path:
    root = make_toy(tmp_path / "built")
    repro(root)
    return root


def another(built: Path) -> Path:
    """A checkout of what git would hold of `built`."""
    root = make_toy(built.with_name("another"))
    shutil.copy2(built / "dvc.lock", root / "dvc.lock")
    return root


def local(root: Path) -> configparser.RawConfigParser:
    config = configparser.RawConfigParser()
    config.read(root / LOCAL)
    return config


def test_outs_come_from_the_shared_cache_and_only_those_that_are_needed(built: Path) -> None:
    root = another(built)
    share_cache(built, root)
    check_out(root, ["join"])
    assert sorted(find_stale(root)) == ["sign"]
    assert (root / "joined" / "all.txt").read_bytes() == (built / "joined/all.txt").read_bytes()
    check_out(root, [])
    assert find_stale(root) == {}
    assert not (root / ".dvc" / "cache").exists()


def test_what_the_cache_lacks_is_stale_and_no_failure(built: Path) -> None:
    root = another(built)
    share_cache(built, root)
    (root / "signed.txt").write_text("half of it")
    shutil.rmtree(built / ".dvc" / "cache")
    check_out(root, [])
    assert sorted(find_stale(root)) == ["fetch@a", "fetch@b", "join", "sign"]


def test_remotes_of_the_workspace_are_known_and_their_paths_still_lead_there(built: Path) -> None:
    text = "[core]\n    remote = far\n['remote \"far\"']\n    url = ../../store\n    jobs = 2\n"
    (built / LOCAL).write_text(text + "['remote \"s3\"']\n    url = s3://bucket/store\n")
    root = another(built)
    share_cache(built, root)
    found = local(root)
    assert found.get("core", "remote") == "far"
    assert found.get("'remote \"far\"'", "url") == str(built.parent / "store")
    assert found.get("'remote \"far\"'", "jobs") == "2"
    assert found.get("'remote \"s3\"'", "url") == "s3://bucket/store"
    assert find_stale(root, ["join"])  # DVC reads what was written


def test_a_cache_that_lies_elsewhere_is_shared_too_and_a_change_is_noticed(
    built: Path, tmp_path: Path
) -> None:
    root = another(built)
    share_cache(built, root)
    assert local(root).get("cache", "dir") == str(built / ".dvc" / "cache")
    (built / LOCAL).write_text("[cache]\n    dir = ../../elsewhere\n")
    share_cache(built, root)
    assert local(root).get("cache", "dir") == str(tmp_path / "elsewhere")


def test_a_folder_without_dvc_is_one_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        GraphError, match=r"dvc checkout in .*: you are not inside of a DVC rep.*\n  fix: "
    ):
        check_out(tmp_path, [])
