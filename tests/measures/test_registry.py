"""The declarations: whole, consistent with each other, and with the sources they name."""

import re

import pytest

from tripolar.errors import UnknownName
from tripolar.measures import DIMENSIONS, MEASURES, measure, tables
from tripolar.panel.families import sources_of_family
from tripolar.panel.parts import COMPUTED_FAMILIES, stored_families
from tripolar.sources import catalogue

FAMILIES = COMPUTED_FAMILIES | set(stored_families())
FOR_CHECKS = {"wits-2009"}
"""Sources that test how a figure is made and stand behind none."""
ALL = list(MEASURES.values())
DOI_OR_PAGE = re.compile(r"(doi:10\.\d{4,}/\S+|https://\S+)")


@pytest.mark.parametrize("what", ALL, ids=lambda m: m.name)
def test_a_declaration_is_whole(what):
    for field in ("title", "unit", "higher_means", "formula", "denominator", "band"):
        assert getattr(what, field).strip(), field
    assert what.dimension in DIMENSIONS
    assert what.family in FAMILIES
    assert re.fullmatch(r"[a-z][a-z-]*", what.name)
    assert what.sources
    assert set(what.sources) <= catalogue().keys()
    assert what.references
    assert all(DOI_OR_PAGE.fullmatch(reference) for reference in what.references)
    assert None in (what.low, what.high) or what.low < what.high


@pytest.mark.parametrize("what", ALL, ids=lambda m: m.name)
def test_only_directed_measures_are_mirrored(what):
    assert what.directed or not what.mirrored


@pytest.mark.parametrize("what", [m for m in ALL if m.family == "ballots"], ids=lambda m: m.name)
def test_a_measure_of_votes_names_a_statistic_with_its_range(what):
    statistic = tables.statistic(what.statistic)
    assert (what.low, what.high) == statistic.bounds(len(tables.UN_LEVELS), what.distance)
    assert what.distance in tables.DISTANCES
    assert not what.directed
    if statistic.chance_corrected:
        cited = {reference.removeprefix("doi:") for reference in what.references}
        assert cited & set(statistic.doi), "cites a paper of its statistic"


def test_measures_are_named_by_their_key_and_cannot_be_changed():
    assert all(name == what.name for name, what in MEASURES.items())
    with pytest.raises(TypeError):
        MEASURES["new"] = ALL[0]


def test_no_two_measures_say_the_same():
    said = [(m.family, m.statistic, m.distance, m.formula, m.denominator, m.covers) for m in ALL]
    assert len(set(said)) == len(said)
    assert len({m.title for m in ALL}) == len(ALL)


def test_every_source_serves_a_measure():
    assert {name for what in ALL for name in what.sources} == set(catalogue()) - FOR_CHECKS


@pytest.mark.parametrize("family", stored_families())
def test_a_family_reads_every_source_that_its_measures_name(family):
    named = {name for what in ALL if what.family == family for name in what.sources}
    assert named <= set(sources_of_family(family))


@pytest.mark.parametrize("what", ALL, ids=lambda m: m.name)
def test_silence_is_a_zero_only_of_stored_measures_that_can_be_zero(what):
    if what.zeros:
        assert what.family in stored_families()
        assert not what.monadic
        assert what.mirror != "inverse"
        assert what.low is None or what.low <= 0
        assert what.blank


def test_an_unknown_measure_gets_the_nearest():
    with pytest.raises(UnknownName) as caught:
        measure("un-kapa")
    assert caught.value.choices[0] == "un-kappa"
    assert caught.value.next_step
