"""The codes of the registers and their names in both languages."""

from __future__ import annotations

from gisapp.schema import Label

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

UNIT_TYPES: Vocabulary = {
    "pumper": Label("水罐消防车", "Pumper"),
    "foam": Label("泡沫消防车", "Foam tender"),
    "ladder": Label("云梯、举高车", "Ladder or platform"),
    "rescue": Label("抢险救援车", "Rescue tender"),
    "ambulance": Label("救护车", "Ambulance"),
    "excavator": Label("挖掘机", "Excavator"),
    "loader": Label("装载机", "Loader"),
    "pump_unit": Label("排涝车、泵组", "Pump unit"),
    "mine_rescue_squad": Label("矿山救护小队", "Mine rescue squad"),
    "hazmat_squad": Label("危化处置分队", "Hazardous chemicals squad"),
    "boat_group": Label("冲锋舟组", "Boat group"),
    "search_dogs": Label("搜救犬组", "Search dogs"),
    "drone_group": Label("无人机组", "Drone group"),
    "command_vehicle": Label("指挥车", "Command vehicle"),
    "communications_vehicle": Label("通信车", "Communications vehicle"),
    "crew": Label("人员分队", "Crew"),
}

VEHICLE_PROFILES: Vocabulary = {
    "light": Label("轻型车", "Light vehicle"),
    "heavy": Label("重型消防车", "Heavy fire engine"),
    "lowloader": Label("低平板车运挖掘机", "Low-loader with excavator"),
}
"""What the profiles of :mod:`routing` are called: they themselves know no languages."""

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

FLOWS: Vocabulary = {
    "along": Label("与画线方向一致", "As its line is drawn"),
    "against": Label("与画线方向相反", "Against its line"),
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

VILLAGE_TYPES: Vocabulary = {
    "natural": Label("自然村", "Natural village"),
    "administrative": Label("行政村", "Administrative village"),
}

AREA_LEVELS: Vocabulary = {
    "city": Label("市级", "City"),
    "county": Label("县级", "County"),
    "township": Label("乡镇级", "Township"),
}

EQUIPMENT: Vocabulary = {
    "drainage_pump": Label("排水泵", "Drainage pump"),
    "breathing_apparatus": Label("空气（氧气）呼吸器", "Breathing apparatus"),
    "gas_detector": Label("气体检测仪", "Gas detector"),
    "life_detector": Label("生命探测仪", "Life detector"),
    "cutting_tools": Label("破拆工具组", "Cutting tools"),
    "generator": Label("发电机", "Generator"),
    "lighting_tower": Label("移动照明灯塔", "Lighting tower"),
    "assault_boat": Label("冲锋舟", "Assault boat"),
    "drone": Label("无人机", "Drone"),
    "satellite_phone": Label("卫星电话", "Satellite phone"),
    "chemical_suit": Label("防化服", "Chemical suit"),
    "leak_kit": Label("堵漏器材", "Leak-stopping kit"),
    "forest_blower": Label("风力灭火机", "Forest-fire blower"),
    "excavator": Label("挖掘机", "Excavator"),
    "ventilator": Label("呼吸机", "Ventilator"),
}

SPECIALITIES: Vocabulary = {
    "mine_safety": Label("矿山安全", "Mine safety"),
    "hydrogeology": Label("水文地质", "Hydrogeology"),
    "geological_hazard": Label("地质灾害", "Geological hazards"),
    "hazardous_chemicals": Label("危险化学品", "Hazardous chemicals"),
    "fire_protection": Label("消防", "Fire protection"),
    "water_engineering": Label("水利工程", "Water engineering"),
    "tailings": Label("尾矿库", "Tailings ponds"),
    "structures": Label("建筑结构", "Structures"),
    "roads_bridges": Label("道路桥梁", "Roads and bridges"),
    "meteorology": Label("气象", "Meteorology"),
    "earthquake": Label("地震", "Earthquakes"),
    "medicine": Label("医疗救治", "Medicine"),
    "epidemics": Label("公共卫生", "Public health"),
    "environment": Label("生态环境", "Environment"),
    "communications": Label("应急通信", "Communications"),
}

TITLES: Vocabulary = {
    "senior": Label("正高级", "Senior"),
    "associate_senior": Label("副高级", "Associate senior"),
    "intermediate": Label("中级", "Intermediate"),
    "other": Label("其他", "Other"),
}

HYDROLOGY: Vocabulary = {
    "simple": Label("简单", "Simple"),
    "medium": Label("中等", "Medium"),
    "complex": Label("复杂", "Complex"),
    "very_complex": Label("极复杂", "Very complex"),
}

POND_STATUSES: Vocabulary = {
    "operating": Label("运行", "Operating"),
    "construction": Label("建设", "Under construction"),
    "suspended": Label("停用", "Suspended"),
    "closed": Label("已闭库", "Closed"),
}

STAYS: Vocabulary = {
    "emergency": Label("紧急", "Emergency"),
    "short": Label("短期", "Short"),
    "medium": Label("中期", "Medium"),
    "long": Label("长期", "Long"),
}

SECTORS: Vocabulary = {
    "dangerous_goods": Label("危险物品生产、经营、储存、运输", "Dangerous goods"),
    "mine": Label("矿山", "Mining"),
    "metallurgy": Label("金属冶炼", "Metallurgy"),
    "rail_transit": Label("城市轨道交通运营", "Urban rail"),
    "construction": Label("建筑施工", "Construction"),
    "crowded_place": Label("人员密集场所经营", "Crowded places"),
    "other": Label("其他", "Other"),
}

STANDARD_GRADES: Vocabulary = {
    "first": Label("一级", "Grade 1"),
    "second": Label("二级", "Grade 2"),
    "third": Label("三级", "Grade 3"),
    "none": Label("未达标", "Not reached"),
}

CROWDED_PLACE_TYPES: Vocabulary = {
    "school": Label("学校、幼儿园", "School"),
    "mall": Label("商场、市场", "Mall or market"),
    "transport": Label("车站、机场", "Station or airport"),
    "hotel": Label("宾馆、饭店", "Hotel or restaurant"),
    "entertainment": Label("公共娱乐场所", "Entertainment"),
    "stadium": Label("体育场馆、会堂", "Stadium or hall"),
    "scenic": Label("旅游景区", "Scenic area"),
    "care_home": Label("养老院、福利院", "Care home"),
    "worship": Label("宗教活动场所", "Place of worship"),
    "workshop": Label("劳动密集型企业", "Labour-intensive works"),
    "library_museum": Label("图书馆、博物馆", "Library or museum"),
}

STATION_TYPES: Vocabulary = {
    "rain": Label("雨量", "Rainfall"),
    "water_level": Label("水位", "Water level"),
    "weather": Label("气象", "Weather"),
    "displacement": Label("位移", "Displacement"),
    "crack": Label("裂缝", "Crack width"),
    "seepage": Label("渗流、浸润线", "Seepage"),
    "gas": Label("气体浓度", "Gas concentration"),
    "pressure_level": Label("压力、液位、温度", "Pressure, level, temperature"),
    "video": Label("视频", "Video"),
    "seismic": Label("地震", "Seismic"),
}

GRID_ROLES: Vocabulary = {
    "grid_worker": Label("网格员", "Grid worker"),
    "disaster_reporter": Label("灾害信息员", "Disaster information officer"),
    "hazard_watcher": Label("群测群防员", "Hazard watcher"),
}
