// Following the log: one question a second while somebody looks, seldom while nobody does.

import { peek } from "./api.js";

const SEEN_MS = 1000;
const HIDDEN_MS = 10_000;

const listeners = [];
let begun = null;
let seq = 0;
let timer = 0;
let asking = false;
let failing = false;

/**
 * Calls `step` whenever an event of one of `kinds` was written, and at once unless `now` is false;
 * `onError` hears once that nothing can be followed, `onRecovered` that it can again. What was
 * missed meanwhile is not lost.
 */
export async function follow(kinds, step, { onError = () => {}, onRecovered = () => {}, now = true } = {}) {
  listeners.push({ kinds: new Set(kinds), step, onError, onRecovered });
  // The number first: what changes while `step` reads is read again, never missed.
  begun ??= begin();
  await begun;
  if (now) await step();
}

async function begin() {
  try {
    ({ seq } = await peek("/api/changes"));
  } finally {
    timer = setTimeout(turn, SEEN_MS);
  }
}

async function turn() {
  clearTimeout(timer);
  if (asking) return;
  asking = true;
  try {
    const told = await peek("/api/changes", { since_seq: seq });
    const all = told.seq < seq; // a backup was restored: everything is asked anew
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

document.addEventListener("visibilitychange", () => { if (!document.hidden && begun) turn(); });
