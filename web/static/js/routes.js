// The answer on the map: the incident, the teams and the roads they take.

import { h } from "./dom.js";
import { minutes, t } from "./i18n.js";
import { freeRoom } from "./room.js";

const CASING = 4;
const BADGE_OFFSET = 14;
const PIN = 18;
const PULSE = 24;
const MAX_FIT_ZOOM = 14;
const FIT_STEP = 0.25;
const ROOM = 8;
/** What lies over the map's edge and would hide an answer. */
const COVERS = ["#panel", "#legend", "#tools", ".leaflet-control-attribution", ".leaflet-bottom.leaflet-left"];

export class Routes {
  /** `onDrag(latlng)` hears where the incident was dragged to. */
  constructor(map, { onDrag }) {
    this.map = map;
    this.onDrag = onDrag;
    this.lines = new Map();
    this.hoverListeners = [];
    this.marker = null;
    for (const [name, order] of [["routes", 440], ["teams", 640]]) {
      map.createPane(name).style.zIndex = order;
    }
    this.renderer = L.svg({ pane: "routes", padding: 0.3 });
    this.group = L.layerGroup().addTo(map);
    map.on("zoomend", () => this.spread());
  }

  onHover(listener) {
    this.hoverListeners.push(listener);
  }

  hovered(rank) {
    for (const listener of this.hoverListeners) listener(rank);
  }

  /** Puts the incident's marker; it can be dragged to a better place. */
  pin({ x, y }) {
    if (this.marker) {
      this.marker.setLatLng([y, x]);
      return;
    }
    const shape = h("div", { class: "incident-pin" });
    shape.innerHTML = '<svg viewBox="0 0 40 40" aria-hidden="true"><circle class="pulse" cx="20" cy="20" r="18"/>'
      + '<circle class="ring" cx="20" cy="20" r="12"/><path class="star" d="M20 9l3.2 6.6 7.3 1-5.3 5.1 1.3 7.2-6.5-3.5-6.5 3.5 1.3-7.2-5.3-5.1 7.3-1z"/></svg>';
    this.marker = L.marker([y, x], {
      icon: L.divIcon({ html: shape, className: "", iconSize: [48, 48], iconAnchor: [24, 24] }),
      draggable: true, autoPan: true, zIndexOffset: 1000, title: t("incident.drag"), alt: t("incident.here"),
    }).addTo(this.map);
    this.marker.on("dragend", () => this.onDrag(this.marker.getLatLng()));
  }

  clear() {
    this.group.clearLayers();
    this.lines.clear();
    this.marker?.remove();
    this.marker = null;
  }

  show(proposal) {
    this.group.clearLayers();
    this.lines.clear();
    this.pin(proposal.incident);
    const { x, y, road_x: roadX, road_y: roadY } = proposal.incident;
    L.polyline([[y, x], [roadY, roadX]], {
      renderer: this.renderer, interactive: false, className: "side-link", weight: 2,
    }).addTo(this.group);
    // The first is drawn last, over the others.
    for (const one of [...proposal.proposals].reverse()) this.add(one);
    this.spread();
  }

  add(one) {
    const path = one.geometry.coordinates.map(([longitude, latitude]) => [latitude, longitude]);
    const rank = Math.min(one.rank, 5);
    const weight = one.rank === 1 ? 6 : 4;
    const shared = { renderer: this.renderer, lineCap: "round", lineJoin: "round" };
    const casing = L.polyline(path, {
      ...shared, weight: weight + CASING, className: "route-casing", interactive: false,
    }).addTo(this.group);
    const line = L.polyline(path, {
      ...shared, weight, className: `route rank-${rank}`, bubblingMouseEvents: false,
    }).addTo(this.group);
    const badge = h(
      "div",
      { class: `team-badge rank-${rank}` },
      h("b", {}, one.rank),
      h("span", {}, t("dispatch.badge", { minutes: minutes(one.total_s) })),
    );
    const marker = L.marker([one.y, one.x], {
      icon: L.divIcon({ html: badge, className: "", iconSize: [0, 0] }),
      pane: "teams", keyboard: false, title: one.name, zIndexOffset: 1000 * Math.max(1, 9 - one.rank),
    }).addTo(this.group);
    for (const layer of [line, marker]) {
      layer.on("mouseover", () => { this.emphasise(one.rank); this.hovered(one.rank); });
      layer.on("mouseout", () => { this.emphasise(null); this.hovered(null); });
      layer.on("click", () => this.zoomTo(one.rank));
    }
    this.lines.set(one.rank, { casing, line, badge, weight, marker });
  }

