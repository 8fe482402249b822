"""Figures of events against a plain loop over the file, and the traps of counted news."""

import csv

import pandas as pd
import pytest

from tripolar.measures.declared.events import MEASURES
from tripolar.panel import spine
from tripolar.panel.families import events
from tripolar.settings import BAND_REACH
from tripolar.sources import icews, source

THREE_DECIMALS = 6e-4
"""The balance is stored to three decimals."""
CLOSE = 1e-12
"""Two ways of doing the same sums in double precision."""
COLUMNS = ["verbCoop", "matlCoop", "verbConf", "matlConf"]
YEARS = range(2002, 2015)
CELLS = [("RUS", "CHN", 2014), ("CHN", "RUS", 2004), ("USA", "RUS", 2014), ("AFG", "ALB", 2002)]


@pytest.fixture(scope="module")
def compiled(mirror):
    return events.compile_figures(mirror)


@pytest.fixture(scope="module")
def figures(compiled):
    return compiled.figures.set_index(["measure", "a", "b", "year"])


@pytest.fixture(scope="module")
def raw(mirror):
    """Counts of the file by (actor, target, year), in plain Python."""
    table = pd.read_parquet(source(icews.NAME).path("events", mirror))
    keys = zip(table["i_iso3c"], table["j_iso3c"], table["year"], strict=True)
    return dict(zip(keys, table[COLUMNS].itertuples(index=False, name=None), strict=True))


@pytest.mark.mirror
@pytest.mark.parametrize(("a", "b", "year"), CELLS)
def test_figures_of_states_by_hand(figures, raw, a, b, year):
    verbal, material, quarrel, force = raw[a, b, year]
    n = verbal + material + quarrel + force
    assert figures.loc[("events-volume", a, b, year), "value"] == n
    if force:
        assert figures.loc[("events-material-conflict", a, b, year), "value"] == force
    else:
        assert ("events-material-conflict", a, b, year) not in figures.index
    share = figures.loc[("events-cooperation-share", a, b, year)]
    assert share["value"] == pytest.approx((verbal + material) / n, abs=CLOSE)
    assert share["n"] == n
    both = [x + y for x, y in zip(raw[a, b, year], raw[b, a, year], strict=True)]
    balance = figures.loc[("events-balance", *sorted((a, b)), year)]
    expected = (both[0] + both[1] - both[2] - both[3]) / sum(both)
    assert balance["value"] == pytest.approx(expected, abs=THREE_DECIMALS)
    assert balance["n"] == sum(both)


@pytest.mark.mirror
@pytest.mark.parametrize(("a", "b", "year"), CELLS)
def test_intensity_weighs_classes_by_the_mean_of_their_codes(figures, raw, mirror, a, b, year):
    path = mirror / "events_icews" / "cameo_goldstein_mappings.csv"
    with path.open(encoding="utf-8") as stream:
        codes = [(row["code"], float(row["goldstein"])) for row in csv.DictReader(stream)]
    bounds = [(1, 5), (6, 8), (9, 13), (14, 20)]
    groups = [
        [value for code, value in codes if len(code) > 2 and low <= int(code[:2]) <= high]
        for low, high in bounds
    ]
    means = [sum(group) / len(group) for group in groups]
    counts = raw[a, b, year]
    expected = sum(w * c for w, c in zip(means, counts, strict=True)) / sum(counts)
    seen = figures.loc[("events-intensity", a, b, year), "value"]
    assert seen == pytest.approx(expected, abs=CLOSE)


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("a", "b", "year"), [("EU", "CHN", 2014), ("RUS", "NATO", 2003), ("EU", "CENTRAL-ASIA", 2010)]
)
def test_a_blocs_events_are_its_members_towards_outsiders(figures, raw, a, b, year):
    blocs = spine.blocs_in(year)
    mine, theirs = blocs.get(a, {a}), blocs.get(b, {b})
    pairs = [(x, y, year) for x in mine for y in theirs if (x, y, year) in raw]
    total = sum(sum(raw[pair]) for pair in pairs)
    cooperation = sum(raw[pair][0] + raw[pair][1] for pair in pairs)
    assert figures.loc[("events-volume", a, b, year), "value"] == total
    share = figures.loc[("events-cooperation-share", a, b, year), "value"]
    assert share == pytest.approx(cooperation / total, abs=CLOSE)


