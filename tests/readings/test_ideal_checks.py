"""The referee's checks: each on small ballots, two on the mirror."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from tripolar.charts import Chart, to_svg
from tripolar.errors import InputError, UnknownName
from tripolar.readings import ideal_checks
from tripolar.readings.ideal_checks import CHECKS, CheckResult, run_check
from tripolar.sources.unga import Ballots

WEST = ("USA", "GBR", "FRA", "CAN", "NLD", "BEL")
EAST = ("RUS", "BLR", "PRK", "SYR", "VNM", "LAO")
OTHERS = ("CHN", "IND", "BRA", "ZAF", "MEX", "EGY", "KEN", "IDN")
STATES = WEST + OTHERS + EAST
PER_SESSION, SESSIONS = 60, (61, 62, 63)


@pytest.fixture(scope="module")
def ballots() -> Ballots:
    """Three sessions of votes on one dimension; some unanimous, some repeated, some important."""
    random = np.random.default_rng(0)
    theta = np.linspace(2, -2, len(STATES))
    beta = random.normal(0, 1.5, PER_SESSION)
    cut = random.normal(0, 1.0, PER_SESSION)
    rows, votes = [], []
    for session in SESSIONS:
        for turn in range(PER_SESSION):
            latent = beta[turn] * theta + random.standard_normal(theta.size)
            votes.append(1 + (latent > cut[turn]).astype(int) + (latent > cut[turn] + 0.6))
            rows.append(
                {
                    "roll_call": 1000 * session + turn,
                    "year": session + 1945,
                    "session": session,
                    "kind": "final",
                    "resolution": f"{session}/{turn}",
                    "title": f"matter {chr(97 + turn // 26)}{chr(97 + turn % 26)} before them",
                    "important": pd.NA if turn == 0 else turn % 2 == 0,
                }
            )
    calls = pd.DataFrame(rows).astype({"important": "boolean"})
    return Ballots(calls, STATES, np.array(votes, dtype=np.int8))


def sound(result: CheckResult, name: str) -> None:
    assert result.name == name
    assert len(result.table()) > 0
    assert not result.table().select_dtypes("number").isna().any().any()
    assert result.summary.endswith(".")
    assert "nan" not in result.summary
    plain = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert plain["check"] == name
    assert len(plain["rows"]) == len(result.table())
    chart = result.plot()
    assert isinstance(chart, Chart)
    assert chart.title == result.title
    assert to_svg(chart).startswith("<svg")


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_gives_a_table_a_chart_and_a_sentence(ballots, name):
    sound(CHECKS[name](ballots), name)


def test_variants_stand_beside_the_declared_fit_session_by_session(ballots):
    table = CHECKS["walk-variance"](ballots).table()
    assert table.groupby("variant", sort=False)["session"].apply(list).to_dict() == {
        "walk variance 0.0625": list(SESSIONS),
        "walk variance 1": list(SESSIONS),
    }
    assert (table["states"] == len(STATES)).all()
    assert (table["year"] == table["session"] + 1945).all()


def test_small_minorities_are_left_out_in_turn(ballots):
    figures = CHECKS["unanimous"](ballots).figures
    items = [figures[name]["items"] for name in figures]
    assert items == sorted(items, reverse=True)


def test_without_bridges_there_are_more_items(ballots):
    figures = CHECKS["bridges"](ballots).figures["without bridges"]
    assert figures["items"] > ideal_checks.prepare(ballots).item_labels.size


def test_no_important_votes_is_an_error(ballots):
    calls = ballots.roll_calls.assign(important=pd.NA).astype({"important": "boolean"})
    with pytest.raises(InputError, match="important"):
        CHECKS["important"](Ballots(calls, ballots.states, ballots.votes))


def test_thirds_are_of_each_session(ballots):
    data, points = ideal_checks._fitted(ballots)
    third = ideal_checks._thirds(data, points)
    for when in SESSIONS:
        rows = data.session == when
        assert np.bincount(third[rows]).tolist() == [7, 7, 6]
        assert (
            points.position[rows & (third == 0)].max() <= points.position[rows & (third == 2)].min()
        )


def test_an_unknown_check_offers_the_nearest(tmp_path):
    with pytest.raises(UnknownName) as caught:
        run_check("bridge", tmp_path)
    assert caught.value.choices[0] == "bridges"


@pytest.mark.mirror
def test_one_dimension_explains_what_it_did(mirror):
    found = run_check("item-fit", mirror)
    sound(found, "item-fit")
    assert 0.89 < found.figures["correct"] < 0.93
    assert 0.48 < found.figures["pre"] < 0.58


@pytest.mark.mirror
def test_the_real_votes_hold_a_second_dimension_in_every_period(mirror):
    found = run_check("dimensions", mirror)
    sound(found, "dimensions")
    assert found.figures["exceeding"] == found.figures["periods"] == 8
    assert found.figures["largest_gain_beyond_chance"] < 0.10
