"""The strategic triangle over an atlas: figures behind it, history, permutations, bad input."""

import itertools
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tripolar.errors import BadPair, BadYears, InputError, UnknownName
from tripolar.models.triangle import SHIFTS, TYPES
from tripolar.panel.choices import DEFAULT
from tripolar.readings import signed_sides, triangle
from tripolar.readings.pair import percentile
from tripolar.readings.signed_network import largest, read_network
from tripolar.readings.signed_sides import direction
from tripolar.readings.triangle import P_TYPES, described, read_triangle, triangles
from tripolar.settings import BAND_REACH

FIRST, LAST = 1993, 2022
# Joint draws, 2,000 of them: a standard error of at most .011, times four.
DRAWN = 0.045
ROUNDED = 1e-9


@pytest.fixture(scope="module")
def atlas(world):
    return world.atlas


@pytest.fixture(scope="module")
def european(atlas):
    return read_triangle(atlas, "RUS", "CHN", "EU", first=FIRST)


@pytest.fixture(scope="module")
def american(atlas):
    return read_triangle(atlas, "RUS", "CHN", "USA", first=FIRST)


def in_year(frame, year):
    return frame[frame["year"] == year]


def test_each_year_has_its_probabilities_and_they_add_up(european):
    table = european.table()
    assert table["year"].tolist() == list(range(FIRST, LAST + 1))
    assert table[list(P_TYPES)].sum(axis=1).to_numpy() == pytest.approx(np.ones(len(table)))
    assert set(table["type"]) <= set(TYPES)
    assert (table["probability"] == table[list(P_TYPES)].max(axis=1)).all()
    assert table["robust"].between(1 / len(SHIFTS), 1).all()
    roles = european.roles.groupby(["year", "actor"])["probability"].sum()
    assert roles.to_numpy() == pytest.approx(np.ones(len(roles)))
    assert len(european.outcomes) == 8 * len(table)


def test_a_year_is_what_its_figures_and_the_median_make_it(atlas, european):
    """The whole chain again for 2014, by scipy's normal distribution and by multiplication."""
    norm = pytest.importorskip("scipy.stats").norm
    median = np.median(atlas.distribution("un-kappa", 2014))
    p = {}
    for a, b in (("RUS", "CHN"), ("RUS", "EU"), ("CHN", "EU")):
        figure = atlas.figures("un-kappa", a, b, first=2014, last=2014).iloc[0]
        above = figure["value"] > median
        arm = figure["value"] - figure["low"] if above else figure["high"] - figure["value"]
        p[a, b] = norm.cdf((figure["value"] - median) / (arm / BAND_REACH))
        side = in_year(european.sides, 2014).set_index(["a", "b"]).loc[(a, b)]
        assert side["value"] == pytest.approx(figure["value"], abs=ROUNDED)
        assert side["threshold"] == pytest.approx(median, abs=ROUNDED)
        assert side["p_amity"] == pytest.approx(p[a, b], abs=ROUNDED)
    row = in_year(european.table(), 2014).iloc[0]
    russian, european_, other = p.values()
    pivot = russian * european_ * (1 - other)
    outcomes = in_year(european.outcomes, 2014).set_index(["type", "actor"])["probability"]
    assert outcomes["romantic triangle", "RUS"] == pytest.approx(pivot, abs=ROUNDED)
    assert row["p_menage_a_trois"] == pytest.approx(russian * european_ * other, abs=ROUNDED)


def test_strength_is_the_percentile_less_that_of_the_threshold(atlas, european):
    side = in_year(european.sides, 2014).iloc[0]
    assert (side["a"], side["b"]) == ("RUS", "CHN")
    what = atlas.measure("un-kappa")
    rank, threshold = (
        percentile(atlas, what, 2014, float(side[name]), DEFAULT)[0]
        for name in ("value", "threshold")
    )
    assert threshold == pytest.approx(50, abs=0.1)
    assert side["strength"] == pytest.approx(rank - threshold, abs=ROUNDED)


