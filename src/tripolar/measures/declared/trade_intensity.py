"""The measure of trade intensity."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

MEASURES = (
    Measure(
        name="trade-intensity",
        title="Trade intensity: exports to the partner relative to the partner's size",
        family="trade_intensity",
        dimension="economic",
        directed=True,
        unit="ratio",
        low=0.0,
        high=None,
        higher_means="a sends b more of its exports than b's share in world imports lets expect",
        formula="(X_ab / X_a) / (M_b / (W - M_a))",
        denominator="b's imports over the imports of the world without a; trade inside a bloc "
        "is in no term; n is the number of reported flows behind a's exports",
        band="none: one report per flow, and the source publishes no error",
        sources=("cow-trade",),
        references=(
            "doi:10.15057/8041",
            "doi:10.1177/0738894209343887",
        ),
        caution="1 is as expected by size alone: distance, not closeness, moves most figures. "
        "Between small economies one shipment makes a large ratio; read it with trade-value.",
        blank="the flow is missing in the source, or a has no exports or b no imports there; "
        "1992-1993 for the successor states of the USSR, whose totals are unknown",
        precision="three significant digits",
    ),
)
