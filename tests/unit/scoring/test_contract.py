import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from penstock.core.contracts import Input, Signature
from penstock.core.errors import ModelFileError, PenstockError
from penstock.scoring.contract import load_model, read_contract, write_contract
from tests.unit.models.given import fitted, view

SIGNATURE = view().signature


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A tree with its contract, as the train stage leaves it."""
    folder = tmp_path / "models/fraud/tree"
    tree = fitted("tree", tmp_path)
    tree.save(folder / "model")
    write_contract(
        folder,
        model="classification/tree",
        settings=tree.get_params(),
        signature=SIGNATURE,
        seed=11,
        threads=2,
        trained_through="2018-07-31T23:59:59",
    )
    return folder


def test_a_model_is_loaded_by_its_contract_alone(kept: Path, tmp_path: Path) -> None:
    unseen = view(seed=5, target=False)

    model: Any = load_model(kept, SIGNATURE)

    expected: Any = fitted("tree", tmp_path)
    assert np.array_equal(model.predict_proba(unseen), expected.predict_proba(unseen))


def test_the_contract_says_what_was_fitted(kept: Path) -> None:
    contract = read_contract(kept)

    assert contract.inputs() == SIGNATURE.inputs
    assert contract.settings["max_depth"] == 6
    assert (contract.seed, contract.threads) == (11, 2)
    assert contract.trained_through == "2018-07-31T23:59:59"
    assert set(contract.files) == {"model/model.json", "model/model.onnx", "model/model.skops"}


def test_the_same_model_has_the_same_contract_to_the_byte(kept: Path) -> None:
    before = (kept / "contract.json").read_bytes()
    terms = read_contract(kept)

    write_contract(
        kept,
        model=terms.model,
        settings=terms.settings,
        signature=SIGNATURE,
        seed=11,
        threads=2,
        trained_through=terms.trained_through,
    )

    assert (kept / "contract.json").read_bytes() == before


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (SIGNATURE.inputs[::-1], "input 1: expected 'amount' float64, found 'risk' float32"),
        (SIGNATURE.inputs[:-1], "input 4: expected 'risk' float32, found none"),
        ((*SIGNATURE.inputs, Input("age")), "input 5: expected none, found 'age' float32"),
        ((Input("amount"), *SIGNATURE.inputs[1:]), "expected 'amount' float64, found 'amount' flo"),
        (
            (Input("amount", "float64", (2, 2)), *SIGNATURE.inputs[1:]),
            r"found 'amount' float64\[2, 2\]",
        ),
    ],
)
def test_a_signature_that_differs_is_refused_at_the_first_input(
    inputs: tuple[Input, ...], said: str, kept: Path
) -> None:
    with pytest.raises(ModelFileError, match=said) as error:
        load_model(kept, Signature(inputs))
    assert "fix: dvc repro" in str(error.value)


def flip(folder: Path) -> None:
    file = folder / "model/model.skops"
    file.write_bytes(file.read_bytes()[:-1] + b"!")


def edit(**changes: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        terms = json.loads((folder / "contract.json").read_text())
        terms = {key: value for key, value in (terms | changes).items() if value != "drop"}
        (folder / "contract.json").write_text(json.dumps(terms))

    return change


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (flip, r"model/model\.skops: expected sha256 \w{64}, found \w{64}"),
        (lambda f: (f / "model/model.json").unlink(), r"model/model\.json is missing"),
        (lambda f: (f / "model/x.pkl").write_bytes(b""), r"model/x\.pkl is not in its contract"),
        (lambda f: (f / "contract.json").unlink(), r"no contract\.json in it"),
        (lambda f: (f / "contract.json").write_text("{"), r"contract\.json is no JSON"),
        (lambda f: (f / "contract.json").write_text("[]"), "expected a mapping"),
        (edit(format=2), "format: found 2"),
        (edit(seed="drop"), "seed: missing"),
        (edit(model="../evil"), "model: found '../evil'"),
        (edit(model="training/matrix"), "that file defines no MODEL"),
    ],
)
def test_a_folder_that_is_not_what_was_written_is_refused(
    spoil: Callable[[Path], None], said: str, kept: Path
) -> None:
    spoil(kept)

    with pytest.raises(ModelFileError, match=said) as error:
        load_model(kept)
    assert "\n  fix: " in str(error.value)


def test_a_model_this_version_does_not_know_gets_a_hint(kept: Path) -> None:
    edit(model="classification/forrest")(kept)

    with pytest.raises(PenstockError, match="did you mean 'forest'"):
        load_model(kept)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"no contract\.json in it"):
        load_model(tmp_path / "nowhere")
