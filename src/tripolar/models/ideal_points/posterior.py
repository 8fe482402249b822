"""The same model sampled in full with numpyro (extra "posterior"): a check on a subset of sessions.

Slow, minutes for a few sessions: for a referee, not for a build. Nothing of the estimation in
`fit` is used but its result as the starting point, which also settles the direction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tripolar.errors import MissingData
from tripolar.models.ideal_points.data import Floats, VoteData
from tripolar.models.ideal_points.fit import WALK_VARIANCE, IdealPoints, standardised

FIRST_SCALE = 3.0
CUT_SCALE = 50**0.5
LEAST_PROBABILITY = 1e-10
"""A vote further from its cutpoints than this costs no more: guards the logarithm."""


@dataclass(frozen=True)
class Posterior:
    """Draws of positions, each standardised to mean 0 and variance 1 over the state-sessions.

    draws : (kept draws, state-sessions). mean, standard_deviation : (state-sessions,).
    divergent : how many kept transitions diverged.
    """

    draws: Floats
    mean: Floats
    standard_deviation: Floats
    divergent: int


def sample(
    data: VoteData,
    start: IdealPoints,
    *,
    draws: int = 300,
    warmup: int = 300,
    seed: int = 0,
    walk_variance: float = WALK_VARIANCE,
) -> Posterior:
    """Draw positions from the full posterior by the no-U-turn sampler, from a fit on.

    Raises `MissingData` where numpyro is not installed.
    """
    try:
        import jax
        import numpyro
        from numpyro.infer import MCMC, NUTS, init_to_value
    except ImportError as error:
        raise MissingData(
            "numpyro is not installed", next_step="pip install 'tripolar[posterior]'"
        ) from error
    numpyro.set_platform("cpu")
    initial = {
        "theta": start.position,
        "beta": start.discrimination,
        "gap": np.maximum(np.diff(start.cutpoints, axis=1)[:, 0], 0.05),
        "cut": start.cutpoints[:, 0],
    }
    kernel = NUTS(_model, init_strategy=init_to_value(values=initial), max_tree_depth=7)
    chain = MCMC(kernel, num_warmup=warmup, num_samples=draws, progress_bar=False)
    chain.run(jax.random.PRNGKey(seed), data, walk_variance, extra_fields=("diverging",))
    theta = np.asarray(chain.get_samples()["theta"], dtype=np.float64)
    scaled = standardised(theta.T).T
    return Posterior(
        draws=scaled,
        mean=scaled.mean(axis=0),
        standard_deviation=scaled.std(axis=0, ddof=1),
        divergent=int(np.asarray(chain.get_extra_fields()["diverging"]).sum()),
    )


def _model(data: VoteData, walk_variance: float) -> None:
    """Ordered probit with positions on a walk; cutpoints in order by a positive gap."""
    import jax.numpy as jnp
    import numpyro
    import numpyro.distributions as dist
    from jax.scipy.stats import norm

    items, persons = data.start.size - 1, data.state.size
    beta = numpyro.sample("beta", dist.Normal(0, 1).expand([items]))
    cut = numpyro.sample("cut", dist.Normal(0, CUT_SCALE).expand([items]))
    gap = numpyro.sample("gap", dist.HalfNormal(CUT_SCALE).expand([items]))
    with numpyro.handlers.mask(mask=False):
        theta = numpyro.sample("theta", dist.Normal(0, 1).expand([persons]))
    numpyro.factor("walk", _walk_density(theta, data, walk_variance))
    item, code = data.item, jnp.asarray(data.code)
    upper = cut + jnp.where(jnp.asarray(data.binary), 0.0, gap)
    slope = beta[item] * theta[data.person]
    below, above = norm.cdf(cut[item] - slope), norm.cdf(upper[item] - slope)
    chance = jnp.select([code == 0, code == 1], [below, above - below], 1.0 - above)
    numpyro.factor("votes", jnp.log(jnp.maximum(chance, LEAST_PROBABILITY)).sum())


def _walk_density(theta: Any, data: VoteData, walk_variance: float) -> Any:
    """Log density of the walks: a first position N(0, 9), then steps by sessions gone by."""
    import jax.numpy as jnp

    same = data.state[1:] == data.state[:-1]
    steps = np.where(same, data.session[1:] - data.session[:-1], 1)
    walk = -0.5 * (theta[1:] - theta[:-1]) ** 2 / (walk_variance * steps)
    first = np.concatenate([[True], ~same])
    opening = -0.5 * (theta / FIRST_SCALE) ** 2
    return jnp.where(same, walk, 0.0).sum() + jnp.where(first, opening, 0.0).sum()
