import { html, onCleanup, signal, t } from "../app/html.js";
import { button, failure } from "./parts.js";

/** @param {(after: string | null) => Promise<Part>} load */
export function endless(load) {
  const fresh = { isBusy: false, hasMore: true, error: /** @type {unknown} */ (null) };
  const state = signal(fresh);
  /** @type {string | null} */
  let after = null;
  let turn = 0;

  async function more() {
    if (state.peek().isBusy || !state.peek().hasMore) return;
    const mine = turn;
    state.value = { ...fresh, isBusy: true };
    try {
      const part = await load(after);
      if (mine !== turn) return;
      after = part.last_id;
      state.value = { ...fresh, hasMore: part.has_more };
      // A part may be too short to move the end out of view: looked at anew.
      observer.unobserve(end);
      observer.observe(end);
    } catch (error) {
      if (mine === turn) state.value = { ...fresh, error };
    }
  }

  function restart() {
    turn += 1;
    after = null;
    state.value = fresh;
    more();
  }

  const observer = new IntersectionObserver(([end]) => {
    if (end.isIntersecting && !state.peek().error) more();
  }, { rootMargin: "600px" });
  onCleanup(() => observer.disconnect());
  const foot = html`<div class="row more">${() => {
    const { isBusy, hasMore, error } = state.value;
    if (error) return failure(more, error);
    return hasMore && after && button("secondary", t("library.more"), more, "", () => isBusy);
  }}</div>`;
  const end = /** @type {Element} */ (foot.firstElementChild);
  restart();
  return { state, restart, foot };
}
