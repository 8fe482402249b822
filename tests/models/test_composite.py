"""Composites on arrays: every step by hand, known indices, and a factor that was simulated."""

import numpy as np
import pytest

from tripolar.errors import InputError
from tripolar.models import composite, composite_draws, latent_factor
from tripolar.models.composite import (
    carried_from,
    equal_weights,
    factor_weights,
    first_factor,
    fit_scale,
    spread_weights,
)
from tripolar.models.composite_draws import Draws, Space, composites, normal_levels, score_points
from tripolar.models.sensitivity import sobol_indices

REFERENCE = np.array([0.0, 1.0, 1.0, 2.0, 6.0, np.nan])
# Indices from a base of 1,024: their error goes with the root of that, and is about 0.03 at most.
SOBOL = 0.04
# The share of 6,000 correlated years within a band is known to about a percent.
COVERED = 0.03
# A factor's loading from 20,000 points is known to about a percent.
LOADED = 0.02


def scale(**options):
    return fit_scale(REFERENCE, 1.0, treatment="none", **options)


def test_a_rank_is_the_share_below_with_ties_counted_half():
    scores = scale().scores(np.array([0.0, 1.0, 3.0, 6.0, -1.0, 7.0, np.nan]), "rank")
    shares = [0.1, 0.2 + 0.4 / 2, 0.8, 0.9, 0.0, 1.0, np.nan]
    assert scores == pytest.approx(1 + 99 * np.array(shares), nan_ok=True)


def test_an_orientation_of_minus_one_turns_ranks_round():
    turned = fit_scale(REFERENCE, -1.0, treatment="none")
    values = np.array([0.0, 1.0, 2.0, 6.0])
    for way in ("rank", "min-max"):
        assert turned.scores(values, way) + scale().scores(values, way) == pytest.approx(101)
    assert turned.scores(values, "z-score") + scale().scores(values, "z-score") == pytest.approx(
        200
    )


def test_z_scores_have_mean_100_and_deviation_10():
    # mean 2; squared deviations 4, 1, 1, 0, 16 with mean 4.4
    assert scale().scores(np.array([2.0, 6.0]), "z-score") == pytest.approx(
        [100, 100 + 10 * 4 / 4.4**0.5]
    )


def test_min_max_and_distance_to_a_reference_dyad():
    assert scale().scores(np.array([0.0, 2.0, 6.0, 9.0]), "min-max") == pytest.approx(
        [1, 34, 100, 100]
    )
    aimed = scale(target=2.0)
    assert aimed.scores(np.array([0.0, 1.0, 2.0, 6.0]), "reference-dyad") == pytest.approx(
        [1, 50.5, 100, 100]
    )


def test_scales_that_say_nothing_are_refused():
    with pytest.raises(InputError, match="same figure"):
        fit_scale(np.array([3.0, 3.0, np.nan]), 1.0)
    with pytest.raises(InputError, match="further apart than all"):
        scale(target=0.0)


def test_treatments_by_hand():
    values = np.arange(101.0)
    cut = fit_scale(values, 1.0, treatment="winsorise", winsor=0.1)
    assert (cut.least, cut.most) == (10, 90)
    logged = fit_scale(np.append(values, np.zeros(50)), 1.0, treatment="log")
    assert (logged.least, logged.most) == pytest.approx((np.log(1), np.log(101)))
    below = fit_scale(values**0.25, 1.0, treatment="log")
    assert below.treatment.kind == "log-below"
    order = below.treatment.apply(values**0.25)
    assert (np.diff(order) > 0).all()


def test_auto_takes_the_mildest_treatment_that_brings_skewness_in():
    random = np.random.default_rng(1)
    plain = random.standard_normal(2000)
    assert fit_scale(plain, 1.0).treatment.kind == "none"
    spiked = np.concatenate([plain, [80.0, 90.0, 100.0]])
    assert fit_scale(spiked, 1.0).treatment.kind == "winsorise"
    assert fit_scale(np.exp(2 * plain), 1.0).treatment.kind == "log"
    assert fit_scale(-np.exp(2 * plain), 1.0).treatment.kind == "log-below"


