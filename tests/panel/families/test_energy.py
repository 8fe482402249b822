"""Energy families against a second computation on the raw files, and the traps in them."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tripolar.measures.declared import energy as declared
from tripolar.measures.declared import energy_review as declared_review
from tripolar.measures.declared import energy_russia as declared_russia
from tripolar.panel import spine
from tripolar.panel.families import energy, energy_review, energy_russia
from tripolar.panel.families.compiled import COVERED, FIGURES
from tripolar.sources import eurostat_energy, eurostat_gas, source

REFERENCE = tomllib.loads(
    (Path(__file__).parents[2] / "reference" / "energy.toml").read_text(encoding="utf-8")
)
ROUNDING = 1e-9
SAID_ROUNDLY = 0.02
"""A share said as "40%" or "30%" is right to about two points."""
OTHER_DEFINITION = 0.04
"""Primary energy by input equivalents and bunkers move the EU's dependency by a few points."""
DECLARED = {
    what.name: what
    for module in (declared, declared_russia, declared_review)
    for what in module.MEASURES
}
RAW = {
    "energy-gas-share": ("gas_all", "TJ"),
    "energy-gas-border-share": ("gas_all", "TJ"),
    "energy-lng-share": ("lng", "TJ"),
    "energy-oil-share": ("crude_oil", "tonne"),
    "energy-coal-share": ("coal", "tonne"),
}
UNION = (
    *("Austria", "Belgium", "Bulgaria", "Croatia", "Cyprus", "Czechia", "Denmark", "Estonia"),
    *("Finland", "France", "Germany", "Greece", "Hungary", "Ireland", "Italy", "Latvia"),
    *("Lithuania", "Luxembourg", "Malta", "Netherlands", "Poland", "Portugal", "Romania"),
    *("Slovakia", "Slovenia", "Spain", "Sweden", "United Kingdom"),
)
"""Names of the members in 2019."""
OIL_2022 = (86.24294, 87.48964, 508.23255)
"""China's crude oil from Russia, Saudi Arabia and everyone in 2022, million tonnes."""
NAMES = {
    "DEU": "Germany",
    "RUS": "Russia",
    "UKR": "Ukraine",
    "FRA": "France",
    "TUR": "Turkey",
    "ESP": "Spain",
}


@pytest.fixture(scope="module")
def monthly(mirror):
    return energy.compile_figures(mirror)


@pytest.fixture(scope="module")
def russian(mirror):
    return energy_russia.compile_figures(mirror)


@pytest.fixture(scope="module")
def reviewed(mirror):
    return energy_review.compile_figures(mirror, first_year=1990)


@pytest.fixture(scope="module")
def raw(mirror):
    table = pd.read_parquet(source(eurostat_energy.NAME).path("imports", mirror))
    return table.assign(year=table["date"].dt.year, partner=table["partner"].fillna("?"))


def cell(compiled, measure, a, b, year):
    rows = compiled.figures
    found = rows[
        (rows["measure"] == measure) & (rows["a"] == a) & (rows["b"] == b) & (rows["year"] == year)
    ]
    assert len(found) == 1, f"{measure} {a} {b} {year}: {len(found)} rows"
    return found.iloc[0]


def years(compiled, measure, a):
    rows = compiled.figures
    return set(rows.loc[(rows["measure"] == measure) & (rows["a"] == a), "year"])


@pytest.mark.mirror
@pytest.mark.parametrize("family", ["monthly", "russian", "reviewed"])
def test_figures_keep_to_their_declaration(family, request):
    compiled = request.getfixturevalue(family)
    figures = compiled.figures
    assert list(figures.columns) == FIGURES
    assert list(compiled.covered.columns) == COVERED
    assert not figures.duplicated(["measure", "a", "b", "year"]).any()
    assert figures[["value", "n"]].notna().all().all()
    assert ((figures["low"] <= figures["value"]) | figures["low"].isna()).all()
    assert ((figures["high"] >= figures["value"]) | figures["high"].isna()).all()
    for name, rows in figures.groupby("measure"):
        what = DECLARED[name]
        assert what.low is None or (rows["value"] >= what.low).all()
        assert what.high is None or (rows["value"] <= what.high + ROUNDING).all()
        assert (rows["a"] == rows["b"]).all() == what.monadic
        if not what.monadic:
            assert not spine.share_a_state(rows).any()
        for year, of_year in rows.groupby("year"):
            assert set(of_year["a"]) | set(of_year["b"]) <= set(spine.actors_in(year))


