// Units that are out on the map: a mark by state, its name, how old its position is.

import { h } from "./dom.js";
import { may, t } from "./i18n.js";
import { followUnits, isOld, minutesOld, seenText } from "./units_seen.js";

/** The shape says the state as well as its colour. */
const MARK = { ordered: "◇", en_route: "▶", on_scene: "■" };
const SIZE = 22;
const NAMES_FROM_ZOOM = 11;

function mark(one) {
  return h(
    "div",
    { class: `unit-out state-${one.state}${isOld(one) ? " old" : ""}`, dataset: { unit: one.id } },
    h("span", { class: "shape", "aria-hidden": "true" }, MARK[one.state] ?? "○"),
    // A long name is cut, the state and the age never.
    h("span", { class: "name" },
      h("small", {}, `${one.state_label} ${t("units_out.short", { minutes: minutesOld(one) })}${isOld(one) ? " ?" : ""}`), " ", one.name),
  );
}

/** Draws the units that are out where they were last seen; of who may not see it, nothing. */
export function showUnitsOut(map, { onError }) {
  if (!may("dispatch")) return Promise.resolve();
  const group = L.layerGroup().addTo(map);
  const zoomed = () => map.getContainer().classList.toggle("unit-names", map.getZoom() >= NAMES_FROM_ZOOM);
  map.on("zoomend", zoomed);
  zoomed();
  let drawn = "";
  const show = (units) => {
    const text = JSON.stringify(units.map((one) => [one, minutesOld(one)]));
    if (text === drawn) return;
    drawn = text;
    group.clearLayers();
    for (const one of units) {
      const said = [one.name, one.state_label, one.incident, seenText(one)].join(" · ");
      L.marker([one.y, one.x], {
        icon: L.divIcon({ html: mark(one), className: "", iconSize: [SIZE, SIZE] }),
        title: said, alt: said, zIndexOffset: 900, keyboard: false, bubblingMouseEvents: true,
      }).addTo(group);
    }
  };
  return followUnits(show, { onError });
}
