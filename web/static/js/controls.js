// What stands at the map's edge: zoom, whole site, measuring, fullscreen, scale, coordinates.

import { byId, h, icon } from "./dom.js";
import { clockSeconds, config, coordinates, t } from "./i18n.js";

const ICONS = {
  in: "M12 5v14M5 12h14",
  out: "M5 12h14",
  home: "M4 11l8-7 8 7M6 9.5V20h12V9.5",
  distance: "M3 17L17 3l4 4L7 21zM7 13l2 2M10 10l3 3M13 7l2 2",
  area: "M5 6l9-2 6 7-3 9-11-2z",
  screen: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
};

/** The first view: the whole site. */
export function showSite(map) {
  const [west, south, east, north] = config.site.home;
  map.fitBounds([[south, west], [north, east]], { animate: false, padding: [12, 12] });
}

export function startControls(map, measure) {
  const button = (name, action) => h(
    "button",
    { type: "button", class: "tool", dataset: { tool: name }, title: t(`tool.${name}`), "aria-label": t(`tool.${name}`), onclick: action },
    icon(ICONS[name]),
  );
  byId("tools").append(
    button("in", () => map.zoomIn()),
    button("out", () => map.zoomOut()),
    button("home", () => showSite(map)),
    button("distance", () => measure.start(false)),
    button("area", () => measure.start(true)),
    button("screen", () => (document.fullscreenElement
      ? document.exitFullscreen()
      : document.documentElement.requestFullscreen())),
  );
  L.control.scale({ imperial: false, maxWidth: 140, position: "bottomleft" }).addTo(map);
  map.attributionControl?.remove();
  const credits = L.control.attribution({ prefix: false, position: "bottomright" }).addTo(map);
  credits.getContainer().tabIndex = 0;
  for (const text of config.site.attribution) credits.addAttribution(escaped(text));
  readout(map);
  clock();
}

function escaped(text) {
  const holder = document.createElement("span");
  holder.textContent = text;
  return holder.innerHTML;
}

/** Longitude and latitude under the pointer, of the centre where there is no pointer. */
function readout(map) {
  const output = h("output", { id: "readout", title: t("readout.title") });
  const Readout = L.Control.extend({ onAdd: () => output });
  new Readout({ position: "bottomleft" }).addTo(map);
  const write = ({ lat, lng }) => { output.textContent = `${coordinates(lng, lat)}  Z${map.getZoom()}`; };
  map.on("mousemove", (event) => write(event.latlng));
  map.on("moveend", () => write(map.getCenter()));
}

function clock() {
  const tick = () => { byId("clock").textContent = clockSeconds(new Date()); };
  tick();
  setInterval(tick, 1000);
}
