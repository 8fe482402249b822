"""From states to actors: what a bloc has, sends and receives, by the membership of the year.

Flows add up over a bloc's members and leave out what stays inside; a pair of actors that share a
state is no pair. Every function takes rows keyed by states and returns rows keyed by actors, with
the states' own rows among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd

from tripolar.panel import spine
from tripolar.panel.store import as_table, rows


def flows_between(flows: pd.DataFrame, values: Sequence[str]) -> pd.DataFrame:
    """Directed flows of states as directed flows of actors.

    Parameters
    ----------
    flows : columns year, a, b (states; a to b) and the values, which are summed (missing values
        are left out of a sum; a sum of nothing but missing values is missing)
    values : names of the columns to sum

    Returns
    -------
    Columns year, a, b, the values, and ``n``, the number of states' flows behind the sum.
    """
    import ibis

    years = sorted(set(flows["year"]))
    if not years:
        return flows.assign(n=pd.Series(dtype="int64"))
    members, overlaps = as_table(spine.actor_members(years)), as_table(spine.overlaps(years))
    sent = as_table(flows[["year", "a", "b", *values]]).rename(sender="a", receiver="b")
    mine = members.rename(sender="state", a="actor")
    theirs = members.rename(receiver="state", b="actor")
    joined = sent.join(mine, ["year", "sender"]).join(theirs, ["year", "receiver"])
    apart = joined.filter(joined.a != joined.b).anti_join(overlaps, ["year", "a", "b"])
    summed = apart.group_by(["year", "a", "b"]).agg(
        **{name: apart[name].sum() for name in values}, n=ibis._.count()
    )
    return rows(summed).sort_values(["a", "b", "year"], ignore_index=True)


def totals_with_all(flows: pd.DataFrame, values: Sequence[str], side: str) -> pd.DataFrame:
    """What every actor sends to (side "a") or receives from (side "b") all states outside it.

    Returns columns year, actor, the values, and ``n``, the number of flows behind the sum. Rows
    whose partner is no state of the spine still count: a partner may be a territory or unknown.
    """
    import ibis

    other = {"a": "b", "b": "a"}[side]
    years = sorted(set(flows["year"]))
    if not years:
        return pd.DataFrame(columns=["year", "actor", *values, "n"])
    members = as_table(spine.actor_members(years))
    held = as_table(flows[["year", "a", "b", *values]]).rename(state=side, partner=other)
    joined = held.join(members, ["year", "state"])
    outside = joined.anti_join(members.rename(partner="state"), ["year", "actor", "partner"])
    summed = outside.group_by(["year", "actor"]).agg(
        **{name: outside[name].sum() for name in values}, n=ibis._.count()
    )
    return rows(summed).sort_values(["actor", "year"], ignore_index=True)


def sums_of_members(values: pd.DataFrame, name: str) -> pd.DataFrame:
    """A quantity of states (columns year, state, ``name``) as that of actors.

    A bloc has its members' sum, missing where one member's is. Returns year, actor, ``name``, n
    (members with a value).
    """
    return _of_members(values, name, lambda column: column.sum(skipna=False))


def means_of_members(values: pd.DataFrame, name: str) -> pd.DataFrame:
    """A property of states as that of actors: a bloc has the mean of the members with a value."""
    return _of_members(values, name, lambda column: column.mean())


def _of_members(
    values: pd.DataFrame, name: str, combine: Callable[[pd.Series], float]
) -> pd.DataFrame:
    members = spine.actor_members(sorted({int(year) for year in values["year"]}))
    joined = members.merge(
        values[["year", "state", name]], on=["year", "state"], how="left", validate="many_to_one"
    )
    groups = joined.groupby(["year", "actor"], sort=True)[name]
    found = pd.DataFrame({name: groups.agg(combine), "n": groups.count()})
    return found[found["n"] > 0].reset_index()


def pairs_of(values: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Every pair of actors (a before b) that share no state, year by year.

    ``values`` has the columns year, actor and others, which come back with the suffixes _a and _b.
    """
    for year, of_year in values.groupby("year"):
        there = of_year.drop(columns="year").sort_values("actor", ignore_index=True)
        first, second = np.triu_indices(len(there), k=1)
        one = there.iloc[first].add_suffix("_a").reset_index(drop=True)
        other = there.iloc[second].add_suffix("_b").reset_index(drop=True)
        frame = pd.concat([one, other], axis=1).rename(columns={"actor_a": "a", "actor_b": "b"})
        frame.insert(0, "year", int(str(year)))
        yield frame[~spine.share_a_state(frame)].reset_index(drop=True)
