"""The loops over votes, compiled; read `fit` first, which says what they are for.

Votes are stored item by item. A vote has a code: 0 below the first cutpoint, 1 between the two,
2 above the second; an item with two categories uses 0 and 2 and its two cutpoints are one. Every
loop runs over `CHUNKS` spans of items with roughly equal votes; sums over person-sessions go into
one buffer per span, so that the result does not depend on the number of threads.

Item parameters are rows (discrimination, first cutpoint, second cutpoint); symmetric 3x3 blocks
are rows (00, 01, 02, 11, 12, 22).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numba
import numpy as np

from tripolar.models.ideal_points.data import CHUNKS

_ROOT_HALF = math.sqrt(0.5)
_ROOT_TWO_PI = math.sqrt(2 * math.pi)
_FAR = 30.0
_TINY = 1e-290
_CLOSEST = 1e-6
"""Least distance of an item's two cutpoints."""


def _jit(**options: Any) -> Any:
    return numba.njit(cache=True, error_model="numpy", **options)


@contextmanager
def one_thread() -> Iterator[None]:
    """Run the loops on one thread: for few votes waiting for a second costs more than it saves."""
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        yield
    finally:
        numba.set_num_threads(before)


@_jit(inline="always")
def _clip(x: float) -> float:
    return min(max(x, -_FAR), _FAR)


@_jit()
def _vote(code: int, eta1: float, eta2: float) -> tuple[float, float, float]:
    """Probability of a code and phi/P at its upper and lower bound (0 where there is none)."""
    if code == 0:
        u = _clip(eta1)
        p = max(0.5 * math.erfc(-u * _ROOT_HALF), _TINY)
        return p, math.exp(-0.5 * u * u) / _ROOT_TWO_PI / p, 0.0
    if code == 2:
        low = _clip(eta2)
        p = max(0.5 * math.erfc(low * _ROOT_HALF), _TINY)
        return p, 0.0, math.exp(-0.5 * low * low) / _ROOT_TWO_PI / p
    low, u = _clip(eta1), _clip(eta2)
    if low > 0:
        p = 0.5 * (math.erfc(low * _ROOT_HALF) - math.erfc(u * _ROOT_HALF))
    else:
        p = 0.5 * (math.erfc(-u * _ROOT_HALF) - math.erfc(-low * _ROOT_HALF))
    p = max(p, _TINY)
    scale = 1.0 / (_ROOT_TWO_PI * p)
    return p, math.exp(-0.5 * u * u) * scale, math.exp(-0.5 * low * low) * scale


@_jit()
def _terms(code: int, eta1: float, eta2: float) -> tuple[float, float, float, float, float, float]:
    """Log probability, slopes in the two cutpoints, and minus the second derivatives."""
    p, up, low = _vote(code, eta1, eta2)
    if code == 0:
        return math.log(p), up, 0.0, up * (_clip(eta1) + up), 0.0, 0.0
    if code == 2:
        return math.log(p), 0.0, -low, 0.0, 0.0, low * (low - _clip(eta2))
    return (
        math.log(p),
        -low,
        up,
        low * (low - _clip(eta1)),
        -up * low,
        up * (_clip(eta2) + up),
    )


