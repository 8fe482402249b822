"""Influence as bandwidth times dependence, in the manner of the FBIC index, from our own parts.

The Formal Bilateral Influence Capacity index (Moyer and others, Pardee Institute) multiplies the
breadth of the ties of two states by how much one of them depends on the other. The parts here are
those that the atlas has; docs/methods/influence.md says how they differ from the published ones.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tripolar.actors.blocs import blocs
from tripolar.panel import compile as compiled
from tripolar.panel.families import arms, igos, pacts
from tripolar.panel.families.compiled import Compiled, figures_of
from tripolar.sources import cow_trade, worldbank

SOURCES = (cow_trade.NAME, worldbank.NAME, *arms.SOURCES, *igos.SOURCES, *pacts.SOURCES)
PACT_LEVELS = {"pact-defence": 1.0, "pact-nonaggression": 2 / 3, "pact-consultation": 1 / 3}
"""How much of the security channel the strongest promise of two actors fills."""
DECIMALS = {"bandwidth": 3, "dependence": 3, "influence": 4}
"""As stored; influence is the product of two numbers below one."""
USD_PER_MN = 1e6
KEY = ["year", "a", "b"]


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Bandwidth of every pair, and dependence and influence both ways, from ``first_year`` on."""
    ties = _trade(mirror, first_year)
    ties = ties.merge(_shared(igos.compile_figures(mirror, first_year)), on=KEY, how="inner")
    ties = ties.merge(_pact_level(pacts.compile_figures(mirror, first_year)), on=KEY, how="left")
    ties = _with_arms(ties, arms.compile_figures(mirror, first_year)).fillna({"pact": 0.0})
    found = influence_of(ties)
    return Compiled(
        pd.concat(
            [
                figures_of("influence-bandwidth", found.rename(columns={"bandwidth": "value"})),
                *(_both_ways(found, name) for name in ("dependence", "influence")),
            ],
            ignore_index=True,
        ),
        report=(f"influence: {len(found)} pairs of actors and years with every part",),
    )


def influence_of(ties: pd.DataFrame) -> pd.DataFrame:
    """Bandwidth, dependence and influence from their parts.

    Channels are scaled by the largest between two states of the year; blocs stop at 1.

    Parameters
    ----------
    ties : year, a, b (a before b), usd_mn (their trade), shared (memberships), pact (0 to 1),
        and for each side trade_a, trade_b (the partner's share in its trade), gdp_a, gdp_b (their
        trade over its product), arms_a, arms_b (the partner's share in its arms imports)

    Returns
    -------
    ties with bandwidth; dependence_a, dependence_b; influence_a (of a over b: bandwidth times
    b's dependence on a), influence_b; all between 0 and 1
    """
    groups = list(blocs())
    of_states = ~ties["a"].isin(groups) & ~ties["b"].isin(groups)
    most = ties[of_states].groupby("year")[["usd_mn", "shared"]].max()
    largest = most.reindex(ties["year"]).set_axis(ties.index)
    economic = (np.log1p(ties["usd_mn"]) / np.log1p(largest["usd_mn"])).clip(upper=1.0)
    political = (ties["shared"] / largest["shared"]).clip(upper=1.0)
    security = (ties["pact"] + (ties["arms_a"] + ties["arms_b"]) / 2) / 2
    found = ties.assign(bandwidth=(economic + political + security) / 3)
    for side in ("a", "b"):
        trade = (ties[f"trade_{side}"] + ties[f"gdp_{side}"].clip(upper=1.0)) / 2
        found[f"dependence_{side}"] = (trade + ties[f"arms_{side}"]) / 2
    found["influence_a"] = found["bandwidth"] * found["dependence_b"]
    found["influence_b"] = found["bandwidth"] * found["dependence_a"]
    parts = ["bandwidth", *(f"{n}_{s}" for n in ("dependence", "influence") for s in ("a", "b"))]
    digits = {name: DECIMALS[name.split("_")[0]] for name in parts}
    return found.round(digits)


def _trade(mirror: Path, first_year: int) -> pd.DataFrame:
    """Pairs with trade and product known on both sides."""
    flows, gdp, _ = compiled.read_trade(mirror, first_year)
    pairs, totals = compiled.trade_and_product(flows, gdp)
    ties = pairs[[*KEY, "usd_mn"]]
    for side in ("a", "b"):
        size = totals[["year", "actor", "usd_mn", "gdp_usd"]].rename(
            columns={"actor": side, "usd_mn": "total", "gdp_usd": "product"}
        )
        ties = ties.merge(size, on=["year", side], how="inner")
        ties[f"trade_{side}"] = ties["usd_mn"] / ties["total"].where(ties["total"] > 0)
        ties[f"gdp_{side}"] = ties["usd_mn"] * USD_PER_MN / ties["product"]
        ties = ties.drop(columns=["total", "product"])
    return ties.dropna()


def _shared(family: Compiled) -> pd.DataFrame:
    rows = family.figures
    return rows[rows["measure"] == "igo-memberships"][[*KEY, "value"]].rename(
        columns={"value": "shared"}
    )


def _pact_level(family: Compiled) -> pd.DataFrame:
    """The strongest promise of each pair; for blocs, weighted by the share of cross pairs."""
    rows = family.figures[family.figures["measure"].isin(PACT_LEVELS)]
    level = rows["measure"].map(PACT_LEVELS) * rows["value"]
    return rows.assign(pact=level).groupby(KEY)["pact"].max().reset_index()


def _with_arms(ties: pd.DataFrame, family: Compiled) -> pd.DataFrame:
    """Shares in arms imports on both sides; 0 for one that imported none from the other."""
    rows = family.figures[family.figures["measure"] == "arms-import-share"]
    for side, other in (("a", "b"), ("b", "a")):
        share = rows[[*KEY, "value"]].rename(
            columns={"a": side, "b": other, "value": f"arms_{side}"}
        )
        ties = ties.merge(share, on=KEY, how="left")
    return ties.fillna({"arms_a": 0.0, "arms_b": 0.0})


def _both_ways(found: pd.DataFrame, name: str) -> pd.DataFrame:
    forth = found[KEY].assign(value=found[f"{name}_a"])
    back = found[KEY].rename(columns={"a": "b", "b": "a"}).assign(value=found[f"{name}_b"])
    measure = "influence" if name == "influence" else f"influence-{name}"
    return figures_of(measure, pd.concat([forth, back], ignore_index=True))
