"""What a stranger does: clone HEAD into a temporary folder, `make run`, again, `make test`."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STEPS = (("make run", "first"), ("make run", "again"), ("make test", "tests"))


def main() -> None:
    # The stranger has neither our environment nor what it exports.
    inherited = {"VIRTUAL_ENV", "PYTHONPATH", "MAKEFLAGS", "MAKELEVEL"}
    environment = {name: value for name, value in os.environ.items() if name not in inherited}
    ours = str(ROOT / ".venv" / "bin")
    paths = environment["PATH"].split(os.pathsep)
    environment["PATH"] = os.pathsep.join(path for path in paths if path != ours)
    times = []
    with tempfile.TemporaryDirectory(prefix="penstock-fresh-") as folder:
        clone = Path(folder) / "penstock"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        for command, label in STEPS:
            print(f"\n== {command} ({label})", flush=True)
            start = time.perf_counter()
            done = subprocess.run(command.split(), cwd=clone, env=environment, check=False)
            times.append(f"  {command:10} {label:6} {time.perf_counter() - start:7.1f} s")
            if done.returncode:
                sys.exit(f"\n{command} failed in a fresh clone of HEAD, exit {done.returncode}")
        asked = ["git", "status", "--porcelain", "dvc.lock"]
        changed = subprocess.run(asked, cwd=clone, check=True, capture_output=True).stdout
        same = "other hashes than" if changed else "the very hashes of"
        times.append(f"  every out has {same} the committed dvc.lock")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1 << 20)
    times.append(f"  largest process   {peak:7.1f} GiB")
    print("\nfresh clone of HEAD\n" + "\n".join(times))


if __name__ == "__main__":
    main()
