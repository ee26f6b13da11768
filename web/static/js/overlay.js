// Symbols and names in one picture: what matters most is placed first, what finds no room
// becomes a dot (a symbol) or waits for a closer zoom (a name). Nothing is hidden in clusters.

import { CanvasLayer } from "./canvas.js";
import { Taken } from "./placement.js";
import { bitmap, symbolSize } from "./symbols.js";
import { colour, screenScale } from "./theme.js";

const DOT = 3.4;
// Pixels around a dot that still are the dot: a map full of dots must leave room to click.
const MARGIN = { mouse: 2, touch: 6 };
const COARSE = window.matchMedia("(pointer: coarse)");
const WHOLE_FIRST = 8;
const MAJOR_RANK = 2;
const FAINT = 0.4;
const LETTERS = '"Noto Sans CJK SC","Noto Sans SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif';

/** How each kind of place is written. `before` places are set before the symbols are. */
const PLACES = {
  city: { size: 17, weight: 700, dot: 4.5, before: true, gap: 1.5 },
  county: { size: 13.5, weight: 600, dot: 3.2, before: true, gap: 0.5 },
  town: { size: 11.5, weight: 400, dot: 2.2, before: false, gap: 0 },
  village: { size: 10.5, weight: 400, dot: 1.5, before: false, gap: 0 },
};
const PLACE_ORDER = ["city", "county", "town", "village"];

export class Overlay {
  /**
   * @param placeZoom zoom from which each kind of place is named
   */
  constructor(map, { placeZoom }) {
    this.map = map;
    this.placeZoom = placeZoom;
    this.points = new Map();
    this.places = [];
    this.lineNames = () => [];
    this.hiddenClasses = new Set();
    this.reserved = () => [];
    this.drawn = [];
    this.chosen = null;
    this.focus = null;
    map.createPane("symbols").style.zIndex = 450;
    map.getPane("symbols").style.pointerEvents = "none";
    this.canvas = new CanvasLayer((context, view) => this.draw(context, view), "symbols").addTo(map);
  }

  /**
   * Points of one layer: {x, y} in the unit square, row (legend), state, rank, and what they are;
   * `whole` where they are never drawn as a dot.
   */
  setPoints(layer, points) {
    this.points.set(layer, points);
    this.canvas.redraw();
  }

  setPlaces(places) {
    this.places = places
      .filter((place) => PLACES[place.kind])
      .sort((a, b) => PLACE_ORDER.indexOf(a.kind) - PLACE_ORDER.indexOf(b.kind)
        || b.population - a.population || (a.id < b.id ? -1 : 1));
    this.canvas.redraw();
  }

  choose(key) {
    this.chosen = key;
    this.canvas.redraw();
  }

  /** Draws only the symbols with these keys in full strength, the others faintly; null ends it. */
  concentrate(keys) {
    this.focus = keys && new Set(keys);
    this.canvas.redraw();
  }

  redraw() {
    this.canvas.redraw();
  }

  /** The topmost symbol under a point of the map's container, or null; a finger may miss by more. */
  at(containerPoint, { pointerType = COARSE.matches ? "touch" : "mouse" } = {}) {
    if (!this.canvas._bounds) return null;
    const { x, y } = this.canvas.local(containerPoint);
    const margin = pointerType === "touch" ? MARGIN.touch : MARGIN.mouse;
    let best = null;
    for (const one of this.drawn) {
      const away = Math.hypot(one.left - x, one.top - y);
      const reach = one.dot ? one.half * screenScale() + margin : one.half;
      // A whole symbol before a dot, then the nearest.
      const score = away + (one.dot ? WHOLE_FIRST : 0);
      if (away <= reach && (!best || score < best.score)) best = { score, point: one.point };
    }
    return best?.point ?? null;
  }

