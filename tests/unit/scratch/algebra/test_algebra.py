"""Every routine against NumPy's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.algebra.compression import compress
from penstock.scratch.algebra.eigen import power_iteration, symmetric_eigen
from penstock.scratch.algebra.plane import SQUARE, area, moved, rotation, shear
from penstock.scratch.algebra.products import product, transpose
from penstock.scratch.algebra.qr import least_squares, qr
from penstock.scratch.algebra.solving import determinant, inverse, solve
from penstock.scratch.algebra.svd import svd
from penstock.scratch.errors import SettingError, ShapeError
from tests.curriculum import held
from tests.unit.scratch.against_torch import drawn, numbers, seeds

sides = st.integers(1, 7)


def equal(ours: object, theirs: object, tolerance: float, reference: str = "numpy.linalg") -> None:
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)
    held(reference, tolerance)


@pytest.mark.curriculum("F01")
@drawn
@given(m=sides, k=sides, n=sides, seed=seeds)
def test_products_and_transposes_are_numpys(m: int, k: int, n: int, seed: int) -> None:
    a, b = numbers(seed, m, k), numbers(seed + 1, k, n)
    equal(product(a, b), a @ b, 1e-10)
    assert (transpose(a) == a.T).all()


@pytest.mark.curriculum("F01")
@drawn
@given(n=sides, seed=seeds)
def test_solving_inverse_and_determinant_are_numpys(n: int, seed: int) -> None:
    a, b = numbers(seed, n, n) + 3 * np.eye(n), numbers(seed + 1, n, 2)
    if np.linalg.cond(a) < 1e4:
        equal(solve(a, b), np.linalg.solve(a, b), 1e-10)
        equal(solve(a, b[:, 0]), np.linalg.solve(a, b[:, 0]), 1e-10)
        equal(inverse(a), np.linalg.inv(a), 1e-10)
    equal(determinant(a), np.linalg.det(a), 1e-10)


def test_a_pivot_of_nothing_is_exchanged() -> None:
    a = np.array([[0.0, 2], [3, 1]])
    np.testing.assert_allclose(solve(a, np.array([2.0, 4])), [1, 1])
    assert determinant(a) == -6


@pytest.mark.curriculum("F02")
@drawn
@given(m=sides, n=sides, seed=seeds)
def test_qr_is_orthogonal_and_triangular(m: int, n: int, seed: int) -> None:
    a = numbers(seed, m, n)
    q, r = qr(a)
    equal(q @ r, a, 1e-12, "the matrix")
    equal(q.T @ q, np.eye(m), 1e-12, "an orthogonal one")
    assert (np.tril(r, -1) == 0).all()
    equal(np.abs(r), np.abs(np.linalg.qr(a, "complete")[1]), 1e-10)


@drawn
@given(n=st.integers(1, 4), seed=seeds)
def test_least_squares_are_numpys(n: int, seed: int) -> None:
    a, b = numbers(seed, n + 3, n), numbers(seed + 1, n + 3)
    equal(least_squares(a, b), np.linalg.lstsq(a, b)[0], 1e-8)


@pytest.mark.curriculum("F02")
@drawn
@given(n=sides, seed=seeds)
def test_eigenvalues_and_their_spaces_are_numpys(n: int, seed: int) -> None:
    a = numbers(seed, n, n)
    a = a + a.T
    values, vectors = symmetric_eigen(a)
    expected = np.linalg.eigh(a)
    equal(values, expected[0], 1e-9, "numpy.linalg.eigh")
    equal(np.abs((vectors * expected[1]).sum(axis=0)), np.ones(n), 1e-8, "numpy.linalg.eigh")
    equal(vectors.T @ vectors, np.eye(n), 1e-10, "an orthogonal one")


@pytest.mark.curriculum("F02")
def test_equal_and_zero_eigenvalues_are_found() -> None:
    for diagonal in ([2.0, 2, 2], [0.0, 0, 1], [-1.0, 1, 1]):
        q, _ = np.linalg.qr(numbers(4, 3, 3))
        values, vectors = symmetric_eigen(q @ np.diag(diagonal) @ q.T)
        equal(values, diagonal, 1e-10)
        equal(vectors @ np.diag(values) @ vectors.T, q @ np.diag(diagonal) @ q.T, 1e-10)


@pytest.mark.curriculum("F02")
def test_power_iteration_settles_as_fast_as_the_ratio_of_eigenvalues_says() -> None:
    steps = []
    for second in (0.5, 0.9):
        q, _ = np.linalg.qr(numbers(1, 5, 5))
        a = q @ np.diag([1.0, second, 0.3, 0.2, 0.1]) @ q.T
        value, vector, took = power_iteration(a)
        equal(value, 1.0, 1e-10)
        equal(abs(vector @ q[:, 0]), 1.0, 1e-8)
        steps.append(took)
    assert steps[1] / steps[0] == pytest.approx(np.log(0.5) / np.log(0.9), rel=0.2)


def test_no_largest_eigenvalue_is_said() -> None:
    with pytest.raises(SettingError, match="one eigenvalue larger than all others"):
        power_iteration(np.diag([1.0, -1.0]), steps=50)


@pytest.mark.curriculum("F03")
@drawn
@given(m=sides, n=sides, rank=sides, seed=seeds)
def test_singular_values_are_numpys_and_the_factors_orthogonal(
    m: int, n: int, rank: int, seed: int
) -> None:
    rank = min(rank, m, n)
    a = numbers(seed, m, rank) @ numbers(seed + 1, rank, n)
    u, sigma, vt = svd(a)
    equal(sigma, np.linalg.svd(a, compute_uv=False), 1e-9, "numpy.linalg.svd")
    equal((u * sigma) @ vt, a, 1e-9, "the matrix")
    equal(u.T @ u, np.eye(min(m, n)), 1e-9, "an orthogonal one")
    equal(vt @ vt.T, np.eye(min(m, n)), 1e-9, "an orthogonal one")


@pytest.mark.curriculum("F04")
def test_the_error_of_a_compressed_picture_is_that_of_the_values_left_out() -> None:
    from sklearn.datasets import load_sample_images

    picture = load_sample_images().images[0][::8, ::8].mean(axis=2)
    full = min(picture.shape)
    told = compress(picture, [1, 5, 20, full])
    sigma = np.linalg.svd(picture, compute_uv=False)
    for one in told:
        expected = np.sqrt((sigma[one.rank :] ** 2).sum())
        equal(np.linalg.norm(one.picture - picture), expected, 1e-6, "Eckart and Young's error")
        equal(one.error, expected, 1e-6, "Eckart and Young's error")
        if one.rank < full:
            mean = ((one.picture - picture) ** 2).mean()
            equal(one.psnr, 10 * np.log10(255**2 / mean), 1e-9, "the PSNR's definition")
    assert [one.share for one in told] == sorted(one.share for one in told)
    assert told[1].psnr < told[2].psnr < told[3].psnr
    with pytest.raises(SettingError, match=f"ranks from 1 to {full}"):
        compress(picture, [0])


@pytest.mark.curriculum("F06")
@drawn
@given(seed=seeds, corners=st.integers(3, 8))
def test_areas_grow_by_the_determinant(seed: int, corners: int) -> None:
    matrix, points = numbers(seed, 2, 2), numbers(seed + 1, corners, 2)
    equal(area(moved(matrix, points)), determinant(matrix) * area(points), 1e-9, "|det| times it")


@pytest.mark.curriculum("F06")
def test_turns_and_shears_keep_areas_and_mirrors_turn_the_sign() -> None:
    for kept in (rotation(0.7), shear(2.5)):
        assert area(moved(kept, SQUARE)) == pytest.approx(1)
    assert area(moved(np.diag([1.0, -1]), SQUARE)) == pytest.approx(-1)
    np.testing.assert_allclose(
        moved(rotation(np.pi / 2), np.array([[1.0, 0]])), [[0, 1]], atol=1e-15
    )


def test_matrices_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"\(m, k\) and \(k, n\)"):
        product(np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(ShapeError, match="a square matrix"):
        solve(np.ones((2, 3)), np.ones(2))
    with pytest.raises(ShapeError, match="2 rows on the right"):
        solve(np.eye(2), np.ones(3))
    with pytest.raises(SettingError, match="can be inverted"):
        inverse(np.ones((2, 2)))
    with pytest.raises(SettingError, match="symmetric"):
        symmetric_eigen(np.array([[1.0, 2], [0, 1]]))