@_jit(parallel=True)
def assemble(
    bounds: Any,
    start: Any,
    person: Any,
    code: Any,
    binary: Any,
    theta: Any,
    items: Any,
    spread: Any,
    doubt: Any,
    coupling: Any,
    newton: bool,
) -> tuple[Any, Any, Any, Any, Any, Any]:
    """Log likelihood, its slopes and the blocks of its (Gauss-Newton) information.

    Returns log likelihood; slope and information per person-session; slope (items, 3), block
    (items, 6) and the sum of information times spread per item. Fills coupling (votes, 3): the
    information between a vote's position and its item's parameters.
    """
    persons, count = theta.size, items.shape[0]
    value = np.zeros(CHUNKS)
    slope = np.zeros((CHUNKS, persons))
    info = np.zeros((CHUNKS, persons))
    item_slope = np.zeros((count, 3))
    block = np.zeros((count, 6))
    ridge = np.zeros(count)
    for chunk in numba.prange(CHUNKS):
        total = 0.0
        for j in range(bounds[chunk], bounds[chunk + 1]):
            beta, g1, g2 = items[j]
            second = doubt[j, 1] if binary[j] else doubt[j, 2]
            s0 = s1 = s2 = b00 = b01 = b02 = b11 = b12 = b22 = r = 0.0
            for n in range(start[j], start[j + 1]):
                p = person[n]
                t = theta[p]
                value_n, d1, d2, h11, h12, h22 = _terms(code[n], g1 - beta * t, g2 - beta * t)
                total += value_n
                w1, w2 = h11 + h12, h12 + h22
                w = w1 + w2
                shift = d1 + d2
                pull = w * doubt[j, 0]
                slope[chunk, p] -= beta * shift + t * pull - w1 * doubt[j, 1] - w2 * second
                info[chunk, p] += beta * beta * w + pull
                s0 -= t * shift
                s1 += d1
                s2 += d2
                b00 += t * t * w
                b01 -= t * w1
                b02 -= t * w2
                b11 += h11
                b12 += h12
                b22 += h22
                r += w * spread[p]
                coupling[n, 0] = beta * t * w + (shift if newton else 0.0)
                if binary[j]:
                    coupling[n, 1] = -beta * w
                    coupling[n, 2] = 0.0
                else:
                    coupling[n, 1] = -beta * w1
                    coupling[n, 2] = -beta * w2
            if binary[j]:
                s1, s2 = s1 + s2, 0.0
                b01, b02 = b01 + b02, 0.0
                b11, b12, b22 = b11 + 2 * b12 + b22, 0.0, 1.0
            item_slope[j, 0], item_slope[j, 1], item_slope[j, 2] = s0, s1, s2
            block[j, 0], block[j, 1], block[j, 2] = b00, b01, b02
            block[j, 3], block[j, 4], block[j, 5] = b11, b12, b22
            ridge[j] = r
        value[chunk] = total
    return value.sum(), slope.sum(axis=0), info.sum(axis=0), item_slope, block, ridge


@_jit()
def invert(block: Any) -> Any:
    """The inverses of symmetric 3x3 blocks, shape (items, 6)."""
    out = np.empty_like(block)
    for j in range(block.shape[0]):
        a, b, c, d, e, f = block[j]
        k0, k1, k2 = d * f - e * e, c * e - b * f, b * e - c * d
        inverse = 1.0 / (a * k0 + b * k1 + c * k2)
        out[j, 0], out[j, 1], out[j, 2] = k0 * inverse, k1 * inverse, k2 * inverse
        out[j, 3], out[j, 4] = (a * f - c * c) * inverse, (b * c - a * e) * inverse
        out[j, 5] = (a * d - b * b) * inverse
    return out


@_jit()
def apply_blocks(block: Any, x: Any) -> Any:
    """Symmetric 3x3 blocks times rows: (items, 6), (items, 3, columns) -> the latter shape."""
    out = np.empty_like(x)
    for j in range(block.shape[0]):
        a, b, c, d, e, f = block[j]
        for k in range(x.shape[2]):
            x0, x1, x2 = x[j, 0, k], x[j, 1, k], x[j, 2, k]
            out[j, 0, k] = a * x0 + b * x1 + c * x2
            out[j, 1, k] = b * x0 + d * x1 + e * x2
            out[j, 2, k] = c * x0 + e * x1 + f * x2
    return out


@_jit(parallel=True)
def to_items(bounds: Any, start: Any, person: Any, coupling: Any, x: Any) -> Any:
    """Coupling times columns over person-sessions: (persons, columns) -> (items, 3, columns)."""
    columns = x.shape[1]
    out = np.zeros((start.size - 1, 3, columns))
    for chunk in numba.prange(CHUNKS):
        for j in range(bounds[chunk], bounds[chunk + 1]):
            for n in range(start[j], start[j + 1]):
                p = person[n]
                for k in range(columns):
                    out[j, 0, k] += coupling[n, 0] * x[p, k]
                    out[j, 1, k] += coupling[n, 1] * x[p, k]
                    out[j, 2, k] += coupling[n, 2] * x[p, k]
    return out


