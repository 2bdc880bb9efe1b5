"""Few negatives that teach a model nearly what all of them would."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.contracts import Array

TREES = {"max_depth": 3, "eta": 0.3, "max_bin": 256, "colsample_bytree": 0.5, "base_score": 0.5}
ROUNDS = 20


def informative(rows: Array, target: Array, count: int, seed: int) -> tuple[Array, Array]:
    """All positives and `count` negatives: half the hardest, half drawn from the others.

    A pilot, 20 small trees fitted on the positives and `count / 2` negatives drawn at random, says
    which are hard (Fithian and Hastie 2014, Local case-control sampling, section 3.1). Hard ones
    weigh 1 and easy ones as much as all easy ones together, so that the sum of gradients is right
    in the mean (Ke et al. 2017, LightGBM, section 3.1).

    Args:
        rows: float (rows, inputs); NaN is a value that is not known.
        target: 0 or 1 (rows,).
        count: fewer than there are negatives.

    Returns:
        (places in `rows`, ascending; what each of them weighs, float32).
    """
    positive, negative = np.flatnonzero(target == 1), np.flatnonzero(target == 0)
    random = np.random.default_rng(seed)
    hard = count // 2
    tried = np.concatenate([positive, random.choice(negative, max(hard, 1), replace=False)])
    score = _pilot(rows[tried], target[tried], seed).inplace_predict(rows)[negative]
    order = np.argsort(-score, kind="stable")
    easy = negative[order[hard:]]
    drawn = random.choice(easy, count - hard, replace=False)
    weight = np.ones(len(rows), np.float32)
    weight[drawn] = len(easy) / len(drawn)
    places = np.sort(np.concatenate([positive, negative[order[:hard]], drawn]))
    return places, weight[places]


def _pilot(rows: Array, target: Array, seed: int) -> Any:
    import xgboost

    asked = {"objective": "binary:logistic", "seed": seed, "nthread": 1, **TREES}
    data = xgboost.QuantileDMatrix(rows, target, max_bin=TREES["max_bin"], nthread=1)
    return xgboost.train(asked, data, num_boost_round=ROUNDS)
