"""Similarity of two portfolios: published numbers, peers, absence, weights, bands, messages."""

from __future__ import annotations

import doctest
import json
import math
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tripolar.errors import InputError, UnknownName
from tripolar.measures import similarity
from tripolar.measures.similarity import (
    Similarity,
    adjusted_s,
    agreement,
    cohen_kappa,
    half_credit_agreement,
    s_score,
    scott_pi,
    tau_b,
)
from tripolar.measures.tables import DISTANCES, STATISTICS, evaluate

# Published figures carry eight digits; the paper's own carry two and are exact in its table.
PUBLISHED = 5e-9
# Two float64 routes to one number differ by rounding only.
ROUNDING = 1e-10
# Ends of 2000 percentile draws against the delta method at n = 400: Monte-Carlo and skewness.
BOOTSTRAP = 0.02

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "similarity.toml").read_text(encoding="utf-8")
)
FUNCTIONS: dict[str, Callable[..., Similarity]] = {
    name: getattr(similarity, name) for name in STATISTICS
}
votes = st.lists(st.tuples(st.sampled_from([1, 2, 3]), st.sampled_from([1, 2, 3])), min_size=1)


def columns(pairs: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [a for a, _ in pairs], [b for _, b in pairs]


def cases(table: list[list[int]]) -> tuple[list[int], list[int]]:
    return columns([(i + 1, j + 1) for i in range(3) for j in range(3) for _ in range(table[i][j])])


@pytest.mark.parametrize(
    "row",
    REFERENCE["germany_russia_1914"]["expected"],
    ids=lambda row: f"{row['statistic']}-{row.get('distance')}-{row['weighted']}",
)
def test_germany_and_russia_in_1914(row: dict[str, Any]) -> None:
    data = REFERENCE["germany_russia_1914"]
    options = {"distance": row["distance"]} if "distance" in row else {}
    if row["weighted"]:
        options["weights"] = data["system_share"]
    found = FUNCTIONS[row["statistic"]](
        data["germany"], data["russia"], levels=data["levels"], **options
    )
    assert float(found) == pytest.approx(row["value"], abs=PUBLISHED)


def test_france_2018_is_nearer_russia_by_s_and_nearer_the_us_by_kappa() -> None:
    russia = cases(REFERENCE["france_2018"]["russia"])
    usa = cases(REFERENCE["france_2018"]["usa"])
    assert float(s_score(*russia)) > float(s_score(*usa))
    for distance in DISTANCES:
        assert float(cohen_kappa(*russia, distance=distance)) < float(
            cohen_kappa(*usa, distance=distance)
        )
    assert float(scott_pi(*russia)) > float(scott_pi(*usa)), "the margins decide: see the docs"


@settings(max_examples=60, deadline=None)
@given(pairs=votes)
def test_tau_b_is_scipys(pairs: list[tuple[int, int]]) -> None:
    a, b = columns(pairs)
    found = float(tau_b(a, b))
    constant = len(set(a)) == 1 or len(set(b)) == 1
    assert math.isnan(found) == constant
    if not constant:
        assert found == pytest.approx(stats.kendalltau(a, b, variant="b").statistic, abs=ROUNDING)


@settings(max_examples=60, deadline=None)
@given(pairs=votes)
def test_nominal_kappa_is_cohens_closed_form(pairs: list[tuple[int, int]]) -> None:
    a, b = columns(pairs)
    same = sum(x == y for x, y in pairs) / len(pairs)
    chance = sum(a.count(k) * b.count(k) for k in (1, 2, 3)) / len(pairs) ** 2
    expected = (same - chance) / (1 - chance) if chance < 1 else math.nan
    found = float(cohen_kappa(a, b, distance="nominal"))
    assert found == pytest.approx(expected, abs=ROUNDING, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(pairs=votes)
def test_s_and_half_credit_case_by_case(pairs: list[tuple[int, int]]) -> None:
    a, b = columns(pairs)
    mean = sum(abs(x - y) / 2 for x, y in pairs) / len(pairs)
    assert float(s_score(a, b)) == pytest.approx(1 - 2 * mean, abs=ROUNDING)
    assert float(half_credit_agreement(a, b)) == pytest.approx(1 - mean, abs=ROUNDING)
    assert float(agreement(a, b)) == pytest.approx(sum(x == y for x, y in pairs) / len(pairs))


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(max_examples=15, deadline=None)
@given(pairs=votes, order=st.randoms(use_true_random=False))
def test_order_side_and_origin_of_the_scale_do_not_matter(
    name: str, pairs: list[tuple[int, int]], order: Any
) -> None:
    a, b = columns(pairs)
    found = float(FUNCTIONS[name](a, b))
    shuffled = list(pairs)
    order.shuffle(shuffled)
    c, d = columns(shuffled)
    moved = FUNCTIONS[name]([x + 7 for x in a], [x + 7 for x in b], levels=(8, 9, 10))
    for other in (FUNCTIONS[name](c, d), FUNCTIONS[name](b, a), moved):
        assert float(other) == pytest.approx(found, abs=ROUNDING, nan_ok=True)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != "adjusted_s"])
