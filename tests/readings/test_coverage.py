"""What there is of a pair: one state for every measure and year, each by a rule of its own."""

import json

import pytest

from tripolar.measures import MEASURES
from tripolar.panel.figures import Atlas
from tripolar.panel.parts import unshippable
from tripolar.panel.store import MANIFEST
from tripolar.readings.coverage import FIGURES, NONE, OUTSIDE, WITHHELD, coverage_of
from tripolar.readings.pair import read_pair
from tripolar.settings import DIMENSIONS, EMBEDDED_ATLAS

YEARS = (2008, 2018)


@pytest.fixture(scope="module")
def grid(world):
    reading = world.pair("RUS", "CHN", third="EU", first=YEARS[0], last=YEARS[1])
    return coverage_of(world.atlas, reading)


@pytest.fixture(scope="module")
def state(grid):
    return grid.set_index(["row", "year"])["state"]


def test_there_is_one_row_for_every_measure_and_year(grid):
    assert list(grid.columns) == ["row", "group", "year", "state"]
    assert not grid.duplicated(["row", "year"]).any()
    assert set(grid["row"]) == set(MEASURES)
    assert len(grid) == len(MEASURES) * (YEARS[1] - YEARS[0] + 1)
    assert set(grid["state"]) == {FIGURES, NONE, OUTSIDE, WITHHELD}


def test_measures_stand_by_dimension_in_the_order_they_are_declared_in(grid):
    rows = grid.drop_duplicates("row")
    order = [DIMENSIONS.index(group) for group in rows["group"]]
    assert order == sorted(order)
    assert dict(zip(rows["row"], rows["group"], strict=True)) == {
        name: what.dimension for name, what in MEASURES.items()
    }
    for _, names in rows.groupby("group")["row"]:
        assert list(names) == [name for name in MEASURES if name in set(names)]


@pytest.mark.parametrize("name", MEASURES)
def test_each_state_is_the_one_that_the_figures_and_the_coverage_say(name, state, world):
    what = MEASURES[name]
    first, last = world.atlas.covered_years(what)
    sides = [("RUS", "CHN"), ("CHN", "RUS")]
    if what.monadic:
        sides = [("RUS", "RUS"), ("CHN", "CHN")]
    if what.family == "regional":
        sides = [(one, region) for one in ("RUS", "CHN") for region in ("CENTRAL-ASIA",)]
    held = {
        int(year)
        for one, other in sides
        for year in world.atlas.figures(name, one, other, first=YEARS[0], last=YEARS[1])["year"]
    }
    for year in range(YEARS[0], YEARS[1] + 1):
        if name in world.atlas.withheld:
            expected = WITHHELD
        elif year in held:
            expected = FIGURES
        else:
            expected = NONE if first <= year <= last else OUTSIDE
        assert state[(name, year)] == expected


@pytest.mark.parametrize(
    ("name", "year", "expected"),
    [
        ("un-agreement", 2018, FIGURES),
        ("joint-vetoes", 2016, FIGURES),
        ("trade-share", 2014, FIGURES),
        ("trade-share", 2015, OUTSIDE),
        ("technology-dependence", 2012, OUTSIDE),
        ("energy-gas-share", 2010, NONE),  # neither of the two reports to Eurostat
        ("un-cohesion", 2010, NONE),  # neither of the two is a bloc
        ("regional-economic-weight", 2014, FIGURES),
        ("regional-economic-weight", 2015, OUTSIDE),
    ],
)
def test_known_states(name, year, expected, state):
    assert state[(name, year)] == expected


def test_what_may_not_ship_is_withheld_in_every_year(grid):
    withheld = grid[grid["state"] == WITHHELD]
    assert set(withheld["row"]) == set(unshippable())
    assert (withheld.groupby("row").size() == YEARS[1] - YEARS[0] + 1).all()


def test_the_third_adds_nothing_to_what_there_is_of_the_pair(grid, world):
    alone = world.pair("RUS", "CHN", first=YEARS[0], last=YEARS[1])
    assert coverage_of(world.atlas, alone).equals(grid)


def test_one_direction_is_enough(world):
    reading = world.pair("DEU", "RUS", first=2010, last=2010)
    states = coverage_of(world.atlas, reading).set_index("row")["state"]
    assert states["energy-gas-share"] == FIGURES
    assert world.atlas.figures("energy-gas-share", "RUS", "DEU", first=2010, last=2010).empty


def test_an_atlas_that_withholds_a_measure_says_so_whatever_its_tables_hold(tmp_path):
    for path in EMBEDDED_ATLAS.iterdir():
        (tmp_path / path.name).symlink_to(path)
    manifest = json.loads((EMBEDDED_ATLAS / MANIFEST).read_text(encoding="utf-8"))
    (tmp_path / MANIFEST).unlink()
    manifest["withheld"]["pact-defence"] = "for a test"
    (tmp_path / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    atlas = Atlas(tmp_path)
    found = coverage_of(atlas, read_pair(atlas, "RUS", "CHN", first=2010, last=2011))
    states = found.groupby("row")["state"].agg(set)
    assert states["pact-defence"] == {WITHHELD}
    assert states["pact-consultation"] == {FIGURES}
