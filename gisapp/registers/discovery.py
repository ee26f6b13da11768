"""Finding the registers: the modules of :mod:`gisapp.registers.kinds`."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from gisapp.registers.record import Hazard, Record

_KINDS = "gisapp.registers.kinds"


def registers() -> list[type[Record]]:
    """Load all registers, and list those that are loaded whole in their order.

    A register may ask while it is being loaded itself: it gets the others.
    """
    package = find_spec(_KINDS)
    assert package is not None
    for module in iter_modules(package.submodule_search_locations):
        import_module(f"{_KINDS}.{module.name}")
    return sorted(_loaded(Record), key=lambda one: one.described.order)


def hazards() -> list[type[Hazard]]:
    """List the registers of what can go wrong, in an order of their own."""
    found = [one for one in registers() if issubclass(one, Hazard)]
    return sorted(found, key=lambda one: one.about.among_hazards)


def _loaded(model: type[Record]) -> list[type[Record]]:
    own = [model] if "described" in vars(model) else []
    return [*own, *(one for below in model.__subclasses__() for one in _loaded(below))]