@_jit(parallel=True)
def to_persons(bounds: Any, start: Any, person: Any, coupling: Any, y: Any, persons: int) -> Any:
    """Transposed coupling times columns: (items, 3, columns) -> (persons, columns)."""
    columns = y.shape[2]
    out = np.zeros((CHUNKS, persons, columns))
    for chunk in numba.prange(CHUNKS):
        for j in range(bounds[chunk], bounds[chunk + 1]):
            for n in range(start[j], start[j + 1]):
                p = person[n]
                c0, c1, c2 = coupling[n, 0], coupling[n, 1], coupling[n, 2]
                for k in range(columns):
                    out[chunk, p, k] += c0 * y[j, 0, k] + c1 * y[j, 1, k] + c2 * y[j, 2, k]
    return out.sum(axis=0)


@_jit(parallel=True)
def schur(bounds: Any, start: Any, person: Any, coupling: Any, inverse: Any, x: Any) -> Any:
    """What eliminating the items takes off: C' B^-1 C x, shape (persons, columns)."""
    persons, columns = x.shape
    out = np.zeros((CHUNKS, persons, columns))
    for chunk in numba.prange(CHUNKS):
        if columns == 1:
            _schur_of_one(
                bounds[chunk],
                bounds[chunk + 1],
                start,
                person,
                coupling,
                inverse,
                x[:, 0],
                out[chunk, :, 0],
            )
        else:
            _schur_of_many(
                bounds[chunk], bounds[chunk + 1], start, person, coupling, inverse, x, out[chunk]
            )
    return out.sum(axis=0)


@_jit()
def _schur_of_one(
    first: int, last: int, start: Any, person: Any, coupling: Any, inverse: Any, x: Any, out: Any
) -> None:
    for j in range(first, last):
        u0 = u1 = u2 = 0.0
        for n in range(start[j], start[j + 1]):
            v = x[person[n]]
            u0 += coupling[n, 0] * v
            u1 += coupling[n, 1] * v
            u2 += coupling[n, 2] * v
        a, b, c, d, e, f = inverse[j]
        t0 = a * u0 + b * u1 + c * u2
        t1 = b * u0 + d * u1 + e * u2
        t2 = c * u0 + e * u1 + f * u2
        for n in range(start[j], start[j + 1]):
            out[person[n]] += coupling[n, 0] * t0 + coupling[n, 1] * t1 + coupling[n, 2] * t2


@_jit()
def _schur_of_many(
    first: int, last: int, start: Any, person: Any, coupling: Any, inverse: Any, x: Any, out: Any
) -> None:
    columns = x.shape[1]
    u0, u1, u2 = np.zeros(columns), np.zeros(columns), np.zeros(columns)
    t0, t1, t2 = np.zeros(columns), np.zeros(columns), np.zeros(columns)
    for j in range(first, last):
        u0[:] = 0.0
        u1[:] = 0.0
        u2[:] = 0.0
        for n in range(start[j], start[j + 1]):
            row = x[person[n]]
            c0, c1, c2 = coupling[n, 0], coupling[n, 1], coupling[n, 2]
            for k in range(columns):
                u0[k] += c0 * row[k]
                u1[k] += c1 * row[k]
                u2[k] += c2 * row[k]
        a, b, c, d, e, f = inverse[j]
        for k in range(columns):
            t0[k] = a * u0[k] + b * u1[k] + c * u2[k]
            t1[k] = b * u0[k] + d * u1[k] + e * u2[k]
            t2[k] = c * u0[k] + e * u1[k] + f * u2[k]
        for n in range(start[j], start[j + 1]):
            row = out[person[n]]
            c0, c1, c2 = coupling[n, 0], coupling[n, 1], coupling[n, 2]
            for k in range(columns):
                row[k] += c0 * t0[k] + c1 * t1[k] + c2 * t2[k]


