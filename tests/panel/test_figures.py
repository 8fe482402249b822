"""Figures from tallies and flows: their shape, their two directions, recounts by plain loops."""

import collections
import itertools
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tripolar.actors import blocs, members_in_year
from tripolar.actors.states import chain
from tripolar.errors import InputError, UnknownName
from tripolar.measures import MEASURES
from tripolar.measures.ballots import CELLS, UNANIMOUS
from tripolar.panel import spine
from tripolar.panel.choices import Choices
from tripolar.panel.figures import COLUMNS
from tripolar.panel.parts import unshippable
from tripolar.sources import cow_trade, worldbank

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "catalogue.toml").read_text(encoding="utf-8")
)
SAME_FORMULA = 1e-12
"""The same quotient in the other direction, up to rounding."""
WHOLE_MILLIONS = 1e-9
"""Sums of whole millions are exact in double precision; only a quotient rounds."""
KEPT_OUT = unshippable()
HELD = [name for name in MEASURES if name not in KEPT_OUT]
"""Measures of the embedded atlas."""
SYMMETRIC = [name for name in HELD if not (MEASURES[name].directed or MEASURES[name].monadic)]
DIRECTED = [name for name in HELD if MEASURES[name].directed]
YEAR = 2010
SEED = 7


@pytest.fixture(scope="module")
def atlas(world):
    return world.atlas


BANDED = {"ballots", "cohesion", "positions"}
"""Families in which every figure has a band."""


def values(frame):
    return frame.set_index("year")["value"]


def year_of(name, atlas):
    """2010, or the nearest year that the measure's sources cover; no votes on cyberspace then."""
    if name == "un-information":
        return 2018
    first, last = atlas.covered_years(MEASURES[name])
    return min(max(YEAR, first), last)


@pytest.mark.parametrize("name", HELD)
def test_columns_order_and_range_of_figures(name, atlas):
    year = year_of(name, atlas)
    frame = atlas.figures(name, first=year, last=year)
    what = MEASURES[name]
    assert list(frame.columns) == COLUMNS
    assert len(frame) > 0
    assert frame["value"].notna().all()
    assert (frame["measure"] == name).all()
    assert not frame.duplicated(["a", "b", "year"]).any()
    key = frame[["a", "b", "year"]]
    pd.testing.assert_frame_equal(key, key.sort_values(["a", "b", "year"], ignore_index=True))
    assert what.low is None or (frame["value"] >= what.low).all()
    assert what.high is None or (frame["value"] <= what.high).all()
    assert (frame["a"] == frame["b"]).all() == what.monadic


@pytest.mark.parametrize("name", HELD)
def test_figures_have_the_band_their_measure_declares(name, atlas):
    year, some = year_of(name, atlas), MEASURES[name].family.startswith("energy")
    span = {} if some else {"first": year - 1, "last": year + 1}
    frame = atlas.figures(name, **span)
    banded = frame.dropna(subset=["low"])
    assert len(banded) == frame["high"].notna().sum()
    if MEASURES[name].band.startswith("none"):
        assert len(banded) == 0
    elif MEASURES[name].family in BANDED:
        assert len(banded) == len(frame)
    else:
        assert len(banded) > 0
    assert (banded["low"] <= banded["value"] + SAME_FORMULA).all()
    assert (banded["value"] <= banded["high"] + SAME_FORMULA).all()


@pytest.mark.parametrize("name", sorted(KEPT_OUT))
def test_a_measure_that_may_not_ship_has_no_figure_and_a_reason(name, atlas, world):
    assert len(atlas.figures(name)) == 0
    assert world.figures(name).withheld == atlas.withheld[name] == KEPT_OUT[name]


@pytest.mark.parametrize("name", [name for name in HELD if not MEASURES[name].monadic])
def test_no_figure_of_a_pair_that_shares_a_state(name, atlas):
    year = year_of(name, atlas)
    frame = atlas.figures(name, first=year, last=year)
    shared = spine.overlapping_pairs(year)
    assert [p for p in zip(frame["a"], frame["b"], strict=True) if p in shared] == []


