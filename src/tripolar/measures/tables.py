"""Similarity statistics on joint tables of positions, a whole stack at once; for array callers.

Every statistic here depends on two portfolios only through their joint table: ``table[i, j]`` is
the weight of the cases in which the first took level ``i`` and the second level ``j``. Functions
take a stack of shape ``(..., L, L)`` and return arrays of shape ``(...)``.

Notation: ``p`` the table as shares, ``r`` and ``c`` its row and column margins, ``q = (r + c) / 2``
the pooled margin, ``d`` the distances between levels, ``D = sum p_ij d_ij`` the observed mean
distance, ``E`` the one expected by chance. Standard errors are multinomial delta method:
``se^2 = sum p_ij IF_ij^2 / n``, with ``IF`` the centred influence of one more case in cell (i, j):

    IF[D] = d_ij - D
    IF[E] = sum_k d_ik c_k + sum_k r_k d_kj - 2 E          (independent margins)
    IF[E] = sum_k d_ik q_k + sum_k q_k d_kj - 2 E          (pooled margin)

For lists of positions use :mod:`tripolar.measures.similarity`, which is built on this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tripolar.errors import InputError, UnknownName
from tripolar.settings import BAND_LEVEL

Array = NDArray[np.float64]
Distance = Literal["absolute", "quadratic", "nominal"]

UN_LEVELS: tuple[float, ...] = (1, 2, 3)
"""UN roll-call codes: 1 yes, 2 abstain, 3 no."""
DISTANCES = ("absolute", "quadratic", "nominal")

# Pseudo-cases spread evenly over the cells before a variance is taken. One (Perks' prior) left
# 90% bands of kappa at 67% coverage for near-unanimous pairs with n = 20; what two give is
# tabled in docs/methods/similarity.md.
PSEUDO_CASES = 2.0
# Tables worked on together: the block and its temporaries stay in the processor's cache.
BLOCK = 8192
# Mean distances are sums of at most L^2 products, so anything below this is rounding, not distance.
ZERO_DISTANCE = 1e-12


class Estimates(NamedTuple):
    """A stack's values, band ends and denominators; arrays of one shape, NaN where undefined."""

    value: Array
    low: Array
    high: Array
    n: Array


@dataclass(frozen=True)
class Statistic:
    """What there is to know about one similarity statistic.

    Attributes
    ----------
    name : str
        The key in :data:`STATISTICS` and the public function's name.
    function : callable
        ``function(tables, distances) -> (value, standard error)``.
    low, high : float
        The range; see :meth:`bounds` for the one exception.
    takes_distance : bool
        Whether the caller chooses the distance between levels.
    chance_corrected : bool
        Whether zero means "as alike as the margins alone would make them".
    doi : tuple of str
        The papers.
    formula : str
        In the notation of the module docstring.
    undefined : str
        Why there may be no value although there are cases; empty if that cannot happen.
    """

    name: str
    function: Callable[[ArrayLike, Array], tuple[Array, Array]]
    low: float
    high: float
    takes_distance: bool
    chance_corrected: bool
    doi: tuple[str, ...]
    formula: str
    undefined: str = ""

    def bounds(self, levels: int, distance: str) -> tuple[float, float]:
        """The range for so many levels: nominal adjusted S reaches 2 (1 - 1/L), the rest stay."""
        if self.name == "adjusted_s" and distance == "nominal":
            return self.low, 2.0 * (1.0 - 1.0 / levels)
        return self.low, self.high


