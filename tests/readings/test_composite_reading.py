"""The composite reading over the embedded atlas, and the rules that fill it."""

import json
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from tripolar.errors import BadPair, InputError, UnknownName
from tripolar.measures import MEASURES
from tripolar.readings.composite import read_composite
from tripolar.readings.composite_all import composites_of_all
from tripolar.readings.composite_background import background
from tripolar.readings.composite_choices import SELECTION, CompositeChoices, Selected
from tripolar.readings.composite_panel import _both_ways, panel_of_all
from tripolar.readings.composite_tables import LEVEL_TOLERANCE, disagreement
from tripolar.settings import DIMENSIONS

# Enough draws for a test to see the shape of the answer, few enough to be quick.
QUICK = CompositeChoices(draws=200, sample=60, sensitivity_base=0)
# Draws against another sample of 60 dyads a year: the mean of a level moves by about a tenth.
SAMPLED = 0.35


@pytest.fixture(scope="module")
def atlas(world):
    return world.atlas


@pytest.fixture(scope="module")
def reading(atlas):
    return read_composite(atlas, "RUS", "CHN", choices=QUICK)


def quick(**options):
    return replace(QUICK, **options)


def test_russia_and_china_have_finite_medians_inside_their_bands(reading):
    frame = reading.table()
    assert {1995, 2005, 2014} <= set(frame["year"])
    assert np.isfinite(frame[["level", "median", "low", "high", "latent"]]).all(axis=None)
    assert frame["median"].between(frame["low"], frame["high"]).all()
    assert (frame["low"] < frame["high"]).all()
    assert frame["latent"].between(frame["latent_low"], frame["latent_high"]).all()


def test_coverage_falls_where_sources_end(reading):
    frame = reading.table().set_index("year")
    assert (frame["coverage"] < 1).all()
    assert frame.loc[2015:, "coverage"].max() < frame.loc[2014, "coverage"]
    assert frame["coverage"].min() >= QUICK.least_coverage
    assert set(reading.blanks).isdisjoint(frame.index)
    assert set(reading.blanks) | set(frame.index) == set(range(1990, 2025))
    assert all(share < QUICK.least_coverage for share in reading.blanks.values())


def test_coverage_is_the_share_of_the_weight_that_has_figures(reading, world):
    sizes = pd.Series([each.dimension for each in SELECTION]).value_counts()
    weight = {each.name: 1 / len(sizes) / sizes[each.dimension] for each in SELECTION}
    for year in (1995, 2010, 2018):
        held = {
            each.name
            for each in SELECTION
            for one, other in (("RUS", "CHN"), ("CHN", "RUS"))
            if each.name not in world.atlas.withheld
            if len(world.atlas.figures(each.name, one, other, first=year, last=year))
        }
        row = reading.table().set_index("year").loc[year]
        assert row["coverage"] == pytest.approx(sum(weight[name] for name in held))
        assert row["measures"] == len(held)


def test_the_index_is_the_weighted_sum_of_the_scores_shown(reading):
    parts = reading.parts
    by_year = parts.assign(product=parts["score"] * parts["weight"]).groupby("year")
    index = reading.table().set_index("year")["index"]
    assert by_year["product"].sum().to_numpy() == pytest.approx(index.to_numpy())
    assert by_year["weight"].sum().to_numpy() == pytest.approx(1)
    in_dimensions = parts.groupby(["year", "dimension"])["weight"].sum().groupby("year")
    assert (in_dimensions.max() - in_dimensions.min()).max() == pytest.approx(0, abs=1e-12)


def test_scores_are_ranks_among_all_dyads_of_states(reading, world):
    every = world.atlas.figures("un-kappa", first=1990, last=2024)
    states = every[(every["a"].str.len() == 3) & (every["b"].str.len() == 3)]
    panel = panel_of_all(world.atlas, SELECTION)
    kept = states[states["a"].isin(set(panel.a) | set(panel.b))]
    kept = kept[kept["b"].isin(set(panel.a) | set(panel.b))]["value"].round(12)
    parts = reading.parts.set_index(["measure", "year"])
    for year in (1995, 2014):
        part = parts.loc[("un-kappa", year)]
        share = (kept < part["figure"]).mean() + (kept == part["figure"]).mean() / 2
        assert part["score"] == pytest.approx(1 + 99 * share)


