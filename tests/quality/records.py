# ruff: noqa: E501 - one record, one line
"""A few records whose faults are known by hand."""

from __future__ import annotations

from datetime import date

from shapely import Point

from gisapp.registers.kinds.depot import Depot
from gisapp.registers.kinds.geohazard import Geohazard
from gisapp.registers.kinds.hazard_source import HazardSource
from gisapp.registers.kinds.lot import Lot
from gisapp.registers.kinds.monitoring_station import MonitoringStation
from gisapp.registers.kinds.shelter import Shelter
from gisapp.store import Store

TODAY = date(2026, 11, 23)
YESTERDAY = date(2026, 11, 22)
HERE = Point(100, 30)


def add_records(store: Store) -> None:
    with store.session(write=True) as session:
        session.add_all([
            Depot(id="D1", name="一库", level="city", geom=HERE, county="990001", agency="应急局", contact_name="张", contact_phone="1", verified_at=YESTERDAY),
            Depot(id="D2", name="二库", level="city", geom=HERE, county="990002", verified_at=date(2020, 1, 1)),
        ])  # fmt: skip
        session.flush()
        session.add_all([
            Lot(id="L1", depot_id="D1", item_code="1010101", item="帐篷", quantity=5, unit="顶", minimum_stock=5, expires_on=TODAY),
            Lot(id="L2", depot_id="D1", item_code="1010101", item="棉被", quantity=4.9, unit="床", minimum_stock=5, expires_on=YESTERDAY),
            Lot(id="L3", depot_id="D2", item_code="1010101", item="水泵", quantity=1, unit="台", expires_on=date(2026, 12, 24)),
            HazardSource(id="H1", name="甲罐", substance="氨", r_value=60, geom=HERE, county="990001", agency="甲厂", responsible="王"),
            HazardSource(id="H2", name="乙罐", substance="氨", r_value=60, geom=HERE, county="990001", agency="甲厂", online_monitored=True),
            HazardSource(id="H3", name="丙罐", substance="氨", r_value=60, geom=HERE, county="990002"),
            MonitoringStation(id="S1", name="站", station_type="gas", geom=HERE, county="990002", monitors_kind="hazard_source", monitors_id="H3", online=True),
            Geohazard(id="G1", name="坡", geohazard_type="landslide", geom=HERE, county="990002"),
            Shelter(id="E1", name="所", geom=HERE, contact_name="李", contact_phone="2"),
        ])  # fmt: skip
