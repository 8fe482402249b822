"""Measures of China's official finance and of its large deals abroad."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

NO_BAND = "none: projects and deals are listed one by one, and the source publishes no error"
ONLY_CHINA = "the source speaks of China's finance only"
KNOWN = f"{ONLY_CHINA}, to the 138 low- and middle-income states it lists"
AIDDATA = (
    "https://www.aiddata.org/data/aiddatas-global-chinese-development-finance-dataset-version-3-0"
)
GAPS = (
    "Commitments, not payments, found in public records: secret ones are missing. Serbia is "
    "missing from this edition."
)

MEASURES = (
    Measure(
        name="official-finance",
        title="Official finance committed to the partner",
        family="finance",
        dimension="economic",
        directed=True,
        unit="constant 2021 USD million",
        low=0.0,
        high=None,
        higher_means="a's government and state-owned banks committed more to b",
        formula="development assistance + other official flows + vague official finance of a to b "
        "in the year",
        denominator="n is the number of recipients of the year with a commitment (0 or 1 for a "
        "state)",
        band=NO_BAND,
        sources=("aidata-gcdf",),
        references=(AIDDATA, "doi:10.1017/9781108564496"),
        caution=f"{GAPS} One loan can make a year: read the share over five years. A bloc has a "
        "figure only if the source lists all its members.",
        blank=KNOWN,
    ),
    Measure(
        name="official-finance-share",
        title="The partner's share of official finance over five years",
        family="finance",
        dimension="economic",
        directed=True,
        unit="share",
        low=0.0,
        high=1.0,
        higher_means="more of a's official finance goes to b",
        formula="official finance of a to b / official finance of a to all, in the five years that "
        "end in the year",
        denominator="a's official finance to all listed recipients in the five years; n is the "
        "number of years and recipients with a commitment behind b's part",
        band=NO_BAND,
        sources=("aidata-gcdf",),
        references=(AIDDATA, "doi:10.1017/9781108564496"),
        caution=f"{GAPS} High-income states are neither above nor below the line.",
        blank=f"{KNOWN}; shares begin in 2004, and five years after a state does",
    ),
    Measure(
        name="investment-deals",
        title="Large deals of the country's firms in the partner",
        family="finance",
        dimension="economic",
        directed=True,
        unit="current USD million",
        low=0.0,
        high=None,
        higher_means="a's firms closed more large deals in b",
        formula="sum of investments and construction contracts of USD 100 million and more of a's "
        "firms in b in the year",
        denominator="n is the number of deals",
        band=NO_BAND,
        sources=("aei-cgit",),
        references=("https://www.aei.org/china-global-investment-tracker/",),
        caution="Investment and construction contracts together; the file does not tell them "
        "apart. Deals below USD 100 million are not in it, nor are bonds.",
        zeros="a",
        blank=ONLY_CHINA,
    ),
)