def distance_matrix(levels: Sequence[float] = UN_LEVELS, distance: Distance = "absolute") -> Array:
    """Distances between levels, scaled to [0, 1]; spacing counts, for levels are numbers.

    Parameters
    ----------
    levels : sequence of float
        At least two, increasing.
    distance : {"absolute", "quadratic", "nominal"}
        ``|i-j| / dmax``, ``(|i-j| / dmax)**2``, or 1 wherever the levels differ.

    Examples
    --------
    >>> distance_matrix((1, 2, 3), "absolute")
    array([[0. , 0.5, 1. ],
           [0.5, 0. , 0.5],
           [1. , 0.5, 0. ]])
    """
    at = checked_levels(levels)
    if distance not in DISTANCES:
        raise UnknownName(
            "distance",
            str(distance),
            DISTANCES,
            next_step='pass distance="absolute", "quadratic" or "nominal"',
        )
    apart: Array = np.abs(at[:, None] - at[None, :]) / (at[-1] - at[0])
    if distance == "absolute":
        return apart
    return np.square(apart) if distance == "quadratic" else (apart > 0).astype(np.float64)


def checked_levels(levels: Sequence[float]) -> Array:
    """The levels as an array, or an InputError unless two or more finite increasing numbers."""
    at = np.asarray(levels, dtype=np.float64)
    if at.ndim != 1 or at.size < 2 or not np.isfinite(at).all() or (np.diff(at) <= 0).any():
        raise InputError(
            f"levels are {levels!r}; two or more finite numbers in increasing order are needed",
            next_step="pass levels=(1, 2, 3) for UN votes or levels=(0, 1, 2, 3) for alliances",
        )
    return at


# --- value and standard error, statistic by statistic -------------------------------------------


def agreement(tables: ArrayLike, distances: Array) -> tuple[Array, Array]:
    """Share on the diagonal, ``1 - D`` with nominal distance (whatever `distances` are), and se."""
    return _on_stack(_agreement, tables, distances)


def half_credit_agreement(tables: ArrayLike, distances: Array) -> tuple[Array, Array]:
    """``1 - D``: same position 1, opposite ends 0, and in between in proportion; and its se.

    Pass absolute distances: :func:`evaluate` always does.
    """
    return _on_stack(_half_credit, tables, distances)


def s_score(tables: ArrayLike, distances: Array) -> tuple[Array, Array]:
    """Signorino and Ritter's ``S = 1 - 2 D`` and its standard error."""
    return _on_stack(_s_score, tables, distances)


def cohen_kappa(tables: ArrayLike, distances: Array) -> tuple[Array, Array]:
    """Cohen's (weighted) ``kappa = 1 - D / E``, E from independent margins; and its se."""
    return _on_stack(_cohen_kappa, tables, distances)


def scott_pi(tables: ArrayLike, distances: Array) -> tuple[Array, Array]:
    """Scott's ``pi = 1 - D / E``, E from the pooled margin; and its standard error."""
    return _on_stack(_scott_pi, tables, distances)


def tau_b(tables: ArrayLike, distances: Array) -> tuple[Array, Array]:
    """Kendall's tau-b of the ordinal table (only the order of levels counts) and its se."""
    return _on_stack(_tau_b, tables, distances)


def adjusted_s(tables: ArrayLike, distances: Array) -> tuple[Array, Array]:
    """Benati and Capurri's ``2 (E - D)``, E from independent margins; and its standard error."""
    return _on_stack(_adjusted_s, tables, distances)


# Kernels: shares (L, L, N) and distances (L, L) to values (N,) and influences (L, L, N), the
# latter as a function, because a value asked without its band has no use for them. The stack
# lies on the last axis so that each of the few operations runs over contiguous memory.
Influence = Callable[[], Array]
Kernel = Callable[[Array, Array], tuple[Array, Influence]]


def _mean_distance(p: Array, d: Array) -> tuple[Array, Influence]:
    observed = np.tensordot(d, p, 2)
    return observed, lambda: d[:, :, None] - observed


def _chance_distance(p: Array, d: Array, pooled: bool) -> tuple[Array, Influence]:
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    if pooled:
        rows = columns = (rows + columns) / 2.0
    to_columns, to_rows = d @ columns, d.T @ rows
    expected = (rows * to_columns).sum(axis=0)
    return expected, lambda: (to_columns - 2.0 * expected)[:, None, :] + to_rows[None, :, :]


