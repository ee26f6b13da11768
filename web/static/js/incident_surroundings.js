// What lies around the incident, and downstream of its hazard in the order of arrival.

import { newest, peek } from "./api.js";
import { byId, h, phone } from "./dom.js";
import { follow } from "./following.js";
import { clockTime, count, dayTime, distance, may, siteLocal, siteMoment, t } from "./i18n.js";
import { PATH, askWhy, change, fail, section } from "./incident_state.js";

const mayWriteLines = may("dispatch") || may("manage_risks");
let incident = null;
let known = null;

/** Names and numbers to call, the first to be called first. */
export function calls(thing) {
  return thing.calls.length === 0
    ? h("span", { class: "muted" }, t("incidents.around.no_phone"))
    : h("ul", { class: "calls" }, thing.calls.map((one) => h("li", {}, phone(one.phone), " ", one.name, " ", h("span", { class: "muted" }, one.role))));
}

/** A sum over villages: unknown is never nought. */
function total({ known: sum, without_figures: without }) {
  const said = sum === null ? t("incidents.around.unknown") : count(sum);
  return without ? `${said} · ${t("incidents.around.without", { count: count(without) })}` : said;
}

/** Who lives there, figure by figure. */
export function people(found) {
  return h("dl", { class: "people" }, [
    ["villages", count(found.villages)],
    ...["households", "population", "people_needing_help"].map((name) => [name, total(found[name])]),
  ].map(([name, said]) => h("div", { dataset: { figure: name } }, h("dt", {}, t(`incidents.around.${name}`)), h("dd", {}, said))));
}

const figure = (value) => (value === null || value === undefined ? t("incidents.around.unknown") : count(value));

/** What the register has of a thing beside its name and its numbers. */
export function facts(one) {
  if (one.kind === "village") {
    return [
      `${t("incidents.around.population")} ${figure(one.population)}`,
      `${t("incidents.around.people_needing_help")} ${figure(one.people_needing_help)}`,
      one.meeting_point && `${t("incidents.around.meeting_point")} ${one.meeting_point}`,
    ].filter(Boolean).join(" · ");
  }
  if ("capacity" in one) return `${t("incidents.around.capacity")} ${figure(one.capacity)}`;
  if ("beds" in one) return `${t("incidents.around.beds")} ${figure(one.beds)}`;
  return "";
}

export const record = (one) => h("a", { href: `/registers/${one.kind}/records/${one.id.split("/").map(encodeURIComponent).join("/")}` }, one.name);

/** A table that stacks on a phone: `columns` are [name, cell(thing)]. */
export function table(things, columns) {
  const [[first], ...rest] = columns;
  return h("div", { class: "table-scroll" }, h("table", { class: "table stack" },
    h("thead", {}, h("tr", {}, columns.map(([name]) => h("th", { scope: "col" }, t(`incidents.around.${name}`))))),
    h("tbody", {}, things.map((one) => h("tr", { dataset: { kind: one.kind, id: one.id } },
      h("th", { scope: "row", dataset: { column: first } }, columns[0][1](one)),
      rest.map(([name, cell]) => h("td", { dataset: { label: t(`incidents.around.${name}`) } }, cell(one))))))));
}

/** Says that a list was cut, where it was. */
export const cut = (found) => found.truncated && h("p", { class: "caution" }, t("incidents.around.cut", { shown: count(found.things?.length ?? found.places.length), found: count(found.found) }));

function showAround(found) {
  byId("around").replaceChildren(...[
    h("div", { class: "table-scroll" }, h("table", { class: "table stack" },
      h("thead", {}, h("tr", {}, ["within", "people", "places"].map((name) => h("th", { scope: "col" }, t(`incidents.around.${name}`))))),
      h("tbody", {}, found.rings.map((ring) => h("tr", { dataset: { radius: ring.radius_m } },
        h("th", { scope: "row" }, distance(ring.radius_m)),
        h("td", { dataset: { label: t("incidents.around.people") } }, people(ring.people)),
        h("td", { dataset: { label: t("incidents.around.places") } }, ring.counts.map((one) => `${one.label} ${count(one.count)}`).join(" · ") || "0")))))),
    cut(found),
    found.things.length > 0 && h("details", { class: "things" },
      h("summary", {}, t("incidents.around.list", { count: count(found.things.length) })),
      table(found.things, [
        ["thing", (one) => [record(one), " ", h("span", { class: "muted" }, one.kind_label)]],
        ["where", (one) => `${one.direction} ${distance(one.distance_m)}`],
        ["facts", facts],
        ["call", calls],
      ])),
  ].filter(Boolean));
}

const hazardPath = () => `/api/hazards/${incident.hazard.kind}/${incident.hazard.id.split("/").map(encodeURIComponent).join("/")}/line`;

/** Sends a change of the line and shows what is known then. */
async function say(path, body) {
  const answer = await change(path, body);
  await showDownstream();
  return answer;
}

