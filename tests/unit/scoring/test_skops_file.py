import io
import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import skops.io
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from penstock.core.errors import ModelFileError
from penstock.scoring.skops_file import load_skops, save_skops

ROWS = np.random.default_rng(0).normal(size=(200, 3))
TARGET = (ROWS[:, 0] > 0).astype(int)
TREE = ("sklearn.tree._classes.DecisionTreeClassifier", "sklearn.tree._tree.Tree")


def test_equal_models_give_equal_bytes_and_skops_itself_does_not(tmp_path: Path) -> None:
    one, two = (DecisionTreeClassifier(random_state=0).fit(ROWS, TARGET) for _ in range(2))

    save_skops(one, tmp_path / "one")
    save_skops(two, tmp_path / "two")

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert skops.io.dumps(one) != skops.io.dumps(two)


def test_a_loaded_model_is_saved_to_the_same_bytes(tmp_path: Path) -> None:
    save_skops(DecisionTreeClassifier(random_state=0).fit(ROWS, TARGET), tmp_path / "one")

    save_skops(load_skops(tmp_path / "one", TREE), tmp_path / "two")

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_no_address_and_no_clock_is_in_the_archive(tmp_path: Path) -> None:
    save_skops(
        make_pipeline(StandardScaler(), LogisticRegression()).fit(ROWS, TARGET), tmp_path / "a"
    )

    with ZipFile(tmp_path / "a") as archive:
        assert "__id__" not in archive.read("schema.json").decode()
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == sorted(archive.namelist())


def test_a_type_that_was_not_named_is_refused_with_its_name(tmp_path: Path) -> None:
    save_skops(GradientBoostingClassifier(n_estimators=2).fit(ROWS, TARGET), tmp_path / "a")

    with pytest.raises(ModelFileError, match=r"holds .*GradientBoostingClassifier") as error:
        load_skops(tmp_path / "a", TREE)
    assert "fix: do not load it" in str(error.value)


def test_a_type_that_skops_trusts_by_itself_is_refused_all_the_same(tmp_path: Path) -> None:
    save_skops(LogisticRegression().fit(ROWS, TARGET), tmp_path / "a")

    with pytest.raises(ModelFileError, match=r"holds sklearn\.linear_model\._logistic"):
        load_skops(tmp_path / "a", TREE)


@pytest.mark.parametrize(
    ("module", "name", "said"),
    [("os", "system", r"holds os\.system"), ("builtins", "dict", r"builtins\.dict \(a Function")],
)
def test_a_call_smuggled_into_the_schema_is_refused(
    module: str, name: str, said: str, tmp_path: Path
) -> None:
    schema = {
        "__class__": name,
        "__module__": module,
        "__loader__": "FunctionNode",
        "content": {"module_path": "os", "function": "system"},
        "protocol": 2,
    }
    with ZipFile(tmp_path / "a", "w") as archive:
        archive.writestr("schema.json", json.dumps(schema))

    with pytest.raises(ModelFileError, match=said):
        load_skops(tmp_path / "a", TREE)


def archive_of(schema: str) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("schema.json", schema)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no skops archive"),
        (b"not a zip", "no skops archive"),
        (archive_of("{"), "no skops archive"),
        (archive_of("{}"), "can't be read"),
        (archive_of("[" * 100_000), "no skops archive"),
    ],
)
def test_what_is_no_archive_is_said(data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(data)

    with pytest.raises(ModelFileError, match=said):
        load_skops(tmp_path / "a", TREE)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"no model\.skops in it\n  fix: dvc"):
        load_skops(tmp_path / "model.skops", TREE)


def test_saving_imports_no_torch(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from sklearn.tree import DecisionTreeClassifier\n"
        "from penstock.scoring.skops_file import save_skops\n"
        f"save_skops(DecisionTreeClassifier(), Path({str(tmp_path / 'a')!r}))\n"
        "assert 'torch' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
