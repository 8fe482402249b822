"""Trade intensity: closed form, a second computation on the raw file, blanks and zeros."""

import pandas as pd
import pytest

from tripolar.panel.families import trade_intensity
from tripolar.panel.spine import blocs_in
from tripolar.sources import cow_trade, source

THREE_DIGITS = 1e-2
"""Figures are stored with three significant digits."""
EXACT = 1e-12
LAST = 2014


@pytest.fixture(scope="module")
def compiled(mirror):
    return trade_intensity.compile_figures(mirror, LAST).figures


@pytest.fixture(scope="module")
def raw(mirror):
    """Flows of 2014 by COW code, as the file has them."""
    table = pd.read_parquet(source(cow_trade.NAME).path("trade", mirror))
    table = table[(table["year"] == LAST) & table["imports_usd_mn"].notna()]
    return table.rename(columns={"exporter_cow": "a", "importer_cow": "b", "imports_usd_mn": "usd"})


def value(figures, a, b, year=LAST):
    rows = figures[(figures["a"] == a) & (figures["b"] == b) & (figures["year"] == year)]
    return rows["value"].item()


def index(flows, mine, theirs):
    """The index from a list of flows, for two disjoint groups of codes, each one economy."""
    inside = (flows["a"].isin(mine) & flows["b"].isin(mine)) | (
        flows["a"].isin(theirs) & flows["b"].isin(theirs)
    )
    world = flows[~inside]
    exports = world[world["a"].isin(mine)]
    sent = exports.loc[exports["b"].isin(theirs), "usd"].sum()
    bought = world.loc[world["b"].isin(theirs), "usd"].sum()
    others = world.loc[~world["b"].isin(mine), "usd"].sum()
    return (sent / exports["usd"].sum()) / (bought / others)


def test_trade_by_size_alone_has_intensity_one():
    """Three economies that split exports by the size of the others' imports."""
    pair = pd.DataFrame(
        {
            "usd_mn": [20.0, 30.0],
            "exports_a": [50.0, 50.0],
            "imports_b": [40.0, 60.0],
            "imports_a": [50.0, 50.0],
            "world_a": [150.0, 150.0],
            "inside_a": [0.0, 0.0],
            "inside_b": [0.0, 0.0],
        }
    )
    assert trade_intensity.intensity(pair).tolist() == pytest.approx([1.0, 1.0], rel=EXACT)
    doubled = pair.assign(usd_mn=pair["usd_mn"] * 2)
    assert trade_intensity.intensity(doubled).tolist() == pytest.approx([2.0, 2.0], rel=EXACT)


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("a", "b", "mine", "theirs"),
    [("RUS", "CHN", 365, 710), ("CHN", "RUS", 710, 365), ("KAZ", "USA", 705, 2)],
)
def test_states_as_counted_from_the_file(compiled, raw, a, b, mine, theirs):
    expected = index(raw, [mine], [theirs])
    assert value(compiled, a, b) == pytest.approx(expected, rel=THREE_DIGITS)


@pytest.mark.mirror
def test_trade_inside_a_bloc_is_in_no_term(compiled, mirror):
    flows = cow_trade.read(mirror)
    flows = flows[(flows["year"] == LAST) & flows["usd_mn"].notna()].rename(
        columns={"exporter": "a", "importer": "b", "usd_mn": "usd"}
    )
    members = sorted(blocs_in(LAST)["EU"])
    assert value(compiled, "EU", "RUS") == pytest.approx(
        index(flows, members, ["RUS"]), rel=THREE_DIGITS
    )
    assert value(compiled, "RUS", "EU") == pytest.approx(
        index(flows, ["RUS"], members), rel=THREE_DIGITS
    )


@pytest.mark.mirror
def test_nil_is_a_figure_and_missing_is_none(compiled, mirror):
    flows = cow_trade.read(mirror)
    flows = flows[flows["year"] == LAST]
    stored = pd.MultiIndex.from_frame(compiled[["a", "b"]])
    for chosen, there in ((flows["usd_mn"].isna(), False), (flows["usd_mn"] == 0, True)):
        pairs = pd.MultiIndex.from_frame(flows.loc[chosen, ["exporter", "importer"]])
        assert len(pairs) > 0
        trading = pairs.get_level_values(0).isin(compiled["a"]) & pairs.get_level_values(1).isin(
            compiled["b"]
        )
        assert (pairs[trading].isin(stored) == there).all()


@pytest.mark.mirror
def test_successors_of_the_ussr_are_blank_in_1992_and_1993(mirror, monkeypatch):
    read = cow_trade.read(mirror)
    early = read[read["year"].isin([1992, 1993, 1994])]
    monkeypatch.setattr(trade_intensity.cow_trade, "read", lambda mirror: early)
    figures = trade_intensity.compile_figures(mirror).figures
    fifteen = set(cow_trade.USSR_SUCCESSORS)
    unknown = figures[figures["year"] < 1994]
    assert not (set(unknown["a"]) | set(unknown["b"])) & fifteen
    assert fifteen <= set(figures.loc[figures["year"] == 1994, "a"])
    assert {"CHN", "EU"} <= set(unknown["a"])


def test_a_build_that_starts_after_the_source_has_no_figure(tmp_path):
    assert trade_intensity.compile_figures(tmp_path, 2030).figures.empty