def test_a_portfolio_is_wholly_like_itself(name: str) -> None:
    found = FUNCTIONS[name]([1, 2, 3, 1, 1, 2], [1, 2, 3, 1, 1, 2])
    assert found.value == pytest.approx(1.0)
    assert found.low < 1.0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_one_pair_is_the_stack_of_one(name: str) -> None:
    table = REFERENCE["france_2018"]["usa"]
    single = FUNCTIONS[name](*cases(table))
    value, low, high, n = evaluate(name, [table])
    assert (single.value, single.low, single.high) == pytest.approx((value[0], low[0], high[0]))
    assert single.n == n[0] == 95


@pytest.mark.parametrize("name", ["cohen_kappa", "scott_pi", "tau_b"])
def test_undefined_is_a_value_with_a_reason(name: str) -> None:
    found = FUNCTIONS[name]([1, 1, 1], [1, 1, 1])
    assert math.isnan(found.value)
    assert math.isnan(found.low)
    assert "position" in found.reason
    assert found.reason in repr(found)
    assert json.loads(json.dumps(found.to_dict()))["value"] is None
    assert FUNCTIONS[name]([1, 2, 3], [1, 2, 2]).reason == ""


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([1, None, 3, 2], [1, 2, 3, math.nan]),
        (np.array([1, np.nan, 3, 2]), np.array([1, 2, 3, np.nan])),
        (
            pd.Series([1, pd.NA, 3, 2], dtype="Int64"),
            pd.Series([1, 2, 3, None], index=list("abcd")),
        ),
        (
            np.ma.masked_array([1, 8, 3, 2], mask=[0, 1, 0, 0]),
            np.ma.masked_array([1, 2, 3, 9], mask=[0, 0, 0, 1]),
        ),
    ],
    ids=["lists", "numpy", "pandas", "masked"],
)
def test_absence_is_no_joint_case_but_counts_in_all(a: Any, b: Any) -> None:
    joint = agreement(a, b)
    assert (joint.value, joint.n) == (1.0, 2)
    everyone = agreement(a, b, denominator="all")
    assert (everyone.value, everyone.n) == (0.5, 4)
    more = agreement(a, b, denominator="all", total=8)
    assert (more.value, more.n) == (0.25, 8)
    assert s_score(a, b).n == 2


def test_weights_act_as_repetition_on_the_value_and_kish_on_the_band() -> None:
    a, b = [1, 1, 3, 2, 1], [1, 2, 3, 3, 1]
    weighted = cohen_kappa(a, b, weights=[2, 1, 3, 1, 2])
    repeated = cohen_kappa(np.repeat(a, [2, 1, 3, 1, 2]), np.repeat(b, [2, 1, 3, 1, 2]))
    assert weighted.value == pytest.approx(repeated.value)
    assert weighted.effective_n == pytest.approx(81 / 19)
    assert weighted.high - weighted.low > repeated.high - repeated.low
    equal = cohen_kappa(a, b, weights=[0.2] * 5)
    assert (equal.low, equal.high) == pytest.approx((cohen_kappa(a, b).low, cohen_kappa(a, b).high))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_bootstrap_agrees_with_the_analytic_band(name: str) -> None:
    table = (4 * np.array(REFERENCE["france_2018"]["russia"])).tolist()
    a, b = cases(table)
    analytic, drawn = FUNCTIONS[name](a, b), FUNCTIONS[name](a, b, band="bootstrap", seed=1)
    heavy = FUNCTIONS[name](a, b, band="bootstrap", seed=1, weights=[2.0] * len(a))
    assert drawn.value == analytic.value
    for other in (drawn, heavy):
        assert other.low == pytest.approx(analytic.low, abs=BOOTSTRAP)
        assert other.high == pytest.approx(analytic.high, abs=BOOTSTRAP)
    again = FUNCTIONS[name](a, b, band="bootstrap", seed=np.random.default_rng(1))
    assert (again.low, again.high) == (drawn.low, drawn.high)


