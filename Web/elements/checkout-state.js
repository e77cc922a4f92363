import { api } from "../app/api.js";
import { balance, refreshBalance } from "../app/balance.js";
import { html } from "../app/html.js";
import { effect, onCleanup, signal } from "../app/signal.js";
import { explain, t } from "../app/text.js";
import { iconButton } from "./button.js";

/** The server hears of a payment a moment later than the browser comes back, in milliseconds. */
const GRACE = 8_000;
/** Pages that a purchase may lead back to. */
const BACK = ["new", "videos"];

/**
 * What became of a checkout one has come back from.
 * @param {string} id @param {string | null} returnTo  the page from which it was opened
 * @param {boolean} isCancelled  by the browser's account, which is not the last word
 */
export function checkoutState(id, returnTo, isCancelled) {
  const checkout = signal(/** @type {any} */ (null));
  const state = signal("checking");
  const problem = signal(/** @type {unknown} */ (null));
  const began = Date.now();
  let timer = 0;
  let isLeft = false;

  async function look() {
    clearTimeout(timer);
    try {
      checkout.value = await api.get(`/checkouts/${id}`);
      problem.value = null;
      show(checkout.peek().status);
    } catch (error) {
      problem.value = error;
      if (/** @type {any} */ (error).status === 404) return;
    }
    const isOver = ["paid", "failed", "expired"].includes(state.peek());
    clearTimeout(timer);
    if (!isOver && !isLeft) timer = setTimeout(look, Date.now() - began < GRACE ? 1_000 : 3_000);
  }

  /** @param {string} status */
  function show(status) {
    const isEarly = status === "open" && !isCancelled && Date.now() - began < GRACE;
    // Should the server not answer now, the event stream tells.
    if (status === "paid" && state.peek() !== "paid") refreshBalance().catch(() => {});
    state.value = isEarly ? "checking" : status;
  }

  effect(() => {
    balance.value; // Its change may be news of this payment.
    if (state.peek() !== "paid") look();
  });
  onCleanup(() => {
    isLeft = true;
    clearTimeout(timer);
  });
  const dismiss = () => {
    state.value = "dismissed";
    history.replaceState(null, "", "#/credits");
  };

  const text = () => problem.value ? explain(problem.value)
    : t(`credits.checkout.${state.peek()}`, { count: checkout.value?.credits ?? 0 });
  const isWaiting = () => !problem.value && state.peek() === "checking";
  const back = () => returnTo && BACK.includes(returnTo) && html`
    <a class="${state.peek() === "paid" ? "primary" : "secondary"}" href="#/${returnTo}">${
      t(`credits.back.${returnTo}`)}</a>`;
  const pay = () => state.peek() === "open" && html`
    <a class="secondary" href="${checkout.peek().url}">${t("credits.checkout.pay")}</a>`;
  return html`<div role="status">${() => state.value !== "dismissed" && html`
    <div class="notice checkout" data-state="${state.value}">
      <p>${text}</p>
      ${() => isWaiting() && html`<progress aria-label="${text}"></progress>`}
      <div class="row">${pay()}${back()}</div>
      ${iconButton(t("actions.close"), dismiss, "close")}
    </div>`}</div>`;
}
