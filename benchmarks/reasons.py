"""CPU time of exact SHAP values of boosted trees, a row, beside the shap library where it is there.

python benchmarks/reasons.py          20,000 rows of the fraud project's width: seconds
python benchmarks/reasons.py --full   200,000 rows

A hundred trees of depth 3 over 33 inputs; rows drawn at random, so that no data is needed.
`uv pip install shap` brings the other side; without it our own figure stands alone.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # before a library starts its threads

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, FitContext, Input, Signature, View
from penstock.core.dataset import Dataset
from penstock.core.settings import parse
from penstock.models.classification.xgboost import XGBoostClassifier

INPUTS, TREES, DEPTH = 33, 100, 3
ROWS, FULL, REPEATS = 20_000, 200_000, 5
CLAIM = 50.0  # microseconds a row, at most


def view(rows: int, seed: int) -> View:
    """Rows whose label hangs on a third of the inputs."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(rows, INPUTS)).astype(np.float32)
    names = [f"x{number}" for number in range(INPUTS)]
    pull = values[:, ::3].sum(axis=1) + np.abs(values[:, 1]) * values[:, 2]
    label = (pull + random.normal(size=rows) > 5).astype(np.int8)
    data = Dataset({"features": pd.DataFrame(values, columns=names)})
    return View(data, Signature(tuple(map(Input, names))), label)


def cpu_of(job: Callable[[], Array], rows: int) -> tuple[float, Array]:
    """Microseconds of CPU a row, the median of several runs, and what the job gives."""
    spent = []
    for _ in range(REPEATS):
        start = time.process_time()
        result = job()
        spent.append(time.process_time() - start)
    return statistics.median(spent) / rows * 1e6, result


def main() -> None:
    """Print both figures, their ratio, and the largest difference between the values."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--full", action="store_true", help=f"{FULL:,} rows")
    rows = FULL if options.parse_args().full else ROWS
    settings = parse(XGBoostClassifier.Settings, {"trees": TREES, "max_depth": DEPTH}, "")
    context = FitContext(seed=0, threads=1, device="cpu", checkpoint_dir=Path())
    model = XGBoostClassifier(settings).fit(view(40_000, 0), context)
    judged = view(rows, 1)
    print(f"{platform.machine()}, Python {platform.python_version()}, one thread, {rows:,} rows")
    ours, told = cpu_of(lambda: model.contributions(judged).values, rows)
    scoring, _ = cpu_of(lambda: model.predict_proba(judged), rows)
    claim = f"(claim: at most {CLAIM:g}; a score {scoring:.2f})"
    print(f"contributions  {ours:6.1f} µs a row   {claim}")
    if find_spec("shap"):
        shap = import_module("shap")
        matrix = model.rows_of(judged)
        explainer = shap.TreeExplainer(model.booster)
        theirs, values = cpu_of(lambda: explainer.shap_values(matrix), rows)
        difference = float(np.abs(values - told).max())
        print(f"shap library   {theirs:6.1f} µs a row   {theirs / ours:.2f} times ours")
        print(f"largest difference of a value: {difference:.1e}")
    else:
        print("shap library   not installed")
    if ours > CLAIM:
        sys.exit("the claim does not hold")


if __name__ == "__main__":
    main()