/** Asks for speed and width; the line is in force when they are said. */
function askSizes(line) {
  const speed = h("input", { name: "speed", type: "number", min: 0.1, max: 200, step: "any", value: line.wave_speed_kph ?? "" });
  const width = h("input", { name: "width", type: "number", min: 20, max: 20000, step: "any", required: true, value: line.width_m });
  const dialog = h(
    "dialog",
    { class: "why" },
    h("form", {
      onsubmit: async (event) => {
        event.preventDefault();
        dialog.remove();
        await say(`/api/downstream-lines/${line.id}/confirm`, {
          version: line.version, width_m: Number(width.value), ...(speed.value && { wave_speed_kph: Number(speed.value) }),
        });
      },
    },
    h("p", {}, t("incidents.around.confirm_hint")),
    h("label", { class: "field" }, t("incidents.around.speed"), speed),
    h("label", { class: "field" }, t("incidents.around.width"), width),
    h("div", { class: "form-actions" },
      h("button", { type: "button", onclick: () => dialog.remove() }, t("incidents.cancel")),
      h("button", { class: "primary", type: "submit" }, t("incidents.around.confirm")))),
  );
  dialog.addEventListener("cancel", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

async function withdraw(line) {
  const why = await askWhy(t("incidents.around.withdraw_why"));
  if (why) await say(`/api/downstream-lines/${line.id}/withdraw`, { version: line.version, why });
}

function lineRow(line, isProposal) {
  return h("div", { class: "line-state", dataset: { line: line.id } },
    h("span", {}, [
      line.source_label, distance(line.length_m), t("incidents.around.wide", { width: distance(line.width_m) }),
      line.wave_speed_kph ? `${line.wave_speed_kph} km/h` : t("incidents.around.no_speed"),
    ].join(" · ")),
    h("span", { class: "muted" }, isProposal
      ? t("incidents.around.proposed", { time: dayTime(line.proposed_at), who: line.proposed_by })
      : t("incidents.around.confirmed", { time: dayTime(line.confirmed_at), who: line.confirmed_by })),
    mayWriteLines && isProposal && h("button", { type: "button", class: "primary", id: "confirm-line", onclick: () => askSizes(line) }, t("incidents.around.confirm")),
    mayWriteLines && h("button", { type: "button", onclick: () => withdraw(line) }, t("incidents.around.withdraw")));
}

function drawAddress() {
  const values = new URLSearchParams({ draw: "line", kind: incident.hazard.kind, id: incident.hazard.id, back: incident.id });
  return `/?${values}#at=${incident.x},${incident.y}&name=${encodeURIComponent(incident.title)}`;
}

const askDownstream = () => {
  const breach = byId("breach").value;
  return peek(`${PATH}/downstream`, breach ? { breach_at: siteMoment(breach) } : {});
};

const showDownstream = newest(askDownstream, (answer) => {
  const breach = byId("breach");
  known = answer;
  byId("downstream-line").replaceChildren(...[
    h("p", { class: "line-state", id: "line-state", dataset: { state: known.state } },
      h("strong", { class: `badge line-${known.state}` }, t(`incidents.around.is_${known.state}`)), " ", h("span", {}, known.sentence)),
    known.line && lineRow(known.line, false),
    known.proposal && lineRow(known.proposal, true),
    incident.hazard && mayWriteLines && h("div", { class: "footprint-acts" },
      h("button", { type: "button", id: "propose-line", onclick: () => say(`${hazardPath()}/propose`, {}) }, t("incidents.around.propose")),
      known.has_heights && h("button", { type: "button", id: "propose-line-by-heights", onclick: () => say(`${hazardPath()}/propose`, { by: "heights" }) }, t("incidents.around.propose_heights")),
      h("a", { class: "button", id: "draw-line", href: drawAddress() }, t("incidents.around.draw"))),
  ].filter(Boolean));
  const isKnown = known.state === "confirmed";
  byId("breach-field").hidden = !isKnown;
  if (isKnown && !breach.value && document.activeElement !== breach) breach.value = siteLocal(known.breach_at);
  byId("downstream").replaceChildren(...(isKnown ? [
    people(known.people),
    cut(known),
    known.places.length === 0 ? h("p", {}, t("incidents.around.nobody")) : table(known.places, [
      ["thing", (one) => [record(one), " ", h("span", { class: "muted" }, one.kind_label)]],
      ["arrives", (one) => h("span", { class: "arrival" }, one.arrives_at
        ? `${clockTime(one.arrives_at)} ${t("incidents.around.after", { minutes: Math.round(one.arrival_s / 60) })}` : t("incidents.around.no_speed"))],
      ["along", (one) => h("span", { class: "way" }, t("incidents.around.along_side", { along: distance(one.along_m), side: distance(one.side_m) }))],
      ["facts", facts],
      ["call", calls],
    ]),
  ].filter(Boolean) : []));
});

/** Shows, and tells of what went wrong. */
const guarded = (show) => () => show().catch(fail);
const renew = guarded(showDownstream);

byId("breach").addEventListener("change", renew);
section((read) => {
  const isMoved = incident?.version !== read.version;
  incident = read;
  if (!isMoved) return;
  guarded(async () => showAround(await peek(`${PATH}/around`)))();
  renew();
});
follow(["downstream_line"], renew, { now: false }).catch(fail);
