// Configuration of the page, its texts, and how figures and times are written.

export const config = JSON.parse(document.getElementById("console-config").textContent);
export const lang = config.lang;
const locale = lang === "zh" ? "zh-CN" : "en-GB";

/** Whether whoever is signed in has this right; the server asks again whatever a page thinks. */
export const may = (right) => config.may?.includes(right) ?? false;

/** The text of `key`; {name} is replaced from `values`. */
export function t(key, values = {}) {
  const text = config.messages[key];
  if (text === undefined) throw new Error(`no text ${key}`);
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

const clock = new Intl.DateTimeFormat(locale, {
  hour: "2-digit", minute: "2-digit", hour12: false, timeZone: config.site.timeZone,
});
const dayClock = new Intl.DateTimeFormat(locale, {
  month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false,
  timeZone: config.site.timeZone,
});
const seconds = new Intl.DateTimeFormat(locale, {
  month: "2-digit", day: "2-digit", weekday: "short",
  hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false,
  timeZone: config.site.timeZone,
});

export const clockTime = (iso) => clock.format(new Date(iso));
export const dayTime = (iso) => dayClock.format(new Date(iso));
export const clockSeconds = (date) => seconds.format(date);

/** Seconds as minutes with one decimal, so that turnout and travel add up to the total. */
export const minutes = (duration_s) => (duration_s / 60).toFixed(1);

/** Metres as a person says them. */
export function distance(length_m) {
  if (length_m < 1000) return `${Math.round(length_m)} m`;
  const km = length_m / 1000;
  return `${km < 100 ? km.toFixed(1) : Math.round(km).toLocaleString(locale)} km`;
}

/** Square metres as a person says them. */
export function area(area_m2) {
  if (area_m2 < 10_000) return `${Math.round(area_m2).toLocaleString(locale)} m²`;
  const km2 = area_m2 / 1e6;
  return `${km2 < 10 ? km2.toFixed(3) : km2.toLocaleString(locale, { maximumFractionDigits: 1 })} km²`;
}

export const count = (number) => number.toLocaleString(locale);
export const coordinates = (x, y) => `${x.toFixed(5)}, ${y.toFixed(5)}`;

const parts = new Intl.DateTimeFormat("en-CA", {
  year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  hourCycle: "h23", timeZone: config.site.timeZone,
});

/** A moment as a field of date and time holds it, by the site's clock wherever the browser is. */
export function siteLocal(iso) {
  const found = Object.fromEntries(parts.formatToParts(new Date(iso)).map((one) => [one.type, one.value]));
  return `${found.year}-${found.month}-${found.day}T${found.hour}:${found.minute}`;
}

/** The moment that a field of date and time holds, which is by the site's clock; with its zone. */
export function siteMoment(local) {
  let guess = Date.parse(`${local}Z`);
  // Twice, for the first guess may lie on the other side of a change of the clocks.
  for (let turn = 0; turn < 2; turn += 1) guess += Date.parse(`${local}Z`) - Date.parse(`${siteLocal(guess)}Z`);
  return new Date(guess).toISOString();
}

/** A share of 0 to 1 in percent. */
export const percent = (share) => (share === null || share === undefined ? "–" : `${(share * 100).toFixed(1)}%`);

/** Minutes as a person says them: 45 min, 2 h, 30 days. */
export function span(duration_min) {
  if (duration_min >= 1440 && duration_min % 1440 === 0) return t("page.days", { days: duration_min / 1440 });
  if (duration_min >= 60 && duration_min % 60 === 0) return t("page.hours", { hours: duration_min / 60 });
  return t("page.minutes", { minutes: duration_min });
}
