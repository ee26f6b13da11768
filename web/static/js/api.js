// Requests to our own server: busy state, one sentence per error.

import { byId } from "./dom.js";
import { lang, t } from "./i18n.js";

const MOST_TURNS = 5;

export class ApiError extends Error {
  /** @param details what else the answer says: faults by field, a conflict */
  constructor(code, message, details = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

let underWay = 0;

function busy(change) {
  underWay += change;
  byId("progress").classList.toggle("busy", underWay > 0);
  document.body.dataset.busy = underWay > 0 ? "true" : "false";
}

/** What proves to the server that a change comes from a page of its own. */
export function proof(method) {
  if (method === "GET") return {};
  return { "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]')?.content ?? "" };
}

/** Goes to the sign-in page and, from there, back to what is shown now. */
function signInAgain() {
  const { pathname, search, hash } = window.location;
  window.location.assign(`/sign-in?next=${encodeURIComponent(pathname + search)}${hash}`);
}

/** The JSON answer of `path`; throws ApiError with the server's sentence. */
async function ask(method, path, { query = {}, body, signal, quiet = false } = {}) {
  const address = new URL(path, window.location.origin);
  for (const [name, value] of Object.entries({ ...query, lang })) {
    address.searchParams.set(name, value);
  }
  const isForm = body instanceof FormData;
  if (!quiet) busy(1);
  try {
    const response = await patient(method === "GET", address, {
      method,
      signal,
      credentials: "same-origin",
      // A form with a file states its own type, and where its parts end.
      headers: { ...proof(method), ...(body && !isForm && { "Content-Type": "application/json" }) },
      body: isForm ? body : body && JSON.stringify(body),
    });
    const answer = await response.json().catch(noJson);
    if (response.ok && answer !== null) return answer;
    if (response.status === 401) signInAgain();
    throw new ApiError(
      answer?.error?.code ?? "web.no_answer",
      answer?.error?.message ?? t("error.answer", { status: response.status }),
      answer?.error,
    );
  } catch (error) {
    if (error instanceof ApiError || error.name === "AbortError") throw error;
    throw new ApiError("web.unreachable", t("error.network"));
  } finally {
    if (!quiet) busy(-1);
  }
}

/** Asks; what only reads is asked again where the server is busy and says when. */
async function patient(reads, address, options) {
  for (let turn = 1; ; turn += 1) {
    const response = await fetch(address, options);
    const after = Number(response.headers.get("Retry-After"));
    if (!reads || response.status !== 503 || !after || turn >= MOST_TURNS) return response;
    await new Promise((resume) => { window.setTimeout(resume, after * 1000); });
    options.signal?.throwIfAborted();
  }
}

export const get = (path, query, signal) => ask("GET", path, { query, signal });
/** Asks without showing that the page is busy: for what nobody waits for. */
export const peek = (path, query) => ask("GET", path, { query, quiet: true });
export const post = (path, body, signal) => ask("POST", path, { body, signal });
export const remove = (path) => ask("DELETE", path);

/** No answer where the body is none of ours; a body that was cut off stays an error. */
function noJson(error) {
  if (error instanceof SyntaxError) return null;
  throw error;
}

/** Runs the newest of several calls: an older one under way is given up. */
export function latest(run) {
  let controller = null;
  return (...values) => {
    controller?.abort();
    controller = new AbortController();
    return run(controller.signal, ...values);
  };
}

/** Asks and shows: an older answer that comes after a newer question was asked is dropped. */
export function newest(question, show) {
  let asked = 0;
  return async () => {
    asked += 1;
    const mine = asked;
    const answer = await question();
    if (mine === asked) show(answer);
  };
}

/** Whether `error` only says that a newer question took its place. */
export const superseded = (error) => error?.name === "AbortError";
