// The answer on the map: the incident, the teams and the roads they take.

import { h } from "./dom.js";
import { minutes, t } from "./i18n.js";
import { ask } from "./state.js";

const CASING = 4;
const BADGE_OFFSET = 14;
const PIN = 18;

export class Routes {
  constructor(map) {
    this.map = map;
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
    this.marker.on("dragend", () => {
      const { lat, lng } = this.marker.getLatLng();
      ask({ incident: { x: lng, y: lat, name: "" } });
    });
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
    const set = [];
    for (const [, { badge, marker }] of [...this.lines].sort(([a], [b]) => a - b)) {
      const { x, y } = this.map.latLngToLayerPoint(marker.getLatLng());
      const { offsetWidth: width, offsetHeight: height } = badge;
      const clash = (down) => set.find((other) => Math.abs(other.y - y - down) < (other.height + height) / 2
        && x < other.x + other.width && other.x < x + width);
      let down = 0;
      for (let hit = clash(down); hit; hit = clash(down)) down = hit.y + (hit.height + height) / 2 - y + 0.5;
      badge.style.marginTop = `${down}px`;
      set.push({ x, y: y + down, width, height });
    }
  }

  /** What badges and the incident cover, as boxes on a canvas whose corner is given. */
  boxes({ corner }) {
    const boxes = [...this.lines.values()].map(({ badge, marker }) => {
      const { x, y } = this.map.latLngToLayerPoint(marker.getLatLng()).subtract(corner);
      const top = y + parseFloat(badge.style.marginTop || 0) - badge.offsetHeight / 2;
      return [x + BADGE_OFFSET, top, x + BADGE_OFFSET + badge.offsetWidth, top + badge.offsetHeight];
    });
    if (this.marker) {
      const { x, y } = this.map.latLngToLayerPoint(this.marker.getLatLng()).subtract(corner);
      boxes.push([x - PIN, y - PIN, x + PIN, y + PIN]);
    }
    return boxes;
  }

  /** Shows all routes at once. */
  fit() {
    if (!this.lines.size) return;
    const bounds = L.latLngBounds([]);
    for (const { line } of this.lines.values()) bounds.extend(line.getBounds());
    this.map.fitBounds(bounds, { paddingTopLeft: [50, 50], paddingBottomRight: [160, 50], maxZoom: 14 });
  }

}
