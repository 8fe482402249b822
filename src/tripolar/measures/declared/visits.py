"""Measures of leaders' travel."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

MEASURES = (
    Measure(
        name="leader-visits",
        title="Visits of a's head of state or government to b",
        family="visits",
        dimension="political",
        directed=True,
        unit="visits",
        low=0.0,
        high=None,
        higher_means="a's leaders visit b more often",
        formula="visits of a's President or Premier to b in the year, one per leader and visit",
        denominator="a count; n is the same number of visits",
        band="none: a count from a list of all visits",
        sources=("chinese-leader-visits",),
        references=("https://who-where-when.ceias.eu/",),
        caution=(
            "China's leaders only, so b's visits to China stay unknown. Summits count as visits "
            "to the host. 2020 and 2021 are years of the pandemic. A visit to a bloc is one to "
            "any of its members: one journey to three members counts three."
        ),
        zeros="a",
        blank="a is not China: the source lists visits of China's leaders only",
    ),
    Measure(
        name="leader-trips",
        title="Visits abroad paid by a country's leaders",
        family="visits",
        dimension="political",
        directed=False,
        monadic=True,
        unit="visits",
        low=0.0,
        high=None,
        higher_means="the country's leaders travel more",
        formula="visits to all countries by leaders of a in the year",
        denominator="a count; n is the same number of visits",
        band="none: a count from the publisher's table of trips",
        sources=("colt-trips",),
        references=("https://korbel.du.edu/pardee/content/country-organization-leader-travel",),
        caution=(
            "Which leaders are counted differs by state: both heads for some, one for others "
            "(China's in 2018 and 2019 are the President's alone). Coverage of the early 1990s is "
            "thin. Says nothing of where they went."
        ),
        blank=(
            "no row: the leaders did not travel or their travel was not coded, which the source "
            "does not tell apart; a bloc has none, since trips among members cannot be taken out"
        ),
    ),
)
