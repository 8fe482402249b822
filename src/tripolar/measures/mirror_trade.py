"""Two reports of one flow of goods: how far apart they are, and one flow made of both.

The exporter counts free on board (FOB), the importer with insurance and freight (CIF), so the
importer's figure is the larger where both see the same goods.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Reports = npt.NDArray[np.float64]


class Reconciled(NamedTuple):
    """One flow of two reports.

    flow : mean of the exporter's report and the importer's without the margin
    low, high : the smaller and the larger of the two
    gap : ln(importer's / exporter's) before the margin is taken off
    """

    flow: Reports
    low: Reports
    high: Reports
    gap: Reports


def gap(exporter: Reports, importer: Reports) -> Reports:
    """ln(importer's report / exporter's): 0 alike; NaN where one is missing or not above nought."""
    both = (exporter > 0) & (importer > 0)
    ratio = np.divide(importer, exporter, out=np.full(len(exporter), np.nan), where=both)
    logs: Reports = np.log(ratio)
    return logs


def margin(exporter: Reports, importer: Reports, at_least: float = 0.0) -> float:
    """What freight and insurance add, as a factor: the median of the ratios of the reports.

    Only flows that both report with at least that much count: small ones are mostly noise.
    """
    sizeable = np.minimum(exporter, importer) >= at_least
    return float(np.exp(np.nanmedian(gap(exporter[sizeable], importer[sizeable]))))


def reconcile(exporter: Reports, importer: Reports, factor: Reports | float) -> Reconciled:
    """Bring two reports of each flow together; NaN where one is missing or not above nought.

    Parameters
    ----------
    exporter, importer : the two reports, in one unit
    factor : the margin of the importers' reports over the exporters' (see `margin`), one for all
        flows or one for each
    """
    apart = gap(exporter, importer)
    known = np.where(np.isnan(apart), np.nan, 1.0)
    without = importer / factor
    return Reconciled(
        flow=known * (exporter + without) / 2,
        low=known * np.minimum(exporter, without),
        high=known * np.maximum(exporter, without),
        gap=apart,
    )
