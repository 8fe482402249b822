"""Figures of the GDELT network: sums over days with data, and who is blank."""

import pandas as pd
import pytest

from tripolar.measures.declared.gdelt import MEASURES
from tripolar.panel import spine
from tripolar.panel.families import gdelt
from tripolar.sources import gdelt_network, source

SINGLE = 1e-5
"""Relative precision of sums of the file's single-precision numbers."""
DAYS = {2018: 365, 2019: 362, 2020: 355, 2021: 364, 2022: 352, 2023: 297}


@pytest.fixture(scope="module")
def compiled(mirror):
    return gdelt.compile_figures(mirror)


@pytest.fixture(scope="module")
def raw(mirror):
    table = pd.read_parquet(source(gdelt_network.NAME).path("network", mirror))
    table["year"] = table["month"].str[:4].astype(int)
    return table.astype({"iso_i": str, "iso_j": str, "score_sum": float})


def figure(compiled, a, b, year):
    rows = compiled.figures
    found = rows[(rows["a"] == a) & (rows["b"] == b) & (rows["year"] == year)]
    assert len(found) == 1
    return found.iloc[0]


def total(raw, mine, theirs, year):
    there = raw[raw["year"] == year]
    forth = there["iso_i"].isin(mine) & there["iso_j"].isin(theirs)
    back = there["iso_j"].isin(mine) & there["iso_i"].isin(theirs)
    return there.loc[forth | back, "score_sum"].sum()


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("a", "b", "year"), [("RUS", "UKR", 2022), ("RUS", "UKR", 2023), ("CHN", "RUS", 2018)]
)
def test_a_year_is_its_sum_over_its_days_with_data(compiled, raw, a, b, year):
    seen = figure(compiled, a, b, year)
    assert seen["value"] == pytest.approx(total(raw, {a}, {b}, year) / DAYS[year], rel=SINGLE)
    assert seen["n"] == DAYS[year]


@pytest.mark.mirror
def test_missing_days_do_not_pull_a_year_towards_zero(compiled, raw):
    """By the calendar 2023 would look a fifth milder than it was."""
    seen = figure(compiled, "RUS", "UKR", 2023)["value"]
    by_calendar = total(raw, {"RUS"}, {"UKR"}, 2023) / 365
    assert seen / by_calendar == pytest.approx(365 / 297, rel=SINGLE)


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("bloc", "b", "year"), [("EU", "RUS", 2022), ("CENTRAL-ASIA", "CHN", 2019)]
)
def test_a_blocs_score_is_the_sum_of_its_members(compiled, raw, bloc, b, year):
    members = spine.blocs_in(year)[bloc]
    seen = figure(compiled, *sorted((bloc, b)), year)["value"]
    assert seen == pytest.approx(total(raw, members, {b}, year) / DAYS[year], rel=SINGLE)


@pytest.mark.mirror
def test_a_year_with_few_days_is_blank(compiled):
    assert set(compiled.figures["year"]) == set(DAYS) == set(compiled.covered["year"])


@pytest.mark.mirror
def test_a_country_that_is_not_coded_is_blank_and_never_zero(compiled):
    lost = ["GEO", "SVN", "SRB", "BIH", "MNE", "TLS", "XKX", "HKG", "MAC"]
    assert not compiled.covered["actor"].isin(lost).any()
    assert not compiled.figures[["a", "b"]].isin(lost).any(axis=None)
    assert {"RUS", "CHN", "EU", "ARM"} <= set(compiled.covered["actor"])


@pytest.mark.mirror
def test_the_figure_is_no_mean_on_goldsteins_scale(compiled):
    assert compiled.figures["value"].abs().max() > 100 * 10
    (what,) = MEASURES
    assert what.low is None
    assert "unnormalised" in what.caution


@pytest.mark.mirror
def test_pairs_are_named_once_and_apart(compiled):
    figures = compiled.figures
    assert (figures["a"] < figures["b"]).all()
    assert not figures.duplicated(["a", "b", "year"]).any()
    assert not spine.share_a_state(figures).any()
    assert set(figures["measure"]) == {what.name for what in MEASURES}


@pytest.mark.mirror
def test_first_year_leaves_out_earlier_figures(mirror, compiled):
    late = gdelt.compile_figures(mirror, 2023)
    assert len(late.figures) == (compiled.figures["year"] >= 2023).sum()
    assert gdelt.compile_figures(mirror, 2030).figures.empty
