"""Every choice behind a composite, in one object that prints them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from tripolar.errors import InputError, UnknownName
from tripolar.models.composite import NORMALISATIONS, TREATMENTS
from tripolar.models.composite_draws import AGGREGATIONS

WEIGHTINGS = ("dimension", "measure", "factor", "own")
MISSING = ("available", "complete", "carry")
OTHER_WAYS = ("needed", "alone", "none")
ONLY_DRAWS = (
    *("draws", "concentration", "vary_normalisations", "vary_aggregations", "vary_left_out"),
    *("vary_missing", "vary_figures", "sensitivity_base", "sample"),
)
"""Choices that bear on the draws alone."""


@dataclass(frozen=True)
class Selected:
    """A measure that enters a composite.

    orientation : +1 where a higher figure is closer, -1 where it is further apart.
    other_way : a directed measure enters as the mean of both directions. What if one has no
        figure: "needed" leaves a gap; "alone" takes the other, at half the coverage; "none" takes
        the blank for 0 (a state that imports no arms at all depends on nobody's).
    """

    name: str
    dimension: str
    orientation: int = 1
    other_way: str = "needed"


SELECTION = (
    Selected("un-kappa", "political"),
    Selected("igo-memberships", "political"),
    Selected("alliance-similarity", "political"),
    Selected("events-balance", "political"),
    Selected("un-human-rights", "normative"),
    Selected("regime-distance", "normative", -1),
    Selected("trade-interdependence", "economic"),
    Selected("trade-agreement-in-force", "economic"),
    Selected("technology-dependence", "technology"),
    Selected("energy-oil-share", "energy", other_way="alone"),
    Selected("energy-gas-share", "energy", other_way="alone"),
    Selected("pact-defence", "security"),
    Selected("pact-nonaggression", "security"),
    Selected("pact-consultation", "security"),
    Selected("arms-import-share", "security", other_way="none"),
)
"""The declared selection; docs/methods/composite.md gives the reason for each."""


@dataclass(frozen=True)
class CompositeChoices:
    """What a composite is made of and how, and how far the choices are varied.

    measures : what enters, with its dimension and orientation.
    reference : first and last year of the dyads that scores are relative to; None: the atlas's.
    treatment : of skewed measures before z-score, min-max and reference-dyad: auto (the Handbook's
        rule), none, winsorise (``winsor`` at either end), log.
    normalisation : rank, z-score, min-max, or reference-dyad (needs ``reference_dyad``).
    weighting : dimension or measure (equal for each), factor (squared loadings on the first
        common factor), own (``weights``, relative, by measure).
    aggregation : arithmetic, geometric, penalised (for imbalance, Mazziotta and Pareto).
    missing : available (what is there), complete (only years with every measure), carry (the last
        figure forward, up to ``carry_years``).
    least_coverage : years with a smaller share of the weight have no composite.
    draws, seed : how many times the choices are drawn.
    concentration : of the Dirichlet distribution that weights are drawn from, about the chosen.
    vary_normalisations, vary_aggregations : what is drawn from.
    vary_left_out, vary_missing, vary_figures : whether each measure is left out in turn, whether
        gaps are also carried over, whether figures vary within their bands.
    sensitivity_base : base rows of the Saltelli design, a power of 2; 0 leaves it out.
    sample : dyads a year that stand for all in the draws.
    """

    measures: tuple[Selected, ...] = SELECTION
    reference: tuple[int, int] | None = None
    treatment: str = "auto"
    winsor: float = 0.01
    normalisation: str = "rank"
    reference_dyad: tuple[str, str] | None = None
    weighting: str = "dimension"
    weights: Mapping[str, float] | tuple[tuple[str, float], ...] = field(default=())
    aggregation: str = "arithmetic"
    missing: str = "available"
    carry_years: int = 3
    least_coverage: float = 1 / 3
    draws: int = 2000
    seed: int = 0
    concentration: float = 100.0
    vary_normalisations: tuple[str, ...] = ("rank", "z-score", "min-max")
    vary_aggregations: tuple[str, ...] = AGGREGATIONS
    vary_left_out: bool = True
    vary_missing: bool = True
    vary_figures: bool = True
    sensitivity_base: int = 512
    sample: int = 400

    def __post_init__(self) -> None:
        """Refuse names that stand for nothing and choices that do not go together."""
        object.__setattr__(self, "weights", tuple(sorted(self.own_weights.items())))
        _known("treatment", self.treatment, TREATMENTS)
        _known("weighting", self.weighting, WEIGHTINGS)
        _known("missing-data rule", self.missing, MISSING)
        for name in (self.normalisation, *self.vary_normalisations):
            _known("normalisation", name, NORMALISATIONS)
        for name in (self.aggregation, *self.vary_aggregations):
            _known("aggregation", name, AGGREGATIONS)
        self._check_measures()
        self._check_numbers()

    def _check_measures(self) -> None:
        names = self.names
        if not names or len(set(names)) != len(names):
            raise InputError("a composite takes at least one measure, and each of them once")
        for each in self.measures:
            if each.orientation not in (1, -1):
                raise InputError(f"{each.name}: an orientation is 1 or -1, not {each.orientation}")
            _known("rule for a missing direction", each.other_way, OTHER_WAYS)
        for name, weight in self.own_weights.items():
            _known("measure of the composite", name, names)
            if weight < 0:
                raise InputError(f"the weight of {name} is below 0", next_step="leave it out")
        if (self.weighting == "own") != bool(self.weights):
            raise InputError(
                'weighting="own" and weights by measure go together',
                next_step='CompositeChoices(weighting="own", weights={"un-kappa": 2, ...})',
            )
        if "reference-dyad" in self.normalisations and self.reference_dyad is None:
            raise InputError(
                "distance to a reference dyad needs one",
                next_step='reference_dyad=("DEU", "FRA")',
            )

    def _check_numbers(self) -> None:
        rules = (
            (self.draws >= 1, "draws is at least 1"),
            (self.sample >= 1, "sample is at least 1"),
            (self.carry_years >= 1, "carry_years is at least 1"),
            (0 <= self.least_coverage <= 1, "least_coverage lies between 0 and 1"),
            (0 <= self.winsor < 0.5, "winsor lies between 0 and a half"),
            (self.concentration > 0, "concentration is above 0"),
            (self.sensitivity_base & (self.sensitivity_base - 1) == 0, "sensitivity_base: 2^n"),
        )
        for holds, rule in rules:
            if not holds:
                raise InputError(f"a choice is out of range: {rule}")

    @property
    def names(self) -> tuple[str, ...]:
        """The measures' names in order."""
        return tuple(each.name for each in self.measures)

    @property
    def own_weights(self) -> dict[str, float]:
        """The user's weights by measure."""
        return dict(self.weights)

    @property
    def normalisations(self) -> tuple[str, ...]:
        """The chosen normalisation and those that are drawn, each once."""
        return tuple(dict.fromkeys((self.normalisation, *self.vary_normalisations)))

    @property
    def rules(self) -> tuple[str, ...]:
        """The missing-data rule and the other that is drawn; a complete year has no gap to fill."""
        if self.missing == "complete" or not self.vary_missing:
            return (self.missing,)
        return ("available", "carry")

    @property
    def undrawn(self) -> CompositeChoices:
        """These choices with all that only bears on the draws at its default."""
        plain: dict[str, Any] = {each.name: each.default for each in fields(self)}
        return replace(self, **{name: plain[name] for name in ONLY_DRAWS})

    def without(self, *names: str) -> CompositeChoices:
        """These choices with some measures left out."""
        for name in names:
            _known("measure of the composite", name, self.names)
        kept = tuple(each for each in self.measures if each.name not in names)
        weights = {name: value for name, value in self.own_weights.items() if name not in names}
        return replace(self, measures=kept, weights=weights)

    def to_dict(self) -> dict[str, object]:
        """Every choice as plain values."""
        plain = {name: value for name, value in vars(self).items() if name != "measures"}
        return {"measures": [vars(each) for each in self.measures], **plain}

    def __str__(self) -> str:
        """Every choice, one a line."""
        lines = [
            f"  {'+' if each.orientation > 0 else '-'} {each.name} ({each.dimension}{_way(each)})"
            for each in self.measures
        ]
        rest = [f"{name}: {value}" for name, value in vars(self).items() if name != "measures"]
        return "\n".join(["measures:", *lines, *rest])


def _way(each: Selected) -> str:
    return "" if each.other_way == "needed" else f", other way {each.other_way}"


def _known(kind: str, seen: str, choices: Sequence[str]) -> None:
    if seen not in choices:
        raise UnknownName(kind, seen, choices, next_step=f"choose one of: {', '.join(choices)}")
