"""networkx's searches run compiled: its own answers, order and errors, or none."""

from __future__ import annotations

import copy
import math
import os
import pickle
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing import networkx_backend
from routing.convert import to_networkx
from routing.osm import from_osm_pbf
from tests.routing.networks import networks

KINDS = (nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph)

WHOLE = st.integers(0, 3) | st.integers(0, 10**12)
BROKEN = st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.7, 1e-300, 1e300, math.inf]) | st.floats(0, 1e6)
WEIGHTS = {
    "few": st.integers(0, 2),  # many ties
    "whole": WHOLE,
    "broken": BROKEN,
    "mixed": st.integers(0, 3) | st.sampled_from([0.0, 1.0, 2.0, 0.1]),
    "negative": st.integers(-2, 6),
    "negative, broken": st.integers(-2, 6).map(lambda n: n / 10),
}

TO_ALL = (
    "single_source_dijkstra_path_length",
    "single_source_dijkstra_path",
    "single_source_dijkstra",
)
FROM_MANY = (
    "multi_source_dijkstra_path_length",
    "multi_source_dijkstra_path",
    "multi_source_dijkstra",
)


@pytest.fixture(autouse=True)
def _no_warning_of_the_cache():
    """It is told at every use of it, and what it warns of does not happen here."""
    with nx.config(warnings_to_ignore={"cache"}):
        yield


@st.composite
def graphs(draw, weights=None):
    """Graphs of any kind, with loops, parallel edges and nodes apart; some without the weight."""
    count = draw(st.integers(1, 9))
    nodes = draw(st.permutations([*range(-2, 3), "A", "滨河路", (1, 2), 0.5]))[:count]
    G = draw(st.sampled_from(KINDS))()
    G.add_nodes_from(nodes)
    values = draw(st.sampled_from(list(WEIGHTS.values()))) if weights is None else weights
    end = st.sampled_from(nodes)
    for u, v, value in draw(st.lists(st.tuples(end, end, st.none() | values), max_size=24)):
        G.add_edge(u, v, **({} if value is None else {"weight": value}))
    return G


def outcome(function, *args, backend, **options):
    """What comes of a call, types and order included."""
    try:
        answer = function(*args, backend=backend, **options)
    except NotImplementedError:
        raise
    except Exception as error:  # noqa: BLE001 - compared
        return type(error), str(error)
    return in_full(answer)


def in_full(answer):
    if isinstance(answer, dict):
        return dict, [(in_full(key), in_full(value)) for key, value in answer.items()]
    if isinstance(answer, (list, tuple)):
        return type(answer), [in_full(one) for one in answer]
    # By its text: -0.0 is not 0.0.
    return (set, answer) if isinstance(answer, set) else (type(answer), repr(answer))


def same(name, *args, **options):
    """Compare the two, and return what both answer."""
    function = getattr(nx, name)
    expected = outcome(function, *args, backend="networkx", **options)
    assert outcome(function, *args, backend="gisapp", **options) == expected
    return expected


def same_or_left(name, *args, **options):
    """Compare the two, unless the call is left to networkx."""
    try:
        same(name, *args, **options)
    except NotImplementedError:
        assert any(w < 0 for *_, w in args[0].edges(data="weight", default=1))


nodes_asked = st.sampled_from([*range(-2, 3), "A", "滨河路", (1, 2), 0.5, 1.0, True, "absent"])
cutoffs = (
    st.none()
    | st.integers(-1, 8)
    | st.floats(-1, 8)
    | st.sampled_from([math.inf, -math.inf, math.nan, 10**400, -(10**400), 2**53 + 1, 0.3])
)


# --- networkx's own answers ------------------------------------------------------------------


@given(graphs(), nodes_asked, cutoffs, st.sampled_from(TO_ALL))
def test_from_one_to_all(G, source, cutoff, name):
    same(name, G, source, cutoff=cutoff)


@given(graphs(), st.lists(nodes_asked, max_size=4), cutoffs, st.sampled_from(FROM_MANY))
def test_from_many(G, sources, cutoff, name):
    """In the order they are given in, which decides ties; a set has an order too."""
    held = [node for node in sources if node in G]
    for asked in (sources, held, set(held), dict.fromkeys(held)):
        same_or_left(name, G, asked, cutoff=cutoff)


@given(graphs(), st.lists(nodes_asked, max_size=4))
def test_cells(G, centers):
    held = [node for node in centers if node in G]
    for asked in (centers, held, set(held)):
        same_or_left("voronoi_cells", G, asked)


@given(graphs(), nodes_asked, nodes_asked, cutoffs)
def test_from_one_to_one(G, source, target, cutoff):
    same("single_source_dijkstra", G, source, target, cutoff=cutoff)
    same("dijkstra_path", G, source, target)
    same("dijkstra_path_length", G, source, target)
    same("shortest_path_length", G, source, target, weight="weight")
    same("bidirectional_dijkstra", G, source, target)
    same("shortest_path", G, source, target, weight="weight")