@_jit()
def tridiagonal_solve(diagonal: Any, off: Any, x: Any) -> Any:
    """Solve with the states' tridiagonals; off[p] ties p to p + 1, 0 at a state's last."""
    persons, columns = x.shape
    out = np.empty_like(x)
    pivot = np.empty(persons)
    pivot[0] = diagonal[0]
    for k in range(columns):
        out[0, k] = x[0, k]
    for p in range(1, persons):
        factor = off[p - 1] / pivot[p - 1]
        pivot[p] = diagonal[p] - factor * off[p - 1]
        for k in range(columns):
            out[p, k] = x[p, k] - factor * out[p - 1, k]
    for k in range(columns):
        out[persons - 1, k] /= pivot[persons - 1]
    for p in range(persons - 2, -1, -1):
        for k in range(columns):
            out[p, k] = (out[p, k] - off[p] * out[p + 1, k]) / pivot[p]
    return out


@_jit()
def tridiagonal_variance(diagonal: Any, off: Any) -> Any:
    """The diagonal of the inverse of the states' tridiagonals."""
    persons = diagonal.size
    forward, backward = np.empty(persons), np.empty(persons)
    forward[0] = diagonal[0]
    for p in range(1, persons):
        forward[p] = diagonal[p] - off[p - 1] ** 2 / forward[p - 1]
    backward[persons - 1] = diagonal[persons - 1]
    for p in range(persons - 2, -1, -1):
        backward[p] = diagonal[p] - off[p] ** 2 / backward[p + 1]
    return 1.0 / (forward + backward - diagonal)


@_jit()
def _penalised(
    start: int, stop: int, person: Any, code: Any, theta: Any, x: Any, tight: Any
) -> float:
    total: float = -0.5 * (tight[0] * x[0] ** 2 + tight[1] * x[1] ** 2 + tight[2] * x[2] ** 2)
    for n in range(start, stop):
        t = theta[person[n]]
        total += math.log(_vote(code[n], x[1] - x[0] * t, x[2] - x[0] * t)[0])
    return total


@_jit(parallel=True)
def improve_items(
    bounds: Any,
    start: Any,
    person: Any,
    code: Any,
    binary: Any,
    theta: Any,
    items: Any,
    ridge: Any,
    cut_precision: float,
    steps: int,
) -> Any:
    """Each item's parameters after safeguarded Newton steps, positions held.

    A step is halved until the item's own penalised likelihood does not fall; the discrimination's
    precision is 1 + ridge.
    """
    out = items.copy()
    for chunk in numba.prange(CHUNKS):
        g, b = np.zeros((1, 3)), np.zeros((1, 6))
        x, trial, tight = np.zeros(3), np.zeros(3), np.zeros(3)
        for j in range(bounds[chunk], bounds[chunk + 1]):
            x[:] = items[j]
            tight[0] = 1.0 + ridge[j]
            tight[1] = cut_precision
            tight[2] = 0.0 if binary[j] else cut_precision
            for _ in range(steps):
                value = -0.5 * (tight[0] * x[0] ** 2 + tight[1] * x[1] ** 2 + tight[2] * x[2] ** 2)
                g[:] = 0.0
                b[:] = 0.0
                for n in range(start[j], start[j + 1]):
                    t = theta[person[n]]
                    v, d1, d2, h11, h12, h22 = _terms(code[n], x[1] - x[0] * t, x[2] - x[0] * t)
                    w1, w2 = h11 + h12, h12 + h22
                    value += v
                    g[0, 0] -= t * (d1 + d2)
                    g[0, 1] += d1
                    g[0, 2] += d2
                    b[0, 0] += t * t * (w1 + w2)
                    b[0, 1] -= t * w1
                    b[0, 2] -= t * w2
                    b[0, 3] += h11
                    b[0, 4] += h12
                    b[0, 5] += h22
                if binary[j]:
                    g[0, 1], g[0, 2] = g[0, 1] + g[0, 2], 0.0
                    b[0, 1], b[0, 2] = b[0, 1] + b[0, 2], 0.0
                    b[0, 3], b[0, 4], b[0, 5] = b[0, 3] + 2 * b[0, 4] + b[0, 5], 0.0, 1.0
                for k in range(3):
                    g[0, k] -= tight[k] * x[k]
                b[0, 0] += tight[0]
                b[0, 3] += tight[1]
                b[0, 5] += tight[2]
                i = invert(b)[0]
                move0 = i[0] * g[0, 0] + i[1] * g[0, 1] + i[2] * g[0, 2]
                move1 = i[1] * g[0, 0] + i[3] * g[0, 1] + i[4] * g[0, 2]
                move2 = i[2] * g[0, 0] + i[4] * g[0, 1] + i[5] * g[0, 2]
                gain = move0 * g[0, 0] + move1 * g[0, 1] + move2 * g[0, 2]
                if gain < 1e-12:
                    break
                length = 1.0
                found = False
                # near the top a full step cannot fail by more than rounding: save the check
                if gain < 0.02 and (binary[j] or x[2] + move2 - x[1] - move1 > _CLOSEST):
                    found = True
                    trial[0], trial[1], trial[2] = x[0] + move0, x[1] + move1, x[2] + move2
                else:
                    for _half in range(12):
                        trial[0] = x[0] + length * move0
                        trial[1] = x[1] + length * move1
                        trial[2] = x[2] + length * move2
                        if binary[j]:
                            trial[2] = trial[1]
                        if (binary[j] or trial[2] - trial[1] > _CLOSEST) and _penalised(
                            start[j], start[j + 1], person, code, theta, trial, tight
                        ) >= value - 1e-9:
                            found = True
                            break
                        length *= 0.5
                if not found:
                    break
                if binary[j]:
                    trial[2] = trial[1]
                x[:] = trial
            out[j] = x
    return out


