// Starts the console: the map and everything around it.

import { drawForIncident, showFootprints } from "./areas.js";
import { BaseMap } from "./basemap.js";
import { RoadClosures } from "./closures.js";
import { showSite, startControls } from "./controls.js";
import { Desk } from "./dispatch.js";
import { byId, typing } from "./dom.js";
import { leaveDraft, moveDraft, offerDrafts } from "./drafts.js";
import { cancelSketch, sketching } from "./draw.js";
import { follow } from "./following.js";
import { meant, single, watchGestures } from "./gestures.js";
import { config, lang, t } from "./i18n.js";
import { showIncidents } from "./happening.js";
import { startIsochrones } from "./isochrones.js";
import { Layers } from "./layers.js";
import { startLegend } from "./legend.js";
import { Measure } from "./measure.js";
import "./menu.js";
import { MoveQuestion } from "./moving.js";
import { Overlay } from "./overlay.js";
import { Cards } from "./popup.js";
import { Routes } from "./routes.js";
import { startSearch } from "./search.js";
import { startSheet } from "./sheet.js";
import { ask, onQuestion, question, readAddress, startHistory } from "./state.js";
import { onTheme, remember, startTheme } from "./theme.js";
import { showUnitsOut } from "./units_out.js";

const PLACE_ZOOM = 13;
const OVERVIEW_ZOOM = 10;

startTheme();
const moves = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const map = L.map("map", {
  ...config.map, zoomControl: false, attributionControl: false, zoomSnap: 0.25, zoomDelta: 1,
  wheelPxPerZoomLevel: 90, maxZoom: 19, minZoom: 5, closePopupOnClick: false,
  zoomAnimation: moves, fadeAnimation: moves, inertia: moves,
});
watchGestures(map);
map.on("movestart", () => byId("map").setAttribute("aria-busy", "true"));
map.on("moveend", () => byId("map").removeAttribute("aria-busy"));
const fail = (error) => desk.fail(error);
const overlay = new Overlay(map, { placeZoom: config.drawing.placeZoom });
const base = new BaseMap(map, { onError: fail });
base.onRoads = () => overlay.redraw();
overlay.lineNames = (view) => base.names(view);
const moving = new MoveQuestion(map);
const routes = new Routes(map, { onDrag: (place) => moveTo(place, { onKeep: () => routes.pin(question.incident) }) });
overlay.reserved = (view) => routes.boxes(view);
const measure = new Measure(map);
let legend = null;
const sheet = startSheet({ onRaise: () => legend?.giveWay() });
const cards = new Cards(map, overlay, { onDispatch: (place) => ask({ incident: place }), onError: fail });
let fitNext = false;
const desk = new Desk({
  routes,
  onLocate: (place) => locate({ kind: "text" in place ? "limit" : "team", ...place }),
  onConfirmed: () => { desk.run(); isochrones.refresh(); },
  onAnswer: (proposal) => {
    overlay.concentrate(proposal?.proposals.map((one) => one.stands_at) ?? null);
    if (proposal) sheet.open();
    if (fitNext && question.incident) routes.fit();
    fitNext = false;
  },
});
const closures = new RoadClosures(map, {
  onChange: () => { cards.close(); desk.run(); isochrones.refresh(); },
  onError: fail,
});
const isochrones = startIsochrones(map, { onShow: () => cards.close(), onError: fail });
const layers = new Layers(map, overlay, base, { onError: fail });

onQuestion(() => {
  if (!question.incident) return;
  routes.pin(question.incident);
  sheet.open();
});
onQuestion(() => leaveDraft(fail));
onQuestion(() => {
  command.cancel();
  moving.close();
  cards.close();
  fitNext = true;
});

/** Shows a record: goes there and opens its card. */
function locate({ kind, id, x, y }) {
  if (kind === "area" || kind === "river") {
    map.setView([y, x], OVERVIEW_ZOOM);
    return;
  }
  map.setView([y, x], Math.max(map.getZoom(), PLACE_ZOOM));
  if (kind !== "limit") cards.open(kind, id, [y, x]);
}

/** Sets the incident; one that is open is moved only after a question. */
function moveTo(latlng, { onKeep } = {}) {
  const { lng, lat } = latlng.wrap();
  const move = () => {
    moveDraft({ x: lng, y: lat });
    ask({ incident: { x: lng, y: lat, name: "" } });
  };
  if (question.incident) moving.ask({ lat, lng }, { onMove: move, onKeep });
  else move();
}

const command = single(map, ({ latlng }) => moveTo(latlng));
map.on("click", (event) => {
  command.cancel();
  if (sketching() || !meant(event)) return;
  const point = overlay.at(event.containerPoint, event.originalEvent);
  const closed = moving.close() || cards.close();
  if (point) cards.open(point.layer, point.id, [point.latitude, point.longitude]);
  else if (!closed) command.click(event);
});
map.on("dblclick", () => moving.close());
map.on("mousemove", ({ containerPoint }) => {
  const point = sketching() ? null : overlay.at(containerPoint);
  byId("map").classList.toggle("over-symbol", Boolean(point));
  byId("map").title = point?.name ?? "";
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const done = cancelSketch() || closures.giveUp() || moving.close() || cards.close() || measure.clear();
    if (!done && question.incident) ask({ incident: null });
  } else if (event.key === "Enter" && !typing(event.target) && !sketching() && event.target === document.body) {
    byId("ask").requestSubmit();
  }
});

byId("lang-toggle").addEventListener("click", () => {
  remember("lang", lang === "zh" ? "en" : "zh");
  window.location.reload();
});

legend = startLegend(layers, { onCover: () => sheet.lower() });
startControls(map, measure);
startSearch({
  onPlace: ({ x, y, name, kind, given }) => {
    map.setView([y, x], Math.max(map.getZoom(), PLACE_ZOOM - 1));
    ask({ incident: { x, y, name: kind === "coordinates" ? "" : name, given: given?.text ?? "" } });
    byId("need").focus();
  },
  onRecord: locate,
  onError: fail,
});
startHistory();
offerDrafts(fail);
onTheme(() => overlay.redraw());

const given = readAddress();
map.invalidateSize({ pan: false });
new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(byId("map"));
if (given) map.setView([question.incident.y, question.incident.x], PLACE_ZOOM - 2, { animate: false });
else showSite(map);
desk.syncForm();
if (given) ask({}, { record: false });
await Promise.all([base.load().catch(fail), layers.start(), closures.load()]);
showIncidents(map, { onError: fail }).catch(fail);
showFootprints(map, { onError: fail }).catch(fail);
showUnitsOut(map, { onError: fail }).catch(fail);
follow(["road_closure"], async () => {
  // The answer stays as it was asked for, with what was ticked and typed below it.
  if (await closures.follow() && question.incident) desk.tell(t("closure.changed"), "caution");
}, { now: false }).catch(fail);
for (const { id } of layers.points) {
  // A team is drawn busy while it, or all that it can send, is out.
  const kinds = id === "team" ? [id, "unit", "assignment"] : [id];
  follow(kinds, () => layers.renew(id), { now: false }).catch(fail);
}
document.body.dataset.ready = "true";
drawForIncident(map, { onError: fail }).catch(fail);
