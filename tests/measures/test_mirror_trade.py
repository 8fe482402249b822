"""Two reports of one flow: closed forms."""

import math

import numpy as np
import pytest

from tripolar.measures.mirror_trade import gap, margin, reconcile

EXACT = 1e-12


def test_the_gap_is_the_importers_over_the_exporters():
    seen = gap(np.array([100.0, 100.0, 100.0]), np.array([110.0, 50.0, 100.0]))
    assert seen == pytest.approx([math.log(1.1), math.log(0.5), 0.0], abs=EXACT)


@pytest.mark.parametrize(
    ("exporter", "importer"), [(0.0, 5.0), (5.0, 0.0), (math.nan, 5.0), (5.0, math.nan), (0.0, 0.0)]
)
def test_one_report_alone_has_no_gap(exporter, importer):
    mine, theirs = np.array([exporter]), np.array([importer])
    assert np.isnan(gap(mine, theirs)).all()
    assert all(np.isnan(column).all() for column in reconcile(mine, theirs, 1.1))


def test_the_margin_is_of_the_flows_that_count():
    exporter = np.array([100.0, 200.0, 300.0, 1.0, 1.0, 1.0])
    importer = np.array([110.0, 220.0, 330.0, 9.0, 9.0, 9.0])
    assert margin(exporter, importer, at_least=50) == pytest.approx(1.1, abs=EXACT)
    assert margin(exporter, importer) > 1.1


def test_reports_that_differ_by_the_margin_agree():
    made = reconcile(np.array([100.0]), np.array([110.0]), 1.1)
    assert made.flow == pytest.approx([100.0], abs=1e-9)
    assert made.low == pytest.approx(made.high, abs=1e-9)


def test_the_flow_lies_between_the_two_reports():
    made = reconcile(np.array([100.0, 80.0]), np.array([55.0, 220.0]), np.array([1.1, 1.1]))
    assert made.flow == pytest.approx([75.0, 140.0], abs=1e-9)
    assert made.low == pytest.approx([50.0, 80.0], abs=1e-9)
    assert made.high == pytest.approx([100.0, 200.0], abs=1e-9)
