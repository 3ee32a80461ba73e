"""Sizes of matrix products that BLAS computes in the calling thread.

Neither the result nor the speed then depends on how many threads BLAS was given, and two threads of ours do not wait
for each other in it. Small products are also quicker than large ones: their operands stay in the cache unpacked.
"""

from __future__ import annotations

import math

TILE_PRODUCTS = 131_072  # OpenBLAS starts threads from 262,144 multiplications
TILE_DEPTH = 512  # columns in one product; wider data is added up


def tile_side(n_columns: int) -> int:
    """Return the side of square tiles for data of some columns, a power of two from 16 to 64."""
    side = math.sqrt(TILE_PRODUCTS / max(1, min(n_columns, TILE_DEPTH)))
    return 1 << min(6, int(math.log2(side)))
