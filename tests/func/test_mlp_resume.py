import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.models.given import fitted
from tests.workspace import ROOT

SETTINGS = {"hidden": [256, 256], "epochs": 40, "patience": 40, "dropout": 0.2}
PATIENCE_S = 120


def start(folder: Path) -> subprocess.Popen[bytes]:
    command = ("-m", "tests.unit.models.given", "mlp", str(folder), json.dumps(SETTINGS))
    return subprocess.Popen([sys.executable, *command], cwd=ROOT)


def checkpoint_in(folder: Path, process: subprocess.Popen[bytes]) -> Path:
    """The first checkpoint that lies in `folder`, waited for while the process lives."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        for found in (folder / "checkpoints").glob("*.safetensors"):
            if not found.name.startswith("."):
                return found
        time.sleep(0.005)
    raise AssertionError(f"no checkpoint; the process ended with {process.poll()}")


@pytest.mark.curriculum(
    "N35",
    of=("src/penstock/models/classification/mlp.py", "src/penstock/models/training/resumable.py"),
)
def test_a_net_whose_process_was_killed_goes_on_to_the_same_file(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    fitted("mlp", whole, **SETTINGS).save(whole / "model")

    killed = start(cut)
    checkpoint = checkpoint_in(cut, killed)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert checkpoint.is_file()
    assert not (cut / "model").exists()

    resumed = fitted("mlp", cut, **SETTINGS)
    resumed.save(cut / "model")

    for file in (whole / "model").iterdir():
        assert (cut / "model" / file.name).read_bytes() == file.read_bytes()
    assert not (cut / "checkpoints").exists()