  /** Brings one route to the front and quiets the others; null shows all alike. */
  emphasise(rank) {
    for (const [number, { casing, line, badge, weight }] of this.lines) {
      const chosen = number === rank;
      line.setStyle({ weight: chosen ? weight + 3 : weight, opacity: rank === null || chosen ? 1 : 0.35 });
      casing.setStyle({ weight: (chosen ? weight + 3 : weight) + CASING });
      badge.classList.toggle("quiet", rank !== null && !chosen);
      if (chosen) {
        casing.bringToFront();
        line.bringToFront();
      }
    }
  }

  zoomTo(rank) {
    const route = this.lines.get(rank);
    if (route) this.map.fitBounds(route.line.getBounds(), { padding: [48, 48], maxZoom: 15 });
  }

  /** Moves badges of neighbouring teams below one another, the first to arrive on top. */
  spread() {
    for (const { badge, down } of this.layout(this.map.getZoom())) badge.style.marginTop = `${down}px`;
  }

  /**
   * Where the badges stand at a zoom, in pixels of that zoom: boxes [left, top, right, bottom],
   * each below those before it and below the incident, none over another.
   */
  layout(zoom) {
    const set = this.marker ? [this.pinBox(zoom)] : [];
    return [...this.lines].sort(([a], [b]) => a - b).map(([, { badge, marker }]) => {
      const { x, y } = this.map.project(marker.getLatLng(), zoom);
      const { offsetWidth: width, offsetHeight: height } = badge;
      const left = x + BADGE_OFFSET;
      const right = left + width;
      let top = y - height / 2;
      const clash = () => set.find((other) => left < other[2] && other[0] < right && top < other[3] && other[1] < top + height);
      for (let hit = clash(); hit; hit = clash()) top = hit[3] + 0.5;
      const box = [left, top, right, top + height];
      set.push(box);
      return { badge, box, down: top - y + height / 2 };
    });
  }

  pinBox(zoom, reach = PIN) {
    const { x, y } = this.map.project(this.marker.getLatLng(), zoom);
    return [x - reach, y - reach, x + reach, y + reach];
  }

  /** What badges and the incident cover, as boxes on a canvas whose corner is given. */
  boxes({ corner }) {
    const zoom = this.map.getZoom();
    const { x, y } = this.map.getPixelOrigin().add(corner);
    const boxes = this.layout(zoom).map(({ box }) => box);
    if (this.marker) boxes.push(this.pinBox(zoom));
    return boxes.map(([left, top, right, bottom]) => [left - x, top - y, right - x, bottom - y]);
  }

  /** All of the answer at a zoom: the incident, the badges and the routes. */
  extent(zoom) {
    const boxes = [this.pinBox(zoom, PULSE), ...this.layout(zoom).map(({ box }) => box)];
    for (const { line } of this.lines.values()) {
      const bounds = line.getBounds();
      const { x: left, y: top } = this.map.project(bounds.getNorthWest(), zoom);
      const { x: right, y: bottom } = this.map.project(bounds.getSouthEast(), zoom);
      boxes.push([left, top, right, bottom]);
    }
    const most = (index, pick) => pick(...boxes.map((box) => box[index]));
    return [most(0, Math.min), most(1, Math.min), most(2, Math.max), most(3, Math.max)];
  }

  /** Shows the whole answer at once, beside what lies over the map. */
  fit() {
    if (this.map._animatingZoom) { // Leaflet drops a view that is asked for meanwhile
      this.map.once("zoomend", () => { if (this.marker) this.fit(); });
      return;
    }
    const [west, north, east, south] = freeRoom(this.map.getContainer(), COVERS, ROOM);
    // Without a route there is nothing to come nearer for.
    let zoom = this.lines.size ? MAX_FIT_ZOOM : Math.min(MAX_FIT_ZOOM, this.map.getZoom());
    const fits = ([left, top, right, bottom]) => right - left <= east - west && bottom - top <= south - north;
    while (zoom > this.map.getMinZoom() && !fits(this.extent(zoom))) zoom -= FIT_STEP;
    const [left, top, right, bottom] = this.extent(zoom);
    const size = this.map.getSize();
    const center = L.point((left + right + size.x - west - east) / 2, (top + bottom + size.y - north - south) / 2);
    this.map.setView(this.map.unproject(center, zoom), zoom);
  }
}