@pytest.mark.parametrize("name", SYMMETRIC)
def test_a_symmetric_measure_is_the_same_both_ways(name, atlas):
    seen = 0
    for a, b in [("RUS", "CHN"), ("USA", "CHN"), ("FRA", "GBR"), ("EU", "RUS")]:
        forth, back = atlas.figures(name, a, b), atlas.figures(name, b, a)
        pd.testing.assert_frame_equal(
            forth.drop(columns=["a", "b"]), back.drop(columns=["a", "b"]), atol=SAME_FORMULA
        )
        assert list(forth["a"]) == list(back["b"])
        seen += len(forth)
    assert seen > 0


@pytest.mark.parametrize("name", DIRECTED)
def test_figures_of_all_pairs_are_those_of_each_pair(name, atlas):
    year = year_of(name, atlas)
    frame = atlas.figures(name, first=year, last=year)
    sides = [("RUS", "CHN"), ("EU", "RUS"), ("DEU", "RUS"), ("CHN", "KAZ"), ("EU", "CHN")]
    sides += [("CHN", "KOR"), ("CHN", "ARG"), ("ESP", "DZA")]
    if MEASURES[name].family == "regional":
        sides = [("RUS", "CENTRAL-ASIA"), ("CHN", "CENTRAL-ASIA")]
    seen = 0
    for a, b in [way for one, other in sides for way in ((one, other), (other, one))]:
        alone = atlas.figures(name, a, b, first=year, last=year)["value"]
        listed = frame[(frame["a"] == a) & (frame["b"] == b)]["value"]
        np.testing.assert_allclose(alone, listed, atol=SAME_FORMULA)
        seen += len(alone)
    assert seen > 0


def test_what_a_mirrored_measure_says_the_other_way(atlas):
    for name in ("gdp-ratio", "capability-ratio"):
        ratio, inverse = (
            values(atlas.figures(name, *p)) for p in itertools.permutations(("RUS", "CHN"))
        )
        np.testing.assert_allclose(ratio * inverse, 1, rtol=SAME_FORMULA)
    lean, other = (
        values(atlas.figures("trade-asymmetry", *p)) for p in itertools.permutations(("RUS", "CHN"))
    )
    np.testing.assert_allclose(lean, -other, atol=SAME_FORMULA)
    assert {m.name for m in MEASURES.values() if m.mirrored} == {
        *("gdp-ratio", "trade-asymmetry", "capability-ratio", "military-spending-ratio")
    }


def test_dependence_is_not_mirrored(atlas):
    forth, back = (
        values(atlas.figures("trade-share", *p)) for p in itertools.permutations(("RUS", "CHN"))
    )
    assert (forth.loc[1994:] > back.loc[1994:]).all()  # Russia's economy is the smaller one


def test_the_measures_of_trade_hang_together(atlas):
    def of(name, a="RUS", b="EU"):
        return values(atlas.figures(name, a, b, first=1994))

    mine, theirs = of("trade-share"), of("trade-share", "EU", "RUS")
    np.testing.assert_allclose(of("trade-salience"), np.sqrt(mine * theirs), rtol=SAME_FORMULA)
    np.testing.assert_allclose(of("trade-symmetry"), 1 - (mine - theirs).abs(), rtol=SAME_FORMULA)
    np.testing.assert_allclose(of("trade-asymmetry"), mine - theirs, atol=SAME_FORMULA)
    np.testing.assert_allclose(
        of("trade-interdependence"), of("trade-salience") * of("trade-symmetry"), rtol=SAME_FORMULA
    )


@pytest.mark.parametrize("name", HELD)
def test_in_the_year_of_a_succession_a_pair_has_one_figure(name, atlas):
    """The USSR and Russia in 1991, Serbia and Montenegro and Serbia in 2006, when both voted."""
    for a, b in [("RUS", "CHN"), ("CHN", "RUS"), ("SRB", "RUS"), ("USA", "SRB")]:
        pair = (a, a) if MEASURES[name].monadic else (a, b)
        assert atlas.figures(name, *pair)["year"].is_unique