def _agreement(p: Array, d: Array) -> tuple[Array, Influence]:
    observed, influence = _mean_distance(p, 1.0 - np.eye(len(d)))
    return 1.0 - observed, lambda: -influence()


def _half_credit(p: Array, d: Array) -> tuple[Array, Influence]:
    observed, influence = _mean_distance(p, d)
    return 1.0 - observed, lambda: -influence()


def _s_score(p: Array, d: Array) -> tuple[Array, Influence]:
    observed, influence = _mean_distance(p, d)
    return 1.0 - 2.0 * observed, lambda: -2.0 * influence()


def _cohen_kappa(p: Array, d: Array) -> tuple[Array, Influence]:
    return _ratio(p, d, pooled=False)


def _scott_pi(p: Array, d: Array) -> tuple[Array, Influence]:
    return _ratio(p, d, pooled=True)


def _ratio(p: Array, d: Array, *, pooled: bool) -> tuple[Array, Influence]:
    observed, of_observed = _mean_distance(p, d)
    expected, of_expected = _chance_distance(p, d, pooled)
    expected = np.where(expected > ZERO_DISTANCE, expected, np.nan)
    ratio = observed / expected
    return 1.0 - ratio, lambda: (ratio * of_expected() - of_observed()) / expected


def _adjusted_s(p: Array, d: Array) -> tuple[Array, Influence]:
    observed, of_observed = _mean_distance(p, d)
    expected, of_expected = _chance_distance(p, d, pooled=False)
    return 2.0 * (expected - observed), lambda: 2.0 * (of_expected() - of_observed())


def _tau_b(p: Array, d: Array) -> tuple[Array, Influence]:
    # order[i, k] = sign(k - i); lead[i, j] = share concordant with a case in (i, j), less the
    # share discordant with it; IF of the numerator 2 (lead - surplus), of 1 - sum r^2 by chain rule
    step = np.arange(len(d))
    order = np.sign(step[None, :] - step[:, None]).astype(np.float64)
    lead = np.tensordot(order, np.tensordot(order, p, 1), axes=(1, 1)).swapaxes(0, 1)
    surplus = (p * lead).sum(axis=(0, 1))
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    row_ties, column_ties = (rows**2).sum(axis=0), (columns**2).sum(axis=0)
    free_rows = np.where(1.0 - row_ties > ZERO_DISTANCE, 1.0 - row_ties, np.nan)
    free_columns = np.where(1.0 - column_ties > ZERO_DISTANCE, 1.0 - column_ties, np.nan)
    scale = np.sqrt(free_rows * free_columns)
    value = surplus / scale

    def influence() -> Array:
        found: Array = lead * (2.0 / scale)
        found += (value * (rows - row_ties) / free_rows - 2.0 * value)[:, None, :]
        found += (value * (columns - column_ties) / free_columns)[None, :, :]
        return found

    return value, influence


def _weighted_square(p: Array, first: Array, second: Array) -> Array:
    square: Array = np.einsum("ijn,ijn,ijn->n", p, first, second)
    return square


def _on_stack(kernel: Kernel, tables: ArrayLike, d: Array) -> tuple[Array, Array]:
    stack, shape = _checked_stack(tables, len(d))
    value, error = np.empty(len(stack)), np.empty(len(stack))
    for start in range(0, len(stack), BLOCK):
        block = slice(start, start + BLOCK)
        counts, n = _counts(stack[block])
        p = counts / n
        value[block], influence = kernel(p, d)
        of_case = influence()
        error[block] = np.sqrt(_weighted_square(p, of_case, of_case) / n)
    return value.reshape(shape), error.reshape(shape)


