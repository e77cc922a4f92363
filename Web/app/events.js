// Follows what happens on the server: by server-sent events, and by asking while those do not
// come through.

import { api, ApiError } from "./api.js";
import { hearBalance, refreshBalance } from "./balance.js";
import { session } from "./session.js";
import { effect, signal } from "./signal.js";
import { EventParser } from "./sse.js";
import { hearVideo, refreshUnderWay } from "./videos.js";

/**
 * How news arrive.
 * @typedef {"starting" | "live" | "polling" | "offline"} Connection
 */
export const connection = signal(/** @type {Connection} */ ("starting"));

/** The server sends a sign of life every 15 s: a stream silent for longer is dead. */
const SILENCE = 40_000;
/** Waits between attempts, in milliseconds; the last goes on. */
const PAUSES = [500, 1_000, 3_000];

/** Follows whoever is signed in, for as long as this page lives. */
export function followEvents() {
  /** @type {AbortController | null} */
  let current = null;
  let user = "";
  effect(() => {
    const next = session.value?.user ?? "";
    if (next === user) return;
    user = next;
    current?.abort();
    current = next ? new AbortController() : null;
    if (current) follow(current.signal);
  });
  addEventListener("online", () => wake?.());
  // An open stream does not break by itself when the network goes.
  addEventListener("offline", () => hangUp?.());
  document.addEventListener("visibilitychange", () => document.hidden || wake?.());
}

/** @type {(() => void) | null} */
let wake = null;
/** @type {(() => void) | null} */
let hangUp = null;

/** @param {AbortSignal} signal */
async function follow(signal) {
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      await listen(signal, () => (failures = 0));
    } catch (error) {
      if (signal.aborted) return;
      await poll(error);
    }
    await pause(PAUSES[Math.min(failures, PAUSES.length - 1)], signal);
  }
}

/** @param {AbortSignal} outer @param {() => void} onOpen */
async function listen(outer, onOpen) {
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  hangUp = stop;
  outer.addEventListener("abort", stop);
  let watchdog = setTimeout(stop, SILENCE);
  try {
    const answer = await api.stream("/events", { signal: stopped.signal });
    connection.value = "live";
    onOpen();
    // The stream begins with what is under way, not with what ended while there was none.
    refreshUnderWay().catch(() => {});
    const parser = new EventParser();
    const reader = /** @type {ReadableStream<Uint8Array>} */ (answer.body).getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(watchdog);
      watchdog = setTimeout(stop, SILENCE);
      for (const event of parser.push(decoder.decode(value, { stream: true }))) take(event);
    }
  } finally {
    clearTimeout(watchdog);
    outer.removeEventListener("abort", stop);
  }
}

/** @param {import("./sse.js").ServerEvent} event */
function take(event) {
  if (event.event === "video") hearVideo(JSON.parse(event.data));
  if (event.event === "credits") hearBalance(JSON.parse(event.data));
}

/**
 * Asks for what the stream would have told.
 * @param {unknown} error
 */
async function poll(error) {
  const isAway = error instanceof ApiError && error.status === 0 && error.code === "network";
  try {
    await Promise.all([refreshBalance(), refreshUnderWay()]);
    connection.value = "polling";
  } catch {
    // Told by the connection's state; the next attempt follows.
    connection.value = isAway || !navigator.onLine ? "offline" : "polling";
  }
}

/** @param {number} milliseconds @param {AbortSignal} signal @returns {Promise<void>} */
function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      wake = null;
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    wake = end;
    signal.addEventListener("abort", end, { once: true });
  });
}