def test_russia_left_the_european_marriage_for_the_pivot(european):
    """In 1993 Moscow votes with Europe and China stands apart; by 2000 Moscow stands with both."""
    table = european.table().set_index("year")
    assert (table.loc[1993:1995, "type"] == "stable marriage").all()
    assert (table.loc[1993:1995, "actor"] == "CHN").all()
    assert table.loc[1993, "probability"] > 0.95
    assert (table.loc[2000:2002, ["type", "actor"]] == ["romantic triangle", "RUS"]).all(axis=None)
    change = european.changes.iloc[0]
    assert 1996 <= change["earliest"] <= change["year"] <= change["latest"] <= 2000
    assert change["before"] == "stable marriage, CHN outcast"
    drift = european.drift.set_index(["actor", "role"])
    assert drift.loc[("CHN", "outcast"), "late"] < drift.loc[("CHN", "outcast"), "early"]
    assert drift.loc[("EU", "outcast"), "late"] > drift.loc[("EU", "outcast"), "early"]
    assert in_year(european.table(), 2022)["actor"].item() == "EU"


def test_the_united_states_is_the_outcast_of_the_last_decade(american):
    table = american.table().set_index("year")
    assert (table.loc[2013:2022, ["type", "actor"]] == ["stable marriage", "USA"]).all(axis=None)
    assert (table.loc[2013:2022, "probability"] > 0.8).all()
    assert (table.loc[2018:2022, ["probability", "p_balanced"]] > 0.99).all(axis=None)
    assert american.changes.iloc[-1]["after"] == "stable marriage, USA outcast"


def test_moscow_and_beijing_before_and_after_the_split(atlas):
    """The pact of 1950 against the United States; it lapsed in 1980.

    Votes cannot say: until 1971 China's seat was Taiwan's.
    """
    if atlas.years[0] > 1950:
        pytest.skip("the atlas begins after 1950; TRIPOLAR_ATLAS may name one that reaches back")
    pacts = read_triangle(
        atlas, "USA", "SUN", "CHN", first=1950, measures="pact-defence", threshold=0.5
    )
    table = pacts.table().set_index("year")
    assert table.loc[1955, ["type", "actor"]].tolist() == ["stable marriage", "USA"]
    assert table.loc[1985, "type"] == "unit veto"
    assert 1980 <= pacts.changes["year"].item() <= 1981
    likeness = read_triangle(
        atlas, "USA", "SUN", "CHN", first=1950, measures="alliance-similarity"
    ).table()
    assert in_year(likeness, 1955)["actor"].item() == "USA"
    assert in_year(likeness, 1985)["type"].item() == "unit veto"
    votes = read_triangle(atlas, "USA", "SUN", "CHN", first=1950)
    assert votes.table()["year"].min() == 1971
    assert {each.why.year for each in votes.missing if "CHN" in (each.a, each.b)} >= {1955}


@pytest.mark.parametrize("order", list(itertools.permutations(("RUS", "CHN", "EU")))[1:])
def test_the_order_of_the_actors_changes_nothing(atlas, european, order):
    other = read_triangle(atlas, *order, first=FIRST)
    pd.testing.assert_frame_equal(other.table(), european.table())
    pd.testing.assert_frame_equal(other.changes, european.changes)
    keys = ["year", "actor", "role"]
    pd.testing.assert_frame_equal(
        other.roles.sort_values(keys, ignore_index=True),
        european.roles.sort_values(keys, ignore_index=True),
    )


def test_distances_put_an_amity_below_the_threshold(world, atlas):
    found = read_triangle(atlas, "RUS", "CHN", "USA", first=2012, measures="un-ideal-distance")
    sides = in_year(found.sides, 2018).set_index(["a", "b"])
    assert sides.loc[("RUS", "CHN"), "value"] < sides.loc[("RUS", "CHN"), "threshold"]
    assert sides.loc[("RUS", "CHN"), "p_amity"] > 0.5 > sides.loc[("CHN", "USA"), "p_amity"]
    assert (sides["low"] <= sides["value"]).all()
    assert (sides["strength_low"] <= sides["strength"]).all()
    below = {each.name for each in world.atlas.measures.values() if direction(each) < 0}
    assert below == {
        *("un-ideal-distance", "distance-km", "regime-distance", "regime-distance-liberal"),
        *("regime-distance-participatory", "regime-distance-deliberative"),
        *("regime-distance-egalitarian", "regime-distance-polity", "regime-distance-freedom"),
    }


