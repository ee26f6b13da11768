"""In which order junctions are contracted: those that separate the network last.

Nested dissection (George, SIAM J. Numer. Anal. 10, 1973) as METIS does it (Karypis and Kumar,
SIAM J. Sci. Comput. 20, 1998): a few junctions that part the network are put last, and each part
is ordered so again. Which roads are quick does not matter, so the order outlives every closure.
"""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
from scipy.sparse import csr_array

from routing.errors import RoutingError
from routing.network import Int32


def can_order() -> bool:
    """Tell whether METIS is there: `pymetis` has no wheel for every machine."""
    return find_spec("pymetis") is not None


def dissection_ranks(nodes: int, tail: Int32, head: Int32) -> Int32:
    """Rank every node for contraction.

    Parameters
    ----------
    nodes
        How many there are.
    tail, head : (M,) int32
        Edges, of which direction and number between two nodes do not matter.

    Returns
    -------
    (N,) int32
        Rank of each node, a permutation of 0 to N-1; the first contracted has 0.

    Raises
    ------
    RoutingError
        ``routing.no_metis``.
    """
    if not can_order():
        raise RoutingError(
            "routing.no_metis",
            "The package pymetis is not installed: roads are searched without a hierarchy.",
        )
    import pymetis  # noqa: PLC0415 - not on every machine

    apart = tail != head
    ends = (np.concatenate((tail[apart], head[apart])), np.concatenate((head[apart], tail[apart])))
    both = csr_array((np.ones(len(ends[0]), dtype=np.int32), ends), shape=(nodes, nodes))
    if not both.nnz:
        return np.arange(nodes, dtype=np.int32)
    adjacency = pymetis.CSRAdjacency(both.indptr.astype(np.int32), both.indices.astype(np.int32))
    order, _ranks = pymetis.nested_dissection(adjacency)
    ranks = np.empty(nodes, dtype=np.int32)
    ranks[np.asarray(order)] = np.arange(nodes, dtype=np.int32)
    return ranks