def test_of_two_figures_in_one_year_the_one_with_more_behind_it_stands(atlas):
    row = atlas.figures("un-agreement", "SRB", "RUS", first=2006, last=2006).iloc[0]
    other = atlas.figures("un-agreement", "SCG", "RUS", first=2006, last=2006).iloc[0]
    assert row["a"] == "SRB"
    assert row["n"] > 10 * other["n"] > 0


@pytest.mark.parametrize("name", ["un-agreement", "joint-vetoes", "trade-share"])
def test_russia_before_1992_is_the_ussr(name, atlas):
    frame = atlas.figures(name, "RUS", "CHN", first=1990, last=1995)
    early = frame["year"] < 1992
    assert set(frame.loc[early, "a"]) == {"SUN"}
    assert set(frame.loc[~early, "a"]) == {"RUS"}
    assert set(frame["b"]) == {"CHN"}
    back = atlas.figures(name, "CHN", "RUS", first=1990, last=1995)
    assert set(back.loc[back["year"] < 1992, "b"]) == {"SUN"}


def test_a_state_is_followed_back_to_what_it_continues():
    assert chain("RUS") == ("RUS", "SUN")
    assert chain("SUN") == ("SUN",)
    assert chain("EU") == ("EU",)


def recount(ungas, a, b, year, final=True):
    """Positions of two states or majorities of a bloc, one roll call after the other."""
    ballots, _ = ungas
    counts = collections.Counter()
    held = 0
    calls = ballots.roll_calls

    def position(actor, k):
        if actor not in blocs():
            return int(ballots.votes[k, ballots.states.index(actor)])
        cast = [
            int(ballots.votes[k, ballots.states.index(s)]) for s in members_in_year(actor, year)
        ]
        most = collections.Counter(v for v in cast if v > 0).most_common(2)
        if not most or (len(most) > 1 and most[0][1] == most[1][1]):
            return 0
        return most[0][0]

    for k in np.flatnonzero(calls["year"] == year):
        if final and calls["kind"].iloc[k] != "final":
            continue
        mine, theirs = position(a, k), position(b, k)
        held += mine >= 0 and theirs >= 0
        if mine > 0 and theirs > 0:
            counts[mine, theirs] += 1
    return counts, held


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("a", "b", "year"), [("RUS", "CHN", 2018), ("EU", "RUS", 2004), ("FRA", "USA", 2018)]
)
def test_tallies_are_what_a_loop_counts(a, b, year, atlas, ungas):
    counts, held = recount(ungas, a, b, year)
    row = atlas.computed.tallies(a, b, (year, year), "final").iloc[0]
    if row["a"] != a:
        counts = {(y, x): n for (x, y), n in counts.items()}
    expected = [counts.get((x, y), 0) for x in (1, 2, 3) for y in (1, 2, 3)]
    assert row[list(CELLS)].tolist() == expected
    assert row["held"] == held


@pytest.mark.mirror
def test_france_2018_is_nearer_russia_by_s_and_nearer_the_usa_by_kappa(atlas, ungas):
    """S and kappa by hand from the recounted tables; only the chance correction turns them."""
    by_hand = {}
    for other in ("RUS", "USA"):
        counts, _ = recount(ungas, "FRA", other, 2018)
        n = sum(counts.values())
        rows_, columns = (
            [sum(c for pair, c in counts.items() if pair[side] == p) / n for p in (1, 2, 3)]
            for side in (0, 1)
        )
        observed = sum(abs(x - y) / 2 * c for (x, y), c in counts.items()) / n
        expected = sum(abs(x - y) / 2 * rows_[x] * columns[y] for x in range(3) for y in range(3))
        by_hand[other] = {"un-s": 1 - 2 * observed, "un-kappa": 1 - observed / expected}
        for name, value in by_hand[other].items():
            seen = atlas.figures(name, "FRA", other, first=2018, last=2018)
            assert seen["value"].item() == pytest.approx(value, abs=SAME_FORMULA)
            assert seen["n"].item() == n
    assert by_hand["RUS"]["un-s"] > by_hand["USA"]["un-s"]
    assert by_hand["RUS"]["un-kappa"] < by_hand["USA"]["un-kappa"]