  draw(context, view) {
    const taken = new Taken();
    const names = [];
    const visible = this.inView(view);
    for (const box of this.reserved(view)) taken.add(box);
    this.placeNames(context, view, taken, names, true, visible);
    const symbols = this.placeSymbols(view, taken, visible);
    this.placeNames(context, view, taken, names, false);
    this.placeLineNames(context, view, taken, names);
    this.paintDots(context, symbols.dots);
    for (const name of names) name();
    const size = symbolSize(view.zoom);
    for (const one of symbols.whole.reverse()) {
      const picture = bitmap(one.point.row, Math.round(size * one.point.row.scale), one.point.state);
      const width = picture.width / view.ratio;
      context.globalAlpha = this.focus && !one.first ? FAINT : 1;
      context.drawImage(picture, one.left - width / 2, one.top - width / 2, width, width);
    }
    context.globalAlpha = 1;
    this.paintChosen(context);
    this.drawn = [...symbols.whole, ...symbols.dots];
  }

  /** The points in view, the most important first. */
  inView(view) {
    const visible = [];
    for (const points of this.points.values()) {
      for (const point of points) {
        if (this.hiddenClasses.has(point.classKey)) continue;
        const left = view.x(point.x);
        const top = view.y(point.y);
        if (left < -30 || top < -30 || left > view.width + 30 || top > view.height + 30) continue;
        const first = Boolean(point.whole) || point.key === this.chosen || Boolean(this.focus?.has(point.key));
        visible.push({ point, left, top, first, dot: false, half: 0 });
      }
    }
    visible.sort((a, b) => b.first - a.first
      || a.point.rank - b.point.rank || (a.point.key < b.point.key ? -1 : 1));
    return visible;
  }

  placeSymbols(view, taken, visible) {
    const size = symbolSize(view.zoom);
    const whole = [];
    const dots = [];
    for (const one of visible) {
      const half = (Math.round(size * one.point.row.scale) / 2) * 0.86;
      const box = [one.left - half, one.top - half, one.left + half, one.top + half];
      const early = view.zoom < one.point.row.fromZoom && !one.first;
      if (!early && (one.first || !taken.hits(box))) {
        taken.add(box);
        one.half = half;
        whole.push(one);
      } else {
        one.dot = true;
        one.half = DOT * (early ? 0.75 : 1);
        dots.push(one);
      }
    }
    return { whole, dots };
  }

  paintDots(context, dots) {
    const groups = new Map();
    for (const one of dots) {
      const key = `${one.point.row.shape}|${one.point.row.fill}|${one.point.row.ink}|${one.half}`;
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(one);
    }
    context.lineWidth = 1;
    context.globalAlpha = this.focus ? FAINT : 1;
    for (const group of [...groups.values()].reverse()) {
      const { shape, fill, ink } = group[0].point.row;
      const radius = group[0].half * screenScale();
      context.beginPath();
      for (const { left, top } of group) mini(context, shape, left, top, radius);
      context.fillStyle = fill === "#ffffff" ? ink : fill;
      context.strokeStyle = colour("--map-symbol-edge");
      context.stroke();
      context.fill();
    }
    context.globalAlpha = 1;
  }

  placeNames(context, view, taken, names, before, visible = []) {
    const scale = screenScale();
    const crowd = symbolSize(view.zoom) / 2;
    const major = visible.filter((one) => one.point.rank <= MAJOR_RANK);
    for (const place of this.places) {
      const style = PLACES[place.kind];
      if (style.before !== before || view.zoom < this.placeZoom[place.kind]) continue;
      const left = view.x(place.x);
      const top = view.y(place.y);
      if (left < 0 || top < 0 || left > view.width || top > view.height) continue;
      const size = (style.size + Math.min(2, Math.max(0, view.zoom - 9)) * 0.8) * scale;
      context.font = `${style.weight} ${size}px ${LETTERS}`;
      const width = context.measureText(place.name).width;
      const space = style.gap * scale;
      const dot = style.dot * scale;
      // Room is left for the most important symbol that stands at the place itself.
      const covered = major.some((one) => Math.hypot(one.left - left, one.top - top) < crowd);
      const spot = spots(left, top, width, size, covered ? crowd + 1 : dot, space)
        .find((one) => !taken.hits(one.box));
      if (!spot) continue;
      taken.add(spot.box);
      if (!before) taken.add([left - dot, top - dot, left + dot, top + dot]);
      names.push(() => writePlace(context, place, { size, style, dot, left, top, spot }));
    }
  }

