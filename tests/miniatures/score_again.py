"""Run in a workspace: score with every promotable model, as it was fitted and as it loads.

Prints a JSON object: candidate → whether both give the same evidence.
"""

from __future__ import annotations

import json
from pathlib import Path

from penstock.core.config import load_params
from penstock.core.contracts import Signature
from penstock.core.dataset import load
from penstock.core.stage import fix_threads
from penstock.scoring.contract import load_model
from penstock.stages.train import Training


def same_evidence(root: Path, key: str) -> bool:
    training = Training(root, load_params(root), key)
    dataset = load(training.features)
    trials = list(training.task.trials(dataset, training.protocol, training.params.seed))
    signature = Signature.from_notes(dataset.notes["signature"])
    block = training.block
    loaded = load_model(root / "models" / block.project / block.name, signature)
    fitted = training.run(trials[-1])
    seen = []
    for candidate in (fitted, loaded):
        # An environment is played once: each candidate gets one of its own.
        first = next(iter(training.task.trials(dataset, training.protocol, training.params.seed)))
        seen.append(training.task.observe(candidate, first.eval_view, training.protocol))
    return len(seen[0]) > 0 and seen[0].equals(seen[1])


if __name__ == "__main__":
    here = Path.cwd()
    params = load_params(here)
    fix_threads(params.threads)
    print(json.dumps({key: same_evidence(here, key) for key in params.candidates}))
