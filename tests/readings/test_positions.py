"""Ideal points in the product: positions, distances with joint bands, and who moved."""

import itertools

import numpy as np
import pandas as pd
import pytest

from tripolar.actors.blocs import members_in_year
from tripolar.errors import BadYears, InputError, UnknownName
from tripolar.panel.positions import SHARED, distances
from tripolar.readings.positions import COLUMNS

# Shared deviations are stored to a thousandth and as float32; sums of a few stay within this.
STORED = 2e-3
# Draws of 2,000 own errors: a standard deviation is known to about 1.6 percent.
DRAWN = 0.08


def test_the_columns_are_the_declared_ones(world):
    frame = world.ideal_points("RUS", "CHN").table()
    assert (
        list(frame.columns)
        == COLUMNS
        == [*("state", "session", "year", "position", "se", "low", "high", "votes")]
    )
    assert set(frame["state"]) == {"SUN", "RUS", "CHN"}
    assert (frame["year"] == frame["session"] + 1945).all()
    assert (frame["low"] < frame["position"]).all()
    assert (frame["position"] < frame["high"]).all()
    assert not frame.isna().any(axis=None)


def test_the_united_states_is_positive_and_beyond_its_allies(world):
    frame = world.ideal_points("USA", "GBR", "CHN", "IRN", first=1992).table()
    wide = frame.pivot_table(index="year", columns="state", values="position")
    assert (wide["USA"] > wide["GBR"]).all()
    assert (wide["GBR"] > wide["CHN"]).all()
    assert (wide["IRN"] < 0).all()


def test_a_bloc_stands_at_its_members_mean(world):
    of_year = world.atlas.computed.positions(None, 2010, 2010).set_index("actor")
    members = of_year.loc[sorted(members_in_year("EU", 2010))]
    bloc = of_year.loc["EU"]
    assert bloc["members"] == len(members) == 27
    assert bloc["position"] == pytest.approx(members["position"].mean())
    assert bloc["spread"] == pytest.approx(members["position"].std(ddof=0))
    assert bloc["own"] == pytest.approx(members["own"].sum() / 27**2)
    assert bloc["standard_error"] < members["standard_error"].min()


def test_a_distance_is_that_of_positions_and_its_band_is_joint(world):
    figure = world.figures("un-ideal-distance", "RUS", "CHN", first=2018, last=2018).table().iloc[0]
    rows = world.atlas.computed.positions(["RUS", "CHN"], 2018, 2018).set_index("actor")
    apart = abs(rows.loc["RUS", "position"] - rows.loc["CHN", "position"])
    assert figure["value"] == pytest.approx(apart)
    difference = rows.loc["RUS", list(SHARED)] - rows.loc["CHN", list(SHARED)]
    error = np.sqrt(rows["own"].sum() + np.var(difference.astype(float), ddof=1))
    assert figure["high"] - figure["value"] == pytest.approx(1.6448536 * error, abs=STORED)
    alone = np.hypot(*rows["standard_error"])
    assert error != pytest.approx(alone, rel=0.01)
    assert figure["n"] == rows["votes"].sum()


def test_distances_are_symmetric_and_keep_the_triangle(world):
    rows = world.atlas.computed.positions(["USA", "RUS", "CHN"], 2015, 2015).reset_index(drop=True)
    first, second = zip(*itertools.permutations(range(3), 2), strict=True)
    value, low, high = distances(rows, first, second)
    table = dict(zip(zip(first, second, strict=True), value, strict=True))
    assert table[0, 1] == table[1, 0]
    sides = sorted([table[0, 1], table[0, 2], table[1, 2]])
    assert sides[2] == pytest.approx(sides[0] + sides[1])
    assert (low >= 0).all()
    assert (low <= value).all()
    assert (value <= high).all()


def test_the_panel_of_a_year_holds_every_pair_once(world):
    frame = world.figures("un-ideal-distance", first=2012, last=2012).table()
    states = frame[~frame["a"].isin(["EU"]) & ~frame["b"].isin(["EU"])]
    assert not states.duplicated(["a", "b"]).any()
    assert not frame["value"].isna().any()
    pair = frame[(frame["a"] == "CHN") & (frame["b"] == "RUS")]
    same = world.figures("un-ideal-distance", "RUS", "CHN", first=2012, last=2012).table()
    assert pair["value"].item() == pytest.approx(same["value"].item())