  placeLineNames(context, view, taken, names) {
    const scale = screenScale();
    for (const one of this.lineNames(view)) {
      const size = one.size * scale;
      context.font = `${one.weight ?? 500} ${size}px ${LETTERS}`;
      const width = context.measureText(one.text).width;
      if (width > one.room) continue;
      const reachX = (Math.abs(Math.cos(one.angle)) * width + Math.abs(Math.sin(one.angle)) * size) / 2;
      const reachY = (Math.abs(Math.sin(one.angle)) * width + Math.abs(Math.cos(one.angle)) * size) / 2;
      const box = [one.left - reachX, one.top - reachY, one.left + reachX, one.top + reachY];
      if (!taken.claim(box)) continue;
      names.push(() => {
        context.save();
        context.translate(one.left, one.top);
        context.rotate(one.angle);
        context.font = `${one.weight ?? 500} ${size}px ${LETTERS}`;
        halo(context, one.text, -width / 2, size * 0.35, colour(one.ink), size * 0.28);
        context.restore();
      });
    }
  }

  paintChosen(context) {
    const one = this.chosen && this.lastChosen();
    if (!one) return;
    context.beginPath();
    context.arc(one.left, one.top, Math.max(one.half, DOT) * 1.45 + 3, 0, 2 * Math.PI);
    context.strokeStyle = colour("--accent");
    context.lineWidth = 3;
    context.stroke();
  }

  lastChosen() {
    return this.drawn.find((one) => one.point.key === this.chosen);
  }
}

/** The four places a name may stand around its dot, the best first. */
function spots(left, top, width, size, dot, space) {
  const off = dot + 3;
  const box = (x, y) => [x - space, y - size * 0.85 - space, x + width + space, y + size * 0.25 + space];
  return [
    [left + off, top + size * 0.35],
    [left - off - width, top + size * 0.35],
    [left - width / 2, top - off - size * 0.15],
    [left - width / 2, top + off + size * 0.85],
  ].map(([x, y]) => ({ x, y, box: box(x, y) }));
}

function writePlace(context, place, { size, style, dot, left, top, spot }) {
  const strong = place.kind === "city" || place.kind === "county";
  const ink = colour(strong ? "--map-text" : "--map-text-minor");
  context.beginPath();
  context.arc(left, top, dot, 0, 2 * Math.PI);
  context.fillStyle = colour("--map-halo");
  context.strokeStyle = ink;
  context.lineWidth = strong ? 1.6 : 1;
  context.fill();
  context.stroke();
  context.font = `${style.weight} ${size}px ${LETTERS}`;
  halo(context, place.name, spot.x, spot.y, ink, size * 0.26);
}

function halo(context, text, x, y, ink, width) {
  context.lineJoin = "round";
  context.strokeStyle = colour("--map-halo");
  context.lineWidth = width;
  context.strokeText(text, x, y);
  context.fillStyle = ink;
  context.fillText(text, x, y);
}

function mini(context, shape, x, y, radius) {
  if (shape === "circle") {
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  } else if (shape === "diamond") {
    const reach = radius * 1.25;
    context.moveTo(x, y - reach);
    context.lineTo(x + reach, y);
    context.lineTo(x, y + reach);
    context.lineTo(x - reach, y);
    context.closePath();
  } else if (shape === "pentagon" || shape === "shield") {
    const up = shape === "pentagon" ? -1 : 1;
    context.moveTo(x, y + up * radius * 1.2);
    context.lineTo(x + radius * 1.1, y - up * radius * 0.8);
    context.lineTo(x - radius * 1.1, y - up * radius * 0.8);
    context.closePath();
  } else {
    context.rect(x - radius * 0.9, y - radius * 0.9, radius * 1.8, radius * 1.8);
  }
}
