// Which layers are shown, and their features: fetched by extent, drawn by the overlay.

import { get, latest, superseded } from "./api.js";
import { toWorld } from "./canvas.js";
import { coveringExtent, extentText, holds } from "./extent.js";
import { config } from "./i18n.js";

const STORAGE = "gisapp.layers";
const PLACES = "place";

export class Layers {
  /**
   * @param map the Leaflet map
   * @param overlay draws points and names
   * @param base draws areas, rivers and roads
   */
  constructor(map, overlay, base, { onError }) {
    this.map = map;
    this.overlay = overlay;
    this.base = base;
    this.onError = onError;
    this.listeners = [];
    // A layer without a single record is no choice.
    this.specs = config.drawing.layers.filter((spec) => !config.empty.includes(spec.id));
    this.points = this.specs.filter((spec) => spec.geometry === "point");
    const saved = this.saved();
    this.shown = new Map(this.specs.map((spec) => [spec.id, saved.layers?.[spec.id] ?? spec.visible]));
    overlay.hiddenClasses = new Set(saved.hidden ?? []);
    this.held = new Map();
    this.ask = new Map(this.points.map((spec) => [
      spec.id,
      latest((signal, query) => get(`/api/layers/${spec.id}`, query, signal)),
    ]));
    for (const id of ["area", "river", "roads"]) base.show(id, this.shown.get(id));
  }

  onChange(listener) {
    this.listeners.push(listener);
  }

  changed() {
    for (const listener of this.listeners) listener();
  }

  saved() {
    try {
      return JSON.parse(localStorage.getItem(STORAGE)) ?? {};
    } catch {
      return {};
    }
  }

  save() {
    const layers = Object.fromEntries(this.shown);
    localStorage.setItem(STORAGE, JSON.stringify({ layers, hidden: [...this.overlay.hiddenClasses] }));
  }

  show(id, visible) {
    this.shown.set(id, visible);
    this.save();
    const spec = this.specs.find((one) => one.id === id);
    if (spec.geometry !== "point") this.base.show(id, visible);
    else if (visible) this.loadOne(spec);
    else this.hand(spec, []);
    this.overlay.redraw();
    this.changed();
  }

  showClass(key, visible) {
    if (visible) this.overlay.hiddenClasses.delete(key);
    else this.overlay.hiddenClasses.add(key);
    this.save();
    this.overlay.redraw();
    this.changed();
  }

  /** Loads what the first view needs, then follows the map. */
  start() {
    this.map.on("moveend", () => this.load());
    return this.load();
  }

  load() {
    return Promise.all(this.points.filter((spec) => this.shown.get(spec.id)).map((spec) => this.loadOne(spec)));
  }

  /** Fetches what the view needs of one layer, unless it is here already. */
  async loadOne(spec) {
    const zoom = this.map.getZoom();
    const held = this.held.get(spec.id);
    const view = this.map.getBounds();
    if (held && holds(held.box, view) && (!held.truncated || held.zoom >= zoom)) {
      if (!this.overlay.points.get(spec.id)?.length) this.hand(spec, held.features);
      this.changed();
      return;
    }
    const box = coveringExtent(view, zoom);
    try {
      const found = await this.ask.get(spec.id)({ bbox: extentText(box), zoom: Math.round(zoom) });
      const held = { box, zoom, truncated: found.truncated, features: found.features };
      this.held.set(spec.id, held);
      if (this.shown.get(spec.id)) this.hand(spec, found.features);
      this.changed();
    } catch (error) {
      if (!superseded(error)) this.onError(error);
    }
  }

  /** Fetches a layer anew: what it shows has changed. */
  async renew(id) {
    if (!this.held.delete(id) || !this.shown.get(id)) return;
    await this.loadOne(this.points.find((spec) => spec.id === id));
  }

  /** Gives features to the overlay in the form it draws. */
  hand(spec, features) {
    if (spec.id === PLACES) {
      this.overlay.setPlaces(features.map(({ properties, geometry }) => {
        const [x, y] = toWorld(...geometry.coordinates);
        return {
          x, y, id: properties.id, name: properties.name, kind: properties.kind,
          population: properties.population ?? 0,
        };
      }));
      return;
    }
    this.overlay.setPoints(spec.id, features.map(({ properties, geometry }) => {
      const [longitude, latitude] = geometry.coordinates;
      const [x, y] = toWorld(longitude, latitude);
      const row = spec.classes[properties.c];
      return {
        x, y, longitude, latitude, row,
        layer: spec.id,
        id: properties.id,
        key: `${spec.id}/${properties.id}`,
        classKey: `${spec.id}/${row.code}`,
        name: properties.name,
        state: properties.s ?? "",
        rank: row.rank + (properties.s ? 0.5 : 0),
      };
    }));
  }

  /** Features in view by layer and by class, whether shown or not. */
  counts() {
    const view = this.map.getBounds();
    const totals = new Map();
    for (const [layer, points] of this.overlay.points) {
      for (const point of points) {
        if (!view.contains([point.latitude, point.longitude])) continue;
        totals.set(layer, (totals.get(layer) ?? 0) + 1);
        totals.set(point.classKey, (totals.get(point.classKey) ?? 0) + 1);
      }
    }
    return totals;
  }

  /** Whether a layer was cut because the view holds too many. */
  truncated(id) {
    return Boolean(this.held.get(id)?.truncated);
  }
}
