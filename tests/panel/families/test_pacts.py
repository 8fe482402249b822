"""Pacts and portfolios as compiled: by hand, state by state, and by the rule of zeros."""

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tripolar.measures import tables
from tripolar.measures.declared.pacts import MEASURES
from tripolar.panel import spine
from tripolar.panel.families import pacts
from tripolar.sources import atop
from tripolar.sources.pair_codes import speaks_of

REFERENCE = tomllib.loads(
    (Path(__file__).parents[2] / "reference" / "security.toml").read_text(encoding="utf-8")
)["similarity"]
FIRST, YEAR = 2017, 2018
STORED = 5e-5
"""Figures are stored to four decimals."""
CLOSED_FORM = 1e-9


@pytest.fixture(scope="module")
def compiled(mirror):
    return pacts.compile_figures(mirror, FIRST)


@pytest.fixture(scope="module")
def promises(mirror):
    rows = atop.read(mirror)
    return rows[rows["year"] == YEAR]


def value(compiled, measure, a, b, column="value"):
    rows = compiled.figures
    found = rows[
        (rows["measure"] == measure) & (rows["a"] == a) & (rows["b"] == b) & (rows["year"] == YEAR)
    ]
    assert len(found) <= 1
    return found[column].item() if len(found) else None


def level(promises, a, b):
    """0 to 3 by the rule as it is declared."""
    if a == b:
        return 3
    one, other = sorted((a, b))
    row = promises[(promises["a"] == one) & (promises["b"] == other)]
    if row.empty:
        return 0
    made = row.iloc[0]
    if made["defence"] or made["offence"]:
        return 3
    if made["neutrality"] or made["nonaggression"]:
        return 2
    return 1 if made["consultation"] else 0


@pytest.mark.mirror
@pytest.mark.parametrize("pair", [("CHN", "RUS"), ("DEU", "FRA")], ids="-".join)
def test_similarity_is_that_of_the_two_lists_of_levels(compiled, promises, pair):
    states = sorted(set(speaks_of(YEAR, YEAR)["state"]) & spine.states_in(YEAR))
    first, second = (np.array([level(promises, one, s) for s in states]) for one in pair)
    apart = np.abs(first - second).mean()
    expected = np.abs(first[:, None] - second[None, :]).mean()
    assert value(compiled, "alliance-similarity", *pair) == pytest.approx(
        1 - 2 * apart / 3, abs=STORED
    )
    assert value(compiled, "alliance-kappa", *pair) == pytest.approx(
        1 - apart / expected, abs=STORED
    )
    assert value(compiled, "alliance-similarity", *pair, "n") == len(states)


def test_three_states_by_hand():
    portfolios = np.array([[3, 0, 1], [0, 3, 1], [1, 1, 3]])
    joint = pacts.joint_tables(portfolios)[0, 1]
    assert joint[3, 0] == joint[0, 3] == joint[1, 1] == 1
    assert joint.sum() == 3
    found = tables.evaluate("s_score", joint, levels=pacts.LEVELS, level=None)
    assert found.value == pytest.approx(REFERENCE["s"], abs=CLOSED_FORM)


def test_the_strongest_promise_gives_the_level():
    made = pd.DataFrame(
        [[1, 0, 0, 0, 1], [0, 1, 0, 0, 0], [0, 0, 1, 0, 1], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]],
        columns=["defence", "offence", "neutrality", "nonaggression", "consultation"],
    )
    assert pacts.levels_of(made).tolist() == [3, 3, 2, 2, 1]


@pytest.mark.mirror
@pytest.mark.parametrize("pair", [("EU", "USA"), ("CHN", "CSTO"), ("CSTO", "NATO")], ids="-".join)
@pytest.mark.parametrize("kind", pacts.KINDS)
def test_a_blocs_pact_is_the_share_of_cross_pairs(compiled, promises, pair, kind):
    blocs = spine.blocs_in(YEAR)
    one, other = (sorted(blocs.get(actor, {actor})) for actor in pair)
    made = promises[promises[kind] == 1]
    bound = {frozenset(row) for row in made[["a", "b"]].itertuples(index=False)}
    cross = [frozenset(each) for each in itertools.product(one, other)]
    share = sum(each in bound for each in cross) / len(cross)
    found = value(compiled, f"pact-{kind}", *pair)
    assert (found or 0.0) == pytest.approx(share, abs=STORED)
    if found is not None:
        assert value(compiled, f"pact-{kind}", *pair, "n") == len(cross)


@pytest.mark.mirror
def test_zeros_are_left_to_the_rule_and_blocs_have_no_portfolio(compiled):
    rows = compiled.figures
    kinds = rows["measure"].str.startswith("pact-")
    assert (rows.loc[kinds, "value"] > 0).all()
    alike = rows[~kinds]
    assert not (set(alike["a"]) | set(alike["b"])) & set(spine.blocs_in(YEAR))
    assert alike["value"].between(-1, 1).all()
    assert not rows.duplicated(["measure", "a", "b", "year"]).any()
    assert (rows["a"] < rows["b"]).all()


@pytest.mark.mirror
def test_russia_is_not_covered_while_the_ussr_is_the_state_of_the_year(mirror):
    covered = pacts.compile_figures(mirror, 2018).covered
    assert set(covered["measure"]) == {f"pact-{kind}" for kind in pacts.KINDS}
    assert {"RUS", "EU", "NAM"} <= set(covered["actor"])
    in_1991 = set(speaks_of(1991, 1991)["state"])
    assert "SUN" in in_1991
    assert "RUS" not in in_1991
    assert "UKR" not in set(speaks_of(1990, 1990)["state"])


@pytest.mark.mirror
def test_every_declared_measure_has_figures_and_no_other(compiled):
    assert {each.name for each in MEASURES} == set(compiled.figures["measure"])
    assert all(each.family == "pacts" for each in MEASURES)