def _checked_stack(tables: ArrayLike, levels: int) -> tuple[NDArray[np.generic], tuple[int, ...]]:
    stack = np.asarray(tables)
    if stack.ndim < 2 or stack.shape[-2:] != (levels, levels) or stack.dtype.kind not in "biuf":
        raise InputError(
            f"tables have shape {stack.shape} and dtype {stack.dtype}; "
            f"{levels} levels need numbers of shape (..., {levels}, {levels})",
            next_step="pass levels= with one number per row of the tables",
        )
    return stack.reshape(-1, levels, levels), stack.shape[:-2]


def _counts(block: NDArray[np.generic]) -> tuple[Array, Array]:
    """One block as (L, L, N) floats and its totals, NaN for an empty table."""
    counts = np.ascontiguousarray(block.transpose(1, 2, 0), dtype=np.float64)
    if counts.size and not (counts.min() >= 0 and np.isfinite(counts).all()):
        raise InputError(
            "a table holds a negative, infinite or missing weight",
            next_step="pass counts or weights of 0 or more; an empty cell is 0",
        )
    n = counts.sum(axis=(0, 1))
    return counts, np.where(n > 0, n, np.nan)


# --- bands --------------------------------------------------------------------------------------


def _smoothed(p: Array, n: Array) -> tuple[Array, Array]:
    total = n + PSEUDO_CASES
    return (p * n + PSEUDO_CASES / (p.shape[0] * p.shape[1])) / total, total


def wilson(mean: Array, n: Array, z: float) -> tuple[Array, Array]:
    """Wilson's interval of a mean of n yes/no cases, z standard errors wide, element by element."""
    centre = (mean + z * z / (2.0 * n)) / (1.0 + z * z / n)
    spread = np.maximum(mean * (1.0 - mean), 0.0) / n + (z / (2.0 * n)) ** 2
    half = z * np.sqrt(spread) / (1.0 + z * z / n)
    return centre - half, centre + half


def _score_band(p: Array, d: Array, n: Array, z: float) -> tuple[Array, Array]:
    """Wilson-type band for the mean of 1 - d, a score in [0, 1].

    Such a score varies at most as much as a yes/no with its mean m, so n cases say as much as
    n m (1 - m) / var >= n yes/no cases; both moments at the smoothed table, where var > 0.
    """
    smooth, _ = _smoothed(p, n)
    mean, influence = _half_credit(smooth, d)
    of_case = influence()
    worth = n * mean * (1.0 - mean) / _weighted_square(smooth, of_case, of_case)
    return wilson(_half_credit(p, d)[0], worth, z)


def _normal_band(kernel: Kernel, p: Array, d: Array, n: Array, z: float) -> tuple[Array, Array]:
    """Delta-method band at the smoothed table."""
    smooth, _ = _smoothed(p, n)
    centre, influence = kernel(smooth, d)
    of_case = influence()
    half = z * np.sqrt(_weighted_square(smooth, of_case, of_case) / n)
    return centre - half, centre + half


def _ratio_band(p: Array, d: Array, n: Array, z: float, *, pooled: bool) -> tuple[Array, Array]:
    """Fieller band of 1 - D / E at the smoothed table: all x with |D - x E| <= z se(D - x E).

    It lets the uncertainty of E, which is near zero for near-unanimous pairs, widen the band to
    the side where it should. Where the set is unbounded the data exclude nothing: the full range.
    """
    smooth, _ = _smoothed(p, n)
    observed, of_observed = _mean_distance(smooth, d)
    expected, of_expected = _chance_distance(smooth, d, pooled)
    scale, by_observed, by_expected = z * z / n, of_observed(), of_expected()
    a = expected**2 - scale * _weighted_square(smooth, by_expected, by_expected)
    b = observed * expected - scale * _weighted_square(smooth, by_observed, by_expected)
    c = observed**2 - scale * _weighted_square(smooth, by_observed, by_observed)
    root = np.sqrt(np.maximum(b * b - a * c, 0.0))
    bounded = a > 0
    a = np.where(bounded, a, 1.0)
    low, high = 1.0 - (b + root) / a, 1.0 - (b - root) / a
    return np.where(bounded, low, -1.0), np.where(bounded, high, 1.0)


