"""Arms transfers as read: outside values, armed groups apart from states, Germany before 1991."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tripolar.actors.states import states
from tripolar.errors import UnknownName
from tripolar.sources import sipri_transfers, source

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "arms.toml").read_text(encoding="utf-8")
)
WHOLE_PERCENT = 0.6
"""Outside numbers are printed to the percent; the rest is rounding of flows to the million."""
SPREAD_ERROR = 0.10
"""How far five years of a large supplier may lie from the table when orders are spread evenly."""
LARGE = ("Soviet Union", "United States", "France", "United Kingdom", "China", "Netherlands")


@pytest.fixture(scope="module")
def flows(mirror):
    return sipri_transfers.read(mirror)


@pytest.fixture(scope="module")
def table(mirror):
    return pd.read_parquet(source("sipri-transfers").path("flows", mirror))


@pytest.fixture(scope="module")
def register(mirror):
    return pd.read_parquet(source("sipri-transfers").path("register", mirror))


def exports(flows, supplier, first, last):
    rows = flows[(flows["supplier"] == supplier) & flows["year"].between(first, last)]
    return rows["tiv"].sum()


@pytest.mark.mirror
def test_flows_are_those_of_the_catalogue(flows, table, register):
    known = REFERENCE["flows"]
    pair = flows[(flows["supplier"] == "RUS") & (flows["recipient"] == "CHN")]
    by_year = pair.set_index("year")["tiv"]
    for year, tiv in known["by_year"].items():
        assert by_year[int(year)] == tiv
    assert by_year.sum() == known["sum_of_table"]
    orders = register[(register["supplier"] == "Russia") & (register["recipient"] == "China")]
    assert round(orders["tiv_delivered"].sum()) == known["sum_of_register"]
    for year, tiv in REFERENCE["world"]["by_year"].items():
        assert table.loc[table["year"] == int(year), "value"].sum() == tiv


@pytest.mark.mirror
def test_exports_change_as_the_publisher_says(flows):
    known = REFERENCE["exports_2017_21"]
    for supplier, percent in known["change_percent"].items():
        ratio = exports(flows, supplier, 2017, 2021) / exports(flows, supplier, 2012, 2016)
        assert 100 * (ratio - 1) == pytest.approx(percent, abs=WHOLE_PERCENT), supplier
    world = flows.groupby("year")["tiv"].sum()
    change = world.loc[2017:2021].sum() / world.loc[2012:2016].sum() - 1
    assert 100 * change == pytest.approx(known["world_change_percent"], abs=WHOLE_PERCENT)
    for supplier, percent in known["share_percent"].items():
        share = exports(flows, supplier, 2017, 2021) / world.loc[2017:2021].sum()
        assert 100 * share == pytest.approx(percent, abs=WHOLE_PERCENT), supplier


@pytest.mark.mirror
def test_every_flow_of_the_table_is_kept_once(flows, table):
    kept = flows[~flows["spread"]]
    assert kept["tiv"].sum() == table["value"].sum()
    assert not flows.duplicated(["year", "supplier", "recipient"]).any()


@pytest.mark.mirror
def test_armed_groups_are_no_states(flows, table):
    """The file's COW codes book them under states: rebels of Ukraine as 369."""
    marked = table[table["recipient"].str.contains(r"\*")]
    assert (marked["recipient_cown"] > 0).any()
    starred = set(flows["recipient"]) - states().keys()
    assert {"Ukraine Rebels*", "Hezbollah (Lebanon)*", "NATO**"} <= starred
    to_ukraine = flows[(flows["recipient"] == "UKR") & (flows["year"] == 2014)]
    assert "RUS" not in set(to_ukraine["supplier"])


@pytest.mark.mirror
def test_the_soviet_union_and_russia_meet_in_1992(flows):
    for side in ("supplier", "recipient"):
        years = flows.groupby(side)["year"].agg(["min", "max"])
        assert years.loc["SUN", "max"] == 1991
        assert years.loc["RUS", "min"] == 1992
        assert years.loc["DDR", "max"] <= 1990
        assert "SRB" not in set(flows.loc[flows["year"] < 2006, side])


@pytest.mark.mirror
def test_the_table_lacks_germany_before_1991_and_the_register_fills_it(flows, table):
    german = table[(table["supplier"] == "Germany") | (table["recipient"] == "Germany")]
    assert german["year"].min() == 1991
    assert exports(flows, "DEU", 1986, 1990) > 5000
    filled = flows[flows["spread"]]
    assert filled["year"].max() == 1990
    assert ((filled["supplier"] == "DEU") | (filled["recipient"] == "DEU")).all()


@pytest.mark.mirror
@pytest.mark.parametrize("name", LARGE)
def test_orders_spread_evenly_come_near_to_the_table(name, table, register):
    """What is done for Germany gives the known five years of others."""
    spread = sipri_transfers.spread_evenly(register)
    partner = {"Germany", "unknown recipient(s)", "Unknown recipient(s)"}
    for frame, column in ((spread, "tiv"), (table, "value")):
        rows = frame[
            (frame["supplier"] == name)
            & frame["year"].between(1985, 1989)
            & ~frame["recipient"].isin(partner)
        ]
        if column == "tiv":
            seen = rows[column].sum()
    assert seen == pytest.approx(rows["value"].sum(), rel=SPREAD_ERROR)


def test_an_unknown_partner_is_refused():
    with pytest.raises(UnknownName):
        sipri_transfers.partner("Atlantis", 1990)
    assert sipri_transfers.partner("Anyone*", 1990) == "Anyone*"


@pytest.mark.parametrize(
    ("name", "year", "key"),
    [
        ("Serbia", 1999, "SCG"),
        ("Serbia", 2010, "SRB"),
        ("Germany", 1980, "DEU"),
        ("East Germany (GDR)", 1980, "DDR"),
        ("South Yemen", 1980, "YMD"),
        ("North Yemen", 1980, "YEM"),
        ("South Vietnam", 1970, "RVN"),
    ],
)
def test_names_follow_the_year(name, year, key):
    assert sipri_transfers.partner(name, year) == key
