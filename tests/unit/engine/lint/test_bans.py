"""Models are data, not code."""

from __future__ import annotations

import pytest

from tests.unit.engine.lint.conftest import Checkout


@pytest.mark.parametrize(
    ("text", "says", "fix"),
    [
        ("import pickle\n", "import of pickle", "write Parquet"),
        ("def f():\n    from cloudpickle import dumps\n", "import of cloudpickle.dumps", "write"),
        ("import joblib\njoblib.dump(1, 'x')\n", "joblib.dump", "use skops"),
        ("from joblib import load\n", "import of joblib.load", "use skops"),
        ("import torch\ntorch.save(1, 'x')\n", "torch.save", "use safetensors.torch.save_file"),
        ("import torch as t\nread = t.load\n", "torch.load", "use safetensors.torch.load_file"),
        ("import numpy\nnumpy.load('x', allow_pickle=True)\n", "allow_pickle", "leave it out"),
        ("frame.to_pickle('x')\n", "to_pickle", "use penstock.core.dataset.save"),
    ],
)
@pytest.mark.parametrize("path", ["src/penstock/models/other.py", "flows/pipeline.py"])
def test_a_pickle_anywhere_is_refused(
    checkout: Checkout, path: str, text: str, says: str, fix: str
) -> None:
    checkout.write(path, text)
    problem = checkout.only_problem()
    assert problem.rule == "pickle"
    assert problem.place.startswith(f"{path}, line ")
    assert says in problem.says
    assert problem.fix.startswith(fix)


def test_a_word_that_only_sounds_like_it_is_no_mistake(checkout: Checkout) -> None:
    checkout.write(
        "src/penstock/models/other.py", '"""No pickle, no torch.save."""\nimport torch\n'
    )
    assert checkout.problems() == []
