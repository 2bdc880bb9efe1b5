"""serving.log of params.yaml: how much may be lost, how much may wait."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from penstock.core.settings import Settings


class LogSettings(Settings):
    """How the prediction log is written."""

    flush_seconds: float = Field(
        0.2, gt=0, le=60, description="between two writes: what a kill can lose at most"
    )
    pack_seconds: float = Field(
        60.0, gt=0, description="how old a spool gets before it becomes Parquet, or rows of SQL"
    )
    spool_bytes: int = Field(16 << 20, ge=1 << 12, description="or how large")
    rows: int = Field(
        100_000,
        ge=1,
        description="predictions that may wait in memory for the disk; a list counts for one more "
        "with each KiB",
    )
    when_full: Literal["shed", "serve"] = Field(
        "shed", description="then: refuse the request, or answer it unlogged"
    )
    compact_files: int = Field(16, ge=2, description="small files of a day that are made one")