def test_ranks_do_not_change_with_units_or_treatment():
    random = np.random.default_rng(2)
    values = np.exp(random.standard_normal(500))
    ranks = fit_scale(values, 1.0).scores(values, "rank")
    for other in (1000 * values - 3, np.log(values)):
        assert fit_scale(other, 1.0, treatment="none").scores(other, "rank") == pytest.approx(ranks)


def test_equal_weights_by_group_and_by_measure():
    assert equal_weights(np.array([0, 0, 1])) == pytest.approx([0.25, 0.25, 0.5])
    assert equal_weights(np.zeros(4, dtype=int)) == pytest.approx([0.25] * 4)


def spread(weights, held, groups):
    column = spread_weights(np.array(weights)[:, None], np.array(held)[:, None], np.array(groups))
    return column[:, 0]


def test_a_gap_goes_to_the_group_first_and_then_to_all():
    weights, groups = [0.25, 0.25, 0.3, 0.2], [0, 0, 1, 2]
    assert spread(weights, [1, 1, 1, 1], groups) == pytest.approx(weights)
    assert spread(weights, [0, 1, 1, 1], groups) == pytest.approx([0, 0.5, 0.3, 0.2])
    assert spread(weights, [1, 1, 1, 0], groups) == pytest.approx([0.3125, 0.3125, 0.375, 0])
    assert spread(weights, [0, 1, 1, 1], [0] * 4) == pytest.approx([0, 1 / 3, 0.4, 4 / 15])
    assert np.isnan(spread(weights, [0, 0, 0, 0], groups)).all()


def test_the_common_factor_finds_loadings_that_were_put_in():
    random = np.random.default_rng(3)
    loadings = np.array([0.9, 0.7, 0.5, 0.6, -0.4])
    factor = random.standard_normal(20_000)[:, None]
    scores = factor * loadings + random.standard_normal((20_000, 5)) * np.sqrt(1 - loadings**2)
    scores[random.random(scores.shape) < 0.3] = np.nan
    found = first_factor(scores)
    assert found[:4] == pytest.approx(loadings[:4], abs=LOADED)
    assert found[4] == 0
    assert factor_weights(scores) == pytest.approx(found**2 / (found**2).sum())


def test_figures_are_carried_no_further_than_the_limit():
    held = np.array([1, 0, 0, 0, 1, 0], dtype=bool)[:, None]
    assert carried_from(held, 2)[:, 0].tolist() == [0, 0, 0, -1, 4, 4]
    assert carried_from(~held, 1)[:, 0].tolist() == [-1, 1, 2, 3, 3, 5]


def one_draw(weights, normalisation="min-max", aggregation="arithmetic", missing="available"):
    return Draws(
        normalisation=np.array([normalisation]),
        aggregation=np.array([aggregation]),
        missing=np.array([missing]),
        weights=np.array(weights, dtype=float)[:, None],
        left_out=np.array([-1]),
        levels=np.zeros((1, 0, 1), dtype=int),
    )


UNIT = fit_scale(np.array([0.0, 1.0]), 1.0, treatment="none")


def toy(values, weights, groups=None, **options):
    values = np.atleast_2d(np.array(values, dtype=float))
    scales = [UNIT] * values.shape[1]
    points = score_points(values, np.zeros(values.shape), scales, ("min-max", "z-score"))
    draws = one_draw(weights, **options)
    groups = np.zeros(values.shape[1], dtype=int) if groups is None else np.array(groups)
    return composites({str(draws.missing[0]): points}, draws, groups)[:, 0]


