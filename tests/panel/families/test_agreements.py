"""Figures of trade agreements: counts by hand, blocs as shares of pairs of members."""

import itertools

import pytest

from tripolar.panel import spine
from tripolar.panel.families import agreements
from tripolar.sources import desta

FROM = 2000
EXACT = 1e-12
YEARS = (2000, 2008, 2020)


@pytest.fixture(scope="module")
def figures(mirror):
    return agreements.compile_figures(mirror, FROM).figures


@pytest.fixture(scope="module")
def bonds(mirror):
    return desta.read(mirror)


def value(figures, measure, a, b, year):
    one, other = sorted((a, b))
    rows = figures[
        (figures["measure"] == measure)
        & (figures["a"] == one)
        & (figures["b"] == other)
        & (figures["year"] == year)
    ]
    assert len(rows) <= 1
    return rows["value"].item() if len(rows) else 0.0


def treaties(bonds, a, b, year):
    """The treaties of two states at the end of a year, by a second count."""
    one, other = sorted((a, b))
    return {
        row.treaty
        for row in bonds[(bonds["a"] == one) & (bonds["b"] == other)].itertuples()
        if row.first <= year and not row.last < year
    }


@pytest.mark.mirror
@pytest.mark.parametrize("year", YEARS)
def test_counts_of_states_against_a_second_count(figures, bonds, year):
    pairs = [("RUS", "KAZ"), ("USA", "MEX"), ("DEU", "FRA"), ("CHN", "RUS"), ("RUS", "GEO")]
    for a, b in pairs:
        held = treaties(bonds, a, b, year)
        assert value(figures, "trade-agreements", a, b, year) == len(held)
        assert value(figures, "trade-agreement-in-force", a, b, year) == bool(held)


@pytest.mark.mirror
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(
    ("a", "b"), [("EU", "MEX"), ("EU", "CIS"), ("ASEAN", "CHN"), ("CAN", "EU"), ("EU", "RUS")]
)
def test_a_bloc_has_the_share_of_pairs_of_members(figures, bonds, a, b, year):
    held = spine.blocs_in(year)
    pairs = list(itertools.product(held.get(a, {a}), held.get(b, {b})))
    counts = [len(treaties(bonds, *pair, year)) for pair in pairs]
    share = sum(count > 0 for count in counts) / len(pairs)
    assert value(figures, "trade-agreement-in-force", a, b, year) == pytest.approx(share, abs=EXACT)
    mean = sum(counts) / len(pairs)
    assert value(figures, "trade-agreements", a, b, year) == pytest.approx(mean, abs=EXACT)


@pytest.mark.mirror
def test_the_eu_is_under_its_agreement_with_mexico_whole_in_every_year(figures):
    shares = [value(figures, "trade-agreement-in-force", "EU", "MEX", y) for y in range(2000, 2021)]
    assert shares == [1.0] * 21


@pytest.mark.mirror
def test_figures_are_of_pairs_of_the_year(figures):
    assert figures["year"].min() == FROM
    assert figures["year"].max() == 2020
    assert (figures["a"] < figures["b"]).all()
    assert not spine.share_a_state(figures).any()
    assert (figures["value"] > 0).all()
    assert (figures["n"] >= 1).all()
    in_force = figures[figures["measure"] == "trade-agreement-in-force"]
    assert (in_force["value"] <= 1).all()
    assert not figures.duplicated(["measure", "a", "b", "year"]).any()
    for year, rows in figures.groupby("year"):
        assert set(rows["a"]) | set(rows["b"]) <= set(spine.actors_in(year))
