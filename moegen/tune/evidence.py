"""What the measurements say: paired ratios, their interval, and the percentage of the machine's roof.

Two kernels are always timed in the same rounds, one right after the other, since a machine drifts by more than they
differ. What counts is then the ratio within a round. Ratios are combined by the Hodges-Lehmann estimate with the
interval of the signed-rank test (Wilcoxon 1945; Hodges and Lehmann 1963), which one disturbed round does not move.
"""

from __future__ import annotations

import math
import statistics

import numpy as np

from moegen.backends import Roof
from moegen.spec import MoeSpec

_EXACT_UP_TO = 40
_WEIGHT_BITS = {"f32": 32, "tf32": 32, "bf16": 16, "f16": 16, "fp8": 8, "int8": 8, "int4": 4}


def signed_rank_counts(count: int) -> np.ndarray:
    """How many of the 2**count sign patterns give each sum of positive ranks 0 .. count (count + 1) / 2, float64."""
    ways = np.ones(1)
    for rank in range(1, count + 1):
        longer = np.zeros(len(ways) + rank)
        longer[: len(ways)] += ways
        longer[rank:] += ways
        ways = longer
    return ways


def p_slower(log_ratios) -> float:
    """One-sided p of the signed-rank test that log(candidate / incumbent) lies around zero or below.

    A small value says that the candidate is slower. Exact up to 40 pairs, by the normal approximation beyond.
    """
    values = np.asarray(log_ratios, dtype=np.float64)
    values = values[values != 0]
    count = len(values)
    if count == 0:
        return 1.0
    order = np.argsort(np.abs(values), kind="stable")
    ranks = np.empty(count)
    ranks[order] = np.arange(1, count + 1)
    positive = float(ranks[values > 0].sum())
    if count > _EXACT_UP_TO:
        mean, deviation = count * (count + 1) / 4, math.sqrt(count * (count + 1) * (2 * count + 1) / 24)
        return 0.5 * math.erfc((positive - 0.5 - mean) / (deviation * math.sqrt(2)))
    ways = signed_rank_counts(count)
    return float(ways[int(positive) :].sum() / ways.sum())


def estimate(log_ratios, confidence: float = 0.95) -> tuple[float, float, float]:
    """Hodges-Lehmann estimate of the centre of `log_ratios`, and its interval, as (centre, low, high).

    With fewer than 6 values no interval of 95% exists in this test; the extremes are returned then.

    Raises
    ------
    ValueError
        If there are no values.
    """
    values = np.sort(np.asarray(log_ratios, dtype=np.float64))
    count = len(values)
    if count == 0:
        raise ValueError("no ratios to estimate from")
    first, second = np.triu_indices(count)
    walsh = np.sort((values[first] + values[second]) / 2)
    tail = (1 - confidence) / 2
    if count > _EXACT_UP_TO:
        deviation = math.sqrt(count * (count + 1) * (2 * count + 1) / 24)
        quantile = statistics.NormalDist().inv_cdf(1 - tail)
        dropped = math.floor(count * (count + 1) / 4 - quantile * deviation) - 1
    else:
        ways = signed_rank_counts(count)
        # P(sum <= w) <= tail for this many w: the interval runs from the Walsh average of that rank, counted from 1.
        dropped = int(np.searchsorted(np.cumsum(ways) / ways.sum(), tail, side="right")) - 1
    skip = min(max(dropped, 0), (len(walsh) - 1) // 2)
    return float(np.median(walsh)), float(walsh[skip]), float(walsh[-1 - skip])


def hopeless(log_ratios) -> bool:
    """Whether a candidate with these log(candidate / incumbent) need not be timed further: it is slower.

    Two pairs that are both over 20% slower settle it; else the signed-rank test at 5%, which needs five pairs.
    """
    if len(log_ratios) >= 2 and min(log_ratios) > math.log(1.2):
        return True
    return len(log_ratios) >= 5 and p_slower(log_ratios) < 0.05


def surely_faster(log_ratios) -> bool:
    """Whether a candidate with these log(candidate / incumbent) is faster, by the signed-rank test at 5%."""
    return p_slower([-each for each in log_ratios]) < 0.05


def doubtful(log_ratios) -> bool:
    """Whether a candidate seems to be faster, though not surely."""
    return len(log_ratios) > 0 and estimate(log_ratios)[0] < 0 and not surely_faster(log_ratios)


def least_bytes(spec: MoeSpec, num_tokens: int, active_experts: int) -> float:
    """Bytes that any kernel must move: the weights of the experts in use and the gate once, x in and y out."""
    columns = active_experts * (spec.w1_columns + spec.intermediate_size)
    columns += spec.shared_w1_columns + spec.shared_intermediate_size
    return spec.hidden_size * (columns * _WEIGHT_BITS[spec.dtype] / 8 + 4 * (2 * num_tokens + spec.num_experts))


def bound_s(spec: MoeSpec, num_tokens: int, active_experts: int, roof: Roof) -> float:
    """Seconds that the roof allows at best: the larger of arithmetic at its peak and least bytes at full bandwidth."""
    return max(spec.flops(num_tokens) / roof.flops, least_bytes(spec, num_tokens, active_experts) / roof.bytes)


def percent_of_roof(spec: MoeSpec, num_tokens: int, active_experts: int, roof: Roof, time_s: float) -> float:
    """The bound's time over the measured time, in percent."""
    return 100 * bound_s(spec, num_tokens, active_experts, roof) / time_s


def best_against(times, reference: int) -> int:
    """The column of `times` (rounds, contestants) with the least time relative to column `reference`."""
    logs = np.log(np.asarray(times))
    return min(range(logs.shape[1]), key=lambda column: estimate(logs[:, column] - logs[:, reference])[0])


def verdict(spec: MoeSpec, num_tokens: int, active_experts: int, rounds: list[dict]) -> dict:
    """The evidence of a duel, from rounds of {"times": [winner's, default's], "roof": Roof or None}.

    Returns the fields `time_s`, `default_time_s`, `vs_default` (default time / winner's time), `vs_default_ci` (95%),
    `gflops`, `percent_of_roof`, `roof` and `rounds`. Times are medians; the percentage is the median over rounds, each
    against the roof measured beside it.
    """
    times = np.array([each["times"] for each in rounds])
    centre, low, high = estimate(np.log(times[:, 1] / times[:, 0]))
    roofs = [each["roof"] for each in rounds if each["roof"] is not None]
    percents = [
        percent_of_roof(spec, num_tokens, active_experts, each["roof"], each["times"][0])
        for each in rounds
        if each["roof"] is not None
    ]
    time_s = float(np.median(times[:, 0]))
    return {
        "time_s": time_s,
        "default_time_s": float(np.median(times[:, 1])),
        "vs_default": math.exp(centre),
        "vs_default_ci": [math.exp(low), math.exp(high)],
        "gflops": spec.flops(num_tokens) / time_s / 1e9,
        "percent_of_roof": float(np.median(percents)),
        "roof": {
            "flops": float(np.median([roof.flops for roof in roofs])),
            "bytes": float(np.median([roof.bytes for roof in roofs])),
        },
        "rounds": len(rounds),
    }