def test_aggregations_by_hand():
    values, weights = [0.2, 0.5, 1.0], [0.5, 0.25, 0.25]
    scores = 1 + 99 * np.array(values)
    assert toy(values, weights) == pytest.approx(np.dot(weights, scores))
    geometric = np.prod(scores ** np.array(weights))
    assert toy(values, weights, aggregation="geometric") == pytest.approx(geometric)
    assert geometric < np.dot(weights, scores)


@pytest.mark.parametrize("normalisation", ["min-max", "z-score"])
def test_the_penalised_mean_is_mazziotta_and_paretos(normalisation):
    values = np.array([0.2, 0.5, 1.0])
    scores = 70 + 60 * values if normalisation == "min-max" else 100 + 10 * (values - 0.5) / 0.5
    deviation, mean = scores.std(), scores.mean()
    expected = mean - deviation * (deviation / mean)
    found = toy(values, [1 / 3] * 3, aggregation="penalised", normalisation=normalisation)
    assert found == pytest.approx(expected)
    balanced = toy([0.5] * 3, [1 / 3] * 3, aggregation="penalised", normalisation=normalisation)
    assert balanced == pytest.approx(100)


def test_what_is_missing_takes_no_part():
    values = [[0.2, np.nan, 1.0], [np.nan] * 3, [0.4, 0.4, 0.4]]
    found = toy(values, [0.25, 0.25, 0.5], groups=[0, 0, 1])
    assert found == pytest.approx([1 + 99 * 0.6, np.nan, 1 + 99 * 0.4], nan_ok=True)


def many_draws(measures, count, banded, seed=0):
    random = np.random.default_rng(seed)
    space = Space(
        weights=random.dirichlet(np.full(measures, 5.0), 64).T,
        normalisations=("rank", "z-score", "min-max"),
        aggregations=composite_draws.AGGREGATIONS,
        left_out=np.arange(-1, measures),
        missing=("available",),
        levels=random.integers(32, size=(64, 1, banded), dtype=np.int8),
    )
    return space.draws(random.random((count, len(composite_draws.FACTORS))))


def random_points(measures, banded=()):
    random = np.random.default_rng(4)
    values = random.random((40, measures))
    values[random.random(values.shape) < 0.3] = np.nan
    scales = [fit_scale(random.random(200), 1.0) for _ in range(measures)]
    errors = np.full(values.shape, 0.1)
    ways = ("rank", "z-score", "min-max")
    return score_points(values, errors, scales, ways, banded)


def test_many_draws_at_once_are_each_what_one_alone_gives():
    points, groups = random_points(4, banded=(1, 3)), np.array([0, 0, 1, 2])
    draws = many_draws(4, 60, 2)
    together = composites({"available": points}, draws, groups)
    for d in range(draws.count):
        levels = draws.levels[0, :, d]
        normalisation, aggregation = draws.normalisation[d], draws.aggregation[d]
        scores = points.scores[normalisation].copy()
        for place, m in enumerate(points.banded):
            noisy = points.noisy[normalisation][:, place, levels[place]]
            scores[:, m] = np.where(np.isnan(scores[:, m]), np.nan, noisy)
        for row, scored in enumerate(scores):
            held = np.isfinite(scored) & (np.arange(4) != draws.left_out[d])
            weights = spread(draws.weights[:, d], held, groups)
            alone = plain_aggregate(scored[held], weights[held], normalisation, aggregation)
            assert together[row, d] == pytest.approx(alone, nan_ok=True)


def plain_aggregate(scores, weights, normalisation, aggregation):
    if not len(scores):
        return np.nan
    if aggregation == "geometric":
        return np.prod(scores**weights)
    if aggregation == "penalised" and normalisation != "z-score":
        scores = 70 + 60 * (scores - 1) / 99
    mean = np.dot(weights, scores)
    variance = np.dot(weights, (scores - mean) ** 2)
    return mean - variance / mean if aggregation == "penalised" else mean


