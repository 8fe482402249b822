"""The world: figures with their blanks explained, choices, lineage and citations."""

import json
import re
from xml.etree import ElementTree

import pytest

import tripolar.world
from tripolar.errors import BadPair, DataError, InputError, UnknownName
from tripolar.measures import MEASURES
from tripolar.nothing import Nothing
from tripolar.panel.figures import COLUMNS
from tripolar.provenance import Lineage, Origin
from tripolar.sources import catalogue, source

BLANKS = [
    # Iraq lost its vote under Article 19 of the Charter: a member that voted nowhere in 2003
    ("un-agreement", "IRQ", "RUS", 2003, Nothing.ABSENT),
    # Switzerland joined on 10 September 2002, South Sudan became a state on 9 July 2011
    ("un-agreement", "CHE", "RUS", 2001, Nothing.NOT_A_MEMBER),
    ("un-agreement", "SSD", "RUS", 2005, Nothing.NOT_A_MEMBER),
    ("trade-value", "SSD", "RUS", 2005, Nothing.NOT_A_MEMBER),
    ("joint-vetoes", "DEU", "FRA", 2000, Nothing.NOT_A_MEMBER),
    ("joint-vetoes", "EU", "RUS", 2000, Nothing.NOT_A_MEMBER),
    ("trade-value", "RUS", "CHN", 2015, Nothing.OUTSIDE_COVERAGE),
    ("trade-gdp", "RUS", "CHN", 2018, Nothing.OUTSIDE_COVERAGE),
    ("un-agreement", "RUS", "CHN", 2023, Nothing.OUTSIDE_COVERAGE),
    ("joint-vetoes", "RUS", "CHN", 2023, Nothing.OUTSIDE_COVERAGE),
    # trade among the successors of the USSR is booked as 0 in these years
    ("trade-share", "RUS", "CHN", 1992, Nothing.MISSING),
    ("trade-share", "CHN", "RUS", 1993, None),
    ("trade-salience", "RUS", "CHN", 1993, Nothing.MISSING),
    # North Korea publishes no accounts
    ("gdp-ratio", "PRK", "CHN", 2000, Nothing.MISSING),
]


def asked_of(name):
    """Whom to ask a measure of: a bloc, a state, a power in a region, or a pair."""
    if name == "un-cohesion":
        return ("EU",)
    if MEASURES[name].monadic:
        return ("DEU",)
    return ("RUS", "CENTRAL-ASIA") if MEASURES[name].family == "regional" else ("RUS", "CHN")


@pytest.fixture(scope="module")
def agreement(world):
    return world.figures("un-agreement", "RUS", "CHN")


@pytest.mark.parametrize(("name", "a", "b", "year", "kind"), BLANKS)
def test_each_kind_of_nothing_is_told_apart(name, a, b, year, kind, world):
    found = world.figures(name, a, b, first=year, last=year)
    if kind is None:
        assert len(found) == 1
        return
    assert len(found) == 0
    (blank,) = found.blanks
    assert (blank.year, blank.kind) == (year, kind)
    assert len(blank.reason) > 10
    assert str(blank).startswith(f"{year}: {kind}")


def test_the_five_kinds_are_five_values():
    assert len({str(kind) for kind in Nothing}) == 5
    assert {kind for *_, kind in BLANKS if kind} == set(Nothing) - {Nothing.ABSTAINED}


def test_an_abstention_is_a_position_and_no_blank(world):
    tally = world.atlas.computed.tallies("RUS", "CHN", (2018, 2018), "final").iloc[0]
    figure = world.figures("un-agreement", "RUS", "CHN", first=2018, last=2018).table()
    abstained = sum(tally[cell] for cell in tally.index if "abstain_" in cell or "_abstain" in cell)
    assert abstained > 0
    taken = sum(tally[cell] for cell in tally.index if re.fullmatch("(yes|abstain|no)_.*", cell))
    assert figure["n"].item() == taken


