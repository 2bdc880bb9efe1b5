"""Several processes move one pointer, or keep one model, at the same time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from penstock.effects.champions import Store
from tests.champions import PROJECT, crown, keep, make_model
from tests.workspace import ROOT, environment

AT_ONCE = 4

POINT = """
import sys
from pathlib import Path
from penstock.effects.champions import Store
from penstock.effects.champions.errors import PointerMoved
from tests.champions import PROJECT, pointer_to
root, digit = Path(sys.argv[1]), sys.argv[2]
store = Store.open(root)
was, mine = store.pointer(PROJECT), store.version(PROJECT, digit * 64)
print("ready", flush=True)
sys.stdin.readline()
try:
    store.point(PROJECT, pointer_to(mine), was.key)
    print("moved")
except PointerMoved:
    print("too late")
"""

KEEP = """
import sys
from pathlib import Path
from penstock.effects.champions import Store
from tests.champions import PROJECT, make_version
root = Path(sys.argv[1])
version = make_version(root / "b", "b")
print("ready", flush=True)
sys.stdin.readline()
Store.open(root).keep(PROJECT, version, root / "b")
print("kept")
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PENSTOCK_CHAMPIONS", raising=False)
    return tmp_path


def at_once(script: str, arguments: list[list[str]]) -> list[str]:
    """What each of several processes said that were let loose at the same moment."""
    env = environment(ROOT) | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, *words],
            env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for words in arguments
    ]  # fmt: skip
    for one in started:
        assert one.stdout is not None and one.stdout.readline() == "ready\n"
    for one in started:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    return [one.communicate(timeout=60)[0].strip() for one in started]


def test_of_several_who_saw_the_same_champion_one_moves_the_pointer(root: Path) -> None:
    store = Store.open(root)
    crown(store, keep(store, root, "a"))
    digits = [str(number) for number in range(1, AT_ONCE + 1)]
    for digit in digits:
        keep(store, root, digit)
    said = at_once(POINT, [[str(root), digit] for digit in digits])
    assert sorted(said) == ["moved"] + ["too late"] * (AT_ONCE - 1)
    pointer = store.pointer(PROJECT)
    assert pointer is not None and pointer.key == digits[said.index("moved")] * 64


def test_several_who_keep_one_model_keep_it_once_and_whole(root: Path) -> None:
    make_model(root / "b", "model b\n")
    assert at_once(KEEP, [[str(root)]] * AT_ONCE) == ["kept"] * AT_ONCE
    store = Store.open(root)
    assert store.versions(PROJECT) == ["b" * 64]
    folder = store.fetch(PROJECT, "b" * 64)
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 4
