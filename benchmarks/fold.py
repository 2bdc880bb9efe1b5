"""CPU time to fit and score a fold of `fraud`, beside XGBoost on every row of it.

python benchmarks/fold.py          one fold a split; `dvc repro featurize@fraud` comes before
python benchmarks/fold.py --full   all four

Judged are the candidate `xgboost-all` on 7 and on 28 days, with as many threads as params.yaml
says. Its peer is XGBoost with the same settings and no negative left out; what they find is told
beside what they cost. Validation folds only: test folds are read by `evaluate` and nobody else.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ["OMP_WAIT_POLICY"] = "PASSIVE"  # as in a stage: a thread that waits takes no core

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

from penstock.core.config import Params, load_params
from penstock.core.contracts import FitContext, Trial
from penstock.core.dataset import load
from penstock.core.settings import parse
from penstock.models.classification.xgboost import XGBoostClassifier
from penstock.tasks.classification.trials import ProtocolSettings, folds

CANDIDATE, SPLITS = "fraud-xgboost-all", ("validation", "validation_28d")
CLAIM = 1.5  # CPU seconds a fold, at most


def cost_of(trial: Trial, settings: Any, params: Params, truth: pd.Series) -> list[float]:
    """CPU seconds to fit and score, average precision, ROC AUC."""
    assert trial.eval_view is not None
    with TemporaryDirectory() as folder:
        context = FitContext(trial.seed, params.threads, "cpu", Path(folder))
        start = time.process_time()
        model = XGBoostClassifier(settings).fit(trial.fit_view, context)
        score = model.predict_proba(trial.eval_view)
        spent = time.process_time() - start
    label = truth[trial.eval_view.data.tables["features"]["transaction_id"]]
    return [spent, average_precision_score(label, score), roc_auc_score(label, score)]


def main() -> None:
    """Print a line for each split and side."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--full", action="store_true", help="all four folds")
    count = None if options.parse_args().full else 1
    features = Path("data/fraud/features")
    if not features.exists():
        sys.exit(f"no {features}\n  fix: dvc repro featurize@fraud")
    params = load_params(Path())
    block, dataset = params.candidate(CANDIDATE), load(features)
    truth = dataset.tables["labels"].set_index("transaction_id")["label"]
    where = "projects.fraud.protocol"
    protocol = parse(ProtocolSettings, params.project("fraud").protocol, where)
    print(f"{platform.machine()}, Python {platform.python_version()}, {params.threads} threads")
    slowest = 0.0
    for split in SPLITS:
        ours = parse(XGBoostClassifier.Settings, block.hyperparameters(split), "params")
        sides = {"ours": ours, "all rows": ours.model_copy(update={"resample": None})}
        mine = list(islice(folds(dataset, protocol, params.seed, split), count))
        for name in sides if ours.resample else ["ours"]:
            costs = [cost_of(one, sides[name], params, truth) for one in mine]
            spent, precision, area = np.mean(costs, axis=0)
            slowest = max(slowest, spent if name == "ours" else 0.0)
            figures = f"{spent:5.2f} CPU s   AP {precision:.4f}   AUC {area:.4f}"
            print(f"{split:16} {name:9} {figures}")
    print(f"claim: ours at most {CLAIM:g} CPU s a fold")
    if slowest > CLAIM:
        sys.exit("the claim does not hold")


if __name__ == "__main__":
    main()
