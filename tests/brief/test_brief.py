"""The brief a person opens: self-contained, whole or not there, and true to the figures."""

import errno
import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

import tripolar as tp
from tripolar.brief import render, write_brief
from tripolar.errors import BadPair, OutputError
from tripolar.measures import MEASURES
from tripolar.panel.parts import unshippable
from tripolar.settings import DIMENSIONS

SECTIONS = [
    "In short",
    "Politics: votes, vetoes, organisations, events",
    "Norms: rights, information, regimes",
    "The economy: trade, agreements, money",
    "Energy",
    "Technology",
    "Security: arms, pacts, sanctions, capabilities",
    "In a region: who weighs what",
    "How the answer moves with the choices",
    "What there is, and what is blank, and why",
    "Sources, and how to cite them",
]
FETCHING = {"src", "href", "xlink:href", "data", "poster", "action"}


class Page(HTMLParser):
    """What a page would fetch, and its headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.headings: list[str] = []
        self.tags: list[str] = []
        self._in_heading = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._in_heading = tag == "h2"
        self.fetched += [value for name, value in attrs if name in FETCHING]

    def handle_data(self, data):
        if self._in_heading:
            self.headings.append(data.strip())
            self._in_heading = False


@pytest.fixture(scope="module")
def world():
    return tp.open()


@pytest.fixture(scope="module")
def brief(world, tmp_path_factory):
    out = tmp_path_factory.mktemp("briefs") / "brief"
    return write_brief(world, "Russia", "China", third="EU", out=out)


def test_the_page_has_every_section_and_fetches_nothing(brief):
    text = brief.page.read_text(encoding="utf-8")
    page = Page(text)
    assert page.headings == SECTIONS
    assert page.fetched == []
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert "@import" not in text
    assert re.search(r"url\((?!#)", text) is None


@pytest.fixture(scope="module")
def parts(brief):
    """The text of each dimension's section."""
    text = brief.page.read_text(encoding="utf-8")
    found = re.findall(r'<section id="(\w+)">(.*?)</section>', text, flags=re.S)
    return dict(found)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_a_section_has_the_figures_of_its_dimension_and_no_other(dimension, brief, parts):
    summary = pd.read_csv(brief.page.parent / "summary.csv")
    mine = summary[summary["dimension"] == dimension]
    assert len(mine) > 0
    listed = re.findall(r"<small>([a-z-]+); ", parts[dimension])
    assert set(listed) == set(mine["measure"])
    assert len(listed) == len(set(listed))
    assert len(re.findall(r'<td class="side">', parts[dimension])) == len(mine)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_sentence_of_a_section_has_a_year_and_an_edition(dimension, brief, parts):
    sentences = re.findall(r"<li>(.*?)</li>", parts[dimension])
    assert bool(sentences) == (dimension != "energy")  # Eurostat's importers are all in the third
    editions = pd.read_csv(brief.page.parent / "summary.csv")["edition"]
    for sentence in sentences:
        assert re.search(r"\bin (19|20)\d\d\b", sentence), sentence
        assert any(f"({html.escape(edition)})." in sentence for edition in editions), sentence


def test_what_there_is_names_every_measure(brief):
    drawn = (brief.page.parent / "charts" / "coverage.svg").read_text(encoding="utf-8")
    words = set(re.findall(r">([a-z-]+)</text>", drawn))
    assert set(MEASURES) <= words
    page = brief.page.read_text(encoding="utf-8")
    last = page.split("What there is, and what is blank, and why</h2>")[1].split("</section>")[0]
    assert "keep it out of the embedded atlas" in last
    for name in unshippable():
        assert re.search(rf"\b{name} \(", last), name


def test_the_summary_is_ten_lines_and_carries_bands(brief):
    assert len(brief.summary) == 10
    votes = next(line for line in brief.summary if line.startswith("votes"))
    assert "90% band" in votes


def test_the_headline_says_what_the_figures_say(world, brief):
    row = world.figures("un-agreement", "RUS", "CHN").table().iloc[-1]
    same = round(row["value"] * row["n"])
    text = re.sub(r"\s+", " ", brief.page.read_text(encoding="utf-8"))
    assert (
        f"In {row['year']}, Russia and China took the same position in {same} of the {row['n']}"
        in text
    )
    band = f"90% band {100 * row['low']:.0f} to {100 * row['high']:.0f}"
    assert band in text


