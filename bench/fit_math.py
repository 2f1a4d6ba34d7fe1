"""Fit the polynomials of templates/cpu/math.c.j2: least maximum relative error, by reweighted least squares.

python bench/fit_math.py        # prints coefficients, lowest power first, and the error reached in exact arithmetic
"""

import math

import numpy as np
from numpy.polynomial import chebyshev, polynomial


def fit(function, low, high, degree, nodes=4000, rounds=200):
    """Coefficients of a polynomial of `degree` on [low, high], and its largest relative error at the nodes."""
    unit = np.cos(np.pi * (np.arange(nodes) + 0.5) / nodes)
    points = (low + high) / 2 + (high - low) / 2 * unit
    values = np.array([function(point) for point in points])
    weights = np.ones(nodes)
    for _ in range(rounds):
        series = chebyshev.chebfit(unit, values, degree, w=np.sqrt(weights) / np.abs(values))
        error = np.abs(chebyshev.chebval(unit, series) / values - 1)
        weights *= error + 1e-30
        weights /= weights.mean()
    result, power = np.zeros(degree + 1), np.array([1.0])
    for coefficient in chebyshev.cheb2poly(series):
        result[: len(power)] += coefficient * power
        power = polynomial.polymul(power, [-(low + high) / (high - low), 2 / (high - low)])
    return result, error.max()


def scaled_erfc(z):
    """exp(z^2) erfc(z), by its asymptotic series where exp overflows."""
    return math.exp(z * z) * math.erfc(z) if z < 20 else (1 - 0.5 / z**2 + 0.75 / z**4) / (z * math.sqrt(math.pi))


if __name__ == "__main__":
    half = math.log(2) / 2 * 1.001
    for name, function, low, high, degree in (
        ("exp(r)", math.exp, -half, half, 6),
        ("exp(z^2) erfc(z) / t, t = 1 / (1 + 0.3 z)", lambda t: scaled_erfc((1 / t - 1) / 0.3) / t, 0.25, 1.0, 8),
    ):
        coefficients, error = fit(function, low, high, degree)
        print(f"{name} on [{low:.6f}, {high:.6f}], degree {degree}, relative error {error:.1e}")
        print("  " + " ".join(f"{value:.9e}f" for value in coefficients))
