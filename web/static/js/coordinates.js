// Coordinates as people type them.

import { config, coordinates } from "./i18n.js";

const PART = String.raw`([NSEW东西南北]?)\s*(-?\d+(?:\.\d+)?)(?:\s*[°度]\s*(?:(\d+(?:\.\d+)?)\s*[′'分]\s*)?(?:(\d+(?:\.\d+)?)\s*[″"秒]\s*)?)?\s*([NSEW东西南北]?)`;
const PAIR = new RegExp(String.raw`^\s*[东北]?[经纬]?\s*${PART}\s*[,，;；、\s]\s*[东北]?[经纬]?\s*${PART}\s*$`, "i");
const MARGIN_DEG = 2;

/**
 * {x, y, text} of a typed pair, {ambiguous: true} where longitude and latitude cannot be told
 * apart, null where the text is no pair of numbers.
 *
 * A pair is told apart by letters (111.52E 36.08N), by a figure beyond 90, or because only
 * one order lies near the site.
 */
export function parseCoordinates(text) {
  const found = PAIR.exec(text);
  if (!found) return null;
  const first = part(found.slice(1, 6));
  const second = part(found.slice(6, 11));
  const order = byLetters(first, second) ?? byRange(first, second) ?? bySite(first, second);
  if (order === null) return { ambiguous: true };
  const [x, y] = order;
  if (Math.abs(x) > 180 || Math.abs(y) > 90) return null;
  return { x, y, text: coordinates(x, y) };
}

function part([before, degrees, minutes, seconds, after]) {
  const letter = (before || after).toUpperCase();
  const size = Math.abs(Number(degrees)) + Number(minutes ?? 0) / 60 + Number(seconds ?? 0) / 3600;
  const negative = degrees.startsWith("-") || "SW西南".includes(letter || "-");
  const axis = !letter ? "" : "EW东西".includes(letter) ? "x" : "y";
  return { value: negative ? -size : size, axis };
}

function byLetters(first, second) {
  if (first.axis === "x" || second.axis === "y") return second.axis === "x" ? null : [first.value, second.value];
  if (first.axis === "y" || second.axis === "x") return [second.value, first.value];
  return null;
}

function byRange(first, second) {
  if (Math.abs(first.value) > 90 && Math.abs(second.value) <= 90) return [first.value, second.value];
  if (Math.abs(second.value) > 90 && Math.abs(first.value) <= 90) return [second.value, first.value];
  return null;
}

function bySite(first, second) {
  const [west, south, east, north] = config.site.bbox;
  const near = (x, y) => x >= west - MARGIN_DEG && x <= east + MARGIN_DEG
    && y >= south - MARGIN_DEG && y <= north + MARGIN_DEG;
  const straight = near(first.value, second.value);
  const swapped = near(second.value, first.value);
  if (straight === swapped) return null;
  return straight ? [first.value, second.value] : [second.value, first.value];
}
