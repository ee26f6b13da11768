// Which plans and headquarters an incident is of, and the tasks of the level in force.

import { newest, peek } from "./api.js";
import { byId, h } from "./dom.js";
import { span, t } from "./i18n.js";
import { PATH, section } from "./incident_state.js";

let drawn = "";

const tasks = (plan) => plan.tasks.length > 0 && h("details", {}, h("summary", {}, t("applying.tasks", { number: plan.tasks.length })),
  h("ul", {}, plan.tasks.map((one) => h("li", {}, h("strong", {}, one.owner || "–"), `：${one.task}`,
    one.within_min !== null && h("span", { class: "badge" }, span(one.within_min)),
    one.level_label && h("span", { class: "muted" }, ` ${one.level_label}`)))));

const read = newest(() => peek(`${PATH}/plans`), (answer) => {
  const told = JSON.stringify(answer);
  if (told === drawn) return;
  drawn = told;
  byId("plans").replaceChildren(
    ...answer.plans.length
      ? [h("p", { class: "muted" }, answer.level ? t("applying.level", { level: answer.level_label }) : t("applying.no_level")),
        h("ul", { class: "plans" }, answer.plans.map((plan) => h("li", { dataset: { plan: plan.code } },
          h("a", { href: `/plans/${encodeURIComponent(plan.code)}?edition=${plan.edition}` }, plan.name), " ",
          h("span", { class: "badge" }, plan.category_label), " ", plan.headquarters ?? plan.enterprise_name ?? plan.agency ?? "", tasks(plan))))]
      : [h("p", { class: "muted" }, t("applying.none"))]);
});

section(() => read().catch(() => {}));
