"""Tables of the analyst's own facts: what is read, and every mistake named at once."""

import math

import pandas as pd
import pytest

from tripolar.errors import MissingData, SchemaMismatch
from tripolar.settings import DIMENSIONS
from tripolar.sources.own import COLUMNS, MISTAKES_SHOWN, REQUIRED, read_facts, template

VISIT = {
    **{"date": "2019-06-05", "a": "China", "b": "RUS", "directed": "yes", "value": ""},
    **{"dimension": "political", "kind": "state-visit", "source": "Kremlin.ru"},
}
DEAL = {
    **{"date": "2014", "a": "RUS", "b": "CHN", "dimension": "economic", "kind": "swap-agreement"},
    **{"value": "150", "unit": "CNY billion", "source": "PBoC"},
}


@pytest.fixture
def table(tmp_path):
    """A CSV file of rows, with every column."""

    def write(*rows, name="facts.csv", columns=COLUMNS, encoding="utf-8"):
        path = tmp_path / name
        frame = pd.DataFrame(rows).reindex(columns=list(columns), fill_value="").fillna("")
        frame.to_csv(path, index=False, encoding=encoding)
        return path

    return write


def mistakes(path):
    """What is said of a file that is refused, line by line."""
    with pytest.raises(SchemaMismatch) as caught:
        read_facts(path)
    assert caught.value.next_step
    return caught.value.seen.splitlines()


def test_a_row_is_read_with_its_types(table):
    (row,) = read_facts(table(VISIT)).to_dict("records")
    assert (row["year"], row["a"], row["b"], row["directed"]) == (2019, "CHN", "RUS", True)
    assert (row["date"], row["kind"], row["source"]) == ("2019-06-05", "state-visit", "Kremlin.ru")
    assert all(math.isnan(row[name]) for name in ("value", "low", "high"))


def test_the_ends_of_an_undirected_fact_stand_in_order_and_of_a_directed_one_as_written(table):
    one = read_facts(table({**DEAL, "a": "RUS", "b": "China"}))
    two = read_facts(table({**VISIT, "a": "RUS", "b": "CHN"}))
    assert one[["a", "b"]].to_numpy().tolist() == [["CHN", "RUS"]]
    assert two[["a", "b"]].to_numpy().tolist() == [["RUS", "CHN"]]


@pytest.mark.parametrize(
    ("written", "year"), [("2018", 2018), ("2018-09", 2018), ("2018-09-11", 2018), ("1950", 1950)]
)
def test_a_date_is_a_year_a_month_or_a_day(written, year, table):
    found = read_facts(table({**VISIT, "date": written}))
    assert found["year"].item() == year
    assert found["date"].item() == written


@pytest.mark.parametrize(
    "written", ["", "18", "2018-13", "2019-02-29", "11.9.2018", "2018-9", "2018-09-11 10:00", "nan"]
)
def test_what_is_no_date_is_named(written, table):
    head, line = mistakes(table({**VISIT, "date": written}))
    assert head.endswith("1 mistakes")
    assert line.strip().startswith(f"row 1, date: {written!r} is no date")


@pytest.mark.parametrize(
    ("written", "key"),
    [("1990-05-01", "SUN"), ("1991-12-25", "SUN"), ("1991-12-26", "RUS"), ("2001", "RUS")],
)
def test_a_name_stands_for_who_bore_it_on_the_day(written, key, table):
    found = read_facts(table({**VISIT, "date": written, "a": "Russia", "b": "CHN"}))
    assert found["a"].item() == key


def test_blocs_and_names_in_any_case_are_actors(table):
    found = read_facts(table({**VISIT, "a": "european union", "b": "rus"}))
    assert found[["a", "b"]].to_numpy().tolist() == [["EU", "RUS"]]