def _band(name: str, p: Array, d: Array, n: Array, z: float) -> tuple[Array, Array]:
    if name == "half_credit_agreement":
        return _score_band(p, d, n, z)
    if name == "s_score":
        low, high = _score_band(p, d, n, z)
        return 2.0 * low - 1.0, 2.0 * high - 1.0
    if name in ("cohen_kappa", "scott_pi"):
        return _ratio_band(p, d, n, z, pooled=name == "scott_pi")
    return _normal_band(_KERNELS[name], p, d, n, z)


# --- the table of statistics, and the one function a vectorised caller needs --------------------

_KERNELS: Mapping[str, Kernel] = {
    "agreement": _agreement,
    "half_credit_agreement": _half_credit,
    "s_score": _s_score,
    "cohen_kappa": _cohen_kappa,
    "scott_pi": _scott_pi,
    "tau_b": _tau_b,
    "adjusted_s": _adjusted_s,
}

_SAME = "both took one and the same position in every case; chance agreement is total"
_FIXED = "at least one of the two took a single position in every case; tau-b needs both to vary"
_SIGNORINO_RITTER = "10.1111/0020-8833.00113"
_HAEGE = "10.1093/pan/mpr023"
_LIJPHART = "10.2307/1952608"
_KENDALL = "10.1093/biomet/33.3.239"

# fmt: off
STATISTICS: Mapping[str, Statistic] = MappingProxyType({row.name: row for row in (
    Statistic("agreement", agreement, 0.0, 1.0, False, False, (_LIJPHART,),
              "sum_i p_ii"),
    Statistic("half_credit_agreement", half_credit_agreement, 0.0, 1.0, False, False, (_LIJPHART,),
              "1 - sum_ij p_ij |i - j| / dmax"),
    Statistic("s_score", s_score, -1.0, 1.0, True, False, (_SIGNORINO_RITTER,),
              "S = 1 - 2 sum_ij p_ij d_ij"),
    Statistic("cohen_kappa", cohen_kappa, -1.0, 1.0, True, True,
              ("10.1177/001316446002000104", "10.1037/h0026256", _HAEGE),
              "kappa = 1 - (sum_ij p_ij d_ij) / (sum_ij r_i c_j d_ij)", _SAME),
    Statistic("scott_pi", scott_pi, -1.0, 1.0, True, True, ("10.1086/266577", _HAEGE),
              "pi = 1 - (sum_ij p_ij d_ij) / (sum_ij q_i q_j d_ij), q = (r + c) / 2", _SAME),
    Statistic("tau_b", tau_b, -1.0, 1.0, False, True, (_KENDALL, _SIGNORINO_RITTER),
              "tau_b = (P - Q) / sqrt((1 - sum_i r_i^2) (1 - sum_j c_j^2))", _FIXED),
    Statistic("adjusted_s", adjusted_s, -1.0, 1.0, True, True, ("10.1007/s11135-026-02814-x",),
              "A = S - S_expected = 2 (sum_ij r_i c_j d_ij - sum_ij p_ij d_ij)"),
)})
# fmt: on


