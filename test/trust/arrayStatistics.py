"""Statistics of small arrays as NumPy computes them, for row 13 of the trust table.

    python arrayStatistics.py <float32 file> <values of one array>

Prints float64, one row an array: minimum, maximum, mean, variance, count of values that are not finite,
share of zeros among the finite ones, and the plug-in entropy in bits over 32 equal bins of the array's own
range (NaN where a value is not finite). Shares no code with the product.
"""
import sys

import numpy as np

BINS = 32
x = np.fromfile(sys.argv[1], "<f4").reshape(-1, int(sys.argv[2])).astype(np.float64)
finite = np.isfinite(x)
n = finite.sum(axis=1)
with np.errstate(all="ignore"):
    low = np.where(finite, x, np.inf).min(axis=1)
    high = np.where(finite, x, -np.inf).max(axis=1)
    mean = np.where(finite, x, 0).sum(axis=1) / n
    centred = np.where(finite, x - mean[:, None], 0)
    variance = (centred**2).sum(axis=1) / n
    zeros = (finite & (x == 0)).sum(axis=1) / n
    width = high - low
    place = np.floor((x - low[:, None]) * BINS / width[:, None])
    place = np.where(width[:, None] > 0, np.clip(place, 0, BINS - 1), 0)
    counts = np.stack([((place == b) & finite).sum(axis=1) for b in range(BINS)], axis=1)
    p = counts / x.shape[1]
    bits = -np.where(p > 0, p * np.log2(np.where(p > 0, p, 1)), 0).sum(axis=1)
low, high = np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)
bits = np.where(n == x.shape[1], np.maximum(bits, 0), np.nan)
rows = np.stack([low, high, mean, variance, x.shape[1] - n, zeros, bits], axis=1)
sys.stdout.buffer.write(rows.astype("<f8").tobytes())
