// The wall of the command centre: the map, the open incidents, their clocks; nothing to press.

import { peek } from "./api.js";
import { tick } from "./countdown.js";
import { byId, h } from "./dom.js";
import { follow } from "./following.js";
import { showIncidents } from "./happening.js";
import { clockSeconds, config, t } from "./i18n.js";
import { startMap } from "./minimap.js";
import { clock, gravest, response, units } from "./standing.js";
import { showUnitsOut } from "./units_out.js";

const AGAIN_MS = 20_000;
const PADDING = 0.15;

const fault = (error) => {
  byId("fault").textContent = `⚠ ${error.message}`;
  byId("fault").hidden = false;
};
const recovered = () => { byId("fault").hidden = true; };

const { map, ready } = startMap({ onError: fault });
let panned = false;
for (const name of ["pointerdown", "wheel", "keydown"]) byId("map").addEventListener(name, () => { panned = true; }, { passive: true });

let fitted = "";
/** Shows all incidents, until somebody has moved the map: then it stays where they want it. */
function fit(incidents) {
  const wanted = incidents.map((one) => one.id).join();
  if (panned || wanted === fitted) return;
  fitted = wanted;
  if (!incidents.length) {
    const [west, south, east, north] = config.site.home;
    map.fitBounds([[south, west], [north, east]], { animate: false });
  } else {
    map.fitBounds(L.latLngBounds(incidents.map((one) => [one.y, one.x])).pad(PADDING), { animate: false, maxZoom: 12 });
  }
}

const isAlarm = (one) => one.response?.overdue || one.clocks.some(({ due_at: at }) => Date.parse(at) < Date.now());
let sounding = null;
let known = null;
let last = [];

/** A tone of its own for what is new and for what is late. */
function sound(kind) {
  if (sounding?.state !== "running") return;
  const tones = kind === "new" ? [880, 1175, 880] : [440, 440];
  tones.forEach((frequency, index) => {
    const tone = new OscillatorNode(sounding, { frequency, type: "triangle" });
    const volume = new GainNode(sounding, { gain: 0.2 });
    tone.connect(volume).connect(sounding.destination);
    const at = sounding.currentTime + index * 0.35;
    tone.start(at);
    tone.stop(at + 0.25);
  });
}

/** A browser plays no sound before somebody has touched the page: said until it does. */
function listenForTouch() {
  sounding = new AudioContext();
  const told = () => { byId("mute").hidden = sounding.state === "running"; };
  sounding.addEventListener("statechange", told);
  for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, () => sounding.resume());
  told();
}

function card(one) {
  return h(
    "li",
    { dataset: { id: one.id, alarm: String(Boolean(isAlarm(one))) } },
    h("p", { class: "head" }, gravest(one), h("strong", {}, one.title), isAlarm(one) && h("span", { class: "alarm-sign", role: "img", "aria-label": t("wall.alarm") }, "▲!")),
    h("p", {}, h("span", { class: "what" }, t("incidents.clock")), " ", clock(one)),
    h("p", {}, h("span", { class: "what" }, t("incidents.response")), " ", one.response ? response(one.response) : "—"),
    h("p", {}, h("span", { class: "what" }, t("incidents.units_out")), " ", units(one)),
  );
}

async function show() {
  const { incidents } = await peek("/api/incidents");
  last = incidents;
  draw();
  fit(incidents);
  const ids = new Set(incidents.map((one) => one.id));
  if (known && [...ids].some((id) => !known.has(id))) sound("new");
  known = ids;
}

function draw() {
  // What is late stands first: the wall cannot be scrolled.
  const sorted = [...last].sort((one, other) => Number(isAlarm(other)) - Number(isAlarm(one)));
  byId("wall-list").replaceChildren(...sorted.map(card));
  byId("wall-count").textContent = t("wall.count", { count: last.length, late: last.filter(isAlarm).length });
  byId("wall-none").hidden = last.length > 0;
  tick();
  const list = byId("wall-list");
  const hidden = [...list.children].filter((one) => one.offsetTop + one.offsetHeight > list.offsetTop + list.clientHeight);
  byId("wall-more").textContent = hidden.length ? t("wall.more", { count: hidden.length }) : "";
}

setInterval(() => {
  byId("wall-clock").textContent = clockSeconds(new Date());
  tick();
}, 1000);
setInterval(() => {
  draw();
  if (last.some(isAlarm)) sound("late");
}, AGAIN_MS);
listenForTouch();
await Promise.all([
  ready,
  showIncidents(map, { onError: fault }),
  showUnitsOut(map, { onError: fault }),
  follow(config.follows, show, { onError: fault, onRecovered: recovered }),
]);
document.body.dataset.ready = "true";