def test_joint_draws_of_positions_agree_with_the_band_of_one_side(atlas):
    """Against a fixed threshold the share of draws is the normal's, away from a distance of 0."""
    norm = pytest.importorskip("scipy.stats").norm
    found = read_triangle(
        atlas, "RUS", "CHN", "USA", first=2012, measures="un-ideal-distance", threshold=1.0
    )
    error = (found.sides["high"] - found.sides["value"]) / BAND_REACH
    expected = norm.cdf((1.0 - found.sides["value"]) / error)
    clear = (found.sides["value"] > 2 * error).to_numpy()
    assert clear.sum() > 20
    assert found.sides["p_amity"][clear].to_numpy() == pytest.approx(expected[clear], abs=DRAWN)


def test_a_triangle_is_the_same_alone_and_among_all(atlas, american):
    every = triangles(atlas, ["USA", "RUS", "CHN", "IND"], FIRST, LAST)
    assert every.groupby(["a", "b", "c"]).ngroups == 4
    own = every[(every["a"] == "CHN") & (every["b"] == "RUS") & (every["c"] == "USA")]
    columns = ["year", "type", "actor", "probability", *P_TYPES, "p_balanced"]
    pd.testing.assert_frame_equal(
        own[columns].reset_index(drop=True), american.table()[columns], check_dtype=False
    )
    joint = triangles(atlas, ["USA", "RUS", "CHN"], 2018, 2019, measure="un-ideal-distance")
    alone = read_triangle(
        atlas, "RUS", "CHN", "USA", first=2018, last=2019, measures="un-ideal-distance"
    )
    assert joint["probability"].to_numpy() == pytest.approx(alone.table()["probability"].to_numpy())


def test_a_bloc_makes_no_triangle_with_its_member(atlas):
    every = triangles(atlas, ["EU", "DEU", "RUS", "CHN"], 2018, 2018)
    assert set(zip(every["a"], every["b"], every["c"], strict=True)) == {
        ("CHN", "DEU", "RUS"),
        ("CHN", "EU", "RUS"),
    }


def test_several_measures_have_levels_and_a_mean_of_common_years(atlas):
    found = read_triangle(
        atlas,
        *("RUS", "CHN", "USA"),
        first=2010,
        measures={"un-kappa": "median", "alliance-similarity": "pair-mean", "regime-distance": 0.5},
    )
    levels = list(dict.fromkeys(found.types["level"]))
    assert levels == ["un-kappa", "alliance-similarity", "regime-distance", "political", "overall"]
    assert found.level == "overall"
    assert found.table()["year"].max() == 2018
    sides = found.sides.pivot_table("strength", ["year", "a", "b"], "level")
    political = (sides["un-kappa"] + sides["alliance-similarity"]) / 2
    common = sides["overall"].notna()
    assert sides["political"][common].to_numpy() == pytest.approx(political[common].to_numpy())
    overall = (sides["political"] + sides["regime-distance"]) / 2
    assert sides["overall"][common].to_numpy() == pytest.approx(overall[common].to_numpy())
    # Around each pair's own mean some years lie above and some below.
    likeness = found.sides[found.sides["level"] == "alliance-similarity"]
    spans = likeness.groupby(["a", "b"])["p_amity"].agg(["min", "max"])
    assert (spans["min"] < spans["max"]).all()


def test_thresholds_that_agree_make_a_year_robust(european):
    table = european.table().set_index("year")
    assert table.loc[1993, "robust"] == 1.0
    close = european.sides.groupby("year")["strength"].agg(lambda x: x.abs().min())
    assert table.loc[close.nsmallest(5).index, "robust"].max() < 0.9


def test_a_reading_speaks_for_itself(european):
    assert repr(european).startswith("<TriangleReading RUS–CHN–EU by un-kappa, 1993-2022: ")
    assert len(repr(european)) < 140
    plain = json.loads(json.dumps(european.to_dict()))
    assert plain["actors"] == ["RUS", "CHN", "EU"]
    assert plain["choices"]["thresholds"] == {"un-kappa": "median"}
    assert "@" in european.cite()
    assert "&lt;TriangleReading" in european._repr_html_()
    assert "outcast" in european.plot().title or "pivot" in european.plot().title
    assert described("unit veto", "") == "unit veto"


@pytest.fixture(scope="module")
def network(atlas):
    return read_network(atlas, largest(atlas, 2020, 12), 2020)


