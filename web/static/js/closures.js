// Road closures: drawn, looked at for whom they cut off, confirmed, listed, extended, lifted.

import { get, peek, post, remove } from "./api.js";
import { askCutOff, cutOffLayer, cutOffList } from "./cut_off.js";
import { byId, h } from "./dom.js";
import { sketch } from "./draw.js";
import { count, dayTime, may, siteLocal, siteMoment, t } from "./i18n.js";

const SOURCES = ["police", "road_bureau", "on_scene", "other"];

export class RoadClosures {
  /** `onChange()` is called after a closure was added or lifted. */
  constructor(map, { onChange, onError }) {
    this.map = map;
    this.onChange = onChange;
    this.onError = onError;
    this.items = [];
    this.draft = null;
    this.told = null;
    this.marks = null;
    this.asking = null;
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
    if (this.draft || this.asking) return false;
    const ids = (items) => items.map((one) => `${one.id} ${one.expires_at} ${one.expired}`).join();
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
      L.geoJSON(item.geometry, { renderer: this.renderer, style: { className: item.expired ? "closure expired" : "closure", weight: 3 } })
        .bindTooltip(h("span", {}, item.expired ? `${item.reason} ${t("closure.expired")}` : item.reason), { sticky: true, className: "closure-tip" })
        .addTo(this.group);
    }
    this.list();
  }

  async draw() {
    if (this.draft) return;
    const corners = await sketch(this.map, { closed: true, hint: t("closure.hint") });
    if (!corners) return;
    this.draft = L.polygon(corners, { renderer: this.renderer, className: "closure draft", interactive: false }).addTo(this.map);
    this.told = h("p", { class: "muted" }, t("closure.preview_busy"));
    this.list();
    byId("closure-reason").focus();
    const draft = this.draft;
    let told;
    try {
      const found = await askCutOff(draft.toGeoJSON(6).geometry);
      if (this.draft !== draft) return;
      told = cutOffList(found, (x, y) => this.map.setView([y, x], Math.max(this.map.getZoom(), 14)));
      this.marks = cutOffLayer(found).addTo(this.map);
    } catch (error) {
      told = h("p", { class: "fault" }, t("closure.preview_failed", { message: error.message }));
    }
    if (this.draft !== draft) return;
    this.told.replaceWith(told);
    this.told = told;
    byId("closure-save").disabled = false;
  }

  giveUp() {
    if (!this.draft) return false;
    this.draft.remove();
    this.marks?.remove();
    this.draft = null;
    this.told = null;
    this.marks = null;
    this.list();
    return true;
  }

  async save(form, confirm = false) {
    const { reason, source, told_by: toldBy, expires } = form.elements;
    try {
      await post("/api/closures", {
        polygon: this.draft.toGeoJSON(6).geometry, reason: reason.value, source: source.value,
        told_by: toldBy.value, expires_at: expires.value ? siteMoment(expires.value) : null, confirm,
      });
      this.giveUp();
      await this.load();
      this.onChange();
    } catch (error) {
      if (error.code === "closure.large" && !confirm) {
        // The draft stays on the map: whoever says no may look again and give it up.
        if (window.confirm(error.message)) await this.save(form, true);
      } else {
        this.onError(error);
      }
    }
  }

  async act(item, act, form) {
    const path = `/api/closures/${encodeURIComponent(item.id)}`;
    const why = form.elements.why.value;
    try {
      if (act === "lift") {
        await remove(`${path}?why=${encodeURIComponent(why)}`);
      } else {
        const until = form.elements.until.value;
        await post(`${path}/extend`, { expires_at: until ? siteMoment(until) : null, why });
      }
      this.asking = null;
      await this.load();
      this.onChange();
    } catch (error) {
      this.onError(error);
    }
  }

  ask(item, act) {
    this.asking = this.asking?.id === item.id && this.asking.act === act ? null : { id: item.id, act };
    this.list();
    byId("closure-why")?.focus();
  }

  list() {
    const typed = this.draft && (byId("closure-form") ?? this.form());
    byId("closures").replaceChildren(...[
      (this.items.length > 0 || this.draft) && h("h3", {}, t("closure.title"), " ", this.items.length > 0 && h("output", {}, count(this.items.length))),
      typed,
      this.items.length > 0 && h("ul", {}, this.items.map((item) => this.row(item))),
    ].filter(Boolean));
  }

  form() {
    return h(
      "form",
      {
        class: "reason closing",
        id: "closure-form",
        onsubmit: (event) => {
          event.preventDefault();
          this.save(event.currentTarget);
        },
      },
      h("label", {}, t("closure.reason"), h("input", {
        id: "closure-reason", name: "reason", required: true, maxlength: 200, autocomplete: "off",
        placeholder: t("closure.example"),
      })),
      h("label", {}, t("closure.source"), h("select", { name: "source" }, SOURCES.map((one) => h("option", { value: one, selected: one === "other" }, t(`closure.source.${one}`))))),
      h("label", {}, t("closure.told_by"), h("input", { name: "told_by", maxlength: 200, autocomplete: "off" })),
      h("label", {}, t("closure.expires"), h("input", { name: "expires", type: "datetime-local", min: siteLocal(Date.now()) })),
      this.told,
      // Whom it cuts off is read before it is confirmed.
      h("button", { type: "submit", id: "closure-save", class: "primary", disabled: true }, t("closure.save")),
      h("button", { type: "button", onclick: () => this.giveUp() }, t("sketch.cancel")),
    );
  }

  row(item) {
    const asked = this.asking?.id === item.id ? this.asking.act : null;
    const source = [t(`closure.source.${item.source}`), item.told_by].filter(Boolean).join(" ");
    const until = item.expires_at && (item.expired
      ? h("span", { class: "expired", title: t("closure.expired_hint", { time: dayTime(item.expires_at) }) }, t("closure.expired"), " · ", t("closure.until", { time: dayTime(item.expires_at) }))
      : h("span", {}, t("closure.until", { time: dayTime(item.expires_at) })));
    return h(
      "li",
      { dataset: { id: item.id }, class: item.expired ? "expired" : null },
      h("button", {
        type: "button", class: "find", onclick: () => this.map.fitBounds(L.geoJSON(item.geometry).getBounds(), { maxZoom: 14, padding: [80, 80] }),
      }, item.reason),
      h("span", {}, t("closure.since", { time: dayTime(item.closed_at) }), " · ", t("closure.from", { source })),
      until,
      may("close_roads") && h("div", { class: "acts" },
        h("button", { type: "button", class: "extend", onclick: () => this.ask(item, "extend") }, t("closure.extend")),
        h("button", { type: "button", class: "lift", onclick: () => this.ask(item, "lift") }, t("closure.lift"))),
      asked && this.why(item, asked),
    );
  }

  /** What is known now, in place: no road opens, and none stays closed longer, without it. */
  why(item, act) {
    return h(
      "form",
      {
        class: "why-closure",
        onsubmit: (event) => {
          event.preventDefault();
          this.act(item, act, event.currentTarget);
        },
      },
      act === "extend" && h("label", {}, t("closure.extend_until"), h("input", { name: "until", type: "datetime-local", min: siteLocal(Date.now()) })),
      h("label", {}, t("closure.why"), h("input", { id: "closure-why", name: "why", required: true, maxlength: 200, autocomplete: "off" })),
      h("button", { type: "submit", class: "primary" }, t(`closure.${act}`)),
    );
  }
}
