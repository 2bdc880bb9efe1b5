"""The engine against `dvc repro` on one graph of twelve stages, in one run.

python benchmarks/engine.py            stages of two seconds: two minutes
python benchmarks/engine.py --full     stages of four seconds, as a real stage takes at least
python benchmarks/engine.py --paraffin FOLDER/bin/paraffin     paraffin as well, in an environment
                                       of its own that has DVC beside it

The graph is a chain of six stages beside two chains of three: its critical path is half its work,
so that two cores can halve the time and no number of cores can do better.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FLOW = ROOT / "flows" / "pipeline.py"
CHAINS = {"long": 6, "left": 3, "right": 3}
STAGES = sum(CHAINS.values())
REPEATS = 7
MAKESPAN, UNCHANGED = 0.65, 1.0  # what is claimed: at most
PORT = 42173
STEP = """\
import pathlib, sys, time
out, seconds, *inputs = sys.argv[1:]
while time.process_time() < float(seconds):
    sum(range(10_000))
pathlib.Path(out).write_text(out + "".join(pathlib.Path(one).read_text() for one in inputs))
"""


def make_graph(root: Path, seconds: float) -> Path:
    """A repository in `root` with twelve stages of `seconds` of work each."""
    stages = []
    for chain, length in CHAINS.items():
        for place in range(length):
            above = f"{chain}-{place - 1}.txt" if place else ""
            out = f"{chain}-{place}.txt"
            deps = ", ".join(filter(None, ["step.py", above]))
            command = f"{sys.executable} step.py {out} {seconds} {above}".strip()
            stages.append(f"  {chain}-{place}: {{cmd: {command}, deps: [{deps}], outs: [{out}]}}")
    root.mkdir()
    (root / "step.py").write_text(STEP)
    (root / "dvc.yaml").write_text("stages:\n" + "\n".join(stages) + "\n")
    (root / "params.yaml").write_text("{}\n")
    for tool in ("git", "dvc"):
        subprocess.run([tool, "init", "-q"], cwd=root, check=True, env=environment())
    return root


def environment(**more: str) -> dict[str, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    quiet = {"DVC_NO_ANALYTICS": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    return {**os.environ, "PATH": path, **quiet, **more}


def timed(root: Path, command: list[str], **more: str) -> tuple[float, float]:
    """Seconds by the clock and of CPU that a command takes, with all its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=root, env=environment(**more), capture_output=True, text=True, check=False
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu


DVC = ["dvc", "repro"]
RUN = ["penstock", "run"]


def makespans(folder: Path, seconds: float, paraffin: Path | None) -> dict[str, float]:
    """Seconds by the clock of a first build, by `dvc repro` and others; the hashes are compared."""
    took, locks = {}, []
    for name, command in (("dvc repro", DVC), ("penstock run", RUN)):
        root = make_graph(folder / name.replace(" ", "-"), seconds)
        took[name] = timed(root, command)[0]
        locks.append((root / "dvc.lock").read_text())
    assert locks[0] == locks[1], "the two have built different things"
    if paraffin:
        root = make_graph(folder / "paraffin", seconds)
        for words in (["config", "user.email", "a@b.c"], ["config", "user.name", "a"]):
            timed(root, ["git", *words])
        timed(root, ["git", "commit", "--allow-empty", "-qm", "it wants a commit"])
        own = {"PATH": os.pathsep.join([str(paraffin.parent), os.environ["PATH"]])}
        took["paraffin"] = timed(root, [str(paraffin), "submit"], **own)[0]
        worker = [str(paraffin), "worker", "--jobs", str(os.cpu_count())]
        took["paraffin"] += timed(root, worker, **own)[0]
    return took


def unchanged(root: Path) -> dict[str, tuple[float, float]]:
    """Median seconds by the clock and of CPU to find that nothing has changed, taking turns."""
    times: dict[str, list[tuple[float, float]]] = {"dvc repro": [], "penstock run": []}
    for _ in range(REPEATS):
        times["dvc repro"].append(timed(root, DVC))
        times["penstock run"].append(timed(root, RUN))
    return {
        name: (statistics.median(w for w, _ in some), statistics.median(c for _, c in some))
        for name, some in times.items()
    }


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """A Prefect server on loopback; the address of its API."""
    api = f"http://127.0.0.1:{PORT}/api"
    command = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(PORT)]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            command,
            env=environment(PREFECT_HOME=str(folder / "prefect")),
            stdout=log,
            stderr=log,
        )
        try:
            while not _answers(f"{api}/health"):
                if process.poll() is not None:
                    sys.exit(f"the Prefect server ended: {folder / 'server.log'}")
                time.sleep(0.2)
            yield api
        finally:
            process.terminate()
            process.wait()


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=1).close()
    except (urllib.error.URLError, OSError):
        return False
    return True


def overheads(folder: Path) -> dict[str, float]:
    """Seconds by the clock of a first build whose stages do nothing; the flow's server is up."""
    took = {}
    for name, command in (("dvc repro", DVC), ("penstock run", RUN)):
        took[name] = timed(make_graph(folder / f"idle-{name[:3]}", 0), command)[0]
    with server(folder) as api:
        root = make_graph(folder / "idle-flow", 0)
        flow = [sys.executable, str(FLOW)]
        more = {"PREFECT_API_URL": api, "PREFECT_HOME": str(folder / "prefect")}
        took["flow"] = timed(root, flow, **more)[0]
        took["flow, unchanged"] = timed(root, flow, **more)[0]
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--full", action="store_true", help="stages of four seconds")
    parser.add_argument("--paraffin", type=Path, help="its command, to measure it as well")
    options = parser.parse_args()
    seconds = 4.0 if options.full else 2.0
    folder = Path(tempfile.mkdtemp(prefix="penstock-engine-"))
    try:
        print(f"{STAGES} stages of {seconds:.0f} s, critical path {CHAINS['long']} stages")
        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
        took = makespans(folder, seconds, options.paraffin)
        ratio = took["penstock run"] / took["dvc repro"]
        print("\nfirst build, seconds by the clock")
        for name, wall in took.items():
            print(f"  {name:14} {wall:7.2f}")
        print(f"  ratio          {ratio:7.2f}   (claimed: at most {MAKESPAN})")
        still = unchanged(folder / "dvc-repro")
        print(f"\nnothing changed, median of {REPEATS}: seconds by the clock, of CPU")
        for name, (wall, cpu) in still.items():
            print(f"  {name:14} {wall:7.3f} {cpu:7.3f}")
        wall, cpu = (still["penstock run"][i] / still["dvc repro"][i] for i in (0, 1))
        print(f"  ratio          {wall:7.2f} {cpu:7.2f}   (claimed: at most {UNCHANGED})")
        idle = overheads(folder)
        print("\nstages that do nothing, seconds by the clock")
        for name, one in idle.items():
            print(f"  {name:15} {one:7.2f}   {one / STAGES:6.2f} a stage")
        more = (idle["flow"] - idle["penstock run"]) / STAGES
        print(f"  the flow adds {more:.2f} s a stage to penstock run")
        if ratio > MAKESPAN or cpu > UNCHANGED:
            sys.exit("a claim above does not hold")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
