"""Similarity, exposure and dependence: closed forms, a second computation, blocs that are whole."""

import numpy as np
import pandas as pd
import pytest

from tripolar.panel.families import value_chains
from tripolar.panel.spine import blocs_in
from tripolar.sources import source, wiod

YEAR = 2011
FOUR_DIGITS = 1e-3
"""Figures are stored with four significant digits."""
EXACT = 1e-9
"""A linear solve in double precision."""
ROUNDING_OF_LARGE = 0.005
"""Cells are whole millions; what that takes from the value added of a large economy."""


@pytest.fixture(scope="module")
def compiled(mirror):
    return value_chains.compile_figures(mirror, YEAR).figures


@pytest.fixture(scope="module")
def raw(mirror):
    table = pd.read_parquet(source(wiod.NAME).path("bilateral", mirror))
    table = table[table["year"] == YEAR]
    table = table.assign(
        exporter=table["exporter"].astype(str),
        importer=table["importer"].astype(str),
        usd=(table["intermediate"].astype(float) + table["final"].astype(float)).clip(lower=0),
    )
    return table[table["exporter"] != table["importer"]]


@pytest.fixture(scope="module")
def table(mirror):
    return wiod.read_table(mirror, YEAR)


def value(figures, measure, a, b):
    rows = figures[(figures["measure"] == measure) & (figures["a"] == a) & (figures["b"] == b)]
    return rows["value"].item()


def toy():
    """Two economies of one industry each: 1 uses 20 of its own and 10 of 2's; 2 uses 30 of 1's."""
    return wiod.InputOutputTable(
        economies=("AAA", "BBB"),
        inputs=np.array([[20.0, 30.0], [10.0, 0.0]]),
        final=np.array([[40.0, 10.0], [5.0, 85.0]]),
        output=np.array([100.0, 100.0]),
    )


def test_two_economies_by_hand():
    """A = [[.2, .3], [.1, 0]], (I-A)^-1 = [[1, .3], [.1, .8]] / .77, v = (.7, .7)."""
    absorbed = value_chains.value_added_absorbed(toy())
    by_hand = 0.7 / 0.77 * np.array([[40 + 1.5, 10 + 25.5], [4 + 4, 1 + 68]])
    assert absorbed == pytest.approx(by_hand, rel=EXACT)
    assert absorbed.sum(axis=0) == pytest.approx([45.0, 95.0], rel=EXACT)
    assert absorbed.sum(axis=1) == pytest.approx([70.0, 70.0], rel=EXACT)


def test_an_industry_without_output_adds_nothing():
    idle = wiod.InputOutputTable(
        economies=("AAA", "BBB"),
        inputs=np.zeros((2, 2)),
        final=np.array([[3.0, 4.0], [0.0, 0.0]]),
        output=np.array([7.0, 0.0]),
    )
    assert value_chains.value_added_absorbed(idle).tolist() == [[3.0, 4.0], [0.0, 0.0]]