def test_every_finding_has_a_year_and_a_source(brief):
    page = brief.page.read_text(encoding="utf-8")
    short = page.split('class="headline"')[1].split("</section>")[0]
    paragraphs = re.findall(r"<p>(.*?)</p>", short, flags=re.S)
    assert len(paragraphs) >= 9
    for paragraph in paragraphs:
        assert re.search(r"\b(19|20)\d\d\b", paragraph), paragraph
        assert re.search(r"Voeten|COW|World Bank|veto list", paragraph), paragraph


def test_the_files_beside_the_page_hold_the_figures(world, brief):
    folder = brief.page.parent
    figures = pd.read_csv(folder / "figures.csv", keep_default_na=False)
    parquet = pd.read_parquet(folder / "figures.parquet")
    assert len(figures) == len(parquet) > 1000
    mine = figures[(figures["measure"] == "un-kappa") & (figures["side"] == "RUS–CHN")]
    theirs = world.figures("un-kappa", "RUS", "CHN").table()
    assert mine["value"].astype(float).tolist() == pytest.approx(theirs["value"].tolist())
    about = json.loads((folder / "brief.json").read_text(encoding="utf-8"))
    assert set(figures["lineage"]) <= set(about["lineage"])
    assert "@misc{voeten2009unga" in (folder / "sources.bib").read_text(encoding="utf-8")
    assert {"un-agreement.svg", "un-kappa.svg", "trade-share.svg"} <= {
        path.name for path in (folder / "charts").iterdir()
    }


def test_every_latest_figure_stands_in_the_page_with_its_denominator(brief):
    page = brief.page.read_text(encoding="utf-8")
    summary = pd.read_csv(brief.page.parent / "summary.csv")
    for row in summary.itertuples():
        assert f"<small>{row.measure}; " in page
        assert row.coverage in page
    assert "counted over roll calls in which both took a position" in page


def test_where_they_parted_is_named_by_resolution_where_known(brief):
    page = brief.page.read_text(encoding="utf-8")
    table = page.split("Where the two parted most")[1].split("</section>")[0]
    assert "roll call 77" in table
    assert re.search(r"resolution 74/\d+ \([a-z-]+", table)


@pytest.mark.parametrize(
    ("a", "b", "third", "first", "last"),
    [
        ("USA", "IND", "CHN", None, None),
        ("EU", "RUS", "CHN", None, None),
        ("GBR", "FRA", None, None, None),
        ("CHE", "LIE", "EU", 1990, 2001),
        ("SUN", "CHN", None, 1990, 1995),
        ("SRB", "RUS", None, 2004, 2010),  # Serbia and Montenegro and Serbia both voted in 2006
    ],
)
def test_no_pair_is_special(world, tmp_path, a, b, third, first, last):
    written = write_brief(world, a, b, third=third, first=first, last=last, out=tmp_path / "brief")
    page = Page(written.page.read_text(encoding="utf-8"))
    assert page.fetched == []
    assert "Sources, and how to cite them" in page.headings
    assert not re.search(r"\bnan\b|\bNone\b", written.page.read_text(encoding="utf-8"))


def test_a_blank_says_why(world, tmp_path):
    written = write_brief(world, "CHE", "LIE", first=1990, last=2001, out=tmp_path / "brief")
    text = written.page.read_text(encoding="utf-8")
    assert "CHE was no member of the United Nations" in text


def test_an_existing_folder_with_other_content_is_left_alone(world, tmp_path):
    kept = tmp_path / "mine" / "notes.txt"
    kept.parent.mkdir()
    kept.write_text("mine")
    with pytest.raises(OutputError, match="not replaced"):
        write_brief(world, "RUS", "CHN", out=kept.parent)
    assert [path.name for path in kept.parent.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("trouble", [KeyboardInterrupt(), OSError(errno.ENOSPC, "no space left")])
def test_trouble_while_writing_leaves_the_previous_brief_whole(
    world, tmp_path, monkeypatch, trouble
):
    out = tmp_path / "brief"
    before = write_brief(world, "GBR", "FRA", first=2015, out=out).page.read_bytes()

    def broken(*args):
        raise trouble

    monkeypatch.setattr(render, "_write_files", broken)
    with pytest.raises((KeyboardInterrupt, OutputError)):
        write_brief(world, "RUS", "CHN", first=2015, out=out)
    assert (out / "index.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["brief"]


def test_nothing_is_written_for_a_question_without_an_answer(world, tmp_path):
    with pytest.raises(BadPair):
        write_brief(world, "RUS", "Russia", out=tmp_path / "brief")
    assert not list(tmp_path.iterdir())


def test_the_default_folder_is_named_after_the_actors(world, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written = write_brief(world, "Russia", "China", third="european union", first=2015)
    assert written.page == Path("out/brief-RUS-CHN-EU/index.html")
