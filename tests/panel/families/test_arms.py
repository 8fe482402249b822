"""Shares and volumes of arms transfers against a second computation on the file, and the traps."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tripolar.actors.blocs import members_in_year
from tripolar.panel.families import arms
from tripolar.sources import sipri_transfers, source

REFERENCE = tomllib.loads(
    (Path(__file__).parents[2] / "reference" / "arms.toml").read_text(encoding="utf-8")
)
EXACT = 1e-12
WHOLE_PERCENT = 0.6
"""Outside growth is printed to the percent; the rest is rounding of flows to the million."""
FIRST = 1990


@pytest.fixture(scope="module")
def compiled(mirror):
    return arms.compile_figures(mirror, FIRST)


@pytest.fixture(scope="module")
def figures(compiled):
    return compiled.figures.set_index(["measure", "a", "b", "year"])[["value", "n"]].sort_index()


@pytest.fixture(scope="module")
def flows(mirror):
    return sipri_transfers.read(mirror)


@pytest.fixture(scope="module")
def raw(mirror):
    return pd.read_parquet(source("sipri-transfers").path("flows", mirror))


def window(raw, last, years=5):
    return raw[raw["year"].between(last - years + 1, last)]


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("importer", "supplier", "name", "other", "year", "years"),
    [
        ("CHN", "RUS", "China", "Russia", 2021, 5),
        ("CHN", "RUS", "China", "Russia", 1992, 1),
        ("CHN", "RUS", "China", "Russia", 1994, 3),
        ("IND", "RUS", "India", "Russia", 2005, 5),
        ("KAZ", "RUS", "Kazakhstan", "Russia", 2014, 5),
        ("SAU", "USA", "Saudi Arabia", "United States", 2015, 5),
    ],
)
def test_import_share_by_hand(figures, raw, importer, supplier, name, other, year, years):
    bought = window(raw[raw["recipient"] == name], year, years)
    share = bought.loc[bought["supplier"] == other, "value"].sum() / bought["value"].sum()
    seen = figures.loc[("arms-import-share", importer, supplier, year)]
    assert seen["value"] == pytest.approx(share, abs=EXACT)
    assert seen["n"] == years


@pytest.mark.mirror
@pytest.mark.parametrize(("year", "years"), [(2021, 5), (2005, 5), (1993, 2)])
def test_export_share_by_hand(figures, raw, year, years):
    sold = window(raw[raw["supplier"] == "Russia"], year, years)
    share = sold.loc[sold["recipient"] == "China", "value"].sum() / sold["value"].sum()
    seen = figures.loc[("arms-export-share", "RUS", "CHN", year)]
    assert seen["value"] == pytest.approx(share, abs=EXACT)
    assert seen["n"] == years


@pytest.mark.mirror
def test_volume_is_both_ways_and_grows_as_the_publisher_says(figures, raw):
    for customer, percent in REFERENCE["russian_customers"]["growth_percent"].items():
        late, early = (
            figures.loc[("arms-volume", *sorted((customer, "RUS")), year), "value"]
            for year in (2021, 2016)
        )
        assert 100 * (late / early - 1) == pytest.approx(percent, abs=WHOLE_PERCENT)
    pair = {"Russia", "Ukraine"}
    held = window(raw[raw["supplier"].isin(pair) & raw["recipient"].isin(pair)], 2010)
    assert set(held["supplier"]) == {"Ukraine"}
    held = window(raw[raw["supplier"].isin({"France", "Italy"})], 2010)
    held = held[held["recipient"].isin({"France", "Italy"})]
    assert held["supplier"].nunique() == 2
    seen = figures.loc[("arms-volume", "FRA", "ITA", 2010), "value"]
    assert seen == held["value"].sum()


@pytest.mark.mirror
@pytest.mark.parametrize(("bloc", "partner", "year"), [("EU", "USA", 2005), ("NATO", "RUS", 2021)])
def test_a_blocs_imports_leave_out_what_stays_inside(figures, flows, bloc, partner, year):
    """By the members of the window's last year, for all of its years."""
    members = members_in_year(bloc, year)
    held = window(flows, year)
    bought = held[held["recipient"].isin(members) & ~held["supplier"].isin(members)]
    share = bought.loc[bought["supplier"] == partner, "tiv"].sum() / bought["tiv"].sum()
    seen = figures.loc[("arms-import-share", bloc, partner, year), "value"]
    assert seen == pytest.approx(share, abs=EXACT)
    inside = held[held["recipient"].isin(members) & held["supplier"].isin(members)]
    assert inside["tiv"].sum() > 0


