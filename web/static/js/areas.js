// Footprints of open incidents on the map; areas and downstream lines drawn for an incident.

import { peek, post } from "./api.js";
import { h, svg } from "./dom.js";
import { sketch } from "./draw.js";
import { follow } from "./following.js";
import { t } from "./i18n.js";

const DECIMALS = 6;

const HATCH = "footprint-hatch";
const HATCH_PX = 10;

/** The pattern that footprints are filled with: closed roads are dashed, so hatching tells them apart. */
function hatch() {
  const rect = svg("rect", { width: HATCH_PX, height: HATCH_PX });
  const line = svg("line", { x1: 0, y1: 0, x2: 0, y2: HATCH_PX });
  const pattern = svg("pattern", { id: HATCH, width: HATCH_PX, height: HATCH_PX, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, rect, line);
  return svg("svg", { class: "hatch", "aria-hidden": "true" }, svg("defs", {}, pattern));
}

/** Draws the footprints in force and keeps them as the server has them. */
export function showFootprints(map, { onError }) {
  map.createPane("footprints").style.zIndex = 425;
  const renderer = L.svg({ pane: "footprints", padding: 0.3 });
  map.getPane("footprints").append(hatch());
  const group = L.layerGroup().addTo(map);
  const step = async () => {
    const { footprints } = await peek("/api/footprints");
    group.clearLayers();
    for (const one of footprints) {
      L.geoJSON(one.geometry, { renderer, interactive: false, style: { className: "footprint", weight: 2, fillColor: `url(#${HATCH})`, fillOpacity: 1 } })
        .bindTooltip(h("span", {}, one.label), { permanent: true, direction: "center", className: "footprint-tip" })
        .addTo(group);
    }
  };
  return follow(["incident", "footprint"], step, { onError });
}

/** Lets somebody draw what the page of an incident sent him here for, then goes back there. */
export async function drawForIncident(map, { onError }) {
  const asked = new URLSearchParams(window.location.search);
  const back = asked.get("back");
  if (!asked.has("draw") || !back) return;
  const isArea = asked.get("draw") === "area";
  const corners = await sketch(map, { closed: isArea, hint: t(isArea ? "areas.hint" : "areas.line_hint") });
  if (!corners) return;
  const incident = `/incidents/${encodeURIComponent(back)}`;
  const { geometry } = (isArea ? L.polygon(corners) : L.polyline(corners)).toGeoJSON(DECIMALS);
  try {
    if (isArea) {
      await post(`/api${incident}/footprints`, { source: "drawn", label: asked.get("label") ?? "", geometry });
    } else {
      const id = (asked.get("id") ?? "").split("/").map(encodeURIComponent).join("/");
      await post(`/api/hazards/${encodeURIComponent(asked.get("kind") ?? "")}/${id}/line`, { geometry });
    }
    window.location.assign(incident);
  } catch (error) {
    onError(error);
  }
}