@pytest.mark.parametrize("name", MEASURES)
def test_every_year_asked_has_a_figure_or_a_reason(name, world):
    pair = asked_of(name)
    found = world.figures(name, *pair)
    first, last = world.atlas.years
    years = [*found.table()["year"], *(blank.year for blank in found.blanks)]
    assert sorted(years) == list(range(first, last + 1))
    covered = world.covered(name)
    assert found.table()["year"].between(*covered).all()


@pytest.mark.parametrize("name", MEASURES)
def test_figures_are_plain_values_in_json(name, world):
    pair = asked_of(name)
    found = world.figures(name, *pair)
    again = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert len(again["figures"]) == len(found)
    assert len(again["blanks"]) == len(found.blanks)
    assert again["lineage"]["id"] == found.lineage.id
    assert list(found.table().columns) == COLUMNS


def test_figures_in_a_notebook_are_well_formed(agreement):
    root = ElementTree.fromstring(f"<div>{agreement._repr_html_()}</div>")
    assert len(root.findall(".//tbody/tr")) == len(agreement)


def test_short_reprs(world, agreement):
    assert repr(agreement).startswith("<Figures un-agreement")
    assert str(world.atlas.years[0]) in repr(world)
    assert len(repr(agreement)) < 100


@pytest.mark.parametrize("name", MEASURES)
def test_figures_cite_their_sources_and_no_other(name, world):
    pair = asked_of(name)
    text = world.figures(name, *pair, first=2000, last=2001).cite()
    cited = set(re.findall(r"^@\w+\{(\w+),", text, flags=re.MULTILINE))
    assert cited == {source(each).citation["key"] for each in MEASURES[name].sources}


def test_the_world_cites_sources_measures_and_everything(world):
    def cited(names):
        return re.findall(r"^@\w+\{(\w+),", world.cite(names), flags=re.MULTILINE)

    assert cited(["cow-trade"]) == [source("cow-trade").citation["key"]]
    assert cited(["trade-gdp", "cow-trade"]) == [
        source(name).citation["key"] for name in ("cow-trade", "worldbank-gdp")
    ]
    assert len(cited([])) == len(catalogue())
    with pytest.raises(UnknownName, match="nobody"):
        world.cite(["nobody"])


def of_2016(world, **choices):
    name = choices.pop("name", "un-s")
    return world.figures(name, "RUS", "CHN", first=2016, last=2016, **choices).table().iloc[0]


def test_choices_change_what_they_should(world):
    usual = of_2016(world)
    assert of_2016(world, roll_calls="with-paragraphs")["n"] > usual["n"]
    assert of_2016(world, roll_calls="nuclear")["n"] < usual["n"]
    dropped = of_2016(world, unanimous="drop")
    assert dropped["n"] <= usual["n"]
    assert dropped["value"] <= usual["value"]
    squared = of_2016(world, distance="quadratic")
    assert squared["value"] > usual["value"]  # one step apart weighs a quarter and not a half
    assert squared["value"] == pytest.approx(of_2016(world, name="un-s-quadratic")["value"])
    narrow = of_2016(world, level=0.5)
    assert narrow["value"] == usual["value"]
    assert usual["low"] < narrow["low"] <= narrow["value"] <= narrow["high"] < usual["high"]


def test_sets_of_roll_calls_end_where_their_source_does(world):
    for name in ("with-paragraphs", "nuclear", "human-rights"):
        found = world.figures("un-agreement", "RUS", "CHN", first=2018, last=2022, roll_calls=name)
        assert found.table()["year"].tolist() == [2018, 2019]
        assert {blank.kind for blank in found.blanks} == {Nothing.OUTSIDE_COVERAGE}
    listed = world.figures("un-agreement", "RUS", "CHN", first=2016, roll_calls="important")
    assert listed.table()["year"].tolist() == [2016, 2017]