WRONG = {
    "unknown actor": ({"a": "Rusia"}, "a", "Russia"),
    "empty actor": ({"b": ""}, "b", "unknown actor"),
    "twice the same": ({"a": "China", "b": "CHN"}, "a, b", "both are CHN"),
    "direction": ({"directed": "perhaps"}, "directed", "neither yes nor no"),
    "dimension": ({"dimension": "economical"}, "dimension", "economic"),
    "no dimension": ({"dimension": ""}, "dimension", "political"),
    "kind in capitals": ({"kind": "State Visit"}, "kind", "hyphens"),
    "kind with a digit": ({"kind": "g20-talk"}, "kind", "hyphens"),
    "no source": ({"source": "  "}, "source", "where it comes from"),
    "value in words": ({"value": "many", "unit": "x"}, "value", "'many' is no number"),
    "thousands": ({"value": "1,000", "unit": "x"}, "value", "'1,000' is no number"),
    "underscore": ({"value": "1_000", "unit": "x"}, "value", "'1_000' is no number"),
    "nan": ({"value": "nan", "unit": "x"}, "value", "'nan' is no number"),
    "infinite": ({"value": "inf", "unit": "x"}, "value", "'inf' is no number"),
    "low in words": ({"value": "1", "low": "x", "high": "2", "unit": "x"}, "low", "no number"),
    "no unit": ({"value": "3"}, "unit", "needs its unit"),
    "half a band": ({"value": "3", "low": "1", "unit": "x"}, "low, high", "both ends or none"),
    "band around nothing": ({"low": "1", "high": "2", "unit": "x"}, "value", "beside a band"),
    "below its band": (
        {"value": "1", "low": "2", "high": "3", "unit": "x"},
        "value",
        "1 lies outside 2 to 3",
    ),
    "above its band": (
        {"value": "4", "low": "2", "high": "3", "unit": "x"},
        "value",
        "4 lies outside 2 to 3",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_each_mistake_is_named_by_row_and_column(case, table):
    change, column, said = WRONG[case]
    head, line = mistakes(table(VISIT, {**VISIT, **change}))
    assert head.endswith("1 mistakes")
    assert line.strip().startswith(f"row 2, {column}: ")
    assert said in line


def test_every_mistake_is_named_at_once(table):
    path = table(
        VISIT,
        {**VISIT, "date": "June", "source": ""},
        {**DEAL, "a": "Atlantsi", "value": "much"},
        {**DEAL, "unit": ""},
    )
    head, *lines = mistakes(path)
    assert head.endswith("5 mistakes")
    assert [line.split(":")[0].strip() for line in lines] == [
        *("row 2, date", "row 2, source", "row 3, a", "row 3, value", "row 4, unit")
    ]


def test_of_many_mistakes_the_first_are_shown_and_the_others_counted(table):
    head, *lines = mistakes(table(*[{**VISIT, "source": ""}] * (MISTAKES_SHOWN + 3)))
    assert head.endswith(f"{MISTAKES_SHOWN + 3} mistakes")
    assert len(lines) == MISTAKES_SHOWN + 1
    assert lines[-1].strip() == "and 3 more"


CONTRADICTIONS = {
    "dimension": ({"dimension": "security"}, "dimension is 'economic' and 'security'"),
    "direction": ({"directed": "yes"}, "directed is 'False' and 'True'"),
    "unit": ({"unit": "USD billion"}, "unit is 'CNY billion' and 'USD billion'"),
    "counts beside values": ({"value": ""}, "some rows have a value and some have none"),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_rows_of_one_kind_that_contradict_each_other_are_refused(case, table):
    change, said = CONTRADICTIONS[case]
    _, line = mistakes(table(DEAL, {**DEAL, "date": "2017", **change}))
    assert line.strip().startswith("kind swap-agreement: ")
    assert said in line


def test_two_bands_of_one_pair_and_year_cannot_be_summed(table):
    banded = {**DEAL, "low": "140", "high": "160"}
    assert (
        "two values with a band" in mistakes(table(banded, {**banded, "a": "CHN", "b": "RUS"}))[1]
    )
    assert len(read_facts(table(banded, {**banded, "date": "2017"}))) == 2
    assert len(read_facts(table(DEAL, DEAL))) == 2


def test_columns_that_lack_or_are_unknown_are_named_with_what_was_meant(table, tmp_path):
    path = table(VISIT, columns=[*(name for name in COLUMNS if name != "source"), "sourc"])
    (line,) = mistakes(path)
    assert "lacks the column source" in line
    assert "unknown column 'sourc'; choices: source" in line
    with pytest.raises(SchemaMismatch) as caught:
        read_facts(path)
    assert "--template" in caught.value.next_step


def test_columns_may_stand_in_any_order_and_the_optional_ones_may_be_left_out(table):
    path = table({**VISIT, "directed": ""}, columns=[*REQUIRED[::-1]])
    (row,) = read_facts(path).to_dict("records")
    assert (row["a"], row["b"], row["directed"], row["unit"]) == ("CHN", "RUS", False, "")


def test_a_table_without_rows_is_refused(table):
    assert "has no rows" in mistakes(table())[0]


def test_a_row_cut_short_lacks_what_is_not_there(tmp_path):
    path = tmp_path / "facts.csv"
    path.write_text(f"{','.join(COLUMNS)}\n2018,RUS,CHN,security,exercise,TASS\n2018,RUS,CHN\n")
    assert [line.split(":")[0].strip() for line in mistakes(path)[1:]] == [
        *("row 2, dimension", "row 2, kind", "row 2, source")
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(encoding, table):
    found = read_facts(table({**VISIT, "note": "Си Цзиньпин"}, encoding=encoding))
    assert found["note"].item() == "Си Цзиньпин"


UNREADABLE = {
    "latin-1.csv": "date,a,b\n2018,RUS,Türkei\n".encode("latin-1"),
    "utf-16.csv": "date,a,b\n".encode("utf-16"),
    "ragged.csv": b"date,a,b\n2018,RUS,CHN\n2019,RUS,CHN,a,b,c\n",
    "empty.csv": b"",
    "not-parquet.parquet": b"date,a,b\n2018,RUS,CHN\n",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_is_no_table_is_refused(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(UNREADABLE[name])
    with pytest.raises(MissingData, match="cannot be read") as caught:
        read_facts(path)
    assert name in str(caught.value)
    assert "UTF-8" in caught.value.next_step


def test_a_file_that_is_not_there_is_named(tmp_path):
    for path in (tmp_path / "facts.csv", tmp_path):
        with pytest.raises(MissingData, match="is not there"):
            read_facts(path)


def test_a_parquet_file_says_what_a_csv_file_says(table, tmp_path):
    csv = read_facts(table(VISIT, DEAL))
    frame = pd.DataFrame([VISIT, DEAL])
    frame["value"] = pd.to_numeric(frame["value"])
    frame["directed"] = frame["directed"] == "yes"
    frame.to_parquet(tmp_path / "facts.parquet", index=False)
    pd.testing.assert_frame_equal(read_facts(tmp_path / "facts.parquet"), csv)


def test_the_template_is_a_header_and_the_example_is_valid(tmp_path):
    assert template().strip().split(",") == list(dict.fromkeys(template().strip().split(",")))
    assert set(template().strip().split(",")) == set(COLUMNS)
    path = tmp_path / "example.csv"
    path.write_text(template("russia-china"), encoding="utf-8")
    facts = read_facts(path)
    assert len(facts) == len(path.read_text(encoding="utf-8").strip().splitlines()) - 1 > 5
    assert {*facts["a"], *facts["b"]} == {"RUS", "CHN"}
    assert set(facts["dimension"]) <= set(DIMENSIONS)
    (swap,) = facts[facts["kind"] == "swap-agreement"].to_dict("records")
    assert (swap["year"], swap["value"], swap["unit"]) == (2014, 150.0, "CNY billion")


def test_a_list_of_actors_is_a_fact_of_each_two_of_them(tmp_path):
    path = tmp_path / "exercises.csv"
    path.write_text(
        "date,actors,dimension,kind,value,unit,source\n"
        "2018-09,RUS; China;MNG,security,exercise,,,TASS\n"
        "2019,RUS;CHN,security,exercise,,,TASS\n"
    )
    facts = read_facts(path)
    of_2018 = facts[facts["year"] == 2018]
    assert set(zip(of_2018["a"], of_2018["b"], strict=True)) == {
        ("CHN", "RUS"),
        ("MNG", "RUS"),
        ("CHN", "MNG"),
    }
    assert len(facts) == 4


@pytest.mark.parametrize(("named", "said"), [("RUS", "row 2, b"), ("RUS;Chna", "row 2, b")])
def test_a_list_of_actors_that_makes_no_pair_is_named_by_its_row(named, said, tmp_path):
    path = tmp_path / "facts.csv"
    path.write_text(
        "date,actors,dimension,kind,source\n"
        "2018,RUS;CHN;MNG,security,exercise,TASS\n"
        f"2019,{named},security,exercise,TASS\n"
    )
    assert any(said in line for line in mistakes(path))
