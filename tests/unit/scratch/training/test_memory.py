from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

PAGES = """
    import resource
    import numpy as np
    from penstock.scratch.training.memory import keep_memory

    def faults():
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

    def step():
        return [np.ones(1_000_000) for _ in range(8)]

    kept = keep_memory() if {ask} else True
    step()
    before = faults()
    for _ in range(10):
        step()
    print(kept, faults() - before)
"""


def after(ask: bool) -> tuple[bool, int]:
    """Whether memory is kept, and how often ten steps of 64 MB asked for a page."""
    code = textwrap.dedent(PAGES.format(ask=ask))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    kept, faults = done.stdout.split()
    return kept == "True", int(faults)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator")
def test_kept_memory_is_not_asked_for_again() -> None:
    kept, faults = after(ask=True)
    assert kept and faults < after(ask=False)[1] / 10
