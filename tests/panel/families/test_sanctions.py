"""Sanctions in force against a second count on the file, the outside facts and the traps."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tripolar.panel.families import sanctions
from tripolar.sources import gsdb, source

REFERENCE = tomllib.loads(
    (Path(__file__).parents[2] / "reference" / "sanctions.toml").read_text(encoding="utf-8")
)
FIRST = 1988


@pytest.fixture(scope="module")
def compiled(mirror):
    return sanctions.compile_figures(mirror, FIRST)


@pytest.fixture(scope="module")
def figures(compiled):
    return compiled.figures.set_index(["measure", "a", "b", "year"])[["value", "n"]].sort_index()


@pytest.fixture(scope="module")
def raw(mirror):
    return pd.read_csv(source("gsdb").path("cases", mirror), keep_default_na=False)


def in_force(raw, sender, target, year):
    """Cases by the cells' text alone."""
    named = raw["sanctioning_state"].str.split(r",\s*").map(lambda names: sender in names)
    aimed = raw["sanctioned_state"].str.split(r",\s*").map(lambda names: target in names)
    return raw[named & aimed & (raw["begin"] <= year) & (year <= raw["end"])]


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("a", "b", "sender", "target", "year"),
    [
        ("USA", "CHN", "United States", "China", 2021),
        ("USA", "RUS", "United States", "Russia", 2022),
        ("EU", "RUS", "EU", "Russia", 2022),
        ("RUS", "EU", "Russia", "EU", 2022),
        ("CHN", "NOR", "China", "Norway", 2015),
        ("RUS", "UKR", "Russia", "Ukraine", 1995),
        ("EU", "CHN", "EU", "China", 2000),
    ],
)
def test_cases_and_kinds_by_hand(figures, raw, a, b, sender, target, year):
    held = in_force(raw, sender, target, year)
    kinds = held[list(gsdb.KINDS)].any().sum()
    seen = figures.loc[("sanctions-imposed", a, b, year)]
    through_g7 = 1 if (a, b, year) == ("USA", "RUS", 2022) else 0
    assert seen["value"] == len(held) + through_g7
    assert seen["n"] == len(held)
    assert figures.loc[("sanctions-kinds", a, b, year), "value"] == kinds


@pytest.mark.mirror
def test_who_sanctions_russia_from_2014(figures):
    known = REFERENCE["against_russia_2014"]
    held = figures.xs("sanctions-imposed").xs(("RUS", 2014), level=("b", "year"))
    assert set(known["senders"]) <= set(held.index)
    assert set(known["not_senders"]).isdisjoint(held.index)
    before = figures.xs("sanctions-imposed").xs(("RUS", 2013), level=("b", "year"))
    assert set(known["senders"]).isdisjoint(before.index)


@pytest.mark.mirror
def test_groups_are_expanded(figures):
    """France is in no case against Russia of 2014 by name: all of its sanctions are the EU's."""
    france = figures.loc[("sanctions-imposed", "FRA", "RUS", 2014)]
    assert france["value"] == figures.loc[("sanctions-imposed", "EU", "RUS", 2014), "value"] == 2
    assert france["n"] == 0
    assert figures.loc[("sanctions-imposed", "CHN", "PRK", 2010), "n"] == 0
    first = REFERENCE["against_north_korea"]["first"]
    steps = figures.loc[("sanctions-imposed", "CHN", "PRK")]["value"]
    assert steps[first] == steps[first - 1] + 1


@pytest.mark.mirror
def test_the_embargo_on_china_has_no_gap_between_the_eec_and_the_eu(figures):
    held = figures.loc[("sanctions-imposed", "EU", "CHN")]["value"]
    assert list(held.index) == list(range(REFERENCE["arms_embargo_on_china"]["first"], 2023))


@pytest.mark.mirror
def test_north_korea_is_not_south_korea(figures):
    """Split on every comma, the target of the United States would be "Korea"."""
    assert figures.loc[("sanctions-imposed", "USA", "PRK", 2015), "value"] > 1
    assert ("sanctions-imposed", "USA", "KOR", 2015) not in figures.index


