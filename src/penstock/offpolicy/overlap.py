"""Whether a log can tell of a policy at all, and how much of it does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from penstock.core.contracts import Array
from penstock.offpolicy.errors import NoOverlap, UnfitLog
from penstock.offpolicy.log import Log, check_chances


@dataclass(frozen=True)
class Overlap:
    """How a new policy's choices lie among those logged.

    Attributes:
        rounds: in the log.
        effective: rounds that as many equal weights would be worth, (Σw)² / Σw² (Kish 1965).
        mean_weight: near 1 where the logging policy could do all that the new one does; below
            where it couldn't.
        largest_weight: of one round.
        unseen: share of the new policy's choices that no round of the log holds; NaN where the
            chances of other actions aren't known.
    """

    rounds: int
    effective: float
    mean_weight: float
    largest_weight: float
    unseen: float


def weights(log: Log, policy: Array) -> Array:
    """How many times likelier each logged action is under `policy`, float64 [rounds].

    Args:
        policy: chances under the new policy: of the logged actions, [rounds], or of all
            actions, [rounds, actions].

    Raises:
        UnfitLog: other shapes, or no chances.
    """
    policy = np.asarray(policy)
    if policy.ndim == 1:
        if len(policy) != len(log) or not ((policy >= 0) & (policy <= 1)).all():
            found = f"{list(policy.shape)}, {policy.min(initial=0):g} to {policy.max(initial=0):g}"
            fix = "give the new policy's chance of the logged action, in each round"
            raise UnfitLog("policy", f"{len(log)} chances in [0, 1]", found, fix)
        chosen = policy
    else:
        check_chances("policy", policy, len(log), int(log.action.max()))
        chosen = policy[np.arange(len(log)), log.action]
    ratio: Array = np.asarray(chosen, dtype=np.float64) / log.propensity
    return ratio


def overlap(log: Log, policy: Array, most_unseen: float = 0.05) -> Overlap:
    """How far `log` can tell of `policy`; see `weights` for what that is.

    Args:
        most_unseen: refuse a policy more of whose choices no round holds. Not looked at where
            the log has `choices`: these say exactly what could never be seen.

    Raises:
        NoOverlap: the logging policy had no chance of doing what the new one does, or never did.
        UnfitLog: other shapes, or no chances.
    """
    policy = np.asarray(policy)
    weight, unseen = weights(log, policy), np.nan
    if policy.ndim == 2:
        seen = np.bincount(log.action, minlength=policy.shape[1]) > 0
        by_action = np.where(seen, 0, policy.mean(axis=0))
        unseen = float(by_action.sum())
        if log.choices is not None:
            _refuse_impossible(log.choices, policy)
        elif unseen > most_unseen:
            raise NoOverlap(unseen, _strongest(by_action), "is in no round of the log")
    if not weight.any():
        raise NoOverlap(1.0, [], "is in no round of the log")
    total, squares = weight.sum(), (weight**2).sum()
    return Overlap(
        len(log), float(total**2 / squares), float(weight.mean()), float(weight.max()), unseen
    )


def _refuse_impossible(choices: Array, policy: Array) -> None:
    if choices.shape != policy.shape:
        wanted, fix = str(list(choices.shape)), "number the actions alike in log and policy"
        raise UnfitLog("policy", f"{wanted}, as the log's choices", str(list(policy.shape)), fix)
    by_action = np.where(choices > 0, 0, policy).mean(axis=0)
    if by_action.any():
        how = "had no chance under the logging policy"
        raise NoOverlap(float(by_action.sum()), _strongest(by_action), how)


def _strongest(by_action: Array) -> list[int]:
    order = np.argsort(-by_action, kind="stable")
    return [int(action) for action in order if by_action[action] > 0]
