"""Trade intensity: exports to a partner relative to what the partner's size lets expect."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.panel import spine
from tripolar.panel.families.compiled import FIGURES, Compiled, figures_of, to_digits
from tripolar.panel.rollup import flows_between, totals_with_all
from tripolar.sources import cow_trade, source

SOURCES = (cow_trade.NAME,)


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Figures of trade-intensity, zeros among them, from imports as reported."""
    if first_year > source(cow_trade.NAME).coverage.last:
        return Compiled(pd.DataFrame(columns=FIGURES))
    flows = cow_trade.read(mirror)
    flows = flows[flows["year"] >= first_year].rename(columns={"exporter": "a", "importer": "b"})
    reported = flows[flows["usd_mn"].notna()]
    sizes = _sizes(flows, reported)
    pairs = flows_between(reported, ["usd_mn"]).drop(columns="n")
    pairs = pairs.merge(sizes.add_suffix("_a"), left_on=["year", "a"], right_index=True)
    pairs = pairs.merge(sizes.add_suffix("_b"), left_on=["year", "b"], right_index=True)
    defined = pairs[(pairs["exports_a"] > 0) & (pairs["imports_b"] > 0)]
    figures = defined.assign(value=to_digits(intensity(defined), 3), n=defined["n_a"])
    return Compiled(
        figures_of("trade-intensity", figures),
        report=(
            f"{len(flows) - len(reported)} of {len(flows)} flows are missing: no figure",
            f"{len(pairs) - len(defined)} pairs of actors without exports or without imports",
        ),
    )


def intensity(pairs: pd.DataFrame) -> pd.Series:
    """(X_ab / X_a) / (M_b / (W - M_a)), Kojima's index of trade intensity.

    X_ab exports of a to b, X_a exports of a, M_b imports of b, M_a imports of a, W imports of the
    world. A bloc is one economy: trade inside a or b is in none of them.
    """
    others = pairs["world_a"] - pairs["inside_a"] - pairs["inside_b"] - pairs["imports_a"]
    return (pairs["usd_mn"] / pairs["exports_a"]) / (pairs["imports_b"] / others)


def _sizes(flows: pd.DataFrame, reported: pd.DataFrame) -> pd.DataFrame:
    """By year and actor: exports, imports, inside (a bloc's own trade), world, n (exports' flows).

    An actor with flows known to be unreported is left out: its totals are unknown.
    """
    key = ["year", "actor"]
    sent = totals_with_all(reported, ["usd_mn"], "a").set_index(key)
    received = totals_with_all(reported, ["usd_mn"], "b").set_index(key)
    sizes = pd.DataFrame(
        {"exports": sent["usd_mn"], "imports": received["usd_mn"], "n": sent["n"]}
    ).dropna()
    sizes["inside"] = _gross_exports(reported).reindex(sizes.index) - sizes["exports"]
    world = reported.groupby("year")["usd_mn"].sum()
    sizes["world"] = world.reindex(sizes.index.get_level_values("year")).to_numpy()
    unknown = _with_unreported_flows(flows)
    return sizes[~sizes.index.isin(unknown)]


def _gross_exports(reported: pd.DataFrame) -> pd.Series:
    """What an actor's members export, to one another as well, by year and actor."""
    of_states = reported.rename(columns={"a": "state"}).groupby(["year", "state"])["usd_mn"].sum()
    members = spine.actor_members(sorted({int(year) for year in reported["year"]}))
    joined = members.merge(of_states.reset_index(), on=["year", "state"])
    return joined.groupby(["year", "actor"])["usd_mn"].sum()


def _with_unreported_flows(flows: pd.DataFrame) -> pd.MultiIndex:
    """Year and actor of unknown totals: the successors of the USSR, blocs with a flow unreported.

    Moldova is among them although the source has no row at all of its flows with others in 1992.
    """
    unreported = flows[flows["unreported"]].assign(flow=1.0)
    sides = [totals_with_all(unreported, ["flow"], side)[["year", "actor"]] for side in "ab"]
    by_flow = pd.MultiIndex.from_frame(pd.concat(sides).drop_duplicates())
    by_name = pd.MultiIndex.from_product([cow_trade.UNREPORTED_YEARS, cow_trade.USSR_SUCCESSORS])
    return by_flow.union(by_name)
