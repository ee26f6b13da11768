// How an incident of a list stands, in a few words and shapes.

import { h } from "./dom.js";
import { MARK } from "./happening.js";
import { config, t } from "./i18n.js";

/** Its gravest grade, by colour, shape and word; null where it has none. */
export function gravest({ gravest: one }) {
  return one && h("span", { class: `badge grade-${one.level}`, title: one.basis_label }, `${MARK[one.level]} ${one.grade}`);
}

/** The response of an incident; that it has run out is said until somebody extends or ends it. */
export function response(one) {
  return [
    h("span", { class: `badge grade-${one.level}` }, `${MARK[one.level]} ${one.level_label}`), " ", one.state_label, " ",
    one.overdue && h("span", { class: "badge alarm overdue" }, `⚠ ${t("incidents.response_overdue", { owner: one.owner })}`),
  ];
}

/** The next report that is due, and how many more are late. */
export function clock(one) {
  const [next] = one.clocks;
  const late = one.clocks.filter(({ overdue }) => overdue).length;
  return next
    ? [h("span", { class: "remaining", dataset: { due: next.due_at } }), " ", next.label, late > 1 && h("span", { class: "muted" }, ` ${t("incidents.more_late", { count: late - 1 })}`)]
    : "—";
}

/** Units that are out, by how they stand. */
export function units(one) {
  const out = Object.entries(one.units);
  return out.length ? out.map(([state, number]) => h("span", { class: `badge state-${state}` }, `${config.states[state]} ${number}`)) : "—";
}
