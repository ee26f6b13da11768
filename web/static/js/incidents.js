// The board of incidents: what is going on, followed every few seconds.

import { newest, peek } from "./api.js";
import { byId, h, typing } from "./dom.js";
import { config, dayTime, t } from "./i18n.js";
import { notice } from "./page.js";
import { follow } from "./following.js";
import { tick } from "./countdown.js";
import { clock, gravest, response, units } from "./standing.js";

function row(one) {
  return h(
    "tr",
    { dataset: { id: one.id } },
    h("td", {}, String(one.priority)),
    h("th", { scope: "row" }, h("a", { href: `/incidents/${encodeURIComponent(one.id)}` }, one.title), h("br"), h("span", { class: "muted" }, `${one.id} · ${one.kind_label}`), one.exercise && h("span", { class: "badge" }, t("incidents.exercise"))),
    h("td", {}, gravest(one) ?? "—"),
    h("td", {}, one.response ? response(one.response) : "—"),
    h("td", {}, clock(one)),
    h("td", {}, one.place),
    h("td", {}, units(one)),
    h("td", {}, dayTime(one.opened_at)),
    h("td", {}, one.state_label),
  );
}

const show = newest(() => peek("/api/incidents", { state: byId("state").value }), ({ incidents }) => {
  const at = document.activeElement?.closest("tr")?.dataset.id;
  byId("board").replaceChildren(incidents.length
    ? h("div", { class: "table-scroll" }, h(
      "table",
      { class: "table", id: "incidents" },
      h("thead", {}, h("tr", {}, ["priority", "incident", "grade", "response", "clock", "place", "units_out", "opened", "state"].map((name) => h("th", { scope: "col" }, t(`incidents.${name}`))))),
      h("tbody", {}, incidents.map(row)),
    ))
    : h("p", { class: "muted" }, t("incidents.none")));
  tick();
  if (at) rows().find((one) => one.dataset.id === at)?.querySelector("a").focus();
});

const rows = () => [...document.querySelectorAll("#incidents tbody tr")];

/** Walks the board by the keyboard: up and down, or J and K; Enter opens what has the focus. */
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (!step || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = rows();
  if (!all.length) return;
  event.preventDefault();
  const at = all.indexOf(document.activeElement?.closest("tr"));
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  all[next].querySelector("a").focus();
});
setInterval(tick, 1000);

byId("state").addEventListener("change", () => show().catch((error) => notice(error.message, "error")));
follow(config.follows, show, { onError: (error) => notice(error.message, "error") });
// A response runs out without anybody doing anything.
setInterval(() => show().catch((error) => notice(error.message, "error")), 30_000);
document.body.dataset.ready = "true";