@given(graphs(), st.lists(nodes_asked, min_size=1, max_size=3), nodes_asked)
def test_from_many_to_one(G, sources, target):
    held = [node for node in sources if node in G]
    same("multi_source_dijkstra", G, held, target=target)


@given(graphs(), nodes_asked)
def test_shortest_path(G, source):
    same("shortest_path", G, source, weight="weight")
    same("shortest_path_length", G, source, weight="weight")


@given(graphs(), nodes_asked, st.sampled_from(["none such", None]))
def test_edges_without_the_attribute_count_one(G, source, weight):
    same("single_source_dijkstra", G, source, weight=weight)


@given(networks(), st.sampled_from(["length", "travel_time", "speed_kph", "osmid"]), st.data())
def test_a_network(network, weight, data):
    G = to_networkx(network)
    source = data.draw(st.sampled_from(list(G)))
    same("single_source_dijkstra", G, source, weight=weight)
    same("voronoi_cells", G, {source, *list(G)[:2]}, weight=weight)


def test_contradictory_weights_are_an_error():
    G = nx.DiGraph()
    G.add_weighted_edges_from([(0, 1, 1), (0, 2, 3), (2, 1, -4)])
    error, text = same("single_source_dijkstra_path_length", G, 0)
    assert error is ValueError
    assert "Contradictory paths" in text


def test_errors():
    G = nx.path_graph(3)
    G.add_node("apart")
    assert same("single_source_dijkstra", G, "absent")[0] is nx.NodeNotFound
    assert same("multi_source_dijkstra_path_length", G, [0, ["no", "node"]])[0] is nx.NodeNotFound
    assert same("multi_source_dijkstra", G, set())[0] is ValueError
    assert same("dijkstra_path", G, 0, "apart")[0] is nx.NetworkXNoPath
    assert same("dijkstra_path_length", G, 0, "apart")[0] is nx.NetworkXNoPath
    assert same("dijkstra_path", G, 0, "absent")[0] is nx.NetworkXNoPath
    assert same("single_source_dijkstra", G, ["no", "node"])[0] is TypeError


