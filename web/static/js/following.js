// Following the log: one question a second while somebody looks, seldom while nobody does.

import { peek } from "./api.js";

const SEEN_MS = 1000;
const HIDDEN_MS = 10_000;

const listeners = [];
let seq = null;
let timer = 0;
let asking = false;
let failing = false;

/**
 * Calls `step` now and whenever an event of one of `kinds` was written; `onError` hears once that
 * nothing can be followed, `onRecovered` that it can again. What was missed meanwhile is not lost.
 */
export function follow(kinds, step, { onError, onRecovered = () => {} }) {
  listeners.push({ kinds: new Set(kinds), step, onError, onRecovered });
  if (listeners.length === 1) timer = setTimeout(turn, SEEN_MS);
  return step();
}

async function turn() {
  clearTimeout(timer);
  if (asking) return;
  asking = true;
  try {
    const told = await peek("/api/changes", seq === null ? {} : { since_seq: seq });
    // After a backup was restored the numbers are lower: everything is asked anew.
    const all = seq === null || told.seq < seq;
    for (const one of listeners) {
      if (all || told.kinds.some((kind) => one.kinds.has(kind))) await one.step();
      if (failing) one.onRecovered();
    }
    seq = told.seq; // only once all have followed
    failing = false;
  } catch (error) {
    if (!failing) for (const one of listeners) one.onError(error);
    failing = true;
  } finally {
    asking = false;
    timer = setTimeout(turn, document.hidden ? HIDDEN_MS : SEEN_MS);
  }
}

document.addEventListener("visibilitychange", () => { if (!document.hidden && listeners.length) turn(); });