def test_lineage_is_stable_and_differs_by_choice_and_measure(world, agreement):
    again = world.figures("un-agreement", "USA", "CHN")
    assert set(agreement.table()["lineage"]) == {agreement.lineage.id} == {again.lineage.id}
    others = [
        world.figures("un-s", "RUS", "CHN", **choice).lineage.id
        for choice in (
            {"roll_calls": "nuclear"},
            {"unanimous": "drop"},
            {"distance": "nominal"},
            {"level": 0.5},
        )
    ]
    others += [
        world.figures(name, *asked_of(name)).lineage.id
        for name in MEASURES
        if name not in {"un-agreement", "un-cohesion"}  # un-s with its own choices among them
    ]
    assert len({agreement.lineage.id, *others}) == len(others) + 1


@pytest.mark.parametrize(
    ("name", "choice"),
    [
        ("trade-share", {"roll_calls": "nuclear"}),
        ("un-cohesion", {"unanimous": "drop"}),
        ("un-agreement", {"distance": "nominal"}),
        ("joint-vetoes", {"level": 0.5}),
    ],
)
def test_a_choice_that_would_change_nothing_is_refused(name, choice, world):
    pair = asked_of(name)
    with pytest.raises(InputError, match=name) as caught:
        world.figures(name, *pair, **choice)
    assert caught.value.next_step


def test_one_actor_alone_is_read_with_every_other(world):
    everyone = world.figures("un-agreement", "CHN", first=2018, last=2018).table()
    others = set(everyone["a"]) | set(everyone["b"])
    assert {"RUS", "USA", "EU", "NAM"} < others
    assert ((everyone["a"] == "CHN") ^ (everyone["b"] == "CHN")).all()
    russia = everyone[(everyone["a"] == "RUS") | (everyone["b"] == "RUS")]
    assert russia["n"].item() == 93


def test_a_lineage_knows_its_files_and_the_strictest_terms(world):
    lineage = world.figures("trade-gdp", "RUS", "CHN").lineage
    assert {origin.source for origin in lineage.origins} == {"cow-trade", "worldbank-gdp"}
    hashes = {sha for origin in lineage.origins for _, sha in origin.files}
    assert hashes == {
        file.sha256 for name in ("cow-trade", "worldbank-gdp") for file in source(name).files
    }
    assert lineage.redistribution == "derived-only"
    assert world.figures("gdp-ratio", "RUS", "CHN").lineage.redistribution == "allowed"


def test_an_id_of_a_lineage_is_the_same_on_every_machine():
    origin = Origin("s", "1", "CC0", "allowed", (("f", "0" * 64),))
    one = Lineage("m", "f", (("roll_calls", "final"),), (origin,))
    same = Lineage("m", "f", (("roll_calls", "final"),), (origin,))
    other_file = Lineage("m", "f", (), (Origin("s", "1", "CC0", "no", (("f", "1" * 64),)),))
    assert one.id == same.id
    assert re.fullmatch(r"L[0-9a-f]{12}", one.id)
    assert one.id != other_file.id
    assert other_file.redistribution == "no"


def test_names_of_all_kinds_are_understood(world):
    one = world.figures("trade-value", "Russia", "china", first=2010, last=2010).table()
    two = world.figures("trade-value", "365", "710", first=2010, last=2010).table()
    assert one.equals(two)


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        (("un-agreemnt", "RUS", "CHN"), UnknownName, "un-agreement"),
        (("un-agreement", "Rusia", "CHN"), UnknownName, "Russia"),
        (("un-cohesion", "RUS"), BadPair, "RUS"),
        (("un-cohesion", "EU", "NATO"), BadPair, "NATO"),
        (("un-cohesion", "UN"), BadPair, "UN"),
    ],
)
def test_what_cannot_be_answered_is_an_error(arguments, error, said, world):
    with pytest.raises(error) as caught:
        world.figures(*arguments)
    assert said in str(caught.value)
    assert caught.value.next_step


def test_lists_of_measures_and_actors(world):
    assert list(world.measures()["measure"]) == list(MEASURES)
    actors = tripolar.world.actors()
    assert actors["actor"].is_unique
    assert {"RUS", "SUN", "NAM", "EU"} <= set(actors["actor"])


def test_the_default_atlas_may_be_named_by_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("TRIPOLAR_ATLAS", str(tmp_path))
    with pytest.raises(DataError, match=str(tmp_path)):
        tripolar.open()
