"""The codes of the registers and their names in both languages."""

from __future__ import annotations

from gisapp.schema import Label
from routing import PROFILES

Vocabulary = dict[str, Label]

TEAM_TYPES: Vocabulary = {
    "fire_rescue": Label("综合性消防救援", "Fire and rescue"),
    "mine_rescue": Label("矿山救护", "Mine rescue"),
    "hazmat": Label("危化品救援", "Hazardous chemicals"),
    "pipeline": Label("油气管道救援", "Oil and gas pipeline"),
    "flood": Label("防汛抢险", "Flood control"),
    "forest_fire": Label("森林草原防灭火", "Forest fire"),
    "medical": Label("医疗急救", "Medical"),
    "engineering": Label("工程抢险", "Engineering"),
    "social": Label("社会应急力量", "Voluntary"),
}

TIERS: Vocabulary = {
    "main": Label("主力", "Main force"),
    "coordinated": Label("协同", "Coordinated"),
    "auxiliary": Label("辅助", "Auxiliary"),
}

CAPABILITIES: Vocabulary = {
    "fire": Label("灭火", "Fire fighting"),
    "rescue": Label("抢险救援", "Rescue"),
    "mine_rescue": Label("矿山救护", "Mine rescue"),
    "mine_drainage": Label("矿山排水", "Mine drainage"),
    "hazmat": Label("危化品处置", "Hazardous chemicals"),
    "pipeline": Label("管道抢修", "Pipeline repair"),
    "flood": Label("防汛抢险", "Flood control"),
    "water_rescue": Label("水域救援", "Water rescue"),
    "forest_fire": Label("森林灭火", "Forest fire fighting"),
    "medical": Label("医疗救护", "Medical care"),
    "engineering": Label("工程机械", "Engineering plant"),
    "search_dogs": Label("搜救犬", "Search dogs"),
    "communications": Label("应急通信", "Communications"),
    "relief": Label("救灾安置", "Relief"),
}

TEAM_STATUSES: Vocabulary = {
    "ready": Label("待命", "Ready"),
    "busy": Label("出动中", "Busy"),
    "out_of_service": Label("停勤", "Out of service"),
}

VEHICLE_PROFILES: Vocabulary = {
    name: Label(profile.label.zh, profile.label.en) for name, profile in PROFILES.items()
}

DEPOT_LEVELS: Vocabulary = {
    "national": Label("中央级", "National"),
    "provincial": Label("省级", "Provincial"),
    "city": Label("市级", "City"),
    "county": Label("县级", "County"),
    "township": Label("乡镇级", "Township"),
}

MINE_TYPES: Vocabulary = {
    "coal": Label("煤矿", "Coal"),
    "metal": Label("金属矿", "Metal"),
    "nonmetal": Label("非金属矿", "Non-metal"),
}

GAS_GRADES: Vocabulary = {
    "low": Label("低瓦斯", "Low gas"),
    "high": Label("高瓦斯", "High gas"),
    "outburst": Label("煤与瓦斯突出", "Outburst-prone"),
}

MINE_STATUSES: Vocabulary = {
    "operating": Label("生产", "Operating"),
    "construction": Label("建设", "Under construction"),
    "closed": Label("关闭", "Closed"),
}

DAM_TYPES: Vocabulary = {
    "earth": Label("土坝", "Earth"),
    "rockfill": Label("堆石坝", "Rockfill"),
    "gravity": Label("重力坝", "Gravity"),
    "arch": Label("拱坝", "Arch"),
}

GEOHAZARD_TYPES: Vocabulary = {
    "landslide": Label("滑坡", "Landslide"),
    "collapse": Label("崩塌", "Collapse"),
    "debris_flow": Label("泥石流", "Debris flow"),
    "subsidence": Label("地面塌陷", "Subsidence"),
    "ground_fissure": Label("地裂缝", "Ground fissure"),
}

HOSPITAL_LEVELS: Vocabulary = {
    "3A": Label("三级甲等", "Tertiary A"),
    "3B": Label("三级乙等", "Tertiary B"),
    "2A": Label("二级甲等", "Secondary A"),
    "2B": Label("二级乙等", "Secondary B"),
    "1": Label("一级", "Primary"),
}

PLACE_KINDS: Vocabulary = {
    "city": Label("市", "City"),
    "county": Label("县", "County seat"),
    "town": Label("乡镇", "Town"),
    "village": Label("村", "Village"),
}

AREA_LEVELS: Vocabulary = {
    "county": Label("县级", "County"),
}