@pytest.mark.parametrize("row", REFERENCE["agreement_china_russia"]["rows"], ids=str)
def test_figures_of_agreement_are_the_outside_counts(row, atlas):
    found = {
        name: atlas.figures(
            name,
            *("RUS", "CHN"),
            first=row["year"],
            last=row["year"],
            choices=Choices(roll_calls=row["roll_calls"]),
        ).iloc[0]
        for name in ("un-agreement", "un-agreement-all")
    }
    assert found["un-agreement"]["n"] == row["joint"]
    assert found["un-agreement"]["value"] == pytest.approx(row["same"] / row["joint"])
    assert found["un-agreement-all"]["n"] == row["held"]
    assert found["un-agreement-all"]["value"] == pytest.approx(row["same"] / row["held"])


@pytest.fixture(scope="module")
def flows(mirror):
    frame = cow_trade.read(mirror)
    return frame[frame["year"].isin([2003, 2005, 2014, 2004])]


@pytest.mark.mirror
@pytest.mark.parametrize("year", [2004, 2005, 2014])
def test_trade_of_the_union_leaves_out_what_stays_inside(year, atlas, flows):
    group = members_in_year("EU", year)
    assert len(group) == {2004: 25, 2005: 25, 2014: 28}[year]
    with_russia = outside = russian = 0.0
    of_year = flows[flows["year"] == year].dropna(subset=["usd_mn"])
    for flow in of_year.itertuples(index=False):
        ends = {flow.exporter, flow.importer}
        if "RUS" in ends:
            russian += flow.usd_mn
        if len(ends & group) == 1:
            outside += flow.usd_mn
            if "RUS" in ends:
                with_russia += flow.usd_mn
    seen = {
        name: atlas.figures(name, "EU", "RUS", first=year, last=year).iloc[0]
        for name in ("trade-value", "trade-share", "trade-asymmetry")
    }
    assert seen["trade-value"]["value"] == pytest.approx(with_russia, rel=WHOLE_MILLIONS)
    assert seen["trade-value"]["n"] <= 2 * len(group)
    share = with_russia / outside
    assert seen["trade-share"]["value"] == pytest.approx(share, rel=WHOLE_MILLIONS)
    assert seen["trade-asymmetry"]["value"] == pytest.approx(
        share - with_russia / russian, rel=WHOLE_MILLIONS
    )


@pytest.mark.mirror
def test_totals_count_reported_and_missing_flows(atlas, flows):
    of_2014 = flows[flows["year"] == 2014]
    china = of_2014[(of_2014["exporter"] == "CHN") | (of_2014["importer"] == "CHN")]
    table = atlas.store.table("totals")
    row = atlas.store.frame(table.filter(table.year == 2014, table.actor == "CHN")).iloc[0]
    assert row["reported"] == china["usd_mn"].notna().sum()
    assert row["missing"] == china["usd_mn"].isna().sum()
    assert row["usd_mn"] == pytest.approx(china["usd_mn"].sum(), rel=WHOLE_MILLIONS)


@pytest.mark.mirror
def test_the_product_of_a_bloc_is_its_members_sum_or_missing(atlas, mirror):
    gdp = worldbank.read(mirror).set_index(["year", "state"])["gdp_usd"]
    table = atlas.store.table("totals")
    held = atlas.store.frame(table.filter(table.year.isin([1990, 2019])))
    held = held.set_index(["year", "actor"])
    members = sorted(members_in_year("EU", 2019))
    expected = sum(gdp[2019, state] for state in members)
    assert held.loc[(2019, "EU"), "gdp_usd"] == pytest.approx(expected, rel=WHOLE_MILLIONS)
    assert held.loc[(2019, "EU"), "gdp_states"] == len(members)
    lacking = held[held["gdp_missing"] > 0]
    assert len(lacking) > 0
    assert lacking["gdp_usd"].isna().all()