def test_bootstrap_of_all_cases_redraws_the_absences() -> None:
    a, b = [1] * 30 + [2] * 10 + [None] * 10, [1] * 40 + [1] * 10
    found = agreement(a, b, denominator="all", band="bootstrap", total=60)
    assert found.low < found.value == 0.5 < found.high < 30 / 40


def test_no_band_on_request() -> None:
    found = s_score([1, 2], [1, 1], band=None)
    assert math.isnan(found.low)
    assert repr(found) == "s_score 0.500 (n=2, absolute distance)"


def test_repr_names_the_choices() -> None:
    found = cohen_kappa(*cases(REFERENCE["france_2018"]["usa"]))
    assert repr(found) == "cohen_kappa 0.281 [0.186, 0.372] (90% band, n=95, absolute distance)"
    assert found.to_dict()["levels"] == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: s_score([1, 8], [1, 2]), InputError, "position 8.*levels 1, 2, 3"),
        (lambda: s_score([1], [1, 2]), InputError, "1 cases and b has 2"),
        (lambda: s_score([1, None], [None, 2]), InputError, "no joint case"),
        (lambda: s_score([], []), InputError, "no joint case"),
        (lambda: s_score([1], [1], weights=[0]), InputError, "no joint case"),
        (lambda: s_score([1], [1], weights=[-1]), InputError, "negative"),
        (lambda: s_score([1], [1], weights=[math.nan]), InputError, "missing"),
        (lambda: s_score([1], [1], weights=[1, 1]), InputError, "shape"),
        (lambda: s_score([1], [1], weights=["a"]), InputError, "weights has dtype"),
        (lambda: s_score(["yes"], ["no"]), InputError, "numbers"),
        (lambda: s_score([[1, 2]], [[1, 2]]), InputError, "one row"),
        (lambda: s_score([math.inf], [1]), InputError, "inf"),
        (lambda: s_score([1], [1], distance="euclid"), UnknownName, "euclid"),
        (lambda: s_score([1], [1], band="bootstrp"), UnknownName, "bootstrap"),
        (lambda: s_score([1], [1], level=90), InputError, "between 0 and 1"),
        (lambda: s_score([1], [1], band="bootstrap", resamples=0), InputError, "resamples"),
        (lambda: agreement([1], [1], denominator="every"), UnknownName, "every"),
        (lambda: agreement([1], [1], total=3), InputError, "denominator"),
        (lambda: agreement([1, 1], [1, 1], denominator="all", total=1), InputError, "2 cases"),
        (
            lambda: agreement([1], [1], denominator="all", total=2, weights=[1]),
            InputError,
            "unweighted",
        ),
    ],
)
def test_messages_say_what_was_seen_and_what_would_do(
    call: Callable[[], Similarity], error: type[InputError], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        call()
    assert "next:" in str(caught.value)


def test_adjusted_s_is_decided_for_a_unanimous_pair() -> None:
    assert adjusted_s([1, 1], [1, 1]).value == 0.0


def test_every_function_explains_itself() -> None:
    for function in FUNCTIONS.values():
        text = function.__doc__ or ""
        assert "doi:" in text
        assert "weights : array_like" in text
        assert "<" not in text.replace("<<", "").replace(">>>", "")


def test_examples_run() -> None:
    outcome = doctest.testmod(similarity)
    assert outcome.attempted > 0
    assert outcome.failed == 0
