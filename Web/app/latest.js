// Asks the server for what belongs to something that keeps changing.

import { connection } from "./events.js";
import { computed, effect, onCleanup, signal } from "./signal.js";

/** Nobody types faster than this for long, in milliseconds. */
const PAUSE = 300;

/**
 * Asks when the input has rested; an answer to an older input is dropped. Until the answer comes,
 * the last one stays. What the network broke is asked again when it is back.
 * @template T
 * @param {() => string | null} input  null asks nothing
 * @param {(input: string, signal: AbortSignal) => Promise<T>} ask
 * @returns {Latest<T>}
 */
export function latest(input, ask) {
  const state = signal(/** @type {State<T>} */ ({ value: null, error: null, isBusy: false }));
  const turn = signal(0);
  const retry = () => void (turn.value += 1);
  let pause = 0;
  const now = computed(input);
  effect(() => {
    turn.value;
    const asked = now.value;
    const value = asked === null ? null : state.peek().value;
    state.value = { value, error: null, isBusy: asked !== null };
    if (asked === null) return;
    const stop = new AbortController();
    const timer = setTimeout(() => answer(asked, stop.signal), pause);
    pause = PAUSE;
    onCleanup(() => {
      clearTimeout(timer);
      stop.abort();
    });
  });
  effect(() => {
    const isBack = connection.value === "live" || connection.value === "polling";
    if (isBack && state.peek().error?.status === 0) retry();
  });

  /** @param {string} asked @param {AbortSignal} signal */
  async function answer(asked, signal) {
    try {
      const value = await ask(asked, signal);
      if (!signal.aborted) state.value = { value, error: null, isBusy: false };
    } catch (error) {
      const failure = /** @type {import("./http.js").Failure} */ (error);
      if (!signal.aborted) state.value = { ...state.peek(), error: failure, isBusy: false };
    }
  }

  return { state, retry };
}
