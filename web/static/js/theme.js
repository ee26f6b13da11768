// Light and dark: the choice is remembered, and canvas code reads colours from the style sheet.

import { byId } from "./dom.js";

const YEAR_S = 365 * 24 * 3600;
const listeners = [];
let cache = new Map();

/** A colour of the style sheet, such as "--map-river". */
export function colour(name) {
  if (!cache.has(name)) {
    cache.set(name, getComputedStyle(document.documentElement).getPropertyValue(name).trim());
  }
  return cache.get(name);
}

/** How much larger than on a desk this screen writes and draws. */
export function screenScale() {
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return Math.max(1, size / 15);
}

export const isDark = () => document.documentElement.dataset.theme === "dark";
export const onTheme = (listener) => listeners.push(listener);

function apply(theme) {
  document.documentElement.dataset.theme = theme;
  cache = new Map();
  for (const listener of listeners) listener(theme);
}

export function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`;
}

export function startTheme() {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  if (document.documentElement.dataset.theme === "auto") apply(system.matches ? "dark" : "light");
  byId("theme-toggle").addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    remember("theme", theme);
    apply(theme);
  });
}
