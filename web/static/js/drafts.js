// A call that is being taken: kept on the server from the first letter on, taken up again.

import { get, post } from "./api.js";
import { byId, h } from "./dom.js";
import { clockSeconds, config, coordinates, dayTime, may, t } from "./i18n.js";
import { ask, question } from "./state.js";

const PAUSE_MS = 300;
const AGAIN_MS = 2000;

/** What is typed now: {id, version, x, y, said, caller_name, caller_phone}; no id until it is kept. */
let current = null;
let timer = 0;
let sending = null;

/** The draft of a point, where there is one. */
export function draftAt({ x, y }) {
  return current && current.x === x && current.y === y ? current : null;
}

/** Keeps what stands in the form: the first letter at once, then after each pause. */
export function keep({ x, y }, said, caller) {
  const isNew = !draftAt({ x, y });
  if (isNew) current = { x, y };
  Object.assign(current, { said: { ...said, x: String(x), y: String(y) }, ...caller, unsaved: true });
  tell(t("draft.keeping"));
  window.clearTimeout(timer);
  timer = window.setTimeout(save, isNew ? 0 : PAUSE_MS);
}

async function save() {
  if (sending) await sending;
  const draft = current;
  if (!draft?.unsaved) return;
  const { id, version, said, caller_name: name, caller_phone: phone } = draft;
  draft.unsaved = false;
  sending = post(id ? `/api/incident-drafts/${id}` : "/api/incident-drafts", {
    said, caller_name: name, caller_phone: phone, ...(id && { version }),
  }).then((kept) => {
    Object.assign(draft, { id: kept.id, version: kept.version });
    if (!draft.unsaved) tell(t("draft.kept", { time: clockSeconds(new Date(kept.saved_at)) }));
  }, (error) => {
    draft.unsaved = true;
    tell(t("draft.not_kept", { why: error.message }), "caution");
    // Without an answer it is tried again; what the server refused stands until it is changed.
    if (error.code === "web.unreachable") timer = window.setTimeout(save, AGAIN_MS);
  }).finally(() => { sending = null; });
  await sending;
}

function tell(text, kind = "muted") {
  const line = byId("draft-state");
  if (line) Object.assign(line, { textContent: text, className: kind });
}

/** Keeps what is not kept yet, and says under which number, for the incident to be opened from. */
export async function settled() {
  window.clearTimeout(timer);
  await save();
  return current?.id;
}

/** The place of the call was corrected: what was typed of it stays. */
export function moveDraft(place) {
  if (current) Object.assign(current, place);
}

/** Another place is another call: what was typed of the former one is kept, and offered. */
export async function leaveDraft(onError) {
  const { incident } = question;
  if (!current || (incident && draftAt(incident))) return;
  await settled();
  current = null;
  await offerDrafts(onError);
}

/** The incident is open: there is no draft any more. */
export function done() {
  current = null;
}

/** Offers what was left: by oneself, or by a colleague whose machine may have died. */
export async function offerDrafts(onError) {
  if (!may("dispatch")) return;
  try {
    const { drafts } = await get("/api/incident-drafts");
    byId("drafts").replaceChildren(...drafts.filter((one) => one.id !== current?.id).map((one) => row(one, onError)));
  } catch (error) {
    onError(error);
  }
}

function row(one, onError) {
  const place = { x: Number(one.said.x), y: Number(one.said.y) };
  const kind = config.kinds.find(({ code }) => code === one.said.kind)?.label;
  const what = [one.said.name || coordinates(place.x, place.y), kind].filter(Boolean).join(" · ");
  return h(
    "p",
    { class: "draft", dataset: { id: one.id } },
    h("strong", {}, t("draft.left")), ` ${what} `,
    h("span", { class: "muted" }, `${dayTime(one.saved_at)} ${one.saved_by}`), " ",
    h("button", { type: "button", class: "go-on", onclick: () => goOn(one, place, onError) }, t("draft.go_on")), " ",
    h("button", { type: "button", class: "give-up", onclick: () => giveUp(one, onError) }, t("draft.give_up")),
  );
}

function goOn(one, place, onError) {
  current = { ...one, ...place };
  const { need, vehicle, k, name } = one.said;
  ask({ ...(need && { need }), vehicle: vehicle ?? "", ...(k && { k }), incident: { ...place, name: name ?? "" } });
  offerDrafts(onError);
}

async function giveUp(one, onError) {
  if (!window.confirm(t("draft.sure"))) return;
  try {
    await post(`/api/incident-drafts/${one.id}/give-up`, {});
  } catch (error) {
    onError(error);
  }
  await offerDrafts(onError);
}