def test_the_order_of_measures_does_not_matter():
    points, groups = random_points(4, banded=()), np.array([0, 0, 1, 2])
    draws = many_draws(4, 60, 0)
    order = np.array([2, 0, 3, 1])
    turned = composite_draws.Points(
        {way: scores[:, order] for way, scores in points.scores.items()}, points.noisy, ()
    )
    place = np.argsort(order)
    left_out = np.where(draws.left_out < 0, -1, place[draws.left_out])
    swapped = Draws(
        draws.normalisation,
        draws.aggregation,
        draws.missing,
        draws.weights[order],
        left_out,
        draws.levels,
    )
    one = composites({"available": points}, draws, groups)
    other = composites({"available": turned}, swapped, groups[order])
    assert other == pytest.approx(one, nan_ok=True)


def test_leaving_a_measure_out_is_a_selection_without_it():
    values, groups = np.array([[0.2, 0.6, 1.0, 0.4]]), np.array([0, 0, 1, 2])
    points = score_points(values, np.zeros(values.shape), [UNIT] * 4, ("min-max",))
    draw = one_draw([0.25, 0.25, 0.3, 0.2])
    left = Draws(**{**vars(draw), "left_out": np.array([1])})
    found = composites({"available": points}, left, groups)[0, 0]
    assert found == pytest.approx(1 + 99 * (0.5 * 0.2 + 0.3 * 1.0 + 0.2 * 0.4))


def test_errors_of_figures_are_normal_and_stay_within_the_range():
    levels = normal_levels()
    assert levels.mean() == pytest.approx(0, abs=1e-12)
    assert levels.std() == pytest.approx(1)
    assert np.quantile(levels, 0.95) == pytest.approx(1.645, abs=0.1)
    bounded = fit_scale(np.array([0.0, 1.0]), 1.0, treatment="none", bounds=(0.0, 1.0))
    points = score_points(
        np.array([[0.95], [0.5]]), np.array([[0.1], [0.1]]), [bounded], ("min-max",), (0,)
    )
    noisy = points.noisy["min-max"][:, 0]
    assert noisy.max() == 100
    assert noisy[1].std() == pytest.approx(99 * 0.1)


def ishigami(design):
    x = np.pi * (2 * design - 1)
    answer = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    return np.stack([answer, np.ones(len(x))], axis=1)


def test_sobol_indices_of_ishigami_and_of_an_answer_that_never_moves():
    found = sobol_indices(["one", "two", "three"], ishigami, 1024, 0)
    assert found.first[:, 0] == pytest.approx([0.3139, 0.4424, 0.0], abs=SOBOL)
    assert found.total[:, 0] == pytest.approx([0.5576, 0.4424, 0.2437], abs=SOBOL)
    assert np.isnan(found.first[:, 1]).all()


def test_sobol_indices_of_discrete_choices_that_add_up():
    points = score_points(np.array([[0.0, 1.0]]), np.zeros((1, 2)), [UNIT] * 2, ("min-max",))
    space = Space(
        weights=np.array([[0.5, 0.25], [0.5, 0.75]]),
        normalisations=("min-max",),
        aggregations=("arithmetic",),
        left_out=np.array([-1]),
        missing=("available",),
        levels=np.zeros((1, 1, 0), dtype=np.int8),
    )

    def answers(design):
        level = composites({"available": points}, space.draws(design), np.array([0, 1]))[0]
        return (level / 24.75 + 0.5 * (design[:, 2] < 0.5))[:, None]

    found = sobol_indices(composite_draws.FACTORS, answers, 256, 0)
    # two coins: one moves the answer by 1, the other by a half
    assert found.first[:, 0] == pytest.approx([0.8, 0, 0.2, 0, 0, 0], abs=SOBOL)
    assert found.total[:, 0] == pytest.approx([0.8, 0, 0.2, 0, 0, 0], abs=SOBOL)