def test_overlap_by_hand():
    assert value_chains.overlap(np.array([0.5, 0.5, 0]), np.array([0.2, 0.3, 0.5])) == 0.5
    assert value_chains.overlap(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == 1
    assert value_chains.overlap(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == 0


@pytest.mark.mirror
def test_all_that_is_used_was_added_somewhere(table):
    absorbed = value_chains.value_added_absorbed(table)
    assert absorbed.sum(axis=0) == pytest.approx(table.final.sum(axis=0), rel=EXACT)
    added = (table.output - table.inputs.sum(axis=0)).reshape(len(table.economies), -1).sum(axis=1)
    for name in ("USA", "CHN", "RUS", "DEU", "JPN"):
        place = table.economies.index(name)
        assert absorbed[place].sum() == pytest.approx(added[place], rel=ROUNDING_OF_LARGE)


@pytest.mark.mirror
def test_exposure_by_a_series_of_rounds(compiled, table):
    """Production round by round, f + A f + A A f + ..., in place of the solution at once."""
    made = np.where(table.output > 0, table.output, 1.0)
    coefficients = table.inputs / made
    place = {name: index for index, name in enumerate(table.economies)}
    wanted = table.final[:, place["CHN"]]
    total = np.zeros_like(wanted)
    while np.abs(wanted).max() > 1e-6:
        total += wanted
        wanted = coefficients @ wanted
    kept = np.where(table.output > 0, 1 - coefficients.sum(axis=0), 0)
    russia = slice(place["RUS"] * wiod.INDUSTRIES, (place["RUS"] + 1) * wiod.INDUSTRIES)
    in_china = (kept * total)[russia].sum()
    everywhere = value_chains.value_added_absorbed(table)[place["RUS"]].sum()
    seen = value(compiled, "value-added-exposure", "RUS", "CHN")
    assert seen == pytest.approx(in_china / everywhere, rel=FOUR_DIGITS)


@pytest.mark.mirror
def test_exposure_of_the_eu_leaves_out_what_stays_inside(compiled, table):
    absorbed = value_chains.value_added_absorbed(table)
    inside = [table.economies.index(name) for name in blocs_in(YEAR)["EU"]]
    china = table.economies.index("CHN")
    expected = absorbed[inside, china].sum() / absorbed[inside].sum()
    seen = value(compiled, "value-added-exposure", "EU", "CHN")
    assert seen == pytest.approx(expected, rel=FOUR_DIGITS)
    other_way = absorbed[china, inside].sum() / absorbed[china].sum()
    seen = value(compiled, "value-added-exposure", "CHN", "EU")
    assert seen == pytest.approx(other_way, rel=FOUR_DIGITS)


@pytest.mark.mirror
@pytest.mark.parametrize(("a", "b"), [("CHN", "RUS"), ("DEU", "ROU")])
def test_similarity_of_goods_industry_by_industry(compiled, raw, a, b):
    totals = {}
    for name in (a, b):
        sold = raw[(raw["exporter"] == {"ROU": "ROM"}.get(name, name)) & (raw["sector"] <= 16)]
        totals[name] = {s: sold.loc[sold["sector"] == s, "usd"].sum() for s in range(1, 17)}
    expected = sum(
        min(totals[a][s] / sum(totals[a].values()), totals[b][s] / sum(totals[b].values()))
        for s in range(1, 17)
    )
    seen = value(compiled, "export-similarity", a, b)
    assert seen == pytest.approx(expected, rel=FOUR_DIGITS)


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("measure", "sectors"),
    [
        ("electronics-dependence", [14]),
        ("machinery-dependence", [13]),
        ("telecom-dependence", [27]),
        ("technology-dependence", [13, 14, 27]),
    ],
)
def test_dependence_is_a_share_of_imports_of_a(compiled, raw, measure, sectors):
    bought = raw[(raw["importer"] == "RUS") & raw["sector"].isin(sectors)]
    expected = bought.loc[bought["exporter"] == "DEU", "usd"].sum() / bought["usd"].sum()
    assert value(compiled, measure, "RUS", "DEU") == pytest.approx(expected, rel=FOUR_DIGITS)


@pytest.mark.mirror
def test_imports_of_a_bloc_are_from_outside_and_the_rest_of_the_world_counts(compiled, raw):
    members = {"ROM" if name == "ROU" else name for name in blocs_in(YEAR)["EU"]}
    bought = raw[raw["importer"].isin(members) & (raw["sector"] == 14)]
    outside = bought[~bought["exporter"].isin(members)]
    assert (outside["exporter"] == "RoW").any()
    expected = outside.loc[outside["exporter"] == "CHN", "usd"].sum() / outside["usd"].sum()
    seen = value(compiled, "electronics-dependence", "EU", "CHN")
    assert seen == pytest.approx(expected, rel=FOUR_DIGITS)


@pytest.mark.mirror
def test_only_whole_blocs_are_actors(compiled):
    """EU27 of today has Croatia, NATO Norway and Iceland, the BRICS of 2011 South Africa."""
    actors = set(compiled["a"]) | set(compiled["b"])
    assert actors & blocs_in(YEAR).keys() == {"EU", "G7"}
    assert wiod.REST_OF_WORLD not in actors
    assert not actors & {"HRV", "NOR", "KAZ", "ROM"}
    assert "ROU" in actors


@pytest.mark.mirror
def test_shares_of_one_importer_leave_room_for_the_rest_of_the_world(compiled):
    states = ~compiled["a"].isin(blocs_in(YEAR)) & ~compiled["b"].isin(blocs_in(YEAR))
    of = compiled[states & (compiled["measure"] == "electronics-dependence")]
    sums = of.groupby("a")["value"].sum()
    assert len(sums) == 40
    assert (sums < 1 + FOUR_DIGITS).all()
    assert (sums < 1).any()


def test_a_build_that_starts_after_the_source_has_no_figure(tmp_path):
    assert value_chains.compile_figures(tmp_path, 2030).figures.empty
