"""China's finance and deals as read: published totals, recipients by date, territories."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tripolar.sources import aidata, cgit, source

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "finance.toml").read_text(encoding="utf-8")
)
HALF_A_BILLION = 0.5
"""Outside totals are printed in whole billions."""
TENTH_OF_A_BILLION = 0.06
"""Outside totals of deals are printed in tenths of a billion."""
ONE_MILLION = 1.0
"""Two adjusted amounts of 2021 exceed the unadjusted ones by less."""
RECIPIENTS_LEFT_OUT = 0.02
"""Share of the published total that went to recipients that are not in the file."""


@pytest.fixture(scope="module")
def finance(mirror):
    return aidata.read(mirror)


@pytest.fixture(scope="module")
def deals(mirror):
    return cgit.read(mirror)


@pytest.mark.mirror
def test_totals_as_in_the_catalogue(finance):
    known = REFERENCE["aidata"]
    whole = finance["oof_unadjusted_usd_mn"] / 1000
    assert whole.sum() == pytest.approx(known["oof_bn"], abs=HALF_A_BILLION)
    russia = whole[finance["recipient"] == "RUS"].sum()
    assert russia == pytest.approx(known["oof_russia_bn"], abs=HALF_A_BILLION)
    assert len(finance) == known["rows"]
    assert finance["recipient"].nunique() == known["recipients"]


@pytest.mark.mirror
def test_adjusted_amounts_add_up_to_the_published_total(finance):
    """The unadjusted ones add up to 1.49 trillion."""
    adjusted = [f"{name}_usd_mn" for name in aidata.CLASSES]
    trillion = finance[adjusted].to_numpy().sum() / 1e6
    published = REFERENCE["aidata_total"]["trillion"]
    assert trillion == pytest.approx(published, rel=RECIPIENTS_LEFT_OUT)
    for name in aidata.CLASSES:
        whole = finance[f"{name}_unadjusted_usd_mn"]
        assert (finance[f"{name}_usd_mn"] <= whole + ONE_MILLION).all()


@pytest.mark.mirror
def test_recipients_are_states_of_the_year(finance):
    lost = finance[finance["recipient"].isna()]
    assert set(lost["year"]) == {2007, 2008, 2009, 2010}
    assert not finance.dropna().duplicated(["recipient", "year"]).any()
    assert finance.loc[finance["recipient"] == "SSD", "year"].min() == 2011
    assert {"RUS", "NAM", "SDN", "YEM"} <= set(finance["recipient"])
    assert "SRB" not in set(finance["recipient"])


@pytest.mark.mirror
def test_deals_as_in_the_catalogue(deals):
    known = REFERENCE["cgit"]
    assert len(deals) == known["deals"]
    for host, billion in known["usd_bn"].items():
        seen = deals.loc[deals["host"] == host, "usd_mn"].sum() / 1000
        assert seen == pytest.approx(billion, abs=TENTH_OF_A_BILLION)


@pytest.mark.mirror
def test_deals_are_investment_and_construction_together(deals):
    bounds = REFERENCE["cgit_total"]
    to_2015 = deals.loc[deals["year"] <= 2015, "usd_mn"].sum() / 1e6
    assert to_2015 > bounds["above_trillion_2015"]
    assert deals["usd_mn"].sum() / 1e6 < bounds["below_trillion_2018"]


@pytest.mark.mirror
def test_only_the_territory_has_no_host_and_2018_is_half_a_year(deals, mirror):
    raw = pd.read_csv(
        source("aei-cgit").path("deals", mirror), keep_default_na=False, encoding="utf-8-sig"
    )
    lost = raw.loc[deals["host"].isna().to_numpy(), "Country"]
    assert set(lost) == set(cgit.NOT_STATES)
    assert deals.loc[deals["year"] == 2018, "month"].unique().tolist()[-1] == "June"
    assert source("aei-cgit").coverage.last == 2017
    congos = raw["Country"].isin(["Congo", "Democratic Republic of the Congo"]).to_numpy()
    assert set(deals.loc[congos, "host"]) == {"COG", "COD"}