@pytest.mark.mirror
def test_no_pair_shares_a_state_and_none_is_twice(compiled):
    figures = compiled.figures
    pairs = figures[["a", "b", "year"]].drop_duplicates()
    assert not spine.share_a_state(pairs).any()
    assert not figures.duplicated(["measure", "a", "b", "year"]).any()
    balance = figures[figures["measure"] == "events-balance"]
    assert (balance["a"] < balance["b"]).all()


@pytest.mark.mirror
def test_a_state_outside_the_file_is_blank_and_never_zero(compiled):
    covered = compiled.covered
    assert not covered["actor"].isin(["TUR", "CZE", "TWN", "SRB"]).any()
    assert not compiled.figures["a"].isin(["TUR", "CZE", "TWN", "SRB"]).any()
    assert set(covered["year"]) == set(YEARS)
    assert set(covered["measure"]) == set(events.COUNTED)
    of_2014 = set(covered.loc[covered["year"] == 2014, "actor"])
    assert {"RUS", "CHN", "EU", "NATO", "CENTRAL-ASIA"} <= of_2014
    assert any("NATO of 2014 without CZE, ISL, TUR" in line for line in compiled.report)


@pytest.mark.mirror
def test_pairs_without_an_event_are_left_to_the_zeros_rule(compiled, raw):
    figures = compiled.figures
    quiet = [pair for pair, counts in raw.items() if sum(counts) == 0 and pair[2] == 2010]
    assert len(quiet) > 1000
    stored = set(
        figures.loc[figures["year"] == 2010, ["a", "b", "year"]].itertuples(index=False, name=None)
    )
    one_way = {pair for pair in quiet if sum(raw[pair[1], pair[0], pair[2]]) == 0}
    assert not stored & one_way
    for what in MEASURES:
        kept = figures[figures["measure"] == what.name]
        assert (kept["n"] > 0).all()
        assert what.zeros == ("both" if what.name in events.COUNTED else "")


@pytest.mark.mirror
def test_values_keep_the_declared_range_and_bands_hold_them(compiled):
    figures = compiled.figures
    assert set(figures["measure"]) == {what.name for what in MEASURES}
    for what in MEASURES:
        kept = figures[figures["measure"] == what.name]
        assert kept["value"].min() >= what.low
        assert what.high is None or kept["value"].max() <= what.high
        if what.band.startswith("none"):
            assert kept["low"].isna().all()
        else:
            assert (kept["low"] <= kept["value"]).all()
            assert (kept["value"] <= kept["high"]).all()


@pytest.mark.mirror
def test_first_year_leaves_out_earlier_figures_and_changes_no_other(mirror, figures):
    late = events.compile_figures(mirror, 2014)
    assert set(late.figures["year"]) == {2014}
    assert set(late.covered["year"]) == {2014}
    kept = figures[figures.index.get_level_values("year") >= 2014]
    assert len(late.figures) == len(kept)
    assert events.compile_figures(mirror, 2030).figures.empty


@pytest.mark.parametrize(("hits", "n"), [(0, 1), (1, 1), (3, 10), (10, 10), (2319, 2329)])
def test_ends_of_the_interval_are_where_the_score_test_turns(hits, n):
    low, high = (end.item() for end in events.wilson(pd.Series([hits]), pd.Series([n])))
    for end in (low, high):
        square = BAND_REACH**2 * end * (1 - end) / n
        assert (hits / n - end) ** 2 == pytest.approx(square, abs=CLOSE)
    assert 0 <= low <= hits / n <= high <= 1
    assert high - low > 0