@_jit(parallel=True)
def perturb(
    bounds: Any,
    start: Any,
    person: Any,
    code: Any,
    binary: Any,
    theta: Any,
    items: Any,
    seed: int,
    columns: int,
) -> tuple[Any, Any]:
    """Noise with the covariance of the votes' joint information, at most 32 columns.

    Each vote contributes a root of its information times random signs, hashed from the seed and
    the vote's number. Returns (persons, columns) and (items, 3, columns).
    """
    persons, count = theta.size, items.shape[0]
    noise = np.zeros((CHUNKS, persons, columns))
    item_noise = np.zeros((count, 3, columns))
    for chunk in numba.prange(CHUNKS):
        for j in range(bounds[chunk], bounds[chunk + 1]):
            beta, g1, g2 = items[j]
            out = item_noise[j]
            for n in range(start[j], start[j + 1]):
                p = person[n]
                t = theta[p]
                _, _, _, h11, h12, h22 = _terms(code[n], g1 - beta * t, g2 - beta * t)
                r11 = math.sqrt(max(h11, 0.0))
                r21 = h12 / r11 if r11 > 0 else 0.0
                r22 = math.sqrt(max(h22 - r21 * r21, 0.0))
                bits = _hashed(np.uint64(n) * np.uint64(2654435761) + np.uint64(seed))
                row = noise[chunk, p]
                for k in range(columns):
                    a = 1.0 if (bits >> np.uint64(k)) & np.uint64(1) else -1.0
                    b = 1.0 if (bits >> np.uint64(k + 32)) & np.uint64(1) else -1.0
                    z1 = r11 * a
                    z2 = r21 * a + r22 * b
                    row[k] -= beta * (z1 + z2)
                    out[0, k] -= t * (z1 + z2)
                    out[1, k] += z1
                    out[2, k] += z2
            if binary[j]:
                for k in range(columns):
                    out[1, k] += out[2, k]
                    out[2, k] = 0.0
    return noise.sum(axis=0), item_noise


@_jit()
def _hashed(x: Any) -> Any:
    """Sixty-four well mixed bits (splitmix64)."""
    x = (x + np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xD1342543DE82EF95)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@_jit(parallel=True)
def mean_below(bounds: Any, start: Any, person: Any, theta: Any, beta: Any, cut: Any) -> Any:
    """Per item the mean over its votes of Phi(cut - beta theta)."""
    out = np.zeros(start.size - 1)
    for chunk in numba.prange(CHUNKS):
        for j in range(bounds[chunk], bounds[chunk + 1]):
            total = 0.0
            for n in range(start[j], start[j + 1]):
                total += 0.5 * math.erfc((beta[j] * theta[person[n]] - cut[j]) * _ROOT_HALF)
            out[j] = total / max(start[j + 1] - start[j], 1)
    return out
