// Following the log: one question a second while somebody looks, seldom while nobody does.

import { peek } from "./api.js";

const SEEN_MS = 1000;
const HIDDEN_MS = 10_000;

const listeners = [];
let begun = null;
let seq = null;
let timer = 0;
let asking = false;

/**
 * Calls `step` whenever an event of one of `kinds` was written, and at once unless `now` is false;
 * `onError` hears once that nothing can be followed, `onRecovered` that it can again. What was
 * missed meanwhile is not lost.
 */
export async function follow(kinds, step, { onError = () => {}, onRecovered = () => {}, now = true } = {}) {
  listeners.push({ kinds: new Set(kinds), step, onError, onRecovered, late: false });
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
    const told = await peek("/api/changes", seq === null ? {} : { since_seq: seq });
    // After a backup was restored the numbers are lower: everything is asked anew.
    const all = seq === null || told.seq < seq;
    seq = told.seq;
    for (const one of listeners) {
      if (all || one.late || told.kinds.some((kind) => one.kinds.has(kind))) await run(one);
    }
  } catch (error) {
    for (const one of listeners) late(one, error); // each reads anew once there is an answer
  } finally {
    asking = false;
    timer = setTimeout(turn, document.hidden ? HIDDEN_MS : SEEN_MS);
  }
}

/** Lets one follow; what failed is tried again with the next turn and keeps no other from its own. */
async function run(one) {
  try {
    await one.step();
  } catch (error) {
    late(one, error);
    return;
  }
  if (one.late) one.onRecovered();
  one.late = false;
}

function late(one, error) {
  if (!one.late) one.onError(error);
  one.late = true;
}

document.addEventListener("visibilitychange", () => { if (!document.hidden && begun) turn(); });