@pytest.mark.parametrize("weight", ["length", "travel_time"])
def test_a_country(shared_data, weight):
    """Every answer of a country's graph, to the last digit, in order."""
    network = from_osm_pbf(shared_data / "andorra" / "andorra-2023.osm.pbf", progress=False)
    G = to_networkx(network)
    nodes = list(G)
    source, posts = nodes[len(nodes) // 2], set(nodes[:: len(nodes) // 50])
    same("single_source_dijkstra", G, source, weight=weight)
    same("single_source_dijkstra_path_length", G, source, weight=weight, cutoff=900.0)
    same("multi_source_dijkstra", G, posts, weight=weight)
    same("voronoi_cells", G, posts, weight=weight)
    for target in nodes[:: len(nodes) // 10]:
        same("single_source_dijkstra", G, source, target, weight=weight)
        same("shortest_path", G, source, target, weight=weight)


def test_networkxs_own_tests():
    """They run by our searches where these can, by networkx's where not."""
    folder = Path(nx.__file__).parent
    files = ("shortest_paths/tests/test_weighted.py", "tests/test_voronoi.py")
    environment = os.environ | {
        "NETWORKX_TEST_BACKEND": "gisapp",
        "NETWORKX_FALLBACK_TO_NX": "True",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    paths = [folder / "algorithms" / file for file in files]
    if not all(path.exists() for path in paths):
        pytest.skip("networkx is installed without its tests")
    done = subprocess.run(
        [*command, "--rootdir", folder, *paths],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


# --- what is left to networkx ----------------------------------------------------------------


def path_of(*weights, kind=nx.DiGraph):
    G = kind()
    G.add_weighted_edges_from((i, i + 1, weight) for i, weight in enumerate(weights))
    return G


def left(G, **options):
    """Nothing is answered by name; by priority networkx answers itself."""
    ask = nx.single_source_dijkstra_path_length
    with pytest.raises(NotImplementedError):
        ask(G, 0, backend="gisapp", **options)
    with nx.config.backend_priority(algos=["gisapp"]):
        try:
            return ask(G, 0, **options)
        except TypeError as error:
            return error


@pytest.mark.parametrize(
    "weights",
    [
        (Fraction(1, 3), Fraction(1, 3)),
        (Decimal("0.1"), Decimal("0.2")),
        (True, 2),
        (np.float64(0.1), np.float64(0.2)),
        (np.int64(1), np.int64(2)),
        (0.1, math.nan),
        (2**62, 2**62),
        (10**30, 1),
        (2**53, 0.5),
        (-math.inf, math.inf),
        (1, 1j),
        ("1", "2"),
        (1, None),
    ],
)
def test_weights_that_networkx_adds_up_itself(weights):
    G = path_of(*weights)
    answer = left(G)
    if not isinstance(answer, TypeError):
        assert in_full(answer) == in_full(
            nx.single_source_dijkstra_path_length(G, 0, backend="networkx")
        )


def test_functions_and_hidden_edges():
    def only_to_one(_u, v, _data):
        return 7 if v == 1 else None

    assert left(path_of(1, 2), weight=only_to_one) == {0: 0, 1: 7}


@pytest.mark.parametrize("cutoff", [Fraction(1, 2), Decimal(1), np.int64(1)])
def test_cutoffs_of_other_types(cutoff):
    assert left(path_of(1, 2), cutoff=cutoff)[0] == 0


def test_views_change_with_the_graph_they_show():
    """Their cache is not cleared when it changes."""
    G = path_of(1, 2, 3)
    view = nx.subgraph_view(G, filter_node=lambda node: node != 2)
    assert left(view) == {0: 0, 1: 1}
    assert left(G.copy(as_view=True))[3] == 6


def test_dictionaries_of_ones_own():
    class Own(nx.DiGraph):
        edge_attr_dict_factory = type("Attributes", (dict,), {})

    assert left(path_of(1, 2, kind=Own)) == {0: 0, 1: 1, 2: 3}


def test_sources_that_can_be_read_once():
    with pytest.raises(NotImplementedError):
        nx.multi_source_dijkstra(path_of(1), iter([0]), backend="gisapp")


def test_other_methods():
    G = path_of(1, 2)
    for options in (
        {"source": 0, "weight": "weight", "method": "bellman-ford"},
        {"target": 2, "weight": "weight"},
        {"source": 0},
    ):
        with pytest.raises(NotImplementedError):
            nx.shortest_path(G, **options, backend="gisapp")
        with nx.config.backend_priority(algos=["gisapp"]):
            by_priority = nx.shortest_path(G, **options)
        assert by_priority == nx.shortest_path(G, **options, backend="networkx")


def test_a_call_that_is_wrong_is_networkxs_error():
    with pytest.raises(TypeError):
        nx.dijkstra_path(path_of(1), 0, backend="gisapp")


# --- the cache -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [1.0, True, 5, 0.25, Fraction(1, 3)])
def test_a_weight_set_in_place_counts(kind, value):
    """networkx's cache does not notice it; a converted graph looks it up."""
    G = path_of(1, 1, 1, kind=kind)
    ask = nx.single_source_dijkstra_path_length
    assert ask(G, 0, backend="gisapp") == {0: 0, 1: 1, 2: 2, 3: 3}
    for _, v, data in G.edges(data=True):
        if v == 2:
            data["weight"] = value
    if isinstance(value, (bool, Fraction)):
        left(G)
    else:
        same("single_source_dijkstra_path_length", G, 0)
    for *_, data in G.edges(data=True):
        data.pop("weight")
    same("single_source_dijkstra_path_length", G, 0)


def test_edges_added_and_taken_out_count():
    G = path_of(1, 1, 1)
    same("single_source_dijkstra", G, 0)
    G.add_edge(0, 3, weight=1)
    same("single_source_dijkstra", G, 0)
    G.remove_edge(0, 1)
    same("single_source_dijkstra", G, 0)
    G.add_edge(0, 3, weight=2)
    same("single_source_dijkstra", G, 0)


def test_all_attributes_share_one_conversion():
    G = path_of(1, 2)
    for weight in ("weight", "length", None):
        same("single_source_dijkstra", G, 0, weight=weight)
    assert len(set(map(id, G.__networkx_cache__["backends"]["gisapp"].values()))) == 1


def test_copies_are_graphs_of_their_own():
    G = path_of(1, 2)
    same("single_source_dijkstra", G, 0)
    for other in (copy.deepcopy(G), pickle.loads(pickle.dumps(G)), G.copy()):
        other.edges[0, 1]["weight"] = 7
        assert same("dijkstra_path_length", other, 0, 2)[1] == "9"
    assert same("dijkstra_path_length", G, 0, 2)[1] == "3"


def test_without_the_cache():
    G = path_of(1, 2)
    with nx.config(cache_converted_graphs=False):
        same("single_source_dijkstra", G, 0)
    assert not G.__networkx_cache__
    G.__networkx_cache__ = None
    same("single_source_dijkstra", G, 0)
    assert networkx_backend.should_run("dijkstra_path", (G, 0, 1), {}) is not True


def test_a_converted_graph_is_not_given_back():
    with pytest.raises(NotImplementedError):
        networkx_backend.convert_to_nx(networkx_backend.convert_from_nx(path_of(1)))
