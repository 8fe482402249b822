"""The measure of scored GDELT events."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

MEASURES = (
    Measure(
        name="events-gdelt",
        title="Scored GDELT events per day",
        family="gdelt",
        dimension="political",
        directed=False,
        unit="score points per day",
        low=None,
        high=None,
        higher_means="more, or more cooperative, events between the two in the news",
        formula="sum of event scores of the year / days of the year with data",
        denominator="days with data; n is their number",
        band="none: the source publishes sums without an error",
        sources=("gdelt-network",),
        references=("https://www.gdeltproject.org/", "https://github.com/gzemo/gdelt-graph-data"),
        caution=(
            "No mean on Goldstein's scale: an unnormalised sum that grows with the number of "
            "reports, so a large pair outweighs a small one whatever their relations. Read the "
            "sign, and one pair over time. Peaks of war draw cooperative events too. A bloc's sum "
            "is over the members the file has: without Slovenia and Montenegro."
        ),
        zeros="both",
        blank=(
            "the year has data on less than three quarters of its days (2024), or one of the two "
            "is not coded: Georgia, Bosnia and Herzegovina, Montenegro, Serbia, Slovenia, "
            "Timor-Leste, Kosovo"
        ),
    ),
)
