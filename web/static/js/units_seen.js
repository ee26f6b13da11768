// Where units that are out were last seen: positions are no events, so they are asked for, and
// only while units are out.

import { peek } from "./api.js";
import { follow } from "./following.js";
import { t } from "./i18n.js";

const AGAIN_MS = 5000;
const AGES_MS = 20_000;
const FRESH_MS = 15 * 60_000;

const units = new Map();
/** Keys of those that report though they are not out, until somebody is ordered. */
const others = new Set();
let anyOut = false;
let last = 0;
let ahead = 0;

const key = (one) => `${one.kind}:${one.id}`;

/** Whole minutes since a unit was seen, rounded up: never told younger than it is. */
export const minutesOld = (one) => Math.max(0, Math.ceil((Date.now() + ahead - Date.parse(one.at)) / 60_000));
/** Whether a position is too old to be trusted. */
export const isOld = (one) => Date.now() + ahead - Date.parse(one.at) > FRESH_MS;

/** A position in words: how old, how exact, whether it is still to be trusted. */
export function seenText(one) {
  return [
    t("units_out.age", { minutes: minutesOld(one) }),
    one.accuracy_m !== null && t("units_out.exact", { metres: Math.round(one.accuracy_m) }),
    isOld(one) && t("units_out.old"),
  ].filter(Boolean).join(" · ");
}

async function readAll() {
  const told = await peek("/api/moving/units");
  ahead = Date.parse(told.now) - Date.now();
  last = told.last;
  anyOut = told.out > 0;
  units.clear();
  for (const one of told.units) units.set(key(one), one);
}

/** What was reported since; says whether there was anything. */
async function readNewer() {
  const told = await peek("/api/positions", { after: last });
  ahead = Date.parse(told.now) - Date.now();
  const isRestored = told.last < last; // a backup has lower numbers
  last = told.last;
  const reported = told.positions.filter((one) => !others.has(key(one)));
  if (isRestored || reported.some((one) => !units.has(key(one)))) {
    await readAll();
    for (const one of reported) if (!units.has(key(one))) others.add(key(one));
    return true;
  }
  for (const one of reported) {
    const known = units.get(key(one));
    if (Date.parse(known.at) < Date.parse(one.at)) units.set(key(one), { ...known, ...one });
  }
  return reported.length > 0;
}

/** Calls `show(units)` whenever a unit that is out was seen elsewhere, and as positions grow old. */
export function followUnits(show, { onError = () => {} } = {}) {
  let wrong = false;
  const draw = () => show([...units.values()]);
  const step = async () => {
    others.clear();
    await readAll();
    draw();
  };
  const turn = async () => {
    try {
      if (anyOut && !document.hidden && await readNewer()) draw();
      wrong = false;
    } catch (error) {
      if (!wrong) onError(error);
      wrong = true;
    } finally {
      setTimeout(turn, AGAIN_MS);
    }
  };
  setTimeout(turn, AGAIN_MS);
  setInterval(() => { if (units.size) draw(); }, AGES_MS);
  return follow(["assignment", "incident"], step, { onError });
}
