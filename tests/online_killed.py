"""Posts events until it is killed: WORKSPACE START; a line for each that was answered."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from penstock.core.config import load_params
from penstock.serving.online.opening import open_features
from tests.online_world import town

if __name__ == "__main__":
    root, start = Path(sys.argv[1]), int(sys.argv[2])
    features = open_features(root, load_params(root), "fraud", lambda line: None)
    events = town().events(0)
    for row in range(start, len(events)):
        features.admit(events[row])
        features.settle(events[row], b"%d" % row)
        print(row, time.monotonic(), flush=True)
        time.sleep(0.001)
