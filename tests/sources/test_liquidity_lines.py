"""Liquidity lines as read: the published deals, renewals that replace, sizes, who is no state."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tripolar.errors import NewOddity
from tripolar.sources import liquidity_lines, source, usd_rates

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "currency.toml").read_text(encoding="utf-8")
)
RATES_APART = 0.006
"""Relative distance of two averages of daily rates, taken at other hours and over other days."""
ROUNDED_TO_BILLION = 0.05
"""Relative rounding of "about 25 billion"."""
VINTAGES_APART = 1
"""Connections by which the paper's vintage and this one differ."""


@pytest.fixture(scope="module")
def raw(mirror):
    return pd.read_csv(
        source("liquidity-lines").path("deals", mirror),
        dtype=str,
        keep_default_na=False,
        encoding="utf-8-sig",
    )


@pytest.fixture(scope="module")
def deals(mirror):
    return liquidity_lines.read(mirror)


def between(deals, a, b):
    return deals[(deals["source"] == a) & (deals["recipient"] == b) & ~deals["pooled"]]


@pytest.mark.mirror
@pytest.mark.parametrize(
    "row", REFERENCE["russia_china"]["lines"], ids=lambda r: f"{r['source']}-{r['signed']}"
)
def test_the_lines_between_russia_and_china_are_there(deals, raw, row):
    held = between(deals, row["source"], row["recipient"])
    held = held[held["signed"] == pd.Timestamp(row["signed"])]
    assert len(held) == 1
    written = raw[raw["deal_ID"] == str(held["deal"].item())].iloc[0]
    assert written["currency_of_deal"] == row["currency"]
    assert float(written["deal_currency_amount"]) == row["billion"]
    rate = usd_rates.read().set_index(["year", "currency"])["per_usd"]
    expected = row["billion"] / rate[row["signed"].year, row["currency"]]
    assert held["usd_bn"].item() == pytest.approx(expected)


@pytest.mark.mirror
def test_the_first_line_to_russia_is_about_25_billion_dollars(deals):
    first = between(deals, "CHN", "RUS").sort_values("signed").iloc[0]
    article = REFERENCE["article"]["usd_bn"]
    assert first["usd_bn"] == pytest.approx(article, rel=ROUNDED_TO_BILLION)


@pytest.mark.parametrize("row", REFERENCE["federal_reserve"]["per_usd"], ids=str)
def test_rates_agree_with_the_federal_reserve(row):
    rates = usd_rates.read().set_index(["year", "currency"])["per_usd"]
    seen = rates[row["year"], row["currency"]]
    assert seen == pytest.approx(row["value"], rel=RATES_APART)


def test_a_rate_is_there_once():
    rates = usd_rates.read()
    assert not rates.duplicated(["year", "currency"]).any()
    assert (rates["per_usd"] > 0).all()


@pytest.mark.mirror
def test_as_many_deals_and_connections_as_published(deals, raw):
    assert len(deals) == len(raw) == REFERENCE["catalogue"]["deals"]
    day = pd.Timestamp(2023, 12, 31)
    live = (deals["signed"] <= day) & (deals["last"].isna() | (deals["last"] >= day))
    ends = raw.loc[live, ["ISO_source", "ISO_recipient"]].itertuples(index=False)
    connections = {frozenset(pair) for pair in ends}
    assert abs(len(connections) - REFERENCE["connections_2023"]["count"]) <= VINTAGES_APART
    of_china = raw[raw["source_country"] == "China"]
    misspelt = raw[raw["source_country"] == "CHina"]
    assert misspelt["ISO_source"].tolist() == ["CHN"]
    assert len(of_china) == REFERENCE["catalogue"]["deals_of_china"]
    assert of_china["ISO_recipient"].nunique() == REFERENCE["catalogue"]["recipients_of_china"]


@pytest.mark.mirror
def test_days_are_read_day_first(deals, raw):
    written = raw["start_date"].str.split("/", expand=True).astype(int)
    assert (deals["signed"].dt.day == written[0]).all()
    assert (deals["signed"].dt.month == written[1]).all()


@pytest.mark.mirror
def test_an_open_end_has_no_last_day_unless_it_was_renewed(deals, raw):
    open_ended = (raw["end_date"] == "31/12/9999").to_numpy()
    renewed = open_ended & raw["deal_ID"].isin(set(raw["previous_deal"])).to_numpy()
    assert deals.loc[open_ended & ~renewed, "last"].isna().all()
    assert deals["last"].dropna().max().year < 2030


@pytest.mark.mirror
def test_only_listed_central_banks_are_no_states(deals, raw):
    for side in ("source", "recipient"):
        lost = set(raw.loc[deals[side].isna().to_numpy(), f"ISO_{side}"])
        assert lost == set(liquidity_lines.NOT_STATES)
    assert "XKX" in set(deals["recipient"])


@pytest.mark.mirror
def test_a_renewal_takes_the_place_of_the_line_it_renews(deals, raw):
    """The Federal Reserve raised its line to the Eurosystem four times in 2008."""
    eurosystem = ((raw["ISO_source"] == "USA") & (raw["ISO_recipient"] == "EA")).to_numpy()
    day = pd.Timestamp(2008, 12, 31)
    written = pd.to_datetime(raw["end_date"], format="%d/%m/%Y", errors="coerce")
    begun = eurosystem & (deals["signed"] <= day)
    assert (begun & (written >= day)).sum() == 5
    assert (begun & (deals["last"].isna() | (deals["last"] >= day))).sum() == 1


@pytest.mark.mirror
def test_a_supplement_stands_beside_the_line(deals):
    day = pd.Timestamp(2019, 12, 31)
    lines = between(deals, "CHN", "ARG")
    live = lines[(lines["signed"] <= day) & (lines["last"] >= day)]
    assert sorted(live["action"]) == ["renew", "supplement"]


@pytest.mark.mirror
def test_a_renewal_that_names_itself_ends_the_line_before(deals):
    lines = between(deals, "RUS", "CHN").sort_values("signed")
    assert list(lines["last"].dt.year) == [2017, 2020, 2023]
    assert (lines["last"].iloc[:-1].to_numpy() < lines["signed"].iloc[1:].to_numpy()).all()


@pytest.mark.mirror
def test_unlimited_lines_have_no_size(deals, raw):
    assert deals.loc[deals["unlimited"], "usd_bn"].isna().all()
    assert deals["unlimited"].sum() == (raw["unlimited"] == "1").sum()
    assert (deals["usd_bn"].dropna() > 0).all()


@pytest.mark.mirror
def test_a_size_in_dollars_of_the_source_is_kept(deals, raw):
    own = pd.to_numeric(raw["USD_amount"].replace("NA", ""))
    given = own.notna() & (own > 0)
    assert (deals.loc[given, "usd_bn"] == own[given]).all()


def test_a_code_that_no_state_holds_stops_the_reading():
    signed = pd.Series(pd.to_datetime(["2014-10-13", "2014-10-13"]))
    with pytest.raises(NewOddity, match="QQQ"):
        liquidity_lines._states(pd.Series(["EA", "QQQ"]), signed)