def test_movements_add_up_and_name_the_one_who_moved(world):
    moved = world.movement("RUS", "CHN", first=1992, last=2019)
    assert (moved.first, moved.last) == (1992, 2019)
    assert moved.by_a[0] + moved.by_b[0] == pytest.approx(moved.change[0])
    assert moved.after[0] - moved.before[0] == pytest.approx(moved.change[0])
    assert moved.by_a[2] < 0
    back = world.movement("CHN", "RUS", first=1992, last=2019)
    assert back.by_b[0] == pytest.approx(moved.by_a[0])
    assert back.by_b[1] == pytest.approx(moved.by_a[1], abs=DRAWN)


def test_a_direction_that_hinges_on_the_first_year_is_not_named(world):
    """In 1990 the USSR and China stood together, in 1992-94 Russia stood apart."""
    moved = world.movement("RUS", "CHN", first=1990, last=2022)
    assert moved.least < 0 < moved.most
    assert moved.verdict == "it hinges on the first year"
    changes = [
        world.movement("RUS", "CHN", first=year, last=2022).change[0] for year in range(1990, 1995)
    ]
    assert moved.least == pytest.approx(min(changes))
    assert moved.most == pytest.approx(max(changes))
    assert world.movement("RUS", "CHN", first=1992, last=2019).verdict == "nearer"


def test_a_movement_needs_two_years(world):
    with pytest.raises(BadYears, match="a movement needs two"):
        world.movement("RUS", "CHN", first=2018, last=2018)


def test_issue_areas_have_a_scale_of_their_own(world):
    all_votes = world.ideal_points("CHN", first=2015, last=2015).table()
    rights = world.ideal_points("CHN", first=2015, last=2015, roll_calls="human-rights").table()
    assert rights["votes"].item() < all_votes["votes"].item()
    assert rights["position"].item() < -1
    ids = {
        world.figures("un-ideal-distance", "RUS", "CHN", roll_calls=name).lineage.id
        for name in ("final", "human-rights")
    }
    assert len(ids) == 2


def test_a_set_without_an_estimation_is_refused(world):
    with pytest.raises(UnknownName, match="with-paragraphs"):
        world.ideal_points("CHN", roll_calls="with-paragraphs")
    with pytest.raises(InputError, match="no bearing"):
        world.figures("un-ideal-distance", "RUS", "CHN", unanimous="drop")


def test_a_year_without_a_session_position_is_explained(world):
    found = world.figures("un-ideal-distance", "CHE", "RUS", first=2000, last=2003)
    assert found.table()["year"].min() == 2002
    assert [str(blank.kind) for blank in found.blanks] == ["not-a-member", "not-a-member"]


@pytest.mark.mirror
def test_positions_meet_the_published_estimates(world, mirror):
    """Bailey, Strezhnev and Voeten, estimates of April 2020; only ranks and lines compare."""
    from tripolar.actors.states import find

    published = pd.read_csv(
        mirror / "ideal_points_published" / "IdealpointestimatesAll_Apr2020.csv", encoding="latin-1"
    )
    published = published[published["session"].between(45, 74)]
    codes = {code: f"cow:{code}" for code in published["ccode"].unique()}
    keys = [
        find(codes[code], pd.Timestamp(session + 1945, 12, 31).date()).key
        for code, session in zip(published["ccode"], published["session"], strict=True)
    ]
    column = next(name for name in published if name.lower().startswith("idealpoint"))
    theirs = pd.DataFrame(
        {"state": keys, "session": published["session"], "theirs": published[column]}
    )
    both = world.ideal_points().table().merge(theirs, on=["state", "session"])
    assert len(both) > 5000
    assert both["position"].corr(both["theirs"]) > 0.985
    by_session = both.groupby("session")[["position", "theirs"]].corr().iloc[0::2, 1]
    assert by_session.median() > 0.99
