"""A graph of four small stages in a folder of its own: two sources, what joins them, a rest.

    fetch@a ─┬─ join ── sign
    fetch@b ─┘

A file `fail-NAME` beside dvc.yaml makes the stage NAME fail, `flaky-NAME` makes it fail once,
`refuse-NAME` makes it say that the user is mistaken, `hang-NAME` makes it hang with a child of its
own; none is a dep, so no stage becomes stale by it. Each command that ends adds its name to
`ran.txt`, and takes TOY_SECONDS of the environment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

DVC_YAML = """\
stages:
  fetch:
    foreach: ${sources}
    do:
      cmd: python step.py ${key} data/${key}.txt source-${key}.txt
      params: ["sources.${key}.n"]
      deps: ["source-${key}.txt", step.py]
      outs: ["data/${key}.txt"]
      meta: {cores: 1, memory: 1GiB, timeout: 1m, retries: 0}
  join:
    cmd: python step.py join joined data/a.txt data/b.txt
    deps: [data, step.py]
    outs: [joined]
    meta: {cores: 2, timeout: 1m}
  sign:
    cmd: python step.py sign signed.txt joined/all.txt
    deps: [joined, step.py]
    outs: [signed.txt]
    meta: {retries: 1}
"""

STEP = '''\
"""Write the inputs, one after the other, to the output; a name without a dot is a folder."""
import os, pathlib, subprocess, sys, time

name, out, *inputs = sys.argv[1:]
print("at work on", name)
if pathlib.Path("fail-" + name).exists():
    sys.exit("no such river")
if pathlib.Path("refuse-" + name).exists():
    print("params.yaml: no such bank", file=sys.stderr)
    sys.exit(3)
flaky = pathlib.Path("flaky-" + name)
if flaky.exists():
    flaky.unlink()
    sys.exit("try again")
if pathlib.Path("hang-" + name).exists():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
    pathlib.Path("hanging.txt").write_text(f"{os.getpid()} {child.pid}")
    time.sleep(300)
target = pathlib.Path(out)
if not target.suffix:
    target.mkdir()
    target /= "all.txt"
target.parent.mkdir(exist_ok=True)
time.sleep(float(os.environ.get("TOY_SECONDS", "0")))
target.write_text("".join(pathlib.Path(one).read_text() for one in inputs) + name + "\\n")
with open("ran.txt", "a") as ran:
    ran.write(name + "\\n")
'''


def make_toy(root: Path) -> Path:
    """Fill the folder `root`: git and DVC are initialised, nothing has run yet."""
    root.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    (root / ".dvc").mkdir()
    (root / ".dvc" / "config").write_text("[core]\n    analytics = false\n")
    (root / ".dvc" / ".gitignore").write_text("/tmp\n/cache\n")
    shutil.copy(Path(__file__).parents[1] / ".dvcignore", root)
    (root / "dvc.yaml").write_text(DVC_YAML)
    (root / "params.yaml").write_text("sources:\n  a: {n: 1}\n  b: {n: 1}\n")
    (root / "step.py").write_text(STEP)
    # Else DVC lists each out in data/.gitignore when it is made, and `data` is a dep of `join`.
    (root / ".gitignore").write_text("/data/\n/joined/\n/signed.txt\n")
    for name in "ab":
        (root / f"source-{name}.txt").write_text(f"{name}\n")
    return root


def environment(**more: str) -> dict[str, str]:
    """This process's environment, where `python` is the interpreter that runs the tests."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, **more}


def ran(root: Path) -> list[str]:
    """The names of the commands that have ended so far, in that order."""
    path = root / "ran.txt"
    return path.read_text().split() if path.is_file() else []


def repro(root: Path, *arguments: str) -> str:
    """`dvc repro`, and what it prints; raises CalledProcessError where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "dvc", "repro", *arguments],
        cwd=root,
        env=environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout
