"""ICEWS counts as read, and the scale of event codes with its class means."""

import csv
import tomllib
from pathlib import Path
from statistics import fmean

import pandas as pd
import pytest

from tripolar.errors import NewOddity
from tripolar.sources import cameo_goldstein, icews, source

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "events.toml").read_text(encoding="utf-8")
)
PRINTED = 1e-9
"""Means of the same decimals in another order of summing."""
OTHER_TABLE = 0.04
"""What four codes with other values in GDELT's table move a class mean by, at most."""


@pytest.fixture(scope="module")
def counts(mirror):
    return icews.read(mirror)


@pytest.mark.mirror
def test_counts_run_from_actor_to_target(counts):
    pair = counts[(counts["actor"] == "RUS") & (counts["target"] == "CHN")].set_index("year")
    for year, number in REFERENCE["verbal_cooperation_russia_china"]["by_year"].items():
        assert pair.loc[int(year), "verbal_cooperation"] == number
    back = counts[(counts["actor"] == "CHN") & (counts["target"] == "RUS")].set_index("year")
    assert (pair["verbal_cooperation"] != back["verbal_cooperation"]).any()


@pytest.mark.mirror
def test_every_directed_pair_of_the_same_states_has_a_row_in_every_year(counts):
    assert len(counts) == REFERENCE["size"]["rows"]
    states = REFERENCE["size"]["states"]
    assert (counts.groupby("year").size() == states * (states - 1)).all()
    assert counts.groupby("year")["actor"].nunique().eq(states).all()
    assert not counts.duplicated(["year", "actor", "target"]).any()
    assert (counts[list(icews.CLASSES.values())] >= 0).all(axis=None)


@pytest.mark.mirror
def test_codes_stand_for_the_states_named_beside_them(mirror):
    raw = pd.read_parquet(source(icews.NAME).path("events", mirror))
    named = dict(zip(raw["i"], raw["i_iso3c"], strict=True))
    assert named["Korea, Republic Of"] == "KOR"
    assert named["Congo, Republic Of"] == "COG"
    assert named["Niger"] == "NER"
    assert named["Nigeria"] == "NGA"
    assert "Turkey" not in named


@pytest.mark.mirror
def test_a_code_that_no_state_holds_stops_the_reading(mirror, monkeypatch):
    raw = pd.read_parquet(source(icews.NAME).path("events", mirror)).head(3)
    monkeypatch.setattr(pd, "read_parquet", lambda *_, **__: raw.assign(j_iso3c="XQX"))
    with pytest.raises(NewOddity, match="XQX in 2002"):
        icews.read(mirror)


@pytest.mark.mirror
def test_the_scale_is_that_of_the_codes(mirror):
    points = cameo_goldstein.read(mirror).set_index("code")["points"]
    for code, value in REFERENCE["scale"]["points"].items():
        assert points[code] == value
    assert points.between(-10, 10).all()
    assert points.index.str.len().min() == 3


@pytest.mark.mirror
def test_class_means_against_a_second_reading_and_the_other_table(mirror):
    folder = mirror / "events_icews"
    with (folder / "cameo_goldstein_mappings.csv").open(encoding="utf-8") as stream:
        mine = {row["code"]: float(row["goldstein"]) for row in csv.DictReader(stream)}
    lines = (folder / "CAMEO.goldsteinscale.txt").read_text(encoding="utf-8").splitlines()[1:]
    theirs = {code: float(points) for code, points in (line.split() for line in lines)}
    seen = cameo_goldstein.class_means(mirror)
    bounds = {
        "verbal_cooperation": (1, 5),
        "material_cooperation": (6, 8),
        "verbal_conflict": (9, 13),
        "material_conflict": (14, 20),
    }
    for kind, (first, last) in bounds.items():
        mean, other = (
            fmean(
                v for code, v in table.items() if len(code) > 2 and first <= int(code[:2]) <= last
            )
            for table in (mine, theirs)
        )
        assert seen[kind] == pytest.approx(mean, abs=PRINTED)
        assert seen[kind] == pytest.approx(other, abs=OTHER_TABLE)
