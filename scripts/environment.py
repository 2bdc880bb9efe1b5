"""Build .venv from pyproject.toml and constraints.txt, and only when one of them changed.

Standard library alone: this is the first thing that runs on a fresh machine. Called by make.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "penstock-environment"
TORCH = "torch==2.13.0"
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
UV = "uv==0.13.8"
# What pip reads, under the name that uv reads it by.
PIP_TO_UV = {
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_INDEX",
    "PIP_CERT": "SSL_CERT_FILE",
}


def main() -> None:
    if sys.version_info < (3, 11):
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(
            f"penstock needs Python 3.11 or newer; {sys.executable} is {found}\n"
            "  fix: make PYTHON=python3.11 …   (after installing it)"
        )
    wanted = fingerprint()
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return
    start = time.perf_counter()
    print("penstock: setting up .venv (once; again when pyproject or constraints change)")
    STAMP.unlink(missing_ok=True)
    if not (VENV / "bin" / "python").exists():
        run(sys.executable, "-m", "venv", str(VENV))
    run(str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", UV)
    if accelerator() == "cpu" and sys.platform == "linux" and answers(TORCH_CPU_INDEX):
        install("--no-deps", "--default-index", TORCH_CPU_INDEX, TORCH)
    extras = f"{accelerator()},ann,dev,postgres"
    install("--constraints", "constraints.txt", "--editable", f".[{extras}]")
    STAMP.write_text(wanted)
    print(f"penstock: .venv is ready ({time.perf_counter() - start:.0f} s)")


def accelerator() -> str:
    """The extra that fits this machine: `gpu` where an NVIDIA driver is, else `cpu`."""
    return "gpu" if shutil.which("nvidia-smi") and Path("/dev/nvidiactl").exists() else "cpu"


def fingerprint() -> str:
    """Changes when the environment should be built again."""
    parts = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    # The editable install points at this folder, so a moved checkout is another environment.
    parts += [sys.version.encode(), accelerator().encode(), UV.encode(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def answers(url: str) -> bool:
    """Whether an index answers at once, so that nobody waits for one that can't be reached."""
    try:
        with urllib.request.urlopen(f"{url}/torch/", timeout=3) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def install(*arguments: str) -> None:
    environment = dict(os.environ)
    for pip_name, uv_name in PIP_TO_UV.items():
        if pip_name in environment:
            environment.setdefault(uv_name, environment[pip_name])
    python = str(VENV / "bin" / "python")
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "--python", python]
    run(*uv, *arguments, environment=environment)


def run(*command: str, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    if done.returncode:
        sys.exit(
            f"\npenstock: setting up failed at: {' '.join(command)}\n"
            "  fix: read the lines above; no network? set PIP_INDEX_URL or PIP_FIND_LINKS.\n"
            "       A broken .venv: make clean-env, then again"
        )


if __name__ == "__main__":
    main()
