// The card of one record: the facts a duty officer asks for.

import { get, latest, superseded } from "./api.js";
import { h, phone } from "./dom.js";
import { coordinates, t } from "./i18n.js";

/** Opens cards on the map; `onDispatch(place)` is called when one is chosen as the incident. */
export class Cards {
  constructor(map, overlay, { onDispatch, onError }) {
    this.map = map;
    this.overlay = overlay;
    this.onDispatch = onDispatch;
    this.onError = onError;
    this.fetch = latest((signal, path) => get(path, {}, signal));
    this.popup = null;
    this.wanted = null;
  }

  /** Opens the card of a record at its place. */
  async open(kind, id, at) {
    this.close();
    const wanted = `${kind}/${id}`;
    this.wanted = wanted;
    this.overlay.choose(wanted);
    try {
      const record = await this.fetch(`/api/record/${kind}/${encodeURIComponent(id)}`);
      if (this.wanted !== wanted) return null;
      this.show(record, at ?? [record.y, record.x]);
      return record;
    } catch (error) {
      if (!superseded(error)) this.onError(error);
      return null;
    }
  }

  show(record, at) {
    const popup = L.popup({ maxWidth: 360, minWidth: 260, className: "card", offset: [0, -8] })
      .setLatLng(at)
      .setContent(this.content(record));
    popup.on("remove", () => {
      if (this.popup === popup) this.popup = null;
      this.overlay.choose(null);
    });
    this.popup = popup;
    popup.openOn(this.map);
    this.overlay.choose(`${record.kind}/${record.id}`);
  }

  /** Closes the card, also one still on its way; says whether one was open. */
  close() {
    if (this.wanted) this.overlay.choose(null);
    this.wanted = null;
    if (!this.popup) return false;
    this.popup.remove();
    this.popup = null;
    return true;
  }

  content(record) {
    const number = record.facts.find((fact) => fact.format === "phone");
    const others = record.facts.filter((fact) => fact !== number);
    return h(
      "article",
      { class: "record" },
      h(
        "header",
        {},
        h("p", { class: "kind" }, record.layer),
        h("h2", {}, record.name),
        record.status && h("span", { class: `state ${record.status}` }, this.stateText(record)),
        record.synthetic && h("span", { class: "synthetic" }, t("synthetic")),
      ),
      number && phone(number.value, { class: "phone" }),
      h("dl", {}, others.filter((fact) => !(record.status && fact.column === "status"))
        .map((fact) => [h("dt", {}, fact.label), h("dd", {}, fact.value)])),
      h("p", { class: "where" }, coordinates(record.x, record.y)),
      h("button", {
        type: "button", class: "primary",
        onclick: () => {
          this.close();
          this.onDispatch({ x: record.x, y: record.y, name: record.name });
        },
      }, t("record.dispatch")),
    );
  }

  stateText(record) {
    return record.facts.find((fact) => fact.column === "status")?.value ?? record.status;
  }
}
