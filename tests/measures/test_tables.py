"""Similarity statistics on stacks of tables: brute force, closed forms, coverage, messages."""

from __future__ import annotations

import doctest
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tripolar.errors import InputError, UnknownName
from tripolar.measures import tables
from tripolar.measures.tables import DISTANCES, STATISTICS, Array, distance_matrix, evaluate

# Two float64 routes to one number differ by rounding only.
ROUNDING = 1e-10
# Central differences of step 1e-6 on smooth functions of order 1.
DIFFERENTIATION = 1e-5
# Lowest coverage of a 90% band held acceptable for n >= 20 (the Wilson lattice dips to 0.87).
LEAST_COVERAGE = 0.85
# Standard errors of a simulated rate that a test may be off, so that a seeded run is no coin toss.
SIGMAS = 4
# The delta method against simulated spread at n = 2000: second-order terms and Monte-Carlo error.
SPREAD = 0.05

LEVELS = (0.0, 1.0, 3.0)  # uneven spacing: distances must use numbers, not ranks
counts = hnp.arrays(np.int64, (3, 3), elements=st.integers(0, 12)).filter(lambda t: t.sum() > 0)


def brute(name: str, table: Array, d: Array) -> float:
    """By loops over cells and, for tau-b, over pairs of cells."""
    size, n = len(table), table.sum()
    cells = [(i, j) for i in range(size) for j in range(size)]
    row, column = table.sum(axis=1) / n, table.sum(axis=0) / n
    observed = sum(table[i, j] / n * d[i, j] for i, j in cells)
    chance = sum(row[i] * column[j] * d[i, j] for i, j in cells)
    pooled = sum((row[i] + column[i]) * (row[j] + column[j]) / 4 * d[i, j] for i, j in cells)
    if name == "agreement":
        return float(sum(table[i, i] for i in range(size)) / n)
    if name == "half_credit_agreement":
        return float(1 - observed)
    if name == "s_score":
        return float(1 - 2 * observed)
    if name == "adjusted_s":
        return float(2 * (chance - observed))
    if name == "tau_b":
        ordered = sum(
            table[i, j] * table[k, m] * np.sign(k - i) * np.sign(m - j)
            for i, j in cells
            for k, m in cells
        )
        free = (n**2 - ((row * n) ** 2).sum()) * (n**2 - ((column * n) ** 2).sum())
        return float(ordered / np.sqrt(free)) if free > 0 else float("nan")
    base = chance if name == "cohen_kappa" else pooled
    return float(1 - observed / base) if base > 0 else float("nan")


def choices() -> list[tuple[str, str]]:
    return [
        (name, distance)
        for name, known in STATISTICS.items()
        for distance in (DISTANCES if known.takes_distance else ("absolute",))
    ]


@pytest.mark.parametrize(("name", "distance"), choices())
@settings(max_examples=40, deadline=None)
@given(table=counts)
def test_value_is_the_naive_loop(name: str, distance: str, table: Array) -> None:
    value, low, high, n = evaluate(name, table, levels=LEVELS, distance=distance)
    expected = brute(name, table, distance_matrix(LEVELS, distance))
    assert value == pytest.approx(expected, abs=ROUNDING, nan_ok=True)
    assert n == table.sum()
    if np.isfinite(value):
        least, most = STATISTICS[name].bounds(3, distance)
        assert least <= low <= value <= high <= most
        assert low < high, "a band always has a width"
    else:
        assert np.isnan(low)
        assert np.isnan(high)


@pytest.mark.parametrize(("name", "distance"), choices())
@settings(max_examples=15, deadline=None)
@given(table=counts)
def test_symmetric_in_the_two(name: str, distance: str, table: Array) -> None:
    one = evaluate(name, table, levels=LEVELS, distance=distance)
    other = evaluate(name, table.T, levels=LEVELS, distance=distance)
    for here, there in zip(one, other, strict=True):
        assert here == pytest.approx(there, abs=ROUNDING, nan_ok=True)


@pytest.mark.parametrize(("name", "distance"), choices())
def test_standard_error_is_the_numerical_derivative(name: str, distance: str) -> None:
    table = np.array([[12.0, 3, 2], [4, 9, 1], [2, 5, 8]])
    n, step = table.sum(), 1e-6
    d = distance_matrix(LEVELS, distance)
    value, error = STATISTICS[name].function(table, d)
    p = table / n
    slope = np.zeros((3, 3))
    for cell in np.ndindex(3, 3):
        point = np.zeros((3, 3))
        point[cell] = 1.0
        ahead = brute(name, (1 - step) * p + step * point, d)
        behind = brute(name, (1 + step) * p - step * point, d)
        slope[cell] = (ahead - behind) / (2 * step)
    assert value == pytest.approx(brute(name, table, d), abs=ROUNDING)
    assert error == pytest.approx(np.sqrt((p * slope**2).sum() / n), abs=DIFFERENTIATION)


@pytest.mark.parametrize("name", STATISTICS)
def test_standard_error_is_the_simulated_spread(name: str) -> None:
    p = np.array([[0.3, 0.1, 0.05], [0.1, 0.15, 0.05], [0.02, 0.08, 0.15]])
    n = 2000
    draws = np.random.default_rng(5).multinomial(n, p.ravel(), size=5000).reshape(-1, 3, 3)
    d = distance_matrix((1, 2, 3), "absolute")
    values, errors = STATISTICS[name].function(draws, d)
    assert errors.mean() == pytest.approx(values.std(), rel=SPREAD)


TRUTHS = {
    "near": [[60, 6, 4], [3, 6, 3], [2, 2, 7]],
    "apart": [[19, 6, 29], [0, 4, 14], [0, 0, 23]],
    "nearly unanimous": [[88, 2, 0.5], [2, 4, 0.5], [0.5, 0.5, 2]],
}


