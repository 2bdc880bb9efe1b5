"""Training by Lightning on the CPU: quiet, the same bits every time, resumed after a kill."""

from __future__ import annotations

import hashlib
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import lightning
import lightning.pytorch as pl
import torch
from lightning.pytorch.callbacks import EarlyStopping

from penstock.core.contracts import Array, FitContext
from penstock.core.files import to_json
from penstock.core.settings import Settings
from penstock.core.stage import log
from penstock.models.training.batches import Batches
from penstock.models.training.checkpoint import DamagedCheckpoint, SafetensorsCheckpointIO
from penstock.models.training.keeper import Keeper
from penstock.models.training.learner import LOSS, BinaryLearner


def fit_resumable(
    learner: BinaryLearner,
    train: Batches,
    validation: Batches | None,
    *,
    epochs: int,
    patience: int,
    folder: Path,
    fingerprint: str,
    record: Callable[[Mapping[str, float]], None],
) -> None:
    """Train `learner.body` in place and leave it with its best weights.

    After each epoch a checkpoint named after `fingerprint` is written to `folder`; a later call
    with the same fingerprint goes on from it, and ends with the same weights to the bit. It is
    removed once training is through.

    Args:
        validation: judged after each epoch; None trains all `epochs` and keeps the last weights.
        patience: epochs without a lower validation loss before training stops.
        record: takes a row of history per epoch, those before the kill included.
    """
    path = folder / f"{fingerprint[:16]}.safetensors"
    keeper = Keeper(path, fingerprint, record)
    resume = _resume(path, keeper)
    if not keeper.finished:
        trainer = _trainer(keeper, epochs, patience if validation else None, folder)
        with _quiet():
            trainer.fit(learner, train, validation, ckpt_path=path if resume else None)
    learner.body.load_state_dict(keeper.best)
    learner.body.eval()
    path.unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def fingerprint(settings: Settings, context: FitContext, *arrays: Array) -> str:
    """Everything the weights depend on: a checkpoint of another is not gone on with."""
    said = {
        "settings": settings.model_dump(mode="json"),
        "seed": context.seed,
        "libraries": [torch.__version__, lightning.__version__],
        "shapes": [list(array.shape) for array in arrays],
    }
    digest = hashlib.sha256(to_json(said).encode())
    for array in arrays:
        digest.update(array.tobytes())
    return digest.hexdigest()


def _resume(path: Path, keeper: Keeper) -> bool:
    """Whether `path` holds a training to go on with; one that is through is taken over at once."""
    if not path.is_file():
        return False
    try:
        saved = SafetensorsCheckpointIO().load_checkpoint(path)["callbacks"][keeper.state_key]
        if saved["fingerprint"] != keeper.fingerprint:
            raise DamagedCheckpoint("it is of another training")
    except (DamagedCheckpoint, KeyError) as error:
        log.info("checkpoint %s can't be resumed (%s): training from scratch", path, error)
        path.unlink()
        return False
    log.info("resuming after epoch %d, from %s", len(saved["history"]), path)
    if saved["finished"]:
        keeper.load_state_dict(saved)
    return True


def _trainer(keeper: Keeper, epochs: int, patience: int | None, folder: Path) -> pl.Trainer:
    callbacks: list[pl.Callback] = [keeper]
    if patience is not None:
        # Right after validation: its verdict must be in the checkpoint the keeper then writes.
        stopping = EarlyStopping(LOSS, patience=patience, check_on_train_epoch_end=False)
        callbacks.insert(0, stopping)
    with _quiet():
        return pl.Trainer(
            accelerator="cpu",
            devices=1,
            max_epochs=epochs,
            callbacks=callbacks,
            plugins=[SafetensorsCheckpointIO()],
            deterministic=True,
            default_root_dir=folder,
            num_sanity_val_steps=0,
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Without Lightning's remarks on devices, loaders and how training ended."""
    loggers = [logging.getLogger(f"lightning.{part}") for part in ("pytorch", "fabric")]
    levels = [one.level for one in loggers]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="lightning")
        warnings.filterwarnings("ignore", module="torch.*lightning")
        for one in loggers:
            one.setLevel(logging.ERROR)
        try:
            yield
        finally:
            for one, level in zip(loggers, levels, strict=True):
                one.setLevel(level)