def evaluate(
    name: str,
    tables: ArrayLike,
    *,
    levels: Sequence[float] = UN_LEVELS,
    distance: Distance = "absolute",
    level: float | None = BAND_LEVEL,
    total: ArrayLike | None = None,
    effective_n: ArrayLike | None = None,
) -> Estimates:
    """One statistic with its analytic band for every table of a stack; for panels of pairs.

    Parameters
    ----------
    name : str
        A key of :data:`STATISTICS`.
    tables : array_like of shape (..., L, L)
        Counts or weights, 0 or more, in the order of `levels`.
    levels : sequence of L floats
        The positions, increasing.
    distance : {"absolute", "quadratic", "nominal"}
        Used by the statistics that take one.
    level : float or None
        Nominal coverage of the band, between 0 and 1; None for no band (NaN ends).
    total : array_like of shape (...), optional
        Denominator of `agreement` if it is not the table's own total, e.g. all roll calls.
    effective_n : array_like of shape (...), optional
        Number of equally weighted cases that the weights are worth; default the denominator.

    Returns
    -------
    Estimates
        Arrays of shape (...): value, low, high (NaN where undefined) and n, the denominator.

    Examples
    --------
    >>> france_russia_2018 = [[39, 8, 7], [10, 7, 1], [12, 4, 7]]
    >>> value, low, high, n = evaluate("cohen_kappa", france_russia_2018)
    >>> print(f"{value:.3f} [{low:.3f}, {high:.3f}] n={n:.0f}")
    0.201 [0.048, 0.350] n=95
    """
    d = distance_matrix(levels, distance)
    known = statistic(name)
    if name == "half_credit_agreement":
        d = distance_matrix(levels, "absolute")
    z = _z(level)
    stack, shape = _checked_stack(tables, len(d))
    totals = _per_table(total, shape, "total")
    if totals is not None and name != "agreement":
        raise InputError(
            f"total= was given for {name}, which is defined over joint cases only",
            next_step='drop total=, or ask for "agreement"',
        )
    worths = _per_table(effective_n, shape, "effective_n")
    if worths is not None and (worths <= 0).any():
        raise InputError(
            f"effective_n is {worths.min():g} for a table; a number above 0 is needed",
            next_step="pass (sum of weights)**2 / (sum of squared weights), NaN for an empty table",
        )
    value, low, high, denominator = (np.full(len(stack), np.nan) for _ in range(4))
    least, most = known.bounds(len(d), distance)
    with np.errstate(invalid="ignore", divide="ignore"):
        for start in range(0, len(stack), BLOCK):
            block = slice(start, start + BLOCK)
            counts, n = _counts(stack[block])
            p = counts / n
            # rounding may step past the end of the range by one part in 10^16
            value[block] = np.clip(_KERNELS[name](p, d)[0], least, most)
            if totals is not None:
                if (totals[block] < n).any():
                    raise InputError(
                        "a total is smaller than the joint cases in its table",
                        next_step="pass the number of all cases, joint ones among them",
                    )
                value[block] *= n / totals[block]
                n = totals[block]
            denominator[block] = n
            if z is None:
                continue
            if worths is not None:
                n = worths[block]
            at = value[block]
            ends = wilson(at, n, z) if name == "agreement" else _band(name, p, d, n, z)
            # the smoothed centre may lie off the value: the band always contains it
            low[block] = np.minimum(np.clip(ends[0], least, most), at)
            high[block] = np.maximum(np.clip(ends[1], least, most), at)
    denominator = np.nan_to_num(denominator, nan=0.0)
    return Estimates(*(part.reshape(shape) for part in (value, low, high, denominator)))


def statistic(name: str) -> Statistic:
    """The entry of :data:`STATISTICS`, or an UnknownName that offers the nearest."""
    if name not in STATISTICS:
        raise UnknownName(
            "statistic", str(name), STATISTICS, next_step=f"choose from {', '.join(STATISTICS)}"
        )
    return STATISTICS[name]


def _z(level: float | None) -> float | None:
    if level is None:
        return None
    if not 0.0 < level < 1.0:
        raise InputError(
            f"band level is {level!r}; a share between 0 and 1 is needed",
            next_step="pass level=0.90 for a 90% band",
        )
    return NormalDist().inv_cdf(0.5 + level / 2.0)


def _per_table(given: ArrayLike | None, shape: tuple[int, ...], what: str) -> Array | None:
    if given is None:
        return None
    numbers = np.asarray(given, dtype=np.float64)
    try:
        spread = np.broadcast_to(numbers, shape).reshape(-1)
    except ValueError:
        raise InputError(
            f"{what} has shape {numbers.shape}, the stack of tables {shape}",
            next_step=f"pass one {what} per table, or one number for all",
        ) from None
    return spread