@pytest.mark.mirror
def test_every_declared_measure_has_figures(monthly, russian, reviewed):
    held = {name for one in (monthly, russian, reviewed) for name in set(one.figures["measure"])}
    assert held == set(DECLARED)


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("measure", "a", "b", "year"),
    [
        ("energy-gas-share", "DEU", "RUS", 2010),
        ("energy-gas-border-share", "FRA", "DEU", 2016),
        ("energy-lng-share", "ESP", "RUS", 2020),
        ("energy-oil-share", "DEU", "RUS", 2019),
        ("energy-oil-share", "TUR", "RUS", 2012),
        ("energy-coal-share", "DEU", "RUS", 2016),
    ],
)
def test_a_states_share_is_that_of_the_raw_file(monthly, raw, measure, a, b, year):
    commodity, unit = RAW[measure]
    rows = raw[
        (raw["commodity"] == commodity)
        & (raw["unit"] == unit)
        & (raw["country"] == NAMES[a])
        & (raw["year"] == year)
    ]
    by_partner = rows.groupby("partner")["value"].sum()
    unspecified = by_partner.get("?", 0.0)
    figure = cell(monthly, measure, a, b, year)
    assert figure["value"] == pytest.approx(by_partner[NAMES[b]] / by_partner.sum())
    if unspecified:
        assert figure["low"] == pytest.approx(figure["value"])
        most = (by_partner[NAMES[b]] + unspecified) / by_partner.sum()
        assert figure["high"] == pytest.approx(most)
    else:
        assert pd.isna(figure["low"])


@pytest.mark.mirror
def test_the_unions_share_is_of_imports_from_outside(monthly, raw):
    """2019, by names, with no help of the roll-up: members of 2019 with twelve months."""
    rows = raw[(raw["commodity"] == "crude_oil") & (raw["year"] == 2019)]
    rows = rows[rows["country"].isin(UNION)]
    months = rows.groupby("country")["date"].nunique()
    whole = set(months[months == 12].index)
    outside = rows[rows["country"].isin(whole) & ~rows["partner"].isin(UNION)]
    russia = outside.loc[outside["partner"] == "Russia", "value"].sum()
    figure = cell(monthly, "energy-oil-share", "EU", "RUS", 2019)
    assert figure["value"] == pytest.approx(russia / outside["value"].sum())
    assert figure["n"] == len(whole)
    everyone = rows.loc[rows["country"].isin(whole), "value"].sum()
    assert figure["value"] > russia / everyone


@pytest.mark.mirror
def test_concentration_is_the_sum_of_squares_with_true_bounds(monthly, raw):
    rows = raw[(raw["commodity"] == "crude_oil") & (raw["year"] == 2018)]
    shares = rows[rows["country"] == "Germany"].groupby("partner")["value"].sum()
    shares = shares / shares.sum()
    named, unspecified = shares.drop("?").sort_values(), shares["?"]
    figure = cell(monthly, "energy-oil-concentration", "DEU", "DEU", 2018)
    assert figure["value"] == pytest.approx((named**2).sum())
    assert figure["low"] == pytest.approx((named**2).sum())
    to_largest = named.copy()
    to_largest.iloc[-1] += unspecified
    to_smallest = named.copy()
    to_smallest.iloc[0] += unspecified
    assert figure["high"] == pytest.approx((to_largest**2).sum())
    assert figure["low"] < (to_smallest**2).sum() < figure["high"]
    assert figure["n"] == len(named)


@pytest.mark.mirror
def test_finland_had_one_supplier(monthly):
    assert cell(monthly, "energy-gas-share", "FIN", "RUS", 2010)["value"] == 1.0
    assert cell(monthly, "energy-gas-concentration", "FIN", "FIN", 2010)["value"] == 1.0


@pytest.mark.mirror
def test_origin_and_border_are_two_measures_and_2013_is_neither(monthly):
    """Russia falls from 31% to 17% for no reason but a new partner: no series runs across it."""
    assert years(monthly, "energy-gas-share", "EU") == set(range(2008, 2013))
    assert years(monthly, "energy-gas-border-share", "EU") == set(range(2014, 2022))
    italy = cell(monthly, "energy-gas-share", "ITA", "RUS", 2012)["value"]
    assert italy > 0.3
    assert cell(monthly, "energy-gas-border-share", "ITA", "AUT", 2014)["value"] > 0.4
    assert years(monthly, "energy-gas-share", "AUT") == set()
    assert 2012 not in years(monthly, "energy-gas-share", "ROU")
    assert min(years(monthly, "energy-gas-share", "NLD")) == 2010


