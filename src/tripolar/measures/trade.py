"""Trade dependence and interdependence of two actors (Barbieri; Oneal and Russett).

The formulas are written on two quantities and work alike on numbers, arrays and table
expressions, so that a build in any engine and a check by hand run the same line.

Barbieri (1996), Journal of Peace Research 33:29-49, doi:10.1177/0022343396033001003.
Oneal and Russett (1997), International Studies Quarterly 41:267-294, doi:10.1111/1468-2478.00042.
"""

from __future__ import annotations

from typing import Any

Quantity = Any
"""A number, a numpy array, a pandas Series or an ibis column."""


def share(trade: Quantity, total: Quantity) -> Quantity:
    """Trade with the partner (imports both ways) over the actor's trade with everyone: 0 to 1."""
    return trade / total


def salience(share_a: Quantity, share_b: Quantity) -> Quantity:
    """How much the tie weighs for both: the geometric mean of the two shares, 0 to 1."""
    return (share_a * share_b) ** 0.5


def symmetry(share_a: Quantity, share_b: Quantity) -> Quantity:
    """How evenly the tie weighs: 1 less the distance of the two shares, 0 to 1."""
    return 1 - ((share_a - share_b) ** 2) ** 0.5


def interdependence(share_a: Quantity, share_b: Quantity) -> Quantity:
    """Salience times symmetry, 0 to 1."""
    return salience(share_a, share_b) * symmetry(share_a, share_b)


def asymmetry(share_a: Quantity, share_b: Quantity) -> Quantity:
    """Whose trade leans more on the other's: the share of a less the share of b, -1 to 1."""
    return share_a - share_b