def test_a_directed_measure_is_the_mean_of_both_directions(reading, world):
    part = reading.parts.set_index(["measure", "year"]).loc[("technology-dependence", 2005)]
    ways = [
        world.atlas.figures("technology-dependence", *way, first=2005, last=2005)["value"].item()
        for way in (("RUS", "CHN"), ("CHN", "RUS"))
    ]
    assert part["figure"] == pytest.approx(np.mean(ways))
    assert part["ways"] == 1


def test_a_direction_without_figures_follows_its_rule():
    one, other = (
        np.array([[0.4, 0.4, np.nan], [0.1, 0.1, 0.0]]),
        np.array([[0.2, np.nan, np.nan], [0.1, 0.0, 0.0]]),
    )
    value, error, ways = _both_ways(one, other, "needed")
    assert value == pytest.approx([0.3, np.nan, np.nan], nan_ok=True)
    assert ways.tolist() == [1, 0, 0]
    assert error[0] == pytest.approx(np.hypot(0.1, 0.1) / 2)
    value, error, ways = _both_ways(one, other, "alone")
    assert value == pytest.approx([0.3, 0.4, np.nan], nan_ok=True)
    assert ways.tolist() == [1, 0.5, 0]
    assert error[1] == pytest.approx(0.1)
    value, error, ways = _both_ways(one, other, "none")
    assert value == pytest.approx([0.3, 0.2, np.nan], nan_ok=True)
    assert ways.tolist() == [1, 1, 0]
    assert error[1] == pytest.approx(0.05)


def test_the_rank_is_that_among_all_composites_of_the_year(reading, atlas):
    every = composites_of_all(atlas, first=2014, last=2014, choices=quick(draws=20))
    pair = every[(every["a"] == "CHN") & (every["b"] == "RUS")].iloc[0]
    row = reading.table().set_index("year").loc[2014]
    assert pair["level"] == pytest.approx(row["level"])
    assert row["dyads"] == len(every)
    assert row["rank"] == 1 + (every["level"] > pair["level"] + 1e-9).sum()
    assert (every["low"] <= every["median"]).all()
    assert (every["median"] <= every["high"]).all()
    assert every["coverage"].between(QUICK.least_coverage - 1e-6, 1 + 1e-6).all()
    assert set(every["rank"]) >= {1}


def test_levels_of_all_dyads_have_mean_0_and_deviation_1(atlas):
    found = background(atlas, QUICK)
    levels = (found.index[np.isfinite(found.index)] - found.mean) / found.spread
    assert levels.mean() == pytest.approx(0, abs=1e-9)
    assert levels.std() == pytest.approx(1)


def test_the_order_of_the_pair_and_of_the_measures_does_not_matter(reading, atlas):
    turned = read_composite(atlas, "CHN", "RUS", choices=QUICK)
    shuffled = quick(measures=SELECTION[::-1])
    other = read_composite(atlas, "RUS", "CHN", choices=shuffled)
    columns = ["level", "index", "coverage", "chained", "percentile", "rank"]
    for each in (turned, other):
        found, expected = each.table()[columns], reading.table()[columns]
        assert found.to_numpy(dtype=float) == pytest.approx(expected.to_numpy(dtype=float))
    assert turned.table()["median"].to_numpy() == pytest.approx(reading.table()["median"])


def test_a_seed_gives_the_same_draws_and_another_much_the_same(reading, atlas):
    again = read_composite(atlas, "RUS", "CHN", choices=QUICK)
    pd.testing.assert_frame_equal(again.table(), reading.table())
    other = read_composite(atlas, "RUS", "CHN", choices=quick(seed=7))
    apart = (other.table()["median"] - reading.table()["median"]).abs()
    assert 0 < apart.max() < SAMPLED


VOTES_AND_REGIMES = (
    Selected("un-kappa", "political"),
    Selected("regime-distance", "normative", -1),
)


def test_only_years_with_every_measure_where_that_is_the_rule(atlas):
    measures = (*VOTES_AND_REGIMES, Selected("events-balance", "political"))
    found = read_composite(
        atlas, "RUS", "CHN", choices=quick(measures=measures, missing="complete")
    )
    assert found.table()["year"].tolist() == list(range(2002, 2015))
    assert found.table()["coverage"].to_numpy() == pytest.approx(1)
    everything = quick(missing="complete")
    with pytest.raises(BadPair, match="every measure"):
        read_composite(atlas, "RUS", "CHN", choices=everything.without(*atlas_lacks(atlas)))
    if atlas_lacks(atlas):
        with pytest.raises(InputError, match=atlas_lacks(atlas)[0]):
            read_composite(atlas, "RUS", "CHN", choices=everything)


