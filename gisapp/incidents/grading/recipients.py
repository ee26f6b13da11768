"""Who is told of an event, by its grade.

Decree 493 article 10 sends 特别重大 and 重大 up to the departments of the State Council, 较大 to
those of the province, 一般 to those of the city; every level that reports upward tells its own
government too. 安全生产监督管理部门 are the emergency management departments since 2018.
"""

from __future__ import annotations

from gisapp.incidents.grading.statuses import Grading
from gisapp.schema import Label

COUNTY_GOVERNMENT = Label("县级人民政府", "County government")
CITY_GOVERNMENT = Label("市级人民政府", "City government")
PROVINCE_GOVERNMENT = Label("省级人民政府", "Provincial government")
STATE_COUNCIL = Label("国务院", "State Council")
STATE_DUTY_OFFICE = Label("国务院总值班室", "Duty office of the State Council")

COUNTY_SAFETY = Label("县级应急管理部门", "County emergency management department")
COUNTY_SECTOR = Label(
    "县级负有安全生产监督管理职责的有关部门", "County department in charge of the sector"
)
CITY_SAFETY = Label("市级应急管理部门", "City emergency management department")
CITY_SECTOR = Label(
    "市级负有安全生产监督管理职责的有关部门", "City department in charge of the sector"
)
PROVINCE_SAFETY = Label("省级应急管理部门", "Provincial emergency management department")
PROVINCE_SECTOR = Label(
    "省级负有安全生产监督管理职责的有关部门", "Provincial department in charge of the sector"
)
STATE_SAFETY = Label("国务院应急管理部门", "State Council emergency management department")
STATE_SECTOR = Label(
    "国务院负有安全生产监督管理职责的有关部门",
    "State Council department in charge of the sector",
)
MINE_INSPECTORATE = Label("所在地矿山安全监察机构", "Mine safety inspectorate of the area")

CITY_RESOURCES = Label("市级自然资源主管部门", "City natural resources department")
PROVINCE_RESOURCES = Label("省级自然资源主管部门", "Provincial natural resources department")
STATE_RESOURCES = Label("国务院自然资源主管部门", "State Council natural resources department")

PROVINCE_FIRE = Label("省级森林防火指挥机构", "Provincial forest fire headquarters")
STATE_FIRE = Label("国家森林防火指挥机构", "National forest fire headquarters")

GRAVE = 2
MAJOR = 3
ORDINARY = 4


def level_of(grading: Grading) -> int:
    """Level that the reports follow: the gravest held, the lowest where none is.

    A duty to report does not wait for a grade. A near-miss alone goes as far as 一般 does (order 21
    of 2009; its article on this is general knowledge, to be verified).
    """
    gravest = grading.gravest()
    return ORDINARY if gravest is None else gravest[1].level


def unit_tells(grading: Grading) -> tuple[Label, ...]:
    """Whom the unit tells: Decree 493 article 9; 煤矿安全生产条例 article 59 for coal mines."""
    inspectorate = (MINE_INSPECTORATE,) if grading.kind.code == "coal_mine" else ()
    return (COUNTY_SAFETY, COUNTY_SECTOR, *inspectorate)


def county_tells() -> tuple[Label, ...]:
    """Whom the county's departments tell, whatever the grade: Decree 493 article 10."""
    return (COUNTY_GOVERNMENT, CITY_SAFETY, CITY_SECTOR)


def city_tells(level: int) -> tuple[Label, ...]:
    """Whom the city's departments tell: nobody above for 一般, where the way up ends."""
    return (CITY_GOVERNMENT, PROVINCE_SAFETY, PROVINCE_SECTOR) if level <= MAJOR else ()


def recipients_of(grading: Grading) -> tuple[Label, ...]:
    """List all who are to be told of an event in the end, from below upward."""
    level = level_of(grading)
    if grading.law == "decree_493":
        told = (*unit_tells(grading), *county_tells(), *city_tells(level))
        if level <= GRAVE:
            told += (PROVINCE_GOVERNMENT, STATE_SAFETY, STATE_SECTOR, STATE_COUNCIL)
        return told
    # 突发事件应对法 (2024) article 17: the county tells the government above, whatever it is.
    told = (COUNTY_GOVERNMENT, CITY_GOVERNMENT)
    if grading.law == "geological":
        told += (CITY_RESOURCES,)
    if level <= GRAVE:
        told += (PROVINCE_GOVERNMENT, STATE_DUTY_OFFICE)
    if grading.told_to_state:
        told += (PROVINCE_FIRE, STATE_FIRE)
    return told