def test_trade_over_product_is_the_quotient_of_both(atlas):
    value = values(atlas.figures("trade-value", "RUS", "CHN", first=1995, last=2014))
    ratio = values(atlas.figures("trade-gdp", "RUS", "CHN", first=1995, last=2014))
    table = atlas.store.table("totals")
    product = rows_of(atlas, table.filter(table.actor == "RUS")).set_index("year")["gdp_usd"]
    np.testing.assert_allclose(ratio, value * 1e6 / product.loc[1995:2014], rtol=SAME_FORMULA)


def rows_of(atlas, expression):
    return atlas.store.frame(expression).sort_values("year")


def test_unanimous_roll_calls_are_part_of_the_joint_ones(atlas):
    frame = atlas.computed.tallies(None, None, (YEAR, YEAR), "final")
    diagonal = frame[["yes_yes", "abstain_abstain", "no_no"]].to_numpy()
    assert (frame[list(UNANIMOUS)].to_numpy() <= diagonal).all()


def test_a_distribution_is_of_states_only(atlas):
    frame = atlas.figures("un-s", first=YEAR, last=YEAR)
    state = ~frame["a"].isin(list(blocs())) & ~frame["b"].isin(list(blocs()))
    expected = np.sort(frame.loc[state, "value"])
    np.testing.assert_array_equal(np.sort(atlas.distribution("un-s", YEAR)), expected)
    assert 0 < state.sum() < len(frame)


def test_partings_are_votes_apart_sharpest_first(atlas):
    frame = atlas.partings("RUS", "CHN", 2018, 2018)
    assert list(frame["rank"]) == list(range(1, len(frame) + 1))
    assert (frame["vote_a"] != frame["vote_b"]).all()
    apart = (frame["vote_a"].astype(int) - frame["vote_b"].astype(int)).abs()
    assert apart.is_monotonic_decreasing
    back = atlas.partings("CHN", "RUS", 2018, 2018)
    assert list(back["vote_a"]) == list(frame["vote_b"])
    assert list(back["roll_call"]) == list(frame["roll_call"])


@pytest.mark.mirror
def test_partings_carry_the_votes_of_the_ballots(atlas, ungas):
    ballots, _ = ungas
    frame = atlas.partings("RUS", "CHN", 2015, 2018)
    place = {call: k for k, call in enumerate(ballots.roll_calls["roll_call"])}
    for row in frame.itertuples(index=False):
        votes = ballots.votes[place[row.roll_call]]
        assert votes[ballots.states.index("RUS")] == row.vote_a
        assert votes[ballots.states.index("CHN")] == row.vote_b
        assert [(votes == p).sum() for p in (1, 2, 3)] == [row.yes, row.abstain, row.no]


@pytest.mark.parametrize(
    ("choice", "seen", "nearest"),
    [
        ("roll_calls", "nuclaer", "nuclear"),
        ("unanimous", "dropp", "drop"),
        ("distance", "quadratc", "quadratic"),
    ],
)
def test_unknown_choices_get_the_nearest(choice, seen, nearest):
    with pytest.raises(UnknownName) as caught:
        Choices(**{choice: seen})
    assert caught.value.choices[0] == nearest
    assert caught.value.next_step


@pytest.mark.parametrize("level", [0, 1, -0.1, 90, float("nan")])
def test_a_level_outside_its_range_is_refused_with_a_next_step(level):
    with pytest.raises(InputError) as caught:
        Choices(level=level)
    assert str(level) in str(caught.value)
    assert caught.value.next_step


def test_the_figures_of_a_sample_of_pairs_are_those_of_all_pairs(atlas):
    everyone = atlas.figures("un-kappa", first=YEAR, last=YEAR)
    for row in everyone.sample(10, random_state=SEED).itertuples(index=False):
        alone = atlas.figures("un-kappa", row.a, row.b, first=YEAR, last=YEAR)
        assert alone["value"].item() == pytest.approx(row.value, abs=SAME_FORMULA)
        assert alone["n"].item() == row.n