def atlas_lacks(atlas):
    return [each.name for each in SELECTION if each.name in atlas.withheld]


def test_carried_figures_lengthen_the_series_and_are_marked(atlas):
    measures = (*VOTES_AND_REGIMES, Selected("events-balance", "political"))
    plain = quick(measures=measures, least_coverage=0.9)
    available = read_composite(atlas, "RUS", "CHN", choices=plain).table()
    carrying = read_composite(
        atlas, "RUS", "CHN", choices=replace(plain, missing="carry", carry_years=2)
    )
    frame = carrying.table().set_index("year")
    assert available["year"].max() == 2014
    assert frame.index.max() == 2016
    assert frame.loc[2015:, "carried"].tolist() == pytest.approx([0.25, 0.25])
    assert frame.loc[2014, "carried"] == 0
    parts = carrying.parts.set_index(["measure", "year"])["figure"]
    assert parts[("events-balance", 2016)] == parts[("events-balance", 2014)]


def test_steps_of_composition_are_out_of_the_chained_level(atlas):
    same = read_composite(
        atlas, "RUS", "CHN", last=2022, choices=quick(measures=VOTES_AND_REGIMES)
    ).table()
    assert same["chained"].to_numpy() == pytest.approx(same["level"].to_numpy())
    measures = (*VOTES_AND_REGIMES, Selected("events-balance", "political"))
    more = read_composite(atlas, "RUS", "CHN", last=2022, choices=quick(measures=measures)).table()
    by_year = more.set_index("year")
    assert by_year.loc[2014:, "chained"].iloc[-1] == by_year["level"].iloc[-1]
    steps = (by_year["level"] - by_year["chained"]).diff().abs()
    assert set(steps[steps > 1e-9].index) == {2002, 2015}


def test_own_weights_and_weights_by_measure_and_factor(atlas):
    only_votes = quick(
        measures=VOTES_AND_REGIMES, weighting="own", weights={"un-kappa": 3.0}, least_coverage=0.0
    )
    parts = read_composite(atlas, "RUS", "CHN", choices=only_votes, last=2022).parts
    assert set(parts.loc[parts["measure"] == "un-kappa", "weight"]) == {1.0}
    by_measure = background(atlas, quick(weighting="measure"))
    assert by_measure.weights == pytest.approx([1 / len(SELECTION)] * len(SELECTION))
    by_factor = background(atlas, quick(weighting="factor"))
    assert by_factor.weights.sum() == pytest.approx(1)
    assert by_factor.weights.min() >= 0
    assert by_factor.weights[SELECTION.index(Selected("un-kappa", "political"))] > 0.03


def test_distance_to_a_reference_dyad(atlas):
    choices = quick(
        measures=VOTES_AND_REGIMES,
        normalisation="reference-dyad",
        reference_dyad=("France", "Germany"),
    )
    own = read_composite(atlas, "DEU", "FRA", last=2022, choices=choices)
    other = read_composite(atlas, "RUS", "USA", last=2022, choices=choices)
    assert own.parts["score"].groupby(own.parts["measure"]).mean().min() > 90
    assert other.table()["index"].max() < own.table()["index"].min()


def test_choices_that_are_not_varied_move_nothing(atlas):
    choices = quick(
        measures=VOTES_AND_REGIMES,
        vary_normalisations=("rank",),
        vary_aggregations=("arithmetic",),
        vary_left_out=False,
        vary_missing=False,
        vary_figures=False,
        sensitivity_base=64,
    )
    found = read_composite(atlas, "RUS", "CHN", last=2022, choices=choices)
    totals = found.sensitivity.set_index(["answer", "choice"])["total"]
    assert totals[("level", "weights")] == pytest.approx(1, abs=0.2)
    assert totals["level"].drop("weights").abs().max() == pytest.approx(0, abs=1e-12)
    assert found.sensitivity["choice"].iloc[0] == "weights"


def test_bands_without_varied_choices_are_those_of_the_figures(atlas):
    choices = quick(
        measures=(Selected("un-kappa", "political"),),
        vary_normalisations=("z-score",),
        normalisation="z-score",
        treatment="none",
        vary_aggregations=("arithmetic",),
        draws=2000,
    )
    frame = read_composite(atlas, "RUS", "CHN", first=2010, last=2014, choices=choices).table()
    figures = atlas.figures("un-kappa", "RUS", "CHN", first=2010, last=2014)
    found = background(atlas, choices)
    reach = (figures["high"] - figures["low"]) / found.scales[0].spread
    # 2,000 draws over 32 levels of error: the ends of the band are known to a few percent.
    assert (frame["high"] - frame["low"]).to_numpy() == pytest.approx(reach.to_numpy(), rel=0.12)


