import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Input, Signature, View
from penstock.core.dataset import Dataset
from penstock.models.training.matrix import InputsMissing, NotFinite, labels, matrix, names_of
from tests.unit.models.given import NAMES, view


def test_columns_come_in_the_order_of_the_signature_and_as_the_dtype_asked() -> None:
    seen = view(rows=50)
    table = seen.data.tables["features"]

    rows = matrix(seen, np.float64)

    assert rows.dtype == np.float64
    assert rows.flags.c_contiguous
    assert np.array_equal(rows, np.column_stack([table[name] for name in NAMES]))
    assert matrix(seen).dtype == np.float32


def test_images_are_flattened_row_by_row_beside_the_numbers() -> None:
    images = np.arange(24, dtype="float32").reshape(2, 3, 4)
    table = pd.DataFrame({"age": [1.0, 2.0]})
    signature = Signature((Input("pixels", "float32", (3, 4)), Input("age")))
    seen = View(Dataset(tables={"features": table}, tensors={"pixels": images}), signature)

    assert np.array_equal(matrix(seen), np.c_[images.reshape(2, 12), [1.0, 2.0]])
    assert names_of(signature)[10:] == ("pixels[10]", "pixels[11]", "age")


def test_a_missing_column_and_an_image_of_another_shape_are_named() -> None:
    seen = view(rows=5)
    strange = Signature((Input("city"),))
    with pytest.raises(InputsMissing, match="no column 'city'"):
        matrix(View(seen.data, strange))

    images = Dataset(tensors={"pixels": np.zeros((2, 3, 4))})
    square = Signature((Input("pixels", "float32", (4, 4)),))
    with pytest.raises(
        InputsMissing, match=r"rows of shape \[4, 4\], found rows of shape \[3, 4\]"
    ):
        matrix(View(images, square))


def test_a_number_too_large_for_the_dtype_is_refused_not_made_infinite() -> None:
    amounts = np.full(5, 1e300)

    assert np.isfinite(matrix(view(rows=5, amount=amounts), np.float64)).all()
    with pytest.raises(NotFinite, match="'amount': 5 of 5"):
        matrix(view(rows=5, amount=amounts), np.float32, missing=True)


def test_nan_is_a_gap_where_gaps_are_taken_and_a_mistake_elsewhere() -> None:
    gaps = view(rows=5, amount=[1.0, np.nan, 3.0, np.nan, 5.0])

    assert np.isnan(matrix(gaps, missing=True)).sum() == 2
    with pytest.raises(NotFinite, match="'amount': 2 of 5"):
        matrix(gaps)


def test_labels_are_zeros_and_ones() -> None:
    found = labels(view())

    assert found.dtype == np.int64
    assert set(found) == {0, 1}