def test_the_largest_states_are_states_and_the_largest(atlas):
    found = largest(atlas, 2020)
    assert found[:2] == ["USA", "CHN"]
    assert len(set(found)) == 20
    assert not {"EU", "NATO", "G7"} & set(found)


def test_a_network_falls_into_camps_with_the_fewest_misfits(network):
    camp = network.camps.set_index("actor")["camp"]
    assert camp["USA"] == camp["GBR"] != camp["CHN"]
    together = network.edges["a"].map(camp) == network.edges["b"].map(camp)
    misfits = (together != (network.edges["p_amity"] > 0.5)).sum()
    assert network.index == misfits
    assert network.low <= network.high <= len(network.edges) / 2
    assert network.ways >= 1
    assert network.camps["share"].between(0, 1).all()
    assert 0 < network.balanced < 1
    assert len(network.edges) == 12 * 11 / 2


def test_a_network_speaks_for_itself(network):
    assert f"{network.index} of 66 edges frustrated" in repr(network)
    assert json.loads(json.dumps(network.to_dict()))["year"] == 2020
    assert network.table() is network.camps
    assert "@" in network.cite()
    assert "66 sides" in network.plot().title


@pytest.mark.parametrize(
    ("actors", "error", "words"),
    [
        (("RUS", "RUS", "CHN"), BadPair, "one and the same actor"),
        (("RUS", "CHN", "RUS"), BadPair, "one of the pair"),
        (("RUS", "SUN", "CHN"), BadPair, "one actor over time"),
        (("RUS", "EU", "DEU"), BadPair, "a member of EU"),
        (("RUS", "CHN", "Atlantis"), UnknownName, "Atlantis"),
    ],
)
def test_actors_that_make_no_triangle_are_refused(atlas, actors, error, words):
    with pytest.raises(error, match=words) as raised:
        read_triangle(atlas, *actors, first=2000)
    assert raised.value.next_step or raised.value.choices


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"measures": "trade-share"}, InputError, "not the same both ways"),
        ({"measures": "un-cohesion"}, InputError, "of one actor"),
        ({"measures": "un-kapa"}, UnknownName, "un-kapa"),
        ({"measures": []}, InputError, "by 0 measures"),
        ({"stay": 0}, InputError, "stay 0 years"),
        ({"threshold": "mean"}, UnknownName, "threshold"),
        ({"threshold": float("nan")}, InputError, "finite"),
        ({"measures": "alliance-similarity", "first": 2019}, BadYears, "all three sides; alliance"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_next_step(atlas, asked, error, words):
    with pytest.raises(error, match=words) as raised:
        read_triangle(atlas, "RUS", "CHN", "USA", **asked)
    assert raised.value.next_step


def test_a_measure_without_a_year_is_left_out_and_said_to_be_missing(atlas):
    asked = ["un-kappa", "alliance-similarity"]
    found = read_triangle(atlas, "RUS", "CHN", "USA", first=2019, measures=asked)
    assert found.level == "un-kappa"
    assert {"alliance-similarity"} < {each.measure for each in found.missing}


def test_measures_without_a_common_year_are_refused(atlas, monkeypatch):
    """One measure is blanked in the first years, the other in the last."""

    def blanked(atlas, what, pairs, years, *others):
        sides = signed_sides.sides_of(atlas, what, pairs, years, *others)
        early = years < 2005
        gone = early if what.name == "un-kappa" else ~early
        return replace(sides, p=np.where(gone[:, None], np.nan, sides.p))

    monkeypatch.setattr(triangle, "sides_of", blanked)
    with pytest.raises(BadYears, match="no year in which all measures of political"):
        read_triangle(
            atlas, "RUS", "CHN", "USA", first=2000, measures=["un-kappa", "alliance-similarity"]
        )


def test_a_set_of_actors_that_makes_no_network_is_refused(atlas):
    with pytest.raises(InputError, match="at least 3"):
        triangles(atlas, ["RUS", "CHN"], 2000, 2001)
    with pytest.raises(BadPair, match="one actor over time"):
        read_network(atlas, ["RUS", "SUN", "CHN"], 2000)
    with pytest.raises(BadYears, match="no figure between any two"):
        read_network(atlas, ["RUS", "USA", "CHN"], 2020, measure="alliance-similarity")
    with pytest.raises(BadYears, match="has no figure for"):
        largest(atlas, 1800)
