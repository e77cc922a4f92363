// Asks the server for what belongs to something that keeps changing.

import { ApiError } from "./api.js";
import { connection } from "./events.js";
import { computed, effect, onCleanup, signal } from "./signal.js";

/** @template T @typedef {{value: T | null, error: ApiError | null, isBusy: boolean}} State */
/**
 * @template T
 * @typedef {{state: import("./signal.js").Signal<State<T>>, retry: () => void}} Latest
 */

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
  const retry = () => (turn.value += 1);
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
      if (signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      state.value = { value: state.peek().value, error, isBusy: false };
    }
  }

  return { state, retry };
}