@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("n", [20, 50, 90])
@pytest.mark.parametrize("name", STATISTICS)
def test_bands_cover_a_known_truth(name: str, n: int, truth: str) -> None:
    p = np.array(TRUTHS[truth], dtype=float)
    p /= p.sum()
    runs = 4000
    draws = np.random.default_rng(7).multinomial(n, p.ravel(), size=runs).reshape(-1, 3, 3)
    target = evaluate(name, p, level=None).value
    value, low, high, _ = evaluate(name, draws)
    covered = ((low <= target) & (target <= high))[np.isfinite(value)].mean()
    slack = SIGMAS * np.sqrt(LEAST_COVERAGE * (1 - LEAST_COVERAGE) / runs)
    assert covered >= LEAST_COVERAGE - slack


@pytest.mark.parametrize("name", STATISTICS)
def test_large_samples_recover_the_truth_at_the_named_rate(name: str) -> None:
    p = np.array(TRUTHS["near"], dtype=float)
    p /= p.sum()
    runs, n, level = 4000, 3000, 0.8
    draws = np.random.default_rng(11).multinomial(n, p.ravel(), size=runs).reshape(-1, 3, 3)
    target = evaluate(name, p, level=None).value
    value, low, high, _ = evaluate(name, draws, level=level)
    spread = value.std()
    assert value.mean() == pytest.approx(target, abs=SIGMAS * spread / np.sqrt(runs) + 1 / n)
    covered = ((low <= target) & (target <= high)).mean()
    assert covered == pytest.approx(level, abs=SIGMAS * np.sqrt(level * (1 - level) / runs))


@pytest.mark.parametrize("name", STATISTICS)
def test_a_stack_is_its_tables_and_blocks_do_not_show(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = np.random.default_rng(3).integers(0, 9, size=(4, 5, 3, 3))
    whole = evaluate(name, stack)
    monkeypatch.setattr(tables, "BLOCK", 3)
    for pieces in (evaluate(name, stack), evaluate(name, stack.astype(np.uint8))):
        for one, other in zip(whole, pieces, strict=True):
            assert one.shape == (4, 5)
            np.testing.assert_allclose(one, other, atol=ROUNDING)
    single = evaluate(name, stack[2, 3])
    assert single.value == pytest.approx(whole.value[2, 3], abs=ROUNDING)
    assert single.high == pytest.approx(whole.high[2, 3], abs=ROUNDING)


@pytest.mark.parametrize("name", STATISTICS)
def test_an_empty_table_has_no_value_and_no_cases(name: str) -> None:
    value, low, high, n = evaluate(name, np.zeros((2, 3, 3)))
    assert np.isnan([value, low, high]).all()
    assert (n == 0).all()
    assert evaluate(name, np.empty((0, 3, 3))).value.shape == (0,)


def test_nominal_adjusted_s_reaches_its_own_bound() -> None:
    assert evaluate("adjusted_s", np.eye(3), distance="nominal").value == pytest.approx(4 / 3)


def test_unanimity_leaves_kappa_open_but_s_decided() -> None:
    table = np.diag([30, 0, 0])
    for name in ("cohen_kappa", "scott_pi", "tau_b"):
        assert np.isnan(evaluate(name, table).value)
    assert evaluate("s_score", table).value == 1.0
    assert evaluate("s_score", table).low < 0.9


def test_a_total_is_the_denominator_of_agreement() -> None:
    table = np.diag([70, 2, 1]) + 5 * np.eye(3)[::-1] * [[0], [0], [1]]
    assert evaluate("agreement", table, total=95).value == pytest.approx(73 / 95)
    with pytest.raises(InputError, match="joint cases only"):
        evaluate("s_score", table, total=95)
    with pytest.raises(InputError, match="smaller than the joint cases"):
        evaluate("agreement", table, total=10)


def test_fewer_effective_cases_widen_the_band() -> None:
    table = np.array(TRUTHS["apart"])
    wide = evaluate("cohen_kappa", table, effective_n=20)
    narrow = evaluate("cohen_kappa", table)
    assert wide.value == narrow.value
    assert wide.high - wide.low > narrow.high - narrow.low


def test_distances_follow_the_numbers() -> None:
    assert distance_matrix((0, 1, 4), "quadratic")[0].tolist() == [0, 1 / 16, 1]
    assert distance_matrix((0, 1, 4), "nominal")[0].tolist() == [0, 1, 1]


@pytest.mark.parametrize("levels", [(1,), (3, 2, 1), (1, 1, 2), (1, float("nan"))])
def test_levels_must_increase(levels: Sequence[float]) -> None:
    with pytest.raises(InputError, match="increasing"):
        distance_matrix(levels)


def test_wrong_names_and_tables_are_answered_with_choices() -> None:
    table = np.eye(3)
    with pytest.raises(UnknownName, match="cohen_kappa"):
        evaluate("cohens_kappa", table)
    with pytest.raises(UnknownName, match="quadratic"):
        evaluate("s_score", table, distance="quadratc")  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"\(\.\.\., 3, 3\)"):
        evaluate("s_score", np.eye(4))
    with pytest.raises(InputError, match="negative"):
        evaluate("s_score", -table)
    with pytest.raises(InputError, match="between 0 and 1"):
        evaluate("s_score", table, level=90)
    with pytest.raises(InputError, match="effective_n"):
        evaluate("s_score", table, effective_n=0)
    with pytest.raises(InputError, match="one total per table"):
        evaluate("agreement", table, total=[3, 4])


def test_examples_run() -> None:
    outcome = doctest.testmod(tables)
    assert outcome.attempted > 0
    assert outcome.failed == 0