@pytest.mark.mirror
def test_the_united_kingdom_leaves_the_unions_sanctions_in_2020(figures):
    held = figures.loc[("sanctions-imposed", "GBR", "RUS")]["value"]
    assert 2019 in held.index
    assert 2020 not in held.index
    assert 2021 in held.index


@pytest.mark.mirror
def test_the_ussr_and_russia_do_not_overlap(compiled, figures):
    keys = figures.reset_index()
    early = keys[keys["year"] <= 1991]
    late = keys[keys["year"] >= 1992]
    assert "RUS" not in set(early["a"]) | set(early["b"])
    assert "SUN" not in set(late["a"]) | set(late["b"])
    of_1991 = compiled.covered[compiled.covered["year"] == 1991]["actor"]
    assert "SUN" in set(of_1991)
    assert "RUS" not in set(of_1991)


@pytest.mark.mirror
def test_russia_and_china_have_none_against_each_other(compiled, figures):
    for pair in (("RUS", "CHN"), ("CHN", "RUS")):
        assert ("sanctions-imposed", *pair) not in figures.index.droplevel("year")
    of_2022 = compiled.covered[compiled.covered["year"] == 2022]["actor"]
    assert {"RUS", "CHN", "EU", "NATO", "G7", "EAEU"} <= set(of_2022)
    assert set(of_2022).isdisjoint({"EU27", "EU28", "SCO", "CENTRAL-ASIA", "UN"})


@pytest.mark.mirror
def test_cases_of_both_by_hand(figures, raw):
    """The United States and the EU in one case, 2022; by target they share far more."""
    held = raw[(raw["begin"] <= 2022) & (raw["end"] >= 2022)]
    senders = held["sanctioning_state"].str.split(r",\s*").map(set)
    america = senders.map(lambda names: bool({"United States", "G7"} & names))
    union = senders.map(lambda names: "EU" in names)
    seen = figures.loc[("sanctions-joined", "EU", "USA", 2022)]
    assert seen["value"] == (america & union).sum()
    assert seen["n"] == (america | union).sum()
    shared = figures.loc[("sanctions-shared-targets", "EU", "USA", 2022), "value"]
    assert shared > 5 * seen["value"]


@pytest.mark.mirror
def test_shared_targets_of_russia_and_china_are_those_of_the_file(figures, mirror):
    rows = gsdb.read(mirror)
    of_2022 = rows[rows["year"] == 2022]
    aims = {}
    for state in ("RUS", "CHN"):
        sent = of_2022[
            (of_2022["side"] == "sender") & (of_2022["actor"] == state) & (of_2022["via"] != "UN")
        ]["case"]
        aimed = of_2022[of_2022["case"].isin(sent) & (of_2022["side"] == "target")]
        aims[state] = set(aimed.loc[aimed["via"] == "", "actor"])
    seen = figures.loc[("sanctions-shared-targets", "CHN", "RUS", 2022), "value"]
    assert aims["RUS"] & aims["CHN"] == {"EU", "USA"}
    assert seen == 2


@pytest.mark.mirror
def test_the_security_councils_sanctions_join_nobody(figures):
    """All members impose them; otherwise Russia and China would share a dozen targets."""
    assert ("sanctions-joined", "CHN", "RUS") not in figures.index.droplevel("year")
    assert figures.loc[("sanctions-imposed", "RUS", "PRK", 2015), "value"] > 0


@pytest.mark.mirror
def test_figures_are_well_formed(compiled):
    frame = compiled.figures
    assert not frame.duplicated(["measure", "a", "b", "year"]).any()
    assert (frame["value"] >= 1).all()
    assert (frame["a"] != frame["b"]).all()
    kinds = frame[frame["measure"] == "sanctions-kinds"]
    assert (kinds["value"] <= len(gsdb.KINDS)).all()
    pairs = frame[frame["measure"].isin(["sanctions-joined", "sanctions-shared-targets"])]
    assert (pairs["a"] < pairs["b"]).all()
    assert (pairs["value"] <= pairs["n"]).all()
