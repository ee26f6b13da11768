"""The registers, a module each: adding one is described in ``docs/adding-a-register.md``."""

from __future__ import annotations

from gisapp.registers.discovery import hazards, registers
from gisapp.registers.fields import Kind
from gisapp.registers.record import Detail, Hazard, Record

MODELS: dict[str, type[Record]] = {one.described.name: one for one in registers()}
"""The model of each register, base map first, each after those that its records refer to."""

KINDS: dict[str, Kind] = {name: model.described for name, model in MODELS.items()}
"""All registers."""

BASE_KINDS: dict[str, Kind] = {
    name: kind for name, kind in KINDS.items() if kind.layer and kind.layer.group == "base"
}
"""Registers of the base map."""

RESOURCE_KINDS: dict[str, Kind] = {
    name: kind for name, kind in KINDS.items() if name not in BASE_KINDS
}
"""Registers that a census imports."""

HAZARD_MODELS: dict[str, type[Hazard]] = {one.described.name: one for one in hazards()}
"""Those of :data:`MODELS` of what can go wrong."""

HAZARD_KINDS: tuple[str, ...] = tuple(HAZARD_MODELS)
"""Registers of what can go wrong."""

DETAILS: dict[str, dict[str, Detail]] = {
    name: model.details for name, model in MODELS.items() if model.details
}
"""Fields of tags and counts, by register and name."""