@pytest.mark.mirror
def test_shares_of_states_and_of_partners_that_are_none_make_one(figures, flows):
    """Where every supplier was there throughout, nothing is left but the unknown."""
    for importer, year in (("CHN", 2021), ("IND", 2010), ("SAU", 2005)):
        bought = window(flows[flows["recipient"] == importer], year)
        shares = [
            figures.loc[("arms-import-share", importer, supplier, year), "value"]
            for supplier in bought.loc[bought["tiv"] > 0, "supplier"].unique()
            if ("arms-import-share", importer, supplier, year) in figures.index
        ]
        none = bought.loc[bought["supplier"] == "Unknown supplier(s)", "tiv"].sum()
        assert sum(shares) + none / bought["tiv"].sum() == pytest.approx(1.0, abs=1e-9)


@pytest.mark.mirror
def test_the_windows_of_the_ussr_and_of_russia_do_not_mix(figures, raw):
    """Russia's share of 1992 is of 1992: the years of the USSR are in neither part of it."""
    years = figures.loc[("arms-import-share", "CHN", "SUN")].index
    assert list(years) == [1990, 1991]
    assert list(figures.loc[("arms-import-share", "CHN", "RUS"), "n"].loc[1992:1997]) == [
        *(1, 2, 3, 4, 5, 5),
    ]
    bought = raw[(raw["recipient"] == "China") & raw["year"].between(1988, 1992)]
    mixed = bought.loc[bought["supplier"] == "Russia", "value"].sum() / bought["value"].sum()
    assert figures.loc[("arms-import-share", "CHN", "RUS", 1992), "value"] > mixed + 0.2
    both = figures.index[figures.index.get_level_values("year") == 1991]
    assert "RUS" not in set(both.get_level_values("a")) | set(both.get_level_values("b"))


@pytest.mark.mirror
def test_arms_for_rebels_are_no_arms_for_the_state(figures):
    """Ukraine Rebels* carry Ukraine's code in the file: 24 million from Russia in 2014."""
    assert ("arms-import-share", "UKR", "RUS", 2014) not in figures.index


@pytest.mark.mirror
def test_germany_before_1991_is_in_the_denominators(figures, raw):
    bought = window(raw[raw["recipient"] == "Turkey"], 1990)
    without = bought.loc[bought["supplier"] == "United States", "value"].sum() / (
        bought["value"].sum()
    )
    seen = figures.loc[("arms-import-share", "TUR", "USA", 1990), "value"]
    assert seen < without - 0.15
    assert figures.loc[("arms-import-share", "TUR", "DEU", 1990), "value"] > 0.2


@pytest.mark.mirror
def test_who_is_covered(compiled, flows):
    """Importers with anything in the window: a zero elsewhere, a blank for everyone else."""
    covered = compiled.covered
    held = covered[(covered["measure"] == "arms-import-share") & (covered["year"] == 2021)]
    bought = window(flows, 2021).groupby("recipient")["tiv"].sum()
    there = set(covered.loc[(covered["measure"] == "arms-volume"), "actor"])
    states_covered = {actor for actor in held["actor"] if actor in bought.index}
    assert states_covered == {key for key in bought[bought > 0].index if key in there}
    of_1991 = covered[(covered["measure"] == "arms-volume") & (covered["year"] == 1991)]
    assert "SUN" in set(of_1991["actor"])
    assert "RUS" not in set(of_1991["actor"])


@pytest.mark.mirror
def test_figures_are_well_formed(compiled):
    frame = compiled.figures
    assert not frame.duplicated(["measure", "a", "b", "year"]).any()
    assert (frame["value"] > 0).all()
    assert frame["n"].between(1, arms.YEARS_IN_WINDOW).all()
    shares = frame[frame["measure"] != "arms-volume"]
    assert (shares["value"] <= 1 + EXACT).all()
    volumes = frame[frame["measure"] == "arms-volume"]
    assert (volumes["a"] < volumes["b"]).all()