@pytest.mark.mirror
def test_frances_doubtful_lng_is_a_bound_and_not_a_zero(monthly):
    """A fifth of the EU's LNG is France's, whose suppliers are not believed from 2018 on."""
    assert max(years(monthly, "energy-lng-share", "FRA")) == 2017
    figure = cell(monthly, "energy-lng-share", "EU", "RUS", 2020)
    assert figure["high"] - figure["low"] > 0.15


@pytest.mark.mirror
def test_an_incomplete_year_has_no_figure(monthly, raw):
    months = raw[(raw["commodity"] == "gas_all") & (raw["unit"] == "TJ")]
    bulgaria = months[(months["country"] == "Bulgaria") & (months["year"] == 2012)]
    assert bulgaria["date"].nunique() == 11
    assert 2012 not in years(monthly, "energy-gas-share", "BGR")
    assert monthly.figures["year"].max() == 2021


@pytest.mark.mirror
def test_a_bloc_without_a_large_member_has_no_figure(monthly):
    """The United Kingdom reports ten months of 2020: the fixed set of 28 ends in 2019."""
    assert max(years(monthly, "energy-gas-border-share", "EU28")) == 2019
    assert max(years(monthly, "energy-oil-share", "EU28")) == 2019
    assert max(years(monthly, "energy-oil-share", "EU")) == 2021
    blocs = {actor for actor in monthly.figures["a"] if actor in spine.blocs_in(2019)}
    assert blocs == {"EU", "EU27", "EU28"}


@pytest.mark.mirror
def test_silence_is_a_zero_only_where_suppliers_are_named(monthly):
    covered = set(monthly.covered[COVERED].itertuples(index=False, name=None))
    assert ("energy-oil-share", "POL", 2019) in covered
    assert ("energy-gas-share", "AUT", 2010) not in covered
    assert ("energy-gas-share", "HUN", 2010) not in covered
    assert ("energy-gas-share", "IRL", 2010) not in covered
    assert years(monthly, "energy-gas-share", "IRL") == set()


@pytest.mark.mirror
def test_first_year_leaves_out_earlier_figures_and_changes_none(mirror, monthly):
    later = energy.compile_figures(mirror, first_year=2019).figures
    same = monthly.figures[monthly.figures["year"] >= 2019].reset_index(drop=True)
    pd.testing.assert_frame_equal(later, same)


@pytest.mark.mirror
def test_bulgarias_line_holds_transit(raw, mirror):
    of_2017 = raw[(raw["year"] == 2017) & (raw["country"] == "Bulgaria")]
    russian_gas = of_2017[(of_2017["commodity"] == "gas_all") & (of_2017["unit"] == "TJ")]
    by_border = russian_gas.loc[russian_gas["partner"] == "Russia", "value"].sum()
    annual = eurostat_gas.read(mirror).set_index(["importer", "year"])
    transit_pj = (by_border - annual.loc[("BGR", 2017), "russia_tj"]) / 1e3
    assert transit_pj == pytest.approx(REFERENCE["border"]["bulgaria_transit_2017_pj"], abs=1)


@pytest.mark.mirror
def test_about_forty_percent_of_gas_and_thirty_of_oil_came_from_russia_in_2017(monthly, russian):
    gas = cell(russian, "energy-gas-origin-share", "EU", "RUS", 2017)
    assert gas["value"] == pytest.approx(REFERENCE["claims"]["gas_2017"], abs=SAID_ROUNDLY)
    oil = cell(monthly, "energy-oil-share", "EU", "RUS", 2017)
    assert oil["value"] == pytest.approx(REFERENCE["claims"]["oil_2017"], abs=SAID_ROUNDLY)
    border = cell(monthly, "energy-gas-border-share", "EU", "RUS", 2017)
    assert border["value"] < gas["value"] / 2