def test_groups_of_rank_are_probabilities(reading):
    groups = reading.groups.set_index("year")
    assert groups.sum(axis=1).to_numpy() == pytest.approx(1)
    frame = reading.table().set_index("year")
    likely = groups.loc[2014].idxmax()
    assert likely in {"nearest 1%", "1-5%"}
    assert frame.loc[2014, "percentile_median"] > 90


def test_a_pair_without_figures_is_a_named_error(atlas):
    measures = (Selected("technology-dependence", "technology"),)
    with pytest.raises(BadPair, match="no measure"):
        read_composite(atlas, "TCD", "PRY", choices=quick(measures=measures))
    with pytest.raises(BadPair, match=r"at most 0\.12 of the weight"):
        read_composite(atlas, "RUS", "CHN", first=2022, choices=QUICK)


def test_measures_that_say_nothing_of_a_pair_are_refused(atlas):
    for name in ("gdp-ratio", "trade-asymmetry", "un-cohesion"):
        with pytest.raises(InputError, match="how close"):
            read_composite(
                atlas, "RUS", "CHN", choices=quick(measures=(Selected(name, "economic"),))
            )


def test_withheld_measures_are_named_and_count_as_missing(reading, atlas):
    assert set(reading.withheld) == set(QUICK.names) & set(atlas.withheld)
    assert not set(reading.parts["measure"]) & set(reading.withheld)


def test_a_bloc_is_read_against_dyads_of_states(atlas):
    found = read_composite(atlas, "EU", "USA", choices=QUICK)
    assert np.isfinite(found.table()["median"]).all()
    assert found.table()["percentile"].between(0, 100).all()


def test_disagreement_of_composite_and_factor_is_said():
    frame = pd.DataFrame({"year": [2000, 2001], "level": [0.0, 2.0], "latent": [0.1, 0.5]})
    slopes = pd.DataFrame({"of": ["level", "latent"], "slope": [0.4, -0.2]})
    found = disagreement(frame, slopes)
    assert len(found) == 2
    assert found[0].startswith("trend")
    assert found[1].endswith("2001")
    close = frame.assign(latent=frame["level"] + 0.9 * LEVEL_TOLERANCE)
    assert disagreement(close, slopes.assign(slope=[0.4, 0.2])) == ()


def test_the_reading_can_be_printed_drawn_cited_and_stored(reading):
    assert "RUS-CHN" in repr(reading)
    assert len(repr(reading)) < 160
    assert json.loads(json.dumps(reading.to_dict()))["a"] == "RUS"
    assert "@" in reading.cite()
    assert "composite" in json.dumps(reading.plot().to_dict())
    assert "<table" in reading._repr_html_()


def test_choices_print_every_one_of_them():
    printed = str(CompositeChoices())
    for each in fields(CompositeChoices):
        assert each.name in printed
    for each in SELECTION:
        assert each.name in printed
    assert hash(CompositeChoices()) == hash(CompositeChoices())


def test_the_declared_selection_is_of_known_measures_and_dimensions():
    for each in SELECTION:
        assert each.dimension in DIMENSIONS
        assert MEASURES[each.name].dimension == each.dimension
        assert (each.other_way == "needed") or MEASURES[each.name].directed


@pytest.mark.parametrize(
    ("error", "options"),
    [
        (UnknownName, {"normalisation": "ranks"}),
        (UnknownName, {"aggregation": "harmonic"}),
        (UnknownName, {"missing": "impute"}),
        (UnknownName, {"weighting": "own", "weights": {"un-kapa": 1.0}}),
        (InputError, {"weighting": "own"}),
        (InputError, {"weights": {"un-kappa": 1.0}}),
        (InputError, {"normalisation": "reference-dyad"}),
        (InputError, {"measures": ()}),
        (InputError, {"measures": (Selected("un-kappa", "political", 2),)}),
        (InputError, {"sensitivity_base": 100}),
        (InputError, {"least_coverage": 1.5}),
    ],
)
def test_choices_that_stand_for_nothing_are_refused(error, options):
    with pytest.raises(error):
        CompositeChoices(**options)


def test_without_leaves_measures_out():
    fewer = CompositeChoices().without("un-kappa", "events-balance")
    assert set(CompositeChoices().names) - set(fewer.names) == {"un-kappa", "events-balance"}
    with pytest.raises(UnknownName):
        fewer.without("un-kappa")
