// A crew's phone: what is ordered, how the unit stands, where it is.

import { byId, h } from "./dom.js";
import { queueOf } from "./field_queue.js";
import { clockTime, config, coordinates, distance, lang, t } from "./i18n.js";

const EVERY_MS = 15_000;
const AGAIN_MS = 5_000;
const LONGEST_WAIT_S = 172_800;
const BUTTONS = ["en_route", "on_scene", "released", "refused"];
const queue = queueOf(`gisapp-field${config.path.slice(-16)}`);
let { order } = config;
let over = false;
let sending = false;
let sent = { places: 0, last: null };
let seen = null;
let taken = 0;
let watch = null;

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The answer; throws Refused where the centre says no, TypeError where it cannot be reached. */
async function ask(path, body) {
  const response = await fetch(`${config.path}/${path}?lang=${lang}`, {
    method: body ? "POST" : "GET",
    credentials: "same-origin",
    headers: { Accept: "application/json", ...(body && { "Content-Type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  // A proxy of somebody else's, or a server that is not up, says nothing about the order.
  if (!answer?.error || response.status >= 500 || response.status === 429) throw new TypeError("not reached");
  throw new Refused(response.status, answer.error.message);
}

/** The state as the crew last said it, whether it went out or not. */
const standing = () => queue.all().findLast((one) => one.kind === "state")?.state ?? order.state;
const label = (state) => config.states[state] ?? state;

function showOrder() {
  const { road_end: gap } = order;
  const line = (name, text) => text && [h("dt", {}, t(`field.${name}`)), h("dd", {}, text)];
  byId("order").replaceChildren(
    h("h1", {}, order.title),
    h("p", { class: "now", id: "now" }, `${order.unit} · ${label(standing())}`),
    h("dl", {},
      line("place", order.place),
      line("point", coordinates(order.x, order.y)),
      order.work_words && line("work", `${order.work_words} (${coordinates(order.work_x, order.work_y)})`),
      line("road", road(gap)),
      order.words.map((one) => line("word", `${clockTime(one.at)} ${one.text}`))),
  );
}

function road(gap) {
  if (!gap) return null;
  if (gap.gap_m === null) return `▲ ${t("incidents.road_end_none")}`;
  if (!gap.far) return null;
  return `▲ ${t("incidents.road_end_gap", { distance: distance(gap.gap_m), road: coordinates(gap.road_x, gap.road_y) })}`;
}

function showStates() {
  const may = over ? [] : config.next[standing()] ?? [];
  byId("states").replaceChildren(...BUTTONS.map((state) => h("button", {
    type: "button", class: may[0] === state && "primary", disabled: !may.includes(state),
    dataset: { state }, onclick: () => press(state),
  }, label(state))));
}

function showSending() {
  const waiting = queue.all();
  const said = waiting.filter((one) => one.kind === "state");
  byId("sending").textContent = [
    sent.last && t("field.sent", { time: clockTime(sent.last), places: sent.places }),
    waiting.length ? `○ ${t("field.waits", { states: said.length, places: waiting.length - said.length })}` : `✓ ${t("field.nothing_waits")}`,
  ].filter(Boolean).join(" ");
  byId("waiting").replaceChildren(...said.map((one) => h("li", {}, `○ ${label(one.state)} ${clockTime(one.at)}`)));
  document.body.dataset.waiting = String(waiting.length);
}

function show() {
  showOrder();
  showStates();
  showSending();
}

function fault(message) {
  byId("fault").textContent = message;
  byId("fault").hidden = !message;
}

function end(message) {
  over = true;
  queue.clear();
  if (watch !== null) navigator.geolocation.clearWatch(watch);
  byId("over").textContent = message;
  byId("over").hidden = false;
  byId("position").textContent = "";
  show();
}

/** What cannot be taken back is confirmed; that one cannot go needs a word of why. */
function press(state) {
  const form = byId("ask");
  if (state !== "refused" && state !== "released") return say(state, "");
  const why = state === "refused" && h("input", { name: "why", required: true, maxlength: 200, autocomplete: "off" });
  form.replaceChildren(
    why ? h("label", {}, t("field.why"), why) : h("p", {}, t("field.released_ends")),
    h("button", { type: "submit", class: "primary" }, label(state)),
    h("button", { type: "button", onclick: () => { form.hidden = true; } }, t("field.cancel")),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    say(state, why ? why.value : "");
  };
  form.hidden = false;
  form.scrollIntoView({ block: "nearest" });
  (why || form.querySelector("button")).focus();
}

function say(state, why) {
  byId("ask").hidden = true;
  fault("");
  queue.add({ kind: "state", state, why, at: Date.now() });
  show();
  send();
}

/** Sends what waits, the oldest first; stops where nobody is reached and is called again. */
async function send() {
  if (sending || over) return;
  sending = true;
  try {
    for (let items = queue.next(); items.length && !over; items = queue.next()) await sendOne(items);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  } finally {
    sending = false;
    showSending();
  }
}

async function sendOne(items) {
  const [{ kind, state, why, at }] = items;
  try {
    if (kind === "state") {
      const ago_s = Math.min(Math.max((Date.now() - at) / 1000, 0), LONGEST_WAIT_S);
      const answer = await ask("state", { state, why, ago_s });
      order.state = answer.state;
      queue.done(items);
      if (answer.ended) end(t("field.over"));
    } else {
      const answer = await ask("positions", { readings: items.map(({ reading }) => reading) });
      sent.places += answer.kept;
      queue.done(items);
      if (answer.refused.length) fault(answer.refused.at(-1).message);
    }
    sent = { ...sent, last: Date.now() };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 404) return end(error.message);
    queue.done(items); // the centre says no: what comes after it still goes
    fault(kind === "state" ? `${label(state)}: ${error.message}` : error.message);
  }
  show();
}

async function refresh() {
  if (over || document.hidden) return;
  try {
    ({ order } = await ask("order"));
    show();
  } catch (error) {
    if (error instanceof Refused && error.status === 404) end(error.message);
    else if (!(error instanceof TypeError || error instanceof Refused)) throw error;
  }
}

const known = (value) => (Number.isFinite(value) ? value : null);

/** Keeps the newest place, at most one in so long. */
function keep() {
  if (over || !seen || seen.timestamp <= taken) return;
  taken = seen.timestamp;
  const { longitude: x, latitude: y, accuracy, speed, heading } = seen.coords;
  const speed_kph = known(speed) === null ? null : speed * 3.6;
  queue.add({
    kind: "at",
    reading: { at: new Date(taken).toISOString(), x, y, accuracy_m: known(accuracy), speed_kph, heading_deg: known(heading) },
  });
  send();
}

function locate() {
  const place = byId("position");
  if (!window.isSecureContext || !navigator.geolocation) {
    place.textContent = `▲ ${t(window.isSecureContext ? "field.no_position" : "field.no_https")}`;
    return;
  }
  place.textContent = t("field.locating");
  watch = navigator.geolocation.watchPosition((position) => {
    const first = seen === null;
    seen = position;
    place.textContent = `● ${t("field.located", { time: clockTime(position.timestamp), metres: Math.round(position.coords.accuracy) })}`;
    if (first) keep();
  }, (error) => {
    place.textContent = `▲ ${t(error.code === error.PERMISSION_DENIED ? "field.denied" : "field.no_position")}`;
  }, { enableHighAccuracy: true, maximumAge: 10_000 });
  setInterval(keep, EVERY_MS);
}

const { dataset } = document.documentElement;
if (dataset.theme === "auto") dataset.theme = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
window.addEventListener("online", send);
document.addEventListener("visibilitychange", refresh);
setInterval(send, AGAIN_MS);
setInterval(refresh, 2 * EVERY_MS);
show();
locate();
send();
document.body.dataset.ready = "true";
