import { html } from "../app/html.js";
import { onCleanup, signal } from "../app/signal.js";
import { t } from "../app/text.js";
import { failure } from "./failure.js";

/** @typedef {{data: any[], has_more: boolean, last_id: string}} Page */

/**
 * Loads a list page by page as its end comes into view, or by a button.
 * @param {(after: string | null) => Promise<Page>} load
 */
export function endless(load) {
  const state = signal({ isBusy: false, hasMore: true, error: /** @type {unknown} */ (null) });
  /** @type {string | null} */
  let after = null;
  let turn = 0;

  async function more() {
    if (state.peek().isBusy || !state.peek().hasMore) return;
    const mine = turn;
    state.value = { isBusy: true, hasMore: true, error: null };
    try {
      const page = await load(after);
      if (mine !== turn) return;
      after = page.last_id;
      state.value = { isBusy: false, hasMore: page.has_more, error: null };
      look();
    } catch (error) {
      if (mine === turn) state.value = { isBusy: false, hasMore: true, error };
    }
  }

  function restart() {
    turn += 1;
    after = null;
    state.value = { isBusy: false, hasMore: true, error: null };
    return more();
  }

  const observer = new IntersectionObserver(([end]) => {
    if (end.isIntersecting && !state.peek().error) more();
  }, { rootMargin: "600px" });
  onCleanup(() => observer.disconnect());
  /** @type {Element} */
  let end;
  /** A page may be too short to move the end out of view: looked at anew. */
  function look() {
    observer.unobserve(end);
    observer.observe(end);
  }

  const foot = html`
    <div class="row more" ref=${(/** @type {Element} */ node) => (end = node)}>${() => {
      const { isBusy, hasMore, error } = state.value;
      if (error) return failure(more, error);
      return hasMore && after && html`
        <button class="secondary" type="button" ?disabled=${isBusy} @click=${more}>${
          t("library.more")}</button>`;
    }}</div>`;
  return { state, restart, foot };
}
