"""How labelled images are split into what is learnt from and what is judged.

The features dataset of such a project holds tensors with a row per image: the image itself, its
id, its label (0, 1 …) and its part: 0 to learn from, 1 the images that everybody is judged on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, Protocol

import numpy as np
import pandas as pd
from pydantic import Field

from penstock.core.contracts import Array, Signature, Trial, View
from penstock.core.dataset import Dataset
from penstock.core.errors import NoTrials
from penstock.core.settings import Settings

JUDGING = frozenset({"bootstrap"})  # no fit asks for it
TO_LEARN, TO_JUDGE = 0, 1
TAIL_SHARE = 0.1  # of a window's images, for early stopping
SAMPLE = 10_000  # images learnt from that are predicted again, to see what was learnt by heart
FILTERS, CHANNELS, MAPPED, AUGMENTED, DRAWS, REBUILT = 32, 16, 2, 4, 9, 12


class Shown(Protocol):
    """What a candidate may offer besides, each by itself, to be drawn on the report.

    Images are uint8 (n, channels, height, width).

    Attributes:
        code_size: of one that rebuilds images: numbers that an image is squeezed into.
        noise: of one that takes noise off: its standard deviation, of pixels from 0 to 255.
    """

    code_size: int
    noise: float

    def filters(self) -> Mapping[str, Array]:
        """Layer → weights (filters, height, width)."""

    def feature_maps(self, images: Array) -> Mapping[str, Array]:
        """Layer → what it makes of them, (n, channels, height, width), the first layer first."""

    def augmented(self, images: Array, seed: int) -> Array | None:
        """The images as training might have seen them; None where it changes none."""

    def reconstruct(self, images: Array) -> Array:
        """The images out of their codes, of the same shape, 0 to 255."""


class SplitSettings(Settings):
    """One way to choose the images that are judged."""

    kind: Literal["held_out", "test"] = Field(
        description="held_out: some of the images to learn from; test: those kept for judging"
    )
    images: int = Field(5000, ge=10, description="how many are held out")
    seeds: int = Field(1, ge=1, le=50, description="fits that differ in their seed alone: folds")


class ProtocolSettings(Settings):
    """`projects.P.protocol` of a project of images."""

    unit: str = Field("image", description="what the intervals resample")
    leads_on: str = Field(description="the split that orders the leaderboard")
    splits: dict[str, SplitSettings] = Field(min_length=1, description="split by name")
    bootstrap: int = Field(200, ge=20, le=10_000, description="resamples behind an interval")

    def model_post_init(self, context: Any) -> None:
        if self.leads_on not in self.splits:
            raise ValueError(f"leads_on {self.leads_on!r} is none of the splits {[*self.splits]}")


class Images:
    """The features, with the roles that a split asks for looked up once."""

    def __init__(self, dataset: Dataset) -> None:
        self.signature = Signature.from_notes(dataset.notes["signature"])
        self.tensors, self.notes = dataset.tensors, dataset.notes
        roles = self.signature.roles
        self.target: Array = self.tensors[roles["target"]]
        self.part: Array = self.tensors[roles["part"]]
        self.shown = [*self.signature.names, roles["id"]]

    def fit_view(self, rows: Array) -> View:
        return View(self._data(rows), self.signature, self.target[rows])

    def eval_view(self, rows: Array) -> View:
        return View(self._data(rows), self.signature)

    def of_part(self, part: int) -> Array:
        """Positions of its images."""
        return np.flatnonzero(self.part == part)

    def _data(self, rows: Array) -> Dataset:
        tensors = {name: self.tensors[name][rows] for name in self.shown}
        return Dataset(tensors=tensors, notes=self.notes)


def trials(dataset: Dataset, protocol: ProtocolSettings, seed: int) -> Iterator[Trial]:
    """Every fit of every split in turn, then one on all images to learn from.

    That last fit is the first one of a split of kind test: same images, same seed.

    Raises:
        NoTrials: a split has nothing to learn from or to judge, or a class is not learnt from.
    """
    images = Images(dataset)
    for name in protocol.splits:
        yield from _folds(images, protocol, seed, name)
    fit = images.of_part(TO_LEARN)
    yield Trial("final", 0, seed, images.fit_view(fit), None, None, fit)


def folds(dataset: Dataset, protocol: ProtocolSettings, seed: int, split: str) -> Iterator[Trial]:
    """The fits of one split as `trials` makes them; raises NoTrials as they do."""
    yield from _folds(Images(dataset), protocol, seed, split)


def used_rows(
    dataset: Dataset, protocol: ProtocolSettings, seed: int, split: str
) -> tuple[Array, Array]:
    """Positions of the images that a split fits, and of those it judges."""
    return _cut(Images(dataset), protocol.splits[split], seed)


def tail(view: View) -> tuple[View, View]:
    """Nine tenths of the window's images, and one: images know no time.

    They are drawn at random. MNIST alternates two groups of writers, one of them harder to read,
    so that every tenth image would be of one group.
    """
    count = len(images_of(view))
    held = _drawn(count, round(count * TAIL_SHARE), 0)
    return some(view, np.setdiff1d(np.arange(count), held)), some(view, held)


def observe(candidate: Any, view: View, protocol: ProtocolSettings) -> pd.DataFrame:
    """Columns row_id, unit_id (both the image's number) and p0, p1 …: float32, a class each."""
    number = view.data.tensors[view.signature.roles["id"]]
    chances = np.asarray(candidate.predict_proba(view), dtype=np.float32)
    named = {name: chances[:, place] for place, name in enumerate(chance_columns(view.data.notes))}
    return pd.DataFrame({"row_id": number, "unit_id": number, **named})


def explain(candidate: Any, trial: Trial, protocol: ProtocolSettings) -> pd.DataFrame | None:
    """What the first fit of the leading split shows of itself; None for any other.

    A row a picture or figure. Columns: kind, layer, place (in it), row_id (the image it is of, -1
    for none), height, width and pixels (float32 as bytes; nothing for a figure), value (NaN for a
    picture). Kinds, those but the first where the candidate is `Shown` so far:

    * `by_heart`: accuracy on images that were learnt from;
    * `filter`, `map`: weights, and what a layer makes of an image;
    * `augmented`: an image that was learnt from as training saw it, `place` 0 as it is;
    * `rebuilt`, `pca`: a judged image out of a code, and out of as many principal components;
      value: of all judged images the mean squared error, pixels from 0 to 1;
    * `noisy`, `denoised`, `median`: a judged image with noise on it, and two ways to take it off;
      value: the mean peak signal-to-noise ratio in dB.
    """
    judged = trial.eval_view
    if judged is None or trial.split != protocol.leads_on or trial.fold > 0:
        return None
    return pd.DataFrame(
        [
            *_by_heart(candidate, trial.fit_view),
            *_filters(candidate),
            *_maps(candidate, judged),
            *_augmented(candidate, trial.fit_view, trial.seed),
            *_rebuilt(candidate, trial.fit_view, judged, trial.seed),
        ]
    )


def images_of(view: View) -> Array:
    """The images of a view, uint8 (n, channels, height, width)."""
    images: Array = view.data.tensors[view.signature.roles["image"]]
    return images


def some(view: View, rows: Array) -> View:
    """The images of a view at these positions."""
    tensors = {name: one[rows] for name, one in view.data.tensors.items()}
    target = None if view.target is None else view.target[rows]
    return replace(view, data=replace(view.data, tensors=tensors), target=target)


def _drawn(count: int, size: int, seed: int) -> Array:
    """`size` of `count` positions, drawn at random, ascending."""
    return np.sort(np.random.default_rng(seed).permutation(count)[:size])


def chance_columns(notes: Mapping[str, Any]) -> list[str]:
    """The columns of evidence that hold a chance, in the order of the classes."""
    return [f"p{label}" for label in range(len(notes["classes"]))]


def _folds(images: Images, protocol: ProtocolSettings, seed: int, name: str) -> Iterator[Trial]:
    split = protocol.splits[name]
    fit, judged = _cut(images, split, seed)
    _check(images, name, fit, judged)
    for fold in range(split.seeds):
        views = images.fit_view(fit), images.eval_view(judged)
        yield Trial(name, fold, seed + fold, *views, fit_rows=fit)


def _cut(images: Images, split: SplitSettings, seed: int) -> tuple[Array, Array]:
    """Positions to fit and to judge: the same for every seed of the split."""
    inside = images.of_part(TO_LEARN)
    if split.kind == "test":
        return inside, images.of_part(TO_JUDGE)
    held = _stratified(images.target[inside], split.images, seed)
    return inside[~held], inside[held]


def _stratified(target: Array, count: int, seed: int) -> Array:
    """Which `count` of them are held out, bool (n,): of each class its share, drawn at random."""
    random = np.random.default_rng(seed)
    # A place in (0, 1] within the class, so that any prefix of the order is stratified.
    place = np.empty(len(target))
    for label in np.unique(target):
        members = np.flatnonzero(target == label)
        place[random.permutation(members)] = np.arange(1, len(members) + 1) / len(members)
    held = np.zeros(len(target), dtype=bool)
    held[np.lexsort((np.arange(len(target)), place))[:count]] = True
    return held


def _check(images: Images, name: str, fit: Array, judged: Array) -> None:
    key = f"splits.{name}"
    if not len(fit) or not len(judged):
        raise NoTrials(name, 0, f"{len(fit)} images to fit, {len(judged)} to judge", key)
    untold = sorted(set(range(len(images.notes["classes"]))) - set(images.target[fit].tolist()))
    if untold:
        lacking = ", ".join(images.notes["classes"][label] for label in untold)
        raise NoTrials(name, 0, f"no image to learn from shows {lacking}", key)


def _row(
    kind: str, layer: str = "", place: int = 0, row_id: int = -1,
    picture: Array | None = None, value: float = np.nan,
) -> dict[str, Any]:  # fmt: skip
    height, width = (0, 0) if picture is None else picture.shape
    pixels = b"" if picture is None else np.ascontiguousarray(picture, "<f4").tobytes()
    told = {"kind": kind, "layer": layer, "place": place, "row_id": row_id, "value": value}
    return {**told, "height": height, "width": width, "pixels": pixels}


def _by_heart(candidate: Any, fitted: View) -> Iterator[dict[str, Any]]:
    assert fitted.target is not None, "a fit view has a target"
    sample = some(fitted, _drawn(len(fitted.target), SAMPLE, 0))
    told = np.asarray(candidate.predict_proba(replace(sample, target=None))).argmax(axis=1)
    yield _row("by_heart", value=float((told == sample.target).mean()))


def _filters(candidate: Any) -> Iterator[dict[str, Any]]:
    if hasattr(candidate, "filters"):
        for layer, weights in candidate.filters().items():
            for place, one in enumerate(weights[:FILTERS]):
                yield _row("filter", layer, place, picture=one)


def _maps(candidate: Any, judged: View) -> Iterator[dict[str, Any]]:
    if not hasattr(candidate, "feature_maps"):
        return
    number = judged.data.tensors[judged.signature.roles["id"]]
    for layer, maps in candidate.feature_maps(images_of(judged)[:MAPPED]).items():
        for row_id, of_image in zip(number[:MAPPED].tolist(), maps, strict=True):
            for place, one in enumerate(of_image[:CHANNELS]):
                yield _row("map", layer, place, row_id, one)


def _augmented(candidate: Any, fitted: View, seed: int) -> Iterator[dict[str, Any]]:
    if not hasattr(candidate, "augmented"):
        return
    number = fitted.data.tensors[fitted.signature.roles["id"]]
    images = images_of(fitted)[:AUGMENTED]
    drawn = [candidate.augmented(images, seed + draw) for draw in range(DRAWS)]
    if drawn[0] is None:
        return
    for row_id, *seen in zip(number[:AUGMENTED].tolist(), images, *drawn, strict=True):
        for place, one in enumerate(seen):
            yield _row("augmented", place=place, row_id=row_id, picture=one[0])


def _rebuilt(candidate: Any, fitted: View, judged: View, seed: int) -> Iterator[dict[str, Any]]:
    if not hasattr(candidate, "reconstruct"):
        return
    number, images = judged.data.tensors[judged.signature.roles["id"]], images_of(judged)
    made = {
        "rebuilt": candidate.reconstruct(images),
        "pca": _by_components(images_of(fitted), images, candidate.code_size),
    }
    for kind, pictures in made.items():
        error = float(np.mean((pictures / 255.0 - images / 255.0) ** 2))
        yield from _several(kind, number, pictures, error)
    if getattr(candidate, "noise", 0):
        random = np.random.default_rng(seed)
        added = images + random.normal(0, candidate.noise, images.shape)
        noisy = np.clip(np.rint(added), 0, 255).astype(np.uint8)
        from scipy.ndimage import median_filter

        cleaned = {
            "noisy": noisy,
            "denoised": candidate.reconstruct(noisy),
            "median": median_filter(noisy, size=(1, 1, 3, 3)),
        }
        for kind, pictures in cleaned.items():
            yield from _several(kind, number, pictures, _ratio(images, pictures))


def _several(kind: str, number: Array, pictures: Array, value: float) -> Iterator[dict[str, Any]]:
    for place in range(min(REBUILT, len(number))):
        yield _row(kind, "", place, int(number[place]), pictures[place, 0], value)


def _ratio(images: Array, found: Array) -> float:
    """Peak signal-to-noise ratio in dB, the mean over the images."""
    error = np.mean((images.astype(np.float64) - found) ** 2, axis=(1, 2, 3))
    return float(np.mean(10 * np.log10(255.0**2 / np.maximum(error, 1e-12))))


def _by_components(fitted: Array, images: Array, size: int) -> Array:
    """`images` out of their first `size` principal components, learnt from `fitted`."""
    flat = fitted.reshape(len(fitted), -1).astype(np.float32)
    mean = flat.mean(axis=0)
    flat -= mean
    _, axes = np.linalg.eigh((flat.T @ flat).astype(np.float64))
    kept = axes[:, -size:].astype(np.float32)
    made = (images.reshape(len(images), -1) - mean) @ kept @ kept.T + mean
    return np.asarray(np.clip(made, 0, 255).reshape(images.shape))
