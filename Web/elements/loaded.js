import { html } from "../app/html.js";
import { signal } from "../app/signal.js";
import { failure } from "./failure.js";

/**
 * Shows what `load` brings: a skeleton until then, a way to try again when it fails.
 * @template T
 * @param {() => Promise<T>} load
 * @param {(found: T) => unknown} show
 */
export function loaded(load, show) {
  const state = signal(/** @type {{found?: T, error?: unknown}} */ ({}));
  const run = async () => {
    state.value = {};
    try {
      state.value = { found: await load() };
    } catch (error) {
      state.value = { error };
    }
  };
  run();
  return html`${() => {
    const { found, error } = state.value;
    if (error) return failure(run, error);
    return found ? show(found) : html`<div class="skeleton loading"></div>`;
  }}`;
}