TRUTH = latent_factor.FactorModel(
    loading=np.array([0.8, 0.6, 0.7, 0.3]),
    noise=np.array([0.2, 0.3, 0.1, 0.4]),
    offset=np.array([0.15, 0.3, 0.4, 0.5]),
    step=0.05,
)


def simulated(dyads, years, seed):
    random = np.random.default_rng(seed)
    start = random.standard_normal((dyads, 1))
    steps = np.sqrt(TRUTH.step) * random.standard_normal((dyads, years - 1))
    factor = np.concatenate([start, start + np.cumsum(steps, axis=1)], axis=1)
    offset = np.sqrt(TRUTH.offset) * random.standard_normal((dyads, 1, 4))
    noise = np.sqrt(TRUTH.noise) * random.standard_normal((dyads, years, 4))
    figures = factor[:, :, None] * TRUTH.loading + offset + noise
    figures[random.random(figures.shape) < 0.3] = np.nan
    figures[:, years // 2 :, 2] = np.nan
    return figures, factor


def kalman_smoother(figures, model):
    """The textbook recursions, with the offsets as states that never move."""
    years, measures = figures.shape
    size = 1 + measures
    mean, cov = np.zeros(size), np.diag([1.0, *model.offset])
    move = np.zeros((size, size))
    move[0, 0] = model.step
    filtered, predicted = [], []
    for t in range(years):
        if t:
            cov = cov + move
        predicted.append((mean, cov))
        for m in np.flatnonzero(np.isfinite(figures[t])):
            row = np.zeros(size)
            row[0], row[1 + m] = model.loading[m], 1.0
            gain = cov @ row / (row @ cov @ row + model.noise[m])
            mean = mean + gain * (figures[t, m] - row @ mean)
            cov = cov - np.outer(gain, row @ cov)
        filtered.append((mean, cov))
    out = [filtered[-1]]
    for t in range(years - 2, -1, -1):
        back = filtered[t][1] @ np.linalg.inv(predicted[t + 1][1])
        mean = filtered[t][0] + back @ (out[0][0] - predicted[t + 1][0])
        cov = filtered[t][1] + back @ (out[0][1] - predicted[t + 1][1]) @ back.T
        out.insert(0, (mean, cov))
    return np.array([m[0] for m, _ in out]), np.array([c[0, 0] for _, c in out])


def test_the_smoothed_factor_is_that_of_the_kalman_smoother():
    figures, _ = simulated(3, 12, 5)
    means, covariances = latent_factor.smoothed(figures, TRUTH)
    for dyad in range(3):
        mean, variance = kalman_smoother(figures[dyad], TRUTH)
        assert means[dyad, :12] == pytest.approx(mean)
        assert np.diagonal(covariances[dyad])[:12] == pytest.approx(variance)


def test_a_simulated_factor_is_found_again_within_its_band():
    figures, _ = simulated(300, 30, 6)
    model = latent_factor.fit_factor(figures, TRUTH.loading)
    assert model.step == pytest.approx(TRUTH.step, rel=0.25)
    assert model.noise == pytest.approx(TRUTH.noise, rel=0.1)
    fresh, factor = simulated(200, 30, 7)
    means, covariances = latent_factor.smoothed(fresh, model)
    errors = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2)[:, :30])
    inside = np.abs(means[:, :30] - factor) < 1.6449 * errors
    assert inside.mean() == pytest.approx(0.9, abs=COVERED)
    assert np.corrcoef(means[:, :30].ravel(), factor.ravel())[0, 1] > 0.8


def test_no_figures_leave_the_factor_where_it_started():
    means, covariances = latent_factor.smoothed(np.full((1, 3, 4), np.nan), TRUTH)
    assert (means == 0).all()
    assert np.diagonal(covariances[0])[:3] == pytest.approx([1, 1.05, 1.1])


def test_names_that_the_choices_offer_are_those_the_model_knows():
    for way in composite.NORMALISATIONS:
        assert np.isfinite(scale(target=2.0).scores(np.array([1.0]), way)).all()
