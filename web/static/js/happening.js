// The open incidents on the map, followed as long as the page is open.

import { peek } from "./api.js";
import { h } from "./dom.js";
import { follow } from "./following.js";
import { count, t } from "./i18n.js";

/** By level of the gravest grade, 0 where there is none. */
export const MARK = ["●", "▲", "◆", "■", "●"];
const SIZE = 30;

/** A mark by the gravest grade: its shape says the level as well as its colour. */
function mark(one) {
  const level = one.gravest?.level ?? 0;
  return h(
    "a",
    { class: `happening level-${level}`, href: `/incidents/${encodeURIComponent(one.id)}` },
    h("span", { "aria-hidden": "true" }, MARK[level]),
  );
}

/** How many units are out for an incident, in whatever state. */
export const unitsOut = (one) => Object.values(one.units).reduce((sum, number) => sum + number, 0);

function told(one) {
  return [one.title, one.gravest?.grade, t("happening.units", { count: count(unitsOut(one)) })].filter(Boolean).join(" · ");
}

/** Draws the open incidents and keeps them as the server has them. */
export function showIncidents(map, { onError }) {
  const group = L.layerGroup().addTo(map);
  let drawn = "";
  const step = async () => {
    const { incidents } = await peek("/api/incidents");
    const text = JSON.stringify(incidents);
    if (text === drawn) return;
    drawn = text;
    group.clearLayers();
    for (const one of incidents) {
      L.marker([one.y, one.x], {
        icon: L.divIcon({ html: mark(one), className: "", iconSize: [SIZE, SIZE] }),
        title: told(one), alt: told(one), zIndexOffset: 800, keyboard: false, bubblingMouseEvents: false,
      }).addTo(group);
    }
  };
  return follow(["incident", "assignment"], step, { onError });
}
