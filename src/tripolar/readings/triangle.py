"""The strategic triangle: three actors, the signs of their sides, and the type these make.

The band of a side makes its sign a probability, and three probabilities make those of Dittmer's
four types (1981, World Politics 33:485-515, doi:10.2307/2010133).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tripolar.errors import BadYears, InputError
from tripolar.models import triangle as triads
from tripolar.models.triangle import OUTCOMES, ROLES, SHIFTS, TYPES, Floats, Ints
from tripolar.panel.blanks import why_blank
from tripolar.panel.choices import DEFAULT, Choices
from tripolar.panel.figures import Atlas
from tripolar.readings.pair import Missing
from tripolar.readings.plain import records
from tripolar.readings.question import Question, ask, checked_years
from tripolar.readings.signed_sides import (
    MEASURE,
    MEDIAN,
    THRESHOLDS,
    UNMOVED,
    Pairs,
    Threshold,
    all_triads,
    direction,
    fitting_measure,
    keys_and_pairs,
    known_threshold,
    opposite_sides,
    sides_of,
)
from tripolar.readings.trend import trend_of
from tripolar.sources import Source

STAY = 3
"""Years that a new outcome must stay likelier than not."""
LEVEL_YEARS = 5
"""Years at either end whose means show how a role drifted."""
OVERALL = "overall"
SINGLED_OUT = {"romantic triangle": "pivot", "stable marriage": "outcast"}
"""The role of the one actor that stands apart in a type."""
CHANGE_YEARS = {"year": "time", "earliest": "earliest", "latest": "latest"}
P_TYPES = tuple(f"p_{name.replace(' ', '_')}" for name in TYPES)
_STRENGTH = ("strength", "strength_low", "strength_high")
_ONE: Ints = np.array([[0, 1, 2]])
"""The one triad of three sides."""

Level = tuple[str, triads.Sides, Ints, float]
"""A measure, a dimension or "overall"; its sides in the years with all of them, those years, and
-1 where it is a distance, else 1."""


@dataclass(frozen=True)
class TriangleChoices:
    """What the reading hangs on.

    thresholds : the measures, each with its threshold: a name of `THRESHOLDS` or a number.
    stay : years that a new outcome must stay likelier than not to count as a change.
    votes : what can be chosen about figures of votes.
    """

    thresholds: Mapping[str, Threshold]
    stay: int = STAY
    votes: Choices = DEFAULT

    def to_dict(self) -> dict[str, Any]:
        """The choices as plain values, for JSON."""
        return {**vars(self), "thresholds": dict(self.thresholds), "votes": vars(self.votes)}


@dataclass(frozen=True)
class TriangleReading:
    """Three actors by year: how each side stands and which strategic triangle that makes.

    sides : one row per level, year and side. A level is a measure, a dimension (the mean of its
        measures, of several) or "overall" (the mean of dimensions, of several), in the years that
        all of them cover. value, low, high, n and threshold are in the measure's unit; strength is
        the figure's percentile among all dyads of states of the year less that of the threshold,
        above 0 on the side of amity; p_amity is a probability.
    types : one row per level and year: the likeliest type, its likeliest pivot or outcast, the
        type's probability, that of each type and of balance, and the share of thresholds that
        give the same type and actor.
    outcomes : level, year, type, actor (the pivot or outcast), probability; eight to a year.
    changes : of the last level: the year in which a new outcome began, with its interval, what
        came before and after, and the new one's mean probability as long as it lasted.
    roles : of the last level: year, actor, role, probability.
    drift : of the last level: the mean of each role's probability in the first and the last five
        years, and its trend per decade with band.
    missing : figures that a side lacks, each with the reason.
    """

    question: Question
    choices: TriangleChoices
    sides: pd.DataFrame = field(repr=False)
    types: pd.DataFrame = field(repr=False)
    outcomes: pd.DataFrame = field(repr=False)
    changes: pd.DataFrame = field(repr=False)
    roles: pd.DataFrame = field(repr=False)
    drift: pd.DataFrame = field(repr=False)
    missing: tuple[Missing, ...] = field(repr=False, default=())
    sources: tuple[Source, ...] = field(repr=False, default=())

    def __repr__(self) -> str:
        """The actors, the measures, the years and the latest type."""
        table = self.table()
        by = ", ".join(self.choices.thresholds)
        years = f"{table['year'].min()}-{table['year'].max()}"
        return f"<TriangleReading {self._who} by {by}, {years}: {self._latest}>"

    @property
    def _who(self) -> str:
        return "–".join(self.question.actors)

    @property
    def _asked(self) -> Iterable[tuple[str, Threshold]]:
        return self.choices.thresholds.items()

    @property
    def _latest(self) -> str:
        last = self.table().iloc[-1]
        what = described(str(last["type"]), str(last["actor"]))
        return f"{what} in {last['year']} (probability {last['probability']:.2f})"

    @property
    def level(self) -> str:
        """What the table speaks of: overall, else the one dimension, else the one measure."""
        return str(self.types["level"].iloc[-1])

    def table(self) -> pd.DataFrame:
        """One row per year in which all three sides have a figure."""
        own = self.types[self.types["level"] == self.level]
        return own.drop(columns="level").reset_index(drop=True)

    def to_dict(self) -> dict[str, Any]:
        """The reading as plain values, for JSON."""
        frames = ("sides", "types", "outcomes", "changes", "roles", "drift")
        return {
            "actors": list(self.question.actors),
            "from": self.question.first,
            "to": self.question.last,
            "choices": self.choices.to_dict(),
            "level": self.level,
            **{name: records(getattr(self, name)) for name in frames},
            "missing": [str(each) for each in self.missing],
        }

    def cite(self) -> str:
        """BibTeX of every source behind the sides."""
        return "\n\n".join(each.bibtex() for each in self.sources)

    def plot(self) -> Any:
        """The sides over time and, under them, the probabilities of the types by year."""
        from tripolar.charts.triangle import triangle_strip

        sides = self.sides[self.sides["level"] == self.level]
        strip = self.outcomes[self.outcomes["level"] == self.level]
        against = (f"{name} against {THRESHOLDS.get(str(at), at)}" for name, at in self._asked)
        bands = dict(zip(_STRENGTH, ("value", "low", "high"), strict=True))
        drawn = sides[["year", *_STRENGTH]].rename(columns=bands)
        return triangle_strip(
            drawn.assign(series=sides["a"] + "–" + sides["b"]),
            strip.assign(part=strip["type"].map(SINGLED_OUT).fillna("")),
            title=f"{self._who}: {self._latest}",
            subtitle="; ".join(against),
            unit="percentile points above the threshold",
            source="; ".join(each.short for each in self.sources),
            types=TYPES,
        )

    def _repr_html_(self) -> str:
        html: str = self.table().to_html(index=False, float_format=lambda x: f"{x:.3f}")
        return f"<p>{self!r}</p>{html}".replace("<p><", "<p>&lt;")


def read_triangle(
    atlas: Atlas,
    a: str,
    b: str,
    c: str,
    *,
    first: int | None = None,
    last: int | None = None,
    measures: str | Sequence[str] | Mapping[str, Threshold] = MEASURE,
    threshold: Threshold = MEDIAN,
    stay: int = STAY,
    votes: Choices = DEFAULT,
) -> TriangleReading:
    """Read a triangle year by year.

    Sides are taken as independent, but for distances of ideal points, whose joint draws the atlas
    holds.

    Parameters
    ----------
    measures : one, several, or a mapping of measures to thresholds of their own; measures of two
        actors that are the same both ways.
    threshold : a name of `THRESHOLDS`, or a number in the measure's unit.

    Raises `BadPair` for actors that make no triangle, `BadYears` where no year has all sides.
    """
    question = ask(atlas, a, b, c, first, last)
    choices = _chosen(atlas, measures, threshold, stay, votes)
    actors = sorted(question.actors)
    pairs = opposite_sides(actors)
    years = np.arange(question.first, question.last + 1)
    by_measure = {
        name: sides_of(atlas, atlas.measure(name), pairs, years, at, votes, SHIFTS)
        for name, at in choices.thresholds.items()
    }
    missing = _missing(atlas, by_measure, pairs, years, votes)
    levels = _levels(atlas, by_measure, years)
    if not levels:
        raise BadYears(
            f"no year of {question.first}-{question.last} has figures of all three sides"
            + (f"; {missing[-1]}" if missing else ""),
            next_step="name another measure or other years; tripolar measures A B lists what "
            "there is of a pair",
        )
    _, sides, held, _ = levels[-1]
    outcomes = sides.outcomes(sides.centre, _ONE)[:, 0]
    drawn = triads.drawn_outcomes(sides.signs(np.random.default_rng(0), sides.centre))
    roles = _role_rows(outcomes, held, actors, question)
    names = [name for each in choices.thresholds for name in atlas.measure(each).sources]
    return TriangleReading(
        question=question,
        choices=choices,
        sides=_stacked(_side_rows(each, pairs, question) for each in levels),
        types=_stacked(_type_rows(each, actors) for each in levels),
        outcomes=_stacked(_outcome_rows(each, actors) for each in levels),
        changes=_change_rows(triads.changes_of(outcomes, drawn, stay), held, actors),
        roles=roles,
        drift=_drift_rows(roles),
        missing=missing,
        sources=tuple(atlas.sources[name] for name in dict.fromkeys(names)),
    )


def triangles(
    atlas: Atlas,
    actors: Sequence[str],
    first: int | None = None,
    last: int | None = None,
    *,
    measure: str = MEASURE,
    threshold: Threshold = MEDIAN,
    votes: Choices = DEFAULT,
) -> pd.DataFrame:
    """Every triangle among some actors, by year; years without all three sides are left out.

    Returns
    -------
    DataFrame of year, a, b, c (in the order of their names), type, actor (the pivot or outcast),
    probability (of the type), the probability of each type, and p_balanced.
    """
    keys, pairs = keys_and_pairs(actors, 3)
    first, last = checked_years(atlas, first, last)
    years = np.arange(first, last + 1)
    what, at = fitting_measure(atlas, measure), known_threshold(threshold)
    sides = sides_of(atlas, what, pairs, years, at, votes, UNMOVED)
    trios, outcomes = all_triads(sides, keys, pairs)
    year, trio = np.nonzero(~np.isnan(outcomes).any(axis=-1))
    members = trios[trio]
    return pd.DataFrame(
        {
            "year": years[year],
            **dict(zip("abc", members.T, strict=True)),
            **_type_columns(outcomes[year, trio], members),
        }
    )


def described(kind: str, actor: str) -> str:
    """An outcome in words: its type, and who is the pivot or the outcast."""
    role = SINGLED_OUT.get(kind)
    return f"{kind}, {actor} {role}" if role else kind


def _chosen(
    atlas: Atlas,
    measures: str | Sequence[str] | Mapping[str, Threshold],
    threshold: Threshold,
    stay: int,
    votes: Choices,
) -> TriangleChoices:
    if isinstance(measures, Mapping):
        asked = dict(measures)
    else:
        asked = dict.fromkeys([measures] if isinstance(measures, str) else measures, threshold)
    if not asked or stay < 1:
        raise InputError(
            f"a triangle by {len(asked)} measures, with changes that stay {stay} years",
            next_step="name at least one measure, and at least one year to stay",
        )
    thresholds = {
        fitting_measure(atlas, name).name: known_threshold(at) for name, at in asked.items()
    }
    return TriangleChoices(thresholds, stay, votes)


def _stacked(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(list(parts), ignore_index=True)


def _missing(
    atlas: Atlas, by_measure: Mapping[str, triads.Sides], pairs: Pairs, years: Ints, votes: Choices
) -> tuple[Missing, ...]:
    """Every figure that a side lacks, with the reason."""
    return tuple(
        Missing(name, a, b, why_blank(atlas, name, a, b, int(years[at]), votes))
        for name, sides in by_measure.items()
        for at, side in np.argwhere(np.isnan(sides.value))
        for a, b in [pairs[side]]
    )


def _levels(atlas: Atlas, by_measure: Mapping[str, triads.Sides], years: Ints) -> list[Level]:
    """The measures; each dimension that has several; then all, where dimensions differ.

    A measure without a year of all three sides is left out.
    """
    held = {name: sides for name, sides in by_measure.items() if sides.complete.any()}
    grouped: dict[str, list[triads.Sides]] = {}
    for name, sides in held.items():
        grouped.setdefault(atlas.measure(name).dimension, []).append(sides)
    several = {name: parts for name, parts in grouped.items() if len(parts) > 1}
    means = {name: triads.mean_of(parts, SHIFTS) for name, parts in several.items()}
    found = [(name, sides, direction(atlas.measure(name))) for name, sides in held.items()]
    found += [(name, sides, 1.0) for name, sides in means.items()]
    if len(grouped) > 1:
        parts = [means.get(name, own[0]) for name, own in grouped.items()]
        found.append((OVERALL, triads.mean_of(parts, SHIFTS), 1.0))
    for name, sides, _ in found:
        if not sides.complete.any():
            raise BadYears(
                f"there is no year in which all measures of {name} have all three sides",
                next_step="name fewer measures; tripolar measures A B lists the years of each",
            )
    return [
        (name, sides.in_years(sides.complete), years[sides.complete], sign)
        for name, sides, sign in found
    ]


def _side_rows(level: Level, pairs: Pairs, question: Question) -> pd.DataFrame:
    name, sides, years, sign = level
    low, high = (sides.low, sides.high) if sign > 0 else (-sides.high, -sides.low)
    columns = {
        **{"value": sign * sides.value, "low": low, "high": high, "n": sides.n},
        **{"threshold": sign * sides.threshold, "strength": sides.strength},
        **{"strength_low": sides.strength_low, "strength_high": sides.strength_high},
        "p_amity": sides.p[sides.centre],
    }
    places = {frozenset(pair): at for at, pair in enumerate(pairs)}
    found = [
        pd.DataFrame(
            {
                **{"level": name, "year": years, "a": a, "b": b},
                **{key: part[:, places[frozenset((a, b))]] for key, part in columns.items()},
            }
        )
        for a, b in question.sides
    ]
    return pd.concat(found, ignore_index=True).astype({"n": "int64"})


def _type_columns(outcomes: Floats, actors: npt.NDArray[np.object_]) -> dict[str, Any]:
    """The likeliest type and its actor, and what each type is worth; rows of outcomes, of trios."""
    best = triads.likeliest(outcomes)
    kinds = triads.types_of(outcomes)
    kind, place = np.array(OUTCOMES)[best].T
    rows = np.arange(len(best))
    return {
        "type": np.array(TYPES, dtype=object)[kind],
        "actor": np.where(place < 0, "", actors[rows, place]),
        "probability": kinds[rows, kind],
        **dict(zip(P_TYPES, kinds.T, strict=True)),
        "p_balanced": triads.p_balanced(outcomes),
    }


def _type_rows(level: Level, actors: Sequence[str]) -> pd.DataFrame:
    name, sides, years, _ = level
    under = [sides.outcomes(shift, _ONE)[:, 0] for shift in range(len(sides.p))]
    best = [triads.likeliest(outcomes) for outcomes in under]
    trios = np.tile(np.array(actors, dtype=object), (len(years), 1))
    return pd.DataFrame(
        {
            **{"level": name, "year": years},
            **_type_columns(under[sides.centre], trios),
            "robust": np.mean([each == best[sides.centre] for each in best], axis=0),
        }
    )


def _outcome_rows(level: Level, actors: Sequence[str]) -> pd.DataFrame:
    name, sides, years, _ = level
    outcomes = sides.outcomes(sides.centre, _ONE)[:, 0]
    return pd.DataFrame(
        {
            "level": name,
            "year": np.repeat(years, len(OUTCOMES)),
            "type": [TYPES[kind] for kind, _ in OUTCOMES] * len(years),
            "actor": [actors[place] if place >= 0 else "" for _, place in OUTCOMES] * len(years),
            "probability": outcomes.ravel(),
        }
    )


def _change_rows(
    changes: Sequence[triads.Change], years: Ints, actors: Sequence[str]
) -> pd.DataFrame:
    def words(outcome: int) -> str:
        kind, place = OUTCOMES[outcome]
        return described(TYPES[kind], actors[place])

    rows = [
        {
            **{key: years[getattr(each, at)] for key, at in CHANGE_YEARS.items()},
            "before": words(each.before),
            "after": words(each.after),
            "probability": each.probability,
        }
        for each in changes
    ]
    return pd.DataFrame(rows, columns=[*CHANGE_YEARS, "before", "after", "probability"])


def _role_rows(
    outcomes: Floats, years: Ints, actors: Sequence[str], question: Question
) -> pd.DataFrame:
    chances = triads.roles_of(outcomes)
    found = [
        pd.DataFrame({"year": years, "actor": actor, "role": role, "probability": chance})
        for actor in question.actors
        for role, chance in zip(ROLES, chances[:, actors.index(actor)].T, strict=True)
    ]
    return pd.concat(found, ignore_index=True)


def _drift_rows(roles: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for actor, role in itertools.product(dict.fromkeys(roles["actor"]), ROLES):
        group = roles[(roles["actor"] == actor) & (roles["role"] == role)]
        chance = group["probability"]
        trend = trend_of(group["year"].to_numpy(), chance.to_numpy())
        rows.append(
            {
                **{"actor": actor, "role": role},
                "early": chance.head(LEVEL_YEARS).mean(),
                "late": chance.tail(LEVEL_YEARS).mean(),
                **{"trend": trend.slope, "trend_low": trend.low, "trend_high": trend.high},
            }
        )
    return pd.DataFrame(rows)
