// Areas from which a vehicle reaches the incident within so many minutes.

import { get, latest, superseded } from "./api.js";
import { byId, h } from "./dom.js";
import { config, t } from "./i18n.js";
import { onQuestion, question } from "./state.js";

export function startIsochrones(map, { onShow, onError }) {
  const button = byId("isochrones");
  map.createPane("isochrones").style.zIndex = 340;
  map.getPane("isochrones").style.pointerEvents = "none";
  const renderer = L.svg({ pane: "isochrones", padding: 0.3 });
  const group = L.layerGroup().addTo(map);
  const fetchRings = latest((signal, query) => get("/api/isochrones", query, signal));
  let on = false;

  const draw = (features) => {
    group.clearLayers();
    const rising = [...features].sort((a, b) => a.properties.minutes - b.properties.minutes);
    for (const [step, feature] of [...rising.entries()].reverse()) {
      const layer = L.geoJSON(feature, {
        renderer, interactive: false,
        style: { className: `isochrone step-${step}`, weight: 2 },
      }).addTo(group);
      const top = northmost(layer.getLayers()[0]?.getLatLngs());
      if (top) {
        const text = h("span", { class: "isochrone-label" }, t("isochrone.minutes", { minutes: feature.properties.minutes }));
        L.marker(top, {
          icon: L.divIcon({ html: text, className: "", iconSize: [0, 0] }), interactive: false, keyboard: false,
        }).addTo(group);
      }
    }
  };

  const refresh = async () => {
    if (!on || !question.incident) {
      group.clearLayers();
      return;
    }
    const { x, y } = question.incident;
    try {
      const found = await fetchRings({
        x, y, minutes: config.defaults.minutes.join(","), profile: question.vehicle || "light",
      });
      if (on) draw(found.features);
    } catch (error) {
      if (!superseded(error)) onError(error);
    }
  };

  const set = (wanted) => {
    on = wanted;
    button.setAttribute("aria-pressed", String(on));
    return refresh();
  };
  button.addEventListener("click", async () => {
    if (!on) onShow();
    await set(!on);
    const bounds = L.latLngBounds([]);
    group.eachLayer((layer) => bounds.extend(layer.getBounds?.() ?? layer.getLatLng()));
    if (bounds.isValid() && !map.getBounds().contains(bounds)) map.fitBounds(bounds, { padding: [20, 20] });
  });
  onQuestion(() => { if (question.incident) refresh(); else set(false); });
  return { refresh, off: () => set(false) };
}

function northmost(rings) {
  let best = null;
  for (const point of (rings ?? []).flat(Infinity)) if (!best || point.lat > best.lat) best = point;
  return best;
}
