"""Robust locally weighted regression of a scatter plot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

ROBUST_STEPS = 3
SKIP = 0.01  # of the range of x: points nearer than this to the last fitted one are interpolated
_NEAR, _FAR = 0.001, 0.999  # of a bandwidth: within it the weight is 1, beyond it 0


def lowess(x: FloatArray, y: FloatArray, *, fraction: float) -> FloatArray:
    """Smooth y over x by local lines, down-weighting points far from the curve.

    Parameters
    ----------
    x, y : float64 arrays of shape (n,)
        x in ascending order; n >= 2.
    fraction : float
        Share of the points in each local fit.

    Returns
    -------
    float64 array of shape (n,)
        The curve at x.

    References
    ----------
    Cleveland 1979, JASA 74:829: tricube weights in the window of the nearest points, three robustness steps with
    bisquare weights of the residuals, and interpolation between fitted points 1 % of the range apart.
    """
    n = len(x)
    width = max(2, min(n, int(fraction * n + 1e-7)))
    anchors = _anchors(x, SKIP * float(x[-1] - x[0]))
    starts = _window_starts(x, anchors, width)
    robustness = np.ones(n)
    curve = y
    for step in range(ROBUST_STEPS + 1):
        fitted = [
            _local_line(x[s : s + width], y[s : s + width], robustness[s : s + width], float(x[i]), float(y[i]), x)
            for i, s in zip(anchors, starts, strict=True)
        ]
        curve = np.interp(x, x[anchors], fitted)
        residual = np.abs(y - curve)
        scale = 6.0 * float(np.median(residual))
        if step == ROBUST_STEPS or scale < 1e-7 * residual.mean():
            break
        ratio = residual / scale
        robustness = np.where(ratio <= _NEAR, 1.0, np.where(ratio <= _FAR, (1 - np.minimum(ratio, 1) ** 2) ** 2, 0.0))
    return np.asarray(curve)


def _anchors(x: FloatArray, skip: float) -> NDArray[np.intp]:
    """Choose the points that are fitted: the first, then always the last one within `skip` or the next one beyond."""
    chosen, n = [0], len(x)
    while chosen[-1] < n - 1:
        last = chosen[-1]
        last_tied = int(np.searchsorted(x, x[last], side="right")) - 1
        beyond = int(np.searchsorted(x, x[last] + skip, side="right"))
        if last_tied == n - 1:
            break
        chosen.append(max(last_tied + 1, beyond - 1))
    return np.array(chosen)


def _window_starts(x: FloatArray, anchors: NDArray[np.intp], width: int) -> NDArray[np.intp]:
    """Return where the window of the `width` nearest points begins, for each anchor."""
    if width == len(x):
        return np.zeros(len(anchors), dtype=np.intp)
    return np.searchsorted(x[:-width] + x[width:], 2.0 * x[anchors], side="left")


def _local_line(
    x: FloatArray, y: FloatArray, robustness: FloatArray, at: float, own: float, all_x: FloatArray
) -> float:
    """Return the weighted line's value at `at`; its own y where no point has weight."""
    distance = np.abs(x - at)
    bandwidth = max(at - float(x[0]), float(x[-1]) - at)
    inside = distance <= _FAR * bandwidth
    cube = (1.0 - np.minimum(distance / bandwidth, 1.0) ** 3) ** 3 if bandwidth > 0 else np.ones_like(x)
    weight = np.where(inside, np.where(distance <= _NEAR * bandwidth, 1.0, cube), 0.0) * robustness
    total = float(weight.sum())
    if total <= 0:
        return own
    weight /= total
    if bandwidth > 0:
        centred = x - float(weight @ x)
        spread = float(weight @ centred**2)
        if np.sqrt(spread) > _NEAR * float(all_x[-1] - all_x[0]):  # else the slope would be noise
            centre = float(weight @ x)
            weight = weight * ((at - centre) / spread * centred + 1.0)
    return float(weight @ y)
