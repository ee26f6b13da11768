// Road closures: drawn, given a reason, listed, lifted.

import { get, peek, post, remove } from "./api.js";
import { byId, h } from "./dom.js";
import { sketch } from "./draw.js";
import { count, dayTime, may, t } from "./i18n.js";

export class RoadClosures {
  /** `onChange()` is called after a closure was added or lifted. */
  constructor(map, { onChange, onError }) {
    this.map = map;
    this.onChange = onChange;
    this.onError = onError;
    this.items = [];
    this.draft = null;
    map.createPane("closures").style.zIndex = 430;
    this.renderer = L.svg({ pane: "closures", padding: 0.3 });
    this.group = L.layerGroup().addTo(map);
    if (may("close_roads")) byId("close-road").addEventListener("click", () => this.draw());
    else byId("close-road").remove();
  }

  async load() {
    try {
      this.take((await get("/api/closures")).closures);
    } catch (error) {
      this.onError(error);
    }
  }

  /** Follows what others closed or lifted; whoever draws one just now is not disturbed. */
  async follow() {
    if (this.draft) return false;
    const ids = (items) => items.map((one) => one.id).join();
    const before = ids(this.items);
    const { closures } = await peek("/api/closures");
    if (ids(closures) === before) return false;
    this.take(closures);
    return true;
  }

  take(items) {
    this.items = items;
    this.group.clearLayers();
    for (const item of items) {
      L.geoJSON(item.geometry, { renderer: this.renderer, style: { className: "closure", weight: 3 } })
        .bindTooltip(h("span", {}, item.reason), { sticky: true, className: "closure-tip" })
        .addTo(this.group);
    }
    this.list();
  }

  async draw() {
    if (this.draft) return;
    const corners = await sketch(this.map, { closed: true, hint: t("closure.hint") });
    if (!corners) return;
    this.draft = L.polygon(corners, { renderer: this.renderer, className: "closure draft", interactive: false }).addTo(this.map);
    this.list();
    byId("closure-reason").focus();
  }

  giveUp() {
    if (!this.draft) return false;
    this.draft.remove();
    this.draft = null;
    this.list();
    return true;
  }

  async save(reason, confirm = false) {
    try {
      await post("/api/closures", { polygon: this.draft.toGeoJSON(6).geometry, reason, confirm });
      this.giveUp();
      await this.load();
      this.onChange();
    } catch (error) {
      if (error.code === "closure.large" && !confirm) {
        // The draft stays on the map: whoever says no may look again and give it up.
        if (window.confirm(error.message)) await this.save(reason, true);
      } else {
        this.onError(error);
      }
    }
  }

  async lift(item) {
    try {
      this.take((await remove(`/api/closures/${encodeURIComponent(item.id)}`)).closures);
      this.onChange();
    } catch (error) {
      this.onError(error);
    }
  }

  list() {
    const typed = byId("closure-reason")?.value ?? "";
    byId("closures").replaceChildren(...[
      (this.items.length > 0 || this.draft) && h("h3", {}, t("closure.title"), " ", this.items.length > 0 && h("output", {}, count(this.items.length))),
      this.draft && this.form(typed),
      this.items.length > 0 && h("ul", {}, this.items.map((item) => this.row(item))),
    ].filter(Boolean));
  }

  form(typed) {
    return h(
      "form",
      {
        class: "reason",
        onsubmit: (event) => {
          event.preventDefault();
          this.save(byId("closure-reason").value);
        },
      },
      h("label", {}, t("closure.reason"), h("input", {
        id: "closure-reason", required: true, maxlength: 200, value: typed, autocomplete: "off",
        placeholder: t("closure.example"),
      })),
      h("button", { type: "submit", class: "primary" }, t("closure.save")),
      h("button", { type: "button", onclick: () => this.giveUp() }, t("sketch.cancel")),
    );
  }

  row(item) {
    return h(
      "li",
      { dataset: { id: item.id } },
      h("button", {
        type: "button", class: "find", onclick: () => this.map.fitBounds(L.geoJSON(item.geometry).getBounds(), { maxZoom: 14, padding: [80, 80] }),
      }, item.reason),
      h("span", {}, t("closure.since", { time: dayTime(item.closed_at) })),
      may("close_roads") && h("button", { type: "button", class: "lift", onclick: () => this.lift(item) }, t("closure.lift")),
    );
  }
}
