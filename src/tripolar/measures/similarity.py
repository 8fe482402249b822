"""How alike two portfolios of ordered positions are: votes on roll calls, commitments to allies.

    agreement               share of cases with one and the same position
    half_credit_agreement   the same, an abstention counting half
    s_score                 Signorino and Ritter's S: 1 minus twice the mean distance
    cohen_kappa             1 minus distance over the distance chance would give
    scott_pi                the same, chance computed from the two together
    tau_b                   Kendall's rank correlation with ties
    adjusted_s              Benati and Capurri's S minus its expectation by chance

Each takes two equally long sequences (lists, numpy, pandas, polars): element ``k`` is what the
first and the second did in case ``k``. Notation: ``p_ij`` share of joint cases with levels i and
j, ``r`` and ``c`` its margins, ``d_ij`` distance of levels. Whole stacks of pairs:
:func:`tripolar.measures.tables.evaluate`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from tripolar.errors import InputError, UnknownName
from tripolar.measures.cases import (
    case_weights,
    cells_of_cases,
    draw_again,
    positions,
    tables_of_draws,
    unseen,
)
from tripolar.measures.tables import UN_LEVELS, Distance, checked_levels, evaluate, statistic
from tripolar.settings import BAND_LEVEL

Band = Literal["analytic", "bootstrap"]
Denominator = Literal["joint", "all"]
BANDS = ("analytic", "bootstrap")
DENOMINATORS = ("joint", "all")

RESAMPLES = 2000


@dataclass(frozen=True, repr=False)
class Similarity:
    """One similarity with its band; ``float()`` gives the value.

    Attributes
    ----------
    value, low, high : float
        NaN where undefined (see `reason`) and, for the ends, where no band was asked for.
    n : int
        Cases in the denominator.
    name : str
        The statistic.
    level : float
        Nominal coverage of the band.
    band : str or None
        "analytic", "bootstrap" or None.
    distance : str or None
        Distance between levels, if the formula has one.
    denominator : str
        "joint" or "all".
    levels : tuple of float
        The positions that could be taken.
    effective_n : float
        Equally weighted cases that the weights are worth: ``(sum w)^2 / sum w^2`` (Kish).
    reason : str
        Why there is no value; empty if there is one.
    """

    value: float
    low: float
    high: float
    n: int
    name: str
    level: float
    band: str | None
    distance: str | None
    denominator: str
    levels: tuple[float, ...]
    effective_n: float
    reason: str = ""

    def __float__(self) -> float:
        """The value alone."""
        return self.value

    def __repr__(self) -> str:
        """One line: value, band, cases, choices; or why there is no value."""
        if self.reason:
            return f"{self.name} undefined (n={self.n}): {self.reason}"
        notes = [f"n={self.n}"]
        ends = ""
        if self.band is not None:
            ends = f" [{self.low:.3f}, {self.high:.3f}]"
            kind = " bootstrap" if self.band == "bootstrap" else ""
            notes.insert(0, f"{100 * self.level:g}%{kind} band")
        if not math.isclose(self.effective_n, self.n):
            notes.append(f"effective n={self.effective_n:.1f}")
        if self.distance is not None:
            notes.append(f"{self.distance} distance")
        if self.denominator == "all":
            notes.append("of all cases")
        return f"{self.name} {self.value:.3f}{ends} ({', '.join(notes)})"

    def to_dict(self) -> dict[str, Any]:
        """All fields, ready for JSON: NaN becomes None."""
        fields = asdict(self)
        for key in ("value", "low", "high"):
            fields[key] = None if math.isnan(fields[key]) else fields[key]
        return fields | {"levels": list(self.levels)}


_CASES = """
    a, b : array_like of shape (n,)
        Positions. Missing (None, NaN, NA, masked) in either: not a joint case, dropped."""
_DISTANCE = """
    distance : {"absolute", "quadratic", "nominal"}
        ``|i-j|/dmax``, its square, or 1 wherever levels differ."""
_COMMON = """
    levels : sequence of float
        Every position that could be taken, increasing; UN codes (1 yes, 2 abstain, 3 no) unless
        said otherwise, never guessed from what was observed.
    weights : array_like of shape (n,), optional
        Weight of each case, 0 or more; the band then rests on Kish's effective n.
    band : {"analytic", "bootstrap"} or None
        Bootstrap redraws cases and takes percentiles; it has no width for a unanimous pair.
    level : float
        Nominal coverage of the band, between 0 and 1.
    resamples : int
        Bootstrap draws.
    seed : int or numpy.random.Generator
        Where the draws come from.

    Returns
    -------
    Similarity"""

_Public = TypeVar("_Public", bound=Callable[..., Similarity])


def _with_parameters(function: _Public) -> _Public:
    """Put the parameters that the functions share into the docstring, so that help() has all."""
    text = function.__doc__ or ""  # empty under python -OO
    for mark, block in (("CASES", _CASES), ("DISTANCE", _DISTANCE), ("COMMON", _COMMON)):
        text = text.replace(f"\n    <{mark}>", block)
    function.__doc__ = text
    return function


@_with_parameters
def agreement(
    a: ArrayLike,
    b: ArrayLike,
    *,
    denominator: Denominator = "joint",
    total: int | None = None,
    levels: Sequence[float] = UN_LEVELS,
    weights: ArrayLike | None = None,
    band: Band | None = "analytic",
    level: float = BAND_LEVEL,
    resamples: int = RESAMPLES,
    seed: int | np.random.Generator = 0,
) -> Similarity:
    """Share of cases with one and the same position: to say how often two stood together.

    ``sum_i p_ii``, 0 to 1. Says nothing about how often chance would have them agree. Band: Wilson.

    Parameters
    ----------
    <CASES>
    denominator : {"joint", "all"}
        "joint": cases in which both took a position. "all": every case in the arrays, those
        where one or both are missing among them; an absence then lowers agreement.
    total : int, optional
        With "all", the number of all cases if the arrays do not hold every one.
    <COMMON>

    Examples
    --------
    >>> agreement([1, 1, 3, 2], [1, 1, 3, None])
    agreement 1.000 [0.526, 1.000] (90% band, n=3)
    >>> agreement([1, 1, 3, 2], [1, 1, 3, None], denominator="all")
    agreement 0.750 [0.356, 0.942] (90% band, n=4, of all cases)

    References
    ----------
    Lijphart (1963), doi:10.2307/1952608. Band: Wilson (1927), doi:10.1080/01621459.1927.10502953.
    """
    return _similarity(
        "agreement", a, b, levels, weights, None, band, level, resamples, seed, denominator, total
    )


@_with_parameters
def half_credit_agreement(
    a: ArrayLike,
    b: ArrayLike,
    *,
    levels: Sequence[float] = UN_LEVELS,
    weights: ArrayLike | None = None,
    band: Band | None = "analytic",
    level: float = BAND_LEVEL,
    resamples: int = RESAMPLES,
    seed: int | np.random.Generator = 0,
) -> Similarity:
    """Agreement in which an abstention is half way: when yes-abstain is not a full disagreement.

    ``1 - sum_ij p_ij |i - j| / dmax``, 0 to 1: same position 1, one step apart on the UN codes
    1/2, opposite 0. Band: Wilson with the effective number of cases.

    Parameters
    ----------
    <CASES>
    <COMMON>

    Examples
    --------
    >>> half_credit_agreement([1, 1, 3, 2], [1, 2, 1, 2])
    half_credit_agreement 0.625 [0.313, 0.859] (90% band, n=4)

    References
    ----------
    Lijphart (1963), doi:10.2307/1952608.
    """
    return _similarity(
        "half_credit_agreement", a, b, levels, weights, None, band, level, resamples, seed
    )


@_with_parameters
def s_score(
    a: ArrayLike,
    b: ArrayLike,
    *,
    levels: Sequence[float] = UN_LEVELS,
    weights: ArrayLike | None = None,
    distance: Distance = "absolute",
    band: Band | None = "analytic",
    level: float = BAND_LEVEL,
    resamples: int = RESAMPLES,
    seed: int | np.random.Generator = 0,
) -> Similarity:
    """Signorino and Ritter's S: how close two portfolios lie on the scale, chance left in.

    ``S = 1 - 2 sum_ij p_ij d_ij``, -1 (always opposite) to 1 (always the same). Compare S only
    over the same agenda and levels: common majorities raise it for every pair.

    Parameters
    ----------
    <CASES>
    <DISTANCE>
    <COMMON>

    Examples
    --------
    Germany and Russia in 1914, states with a commitment to either and two without:

    >>> germany, russia = [3, 0, 0, 0, 3, 3, 3, 0, 0], [0, 3, 1, 3, 0, 1, 0, 0, 0]
    >>> round(float(s_score(germany, russia, levels=(0, 1, 2, 3))), 3)
    -0.333

    References
    ----------
    Signorino and Ritter (1999), doi:10.1111/0020-8833.00113.
    """
    return _similarity("s_score", a, b, levels, weights, distance, band, level, resamples, seed)


@_with_parameters
def cohen_kappa(
    a: ArrayLike,
    b: ArrayLike,
    *,
    levels: Sequence[float] = UN_LEVELS,
    weights: ArrayLike | None = None,
    distance: Distance = "absolute",
    band: Band | None = "analytic",
    level: float = BAND_LEVEL,
    resamples: int = RESAMPLES,
    seed: int | np.random.Generator = 0,
) -> Similarity:
    """Cohen's weighted kappa: likeness beyond what each one's own habits would give by chance.

    ``kappa = 1 - D_o / D_e`` with ``D_o = sum_ij p_ij d_ij`` and ``D_e = sum_ij r_i c_j d_ij``;
    1 at identity, 0 at independence. Different habits (one says no often, the other seldom) are
    not held against the pair. Undefined when both took one position throughout.

    Parameters
    ----------
    <CASES>
    <DISTANCE>
    <COMMON>

    Examples
    --------
    >>> cohen_kappa([1, 1, 1, 2, 3, 3, 1, 2], [1, 1, 2, 2, 3, 1, 1, 3])
    cohen_kappa 0.429 [-0.126, 0.821] (90% band, n=8, absolute distance)
    >>> cohen_kappa([1, 1], [1, 1]).reason
    'both took one and the same position in every case; chance agreement is total'

    References
    ----------
    Cohen (1960), doi:10.1177/001316446002000104; Cohen (1968), doi:10.1037/h0026256;
    Häge (2011), doi:10.1093/pan/mpr023.
    """
    return _similarity("cohen_kappa", a, b, levels, weights, distance, band, level, resamples, seed)


@_with_parameters
def scott_pi(
    a: ArrayLike,
    b: ArrayLike,
    *,
    levels: Sequence[float] = UN_LEVELS,
    weights: ArrayLike | None = None,
    distance: Distance = "absolute",
    band: Band | None = "analytic",
    level: float = BAND_LEVEL,
    resamples: int = RESAMPLES,
    seed: int | np.random.Generator = 0,
) -> Similarity:
    """Scott's pi: likeness beyond chance, different habits counting as unlikeness.

    ``pi = 1 - D_o / D_e`` with ``D_e = sum_ij q_i q_j d_ij`` and ``q = (r + c) / 2``: chance is
    what two draws from the pair's common pool would give. Undefined when both took one position
    throughout.

    Parameters
    ----------
    <CASES>
    <DISTANCE>
    <COMMON>

    Examples
    --------
    >>> scott_pi([1, 1, 1, 2, 3, 3, 1, 2], [1, 1, 2, 2, 3, 1, 1, 3], distance="nominal", band=None)
    scott_pi 0.400 (n=8, nominal distance)

    References
    ----------
    Scott (1955), doi:10.1086/266577; Häge (2011), doi:10.1093/pan/mpr023.
    """
    return _similarity("scott_pi", a, b, levels, weights, distance, band, level, resamples, seed)


@_with_parameters
def tau_b(
    a: ArrayLike,
    b: ArrayLike,
    *,
    levels: Sequence[float] = UN_LEVELS,
    weights: ArrayLike | None = None,
    band: Band | None = "analytic",
    level: float = BAND_LEVEL,
    resamples: int = RESAMPLES,
    seed: int | np.random.Generator = 0,
) -> Similarity:
    """Kendall's tau-b: do the two rank the cases alike? Association, not closeness.

    ``tau_b = (P - Q) / sqrt((1 - sum_i r_i^2) (1 - sum_j c_j^2))`` with P and Q the shares of
    concordant and discordant pairs of cases. Two portfolios one step apart throughout have
    ``tau_b = 1``: Signorino and Ritter's objection. Undefined when either never varied.

    Parameters
    ----------
    <CASES>
    <COMMON>

    Examples
    --------
    >>> float(tau_b([1, 1, 2, 2], [2, 2, 3, 3]))
    1.0

    References
    ----------
    Kendall (1945), doi:10.1093/biomet/33.3.239; Signorino and Ritter (1999),
    doi:10.1111/0020-8833.00113.
    """
    return _similarity("tau_b", a, b, levels, weights, None, band, level, resamples, seed)


@_with_parameters
def adjusted_s(
    a: ArrayLike,
    b: ArrayLike,
    *,
    levels: Sequence[float] = UN_LEVELS,
    weights: ArrayLike | None = None,
    distance: Distance = "absolute",
    band: Band | None = "analytic",
    level: float = BAND_LEVEL,
    resamples: int = RESAMPLES,
    seed: int | np.random.Generator = 0,
) -> Similarity:
    """Benati and Capurri's adjusted S: S less what chance would give, on the scale of S.

    ``A = S - S_e = 2 (sum_ij r_i c_j d_ij - sum_ij p_ij d_ij)``; 0 at independence. Unlike kappa
    it is defined, and 0, for a unanimous pair; its maximum depends on how varied positions are.

    Parameters
    ----------
    <CASES>
    <DISTANCE>
    <COMMON>

    Examples
    --------
    >>> adjusted_s([1, 1, 3, 3], [1, 1, 3, 3], band=None)
    adjusted_s 1.000 (n=4, absolute distance)

    References
    ----------
    Benati and Capurri (2026), doi:10.1007/s11135-026-02814-x.
    """
    return _similarity("adjusted_s", a, b, levels, weights, distance, band, level, resamples, seed)


def _similarity(
    name: str,
    a: ArrayLike,
    b: ArrayLike,
    levels: Sequence[float],
    weights: ArrayLike | None,
    distance: Distance | None,
    band: Band | None,
    level: float,
    resamples: int,
    seed: int | np.random.Generator,
    denominator: Denominator = "joint",
    total: int | None = None,
) -> Similarity:
    if band is not None and band not in BANDS:
        raise UnknownName("band", str(band), BANDS, next_step='pass band="analytic" or None')
    if denominator not in DENOMINATORS:
        raise UnknownName(
            "denominator", str(denominator), DENOMINATORS, next_step='pass denominator="joint"'
        )
    if band == "bootstrap" and (resamples < 1 or not 0 < level < 1):
        raise InputError(
            f"resamples={resamples}, level={level}; at least 1 and between 0 and 1 are needed",
            next_step="pass resamples=2000, level=0.90",
        )
    at = checked_levels(levels)
    first, second = positions(a, "a"), positions(b, "b")
    if first.shape != second.shape:
        raise InputError(
            f"a has {first.size} cases and b has {second.size}",
            next_step="align both on the same cases; a case one of them missed is NaN",
        )
    weight = case_weights(weights, first.size)
    cell = cells_of_cases(first, second, at)
    joint = (cell >= 0) & (weight > 0)
    if not joint.any():
        raise InputError(
            f"no joint case: of {first.size} cases none has a position (and a weight) for both",
            next_step="check that both were members and voted in this period",
        )
    counted = weight > 0 if denominator == "all" else joint
    beyond = unseen(total, int(np.count_nonzero(counted)), denominator, weights)
    cell, weight = cell[counted], weight[counted]

    n = weight.size + beyond
    mass = float(weight.sum()) + beyond
    worth = mass**2 / (float((weight**2).sum()) + beyond)
    options: dict[str, Any] = {"levels": levels, "distance": distance or "absolute"}
    table = tables_of_draws(cell[None, :], weight[None, :], at.size)
    analytic = level if band == "analytic" else None
    everything = mass if denominator == "all" else None
    value, low, high, _ = evaluate(
        name, table, level=analytic, total=everything, effective_n=worth, **options
    )
    if band == "bootstrap":
        draws = draw_again(cell, weight, beyond, at.size, resamples, np.random.default_rng(seed))
        totals = draws.sum(axis=1) if denominator == "all" else None
        drawn = draws[:, : at.size**2].reshape(-1, at.size, at.size)
        again = evaluate(name, drawn, level=None, total=totals, **options).value
        if np.isfinite(again).any() and np.isfinite(value[0]):
            low, high = np.nanquantile(again, [(1 - level) / 2, (1 + level) / 2])[:, None]
    return Similarity(
        value=float(value[0]),
        low=float(low[0]),
        high=float(high[0]),
        n=n,
        name=name,
        level=level,
        band=band,
        distance=distance,
        denominator=denominator,
        levels=tuple(at.tolist()),
        effective_n=worth,
        reason=statistic(name).undefined if math.isnan(value[0]) else "",
    )
