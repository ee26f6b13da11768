// The board of incidents: what is going on, followed every few seconds.

import { peek } from "./api.js";
import { byId, h } from "./dom.js";
import { dayTime, t } from "./i18n.js";
import { notice } from "./page.js";
import { follow } from "./following.js";
import { MARK, unitsOut } from "./happening.js";

/** The response of an incident; that it has run out is said until somebody extends or ends it. */
function response(one) {
  return [
    h("span", { class: `badge grade-${one.level}` }, `${MARK[one.level]} ${one.level_label}`), " ", one.state_label, " ",
    one.overdue && h("span", { class: "badge alarm overdue" }, `⚠ ${t("incidents.response_overdue", { owner: one.owner })}`),
  ];
}

function row(one) {
  return h(
    "tr",
    { dataset: { id: one.id } },
    h("td", {}, String(one.priority)),
    h("th", { scope: "row" }, h("a", { href: `/incidents/${encodeURIComponent(one.id)}` }, one.title), h("br"), h("span", { class: "muted" }, `${one.id} · ${one.kind_label}`), one.exercise && h("span", { class: "badge" }, t("incidents.exercise"))),
    h("td", {}, one.gravest ? h("span", { class: `badge grade-${one.gravest.level}` }, `${MARK[one.gravest.level]} ${one.gravest.grade}`) : "—"),
    h("td", {}, one.response ? response(one.response) : "—"),
    h("td", {}, one.place),
    h("td", { class: "number" }, String(unitsOut(one))),
    h("td", {}, dayTime(one.opened_at)),
    h("td", {}, one.state_label),
  );
}

async function show() {
  const { incidents } = await peek("/api/incidents", { state: byId("state").value });
  byId("board").replaceChildren(incidents.length
    ? h("div", { class: "table-scroll" }, h(
      "table",
      { class: "table", id: "incidents" },
      h("thead", {}, h("tr", {}, ["priority", "incident", "grade", "response", "place", "units_out", "opened", "state"].map((name) => h("th", { scope: "col" }, t(`incidents.${name}`))))),
      h("tbody", {}, incidents.map(row)),
    ))
    : h("p", { class: "muted" }, t("incidents.none")));
}

byId("state").addEventListener("change", () => show().catch((error) => notice(error.message, "error")));
follow(["incident", "assignment", "response"], show, { onError: (error) => notice(error.message, "error") });
// A response runs out without anybody doing anything.
setInterval(() => show().catch((error) => notice(error.message, "error")), 30_000);
document.body.dataset.ready = "true";
