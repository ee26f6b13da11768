// The layer panel: switches, legend and counts of what is in view, in one.

import { byId, h, svg } from "./dom.js";
import { config, count, t } from "./i18n.js";
import { symbolElement } from "./symbols.js";

const NARROW = window.matchMedia("(max-width: 800px)");

/** Builds the panel for `layers`; on a phone `onCover()` is called when it covers the map. */
export function startLegend(layers, { onCover }) {
  const panel = byId("legend");
  const counters = new Map();
  const groups = config.drawing.groups.map((group) => {
    const specs = layers.specs.filter((spec) => spec.group === group.id);
    return specs.length > 0 && h(
      "details",
      { open: group.id !== "base" },
      h("summary", {}, group.label),
      specs.map((spec) => layerRow(layers, spec, counters)),
      group.id === "base" && roadKey(),
    );
  });
  panel.append(...groups.filter(Boolean), readinessKey());

  layers.onChange(() => {
    const totals = layers.counts();
    for (const [key, element] of counters) {
      const shown = layers.shown.get(key.split("/")[0]);
      const more = layers.truncated(key) ? "+" : "";
      element.textContent = shown ? count(totals.get(key) ?? 0) + more : "";
    }
  });

  const toggle = byId("legend-toggle");
  const open = (wanted) => {
    if (wanted && NARROW.matches) onCover();
    document.body.dataset.legend = wanted ? "open" : "closed";
    toggle.setAttribute("aria-expanded", String(wanted));
  };
  open(!NARROW.matches);
  toggle.addEventListener("click", () => open(document.body.dataset.legend !== "open"));
  return { giveWay: () => { if (NARROW.matches) open(false); } };
}

function checkbox(checked, label, onchange) {
  return h("input", {
    type: "checkbox", checked, "aria-label": label,
    onchange: (event) => onchange(event.target.checked),
  });
}

function layerRow(layers, spec, counters) {
  const counter = h("output", { title: t("legend.in_view") });
  if (spec.classes.length) counters.set(spec.id, counter);
  const single = spec.classes.length === 1;
  const head = h(
    "label",
    { class: "layer" },
    checkbox(layers.shown.get(spec.id), spec.label, (visible) => layers.show(spec.id, visible)),
    single && symbolElement(spec.classes[0]),
    h("span", {}, spec.label),
    counter,
  );
  if (single || !spec.classes.length) return head;
  const rows = spec.classes.map((row) => {
    const key = `${spec.id}/${row.code}`;
    const number = h("output", {});
    counters.set(key, number);
    return h(
      "label",
      { class: "class" },
      checkbox(!layers.overlay.hiddenClasses.has(key), row.label, (on) => layers.showClass(key, on)),
      symbolElement(row),
      h("span", {}, row.label),
      number,
    );
  });
  return [head, h("div", { class: "classes" }, rows)];
}

function roadKey() {
  return h(
    "div",
    { class: "classes" },
    config.drawing.roads.map((road) => h(
      "div",
      { class: "class" },
      svg(
        "svg",
        { viewBox: "0 0 34 12", class: "road-key", "aria-hidden": "true" },
        svg("path", { d: "M1 6h32", class: `case-${road.code}` }),
        svg("path", { d: "M1 6h32", class: `road-${road.code}` }),
      ),
      h("span", {}, road.label),
    )),
  );
}

/** What solid, hollow and struck symbols mean. */
function readinessKey() {
  const team = config.drawing.layers.find((spec) => spec.id === "team").classes[0];
  return h(
    "div",
    { class: "readiness" },
    ["ready", "busy", "out_of_service"].map((state) => h(
      "span",
      {},
      symbolElement(team, state === "ready" ? "" : state),
      t(`legend.${state}`),
    )),
    h("span", {}, svg("svg", { viewBox: "0 0 12 12", class: "dot-key", "aria-hidden": "true" },
      svg("circle", { cx: 6, cy: 6, r: 4 })), t("legend.dot")),
  );
}