@pytest.mark.mirror
def test_a_secret_is_a_blank_for_the_state_and_a_bound_for_the_union(russian, mirror):
    assert years(russian, "energy-gas-origin-share", "AUT") == {2011, 2012, 2013}
    figure = cell(russian, "energy-gas-origin-share", "EU", "RUS", 2017)
    austria = eurostat_gas.read(mirror).set_index(["importer", "year"]).loc[("AUT", 2017)]
    width = figure["high"] - figure["low"]
    assert figure["low"] == figure["value"]
    assert 0.02 < width < 0.05
    denominator = austria["total_tj"] / width
    assert 14e6 < denominator < 17e6, "imports from outside, in TJ, not the sum with trade inside"


@pytest.mark.mirror
def test_amounts_are_of_states_with_every_month(russian):
    figure = cell(russian, "energy-fossil-imports", "CHN", "RUS", 2020)
    assert figure["value"] == pytest.approx(30_350.4, abs=0.1)
    assert 2020 not in years(russian, "energy-fossil-imports", "FRA")
    assert years(russian, "energy-fossil-imports", "TUR") == set()
    assert years(russian, "energy-fossil-imports", "EU") == set()


@pytest.mark.mirror
def test_gas_trade_of_the_review_by_hand(reviewed):
    """Cells typed from the sheets of 2020 and 2022: pipeline + LNG over pipeline + LNG."""
    sold = cell(reviewed, "energy-gas-market-share", "RUS", "CHN", 2022)
    assert sold["value"] == pytest.approx((14.66937 + 6.11381) / (125.34682 + 40.17640), rel=1e-5)
    bought = cell(reviewed, "energy-gas-supply-share", "CHN", "RUS", 2020)
    assert bought["value"] == pytest.approx((3.88123 + 6.92392) / (45.07478 + 94.01896), rel=1e-5)
    union = cell(reviewed, "energy-gas-supply-share", "EU", "RUS", 2022)
    russian = 61.47743 + 2.90440 + 7.43125 + 5.04189 + 3.40976
    everything = 298.60494 + 12.42838 + 35.09417 + 14.26561 + 28.81395 + 39.14788
    assert union["low"] == pytest.approx(russian / everything, rel=1e-5)
    piped_inside = 13.89790 + 91.40450
    shipped_inside = 0.09587 + 0.13567 + 0.90414 + 0.02782 + 0.86740
    assert union["high"] == pytest.approx(
        russian / (everything - piped_inside - shipped_inside), rel=1e-4
    )


@pytest.mark.mirror
def test_russia_was_chinas_second_oil_supplier(reviewed):
    """Million tonnes typed from the sheets: Saudi Arabia sold more to China in both years."""
    for year, russian, saudi, everyone in ((2020, 83.4451, 84.9302, 557.152), (2022, *OIL_2022)):
        first = cell(reviewed, "energy-oil-supply-share", "CHN", "SAU", year)["value"]
        second = cell(reviewed, "energy-oil-supply-share", "CHN", "RUS", year)["value"]
        assert first == pytest.approx(saudi / everyone, rel=1e-5)
        assert second == pytest.approx(russian / everyone, rel=1e-5)
        assert second < first
    sold = cell(reviewed, "energy-oil-market-share", "RUS", "CHN", 2020)["value"]
    assert sold == pytest.approx(83.4451 / 259.9773, rel=1e-5)


@pytest.mark.mirror
def test_dependency_is_negative_for_exporters_and_one_without_production(reviewed):
    oil = {a: cell(reviewed, "energy-oil-dependency", a, a, 2022)["value"] for a in ("RUS", "JPN")}
    assert oil["RUS"] < -2
    assert oil["JPN"] == 1.0
    union = cell(reviewed, "energy-import-dependency", "EU", "EU", 2020)["value"]
    assert union == pytest.approx(REFERENCE["balance"]["eu_2020"], abs=OTHER_DEFINITION)
    union = cell(reviewed, "energy-oil-dependency", "EU", "EU", 2020)["value"]
    assert union == pytest.approx(REFERENCE["balance"]["eu_oil_2020"], abs=OTHER_DEFINITION)


@pytest.mark.mirror
def test_the_unions_balance_is_of_27_members_and_no_other_union(reviewed):
    assert years(reviewed, "energy-import-dependency", "EU") == {2020, 2021, 2022}
    assert min(years(reviewed, "energy-import-dependency", "EU27")) == 1991
    assert years(reviewed, "energy-import-dependency", "SUN") == set()
