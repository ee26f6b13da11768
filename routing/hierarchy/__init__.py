"""A customizable contraction hierarchy of a road network: answers without a search.

The shape is made once for a network (:mod:`~routing.hierarchy.contraction`), what it costs to drive
is entered for a vehicle and a set of closures (:mod:`~routing.hierarchy.customization`), and
questions are answered from both. :mod:`~routing.hierarchy.engine` decides when that is worth it.
"""
