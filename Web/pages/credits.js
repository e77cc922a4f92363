import {
  api, balance, effect, explain, frozen, html, iconButton, known, number, onCleanup,
  refreshBalance, signal, t,
} from "../elements/parts.js";
import { ledgerList } from "../elements/ledger-list.js";
import { packs } from "../elements/packs.js";

export const title = "credits.title";

/** The server hears of a payment a moment later, in milliseconds. */
const GRACE = 8_000;
const BACK = ["new", "videos"];

/** @param {Route} route */
export default function credits({ query }) {
  const checkout = query.get("checkout");
  const returnTo = checkout && sessionStorage.getItem("placemint.return");
  refreshBalance().catch(() => {});
  return html`
    <div class="stack credits">
      ${checkout && checkoutState(checkout, returnTo, query.has("cancelled"))}
      <section>
        <h1>${t("credits.title")}</h1>
        <p class="big-balance">${() => balance.value === null ? "…" : number(balance.value)}
          <span class="muted">${t("credits.left")}</span></p>
        ${() => frozen.value && html`<p class="notice error">${
          known(`credits.frozen.${frozen.value.reason}`, frozen.value.message)}</p>`}
      </section>
      <section class="stack">
        <h2>${t("credits.buy")}</h2>
        ${packs(returnTo ?? "credits")}
        <p class="small muted">${t("credits.how")}</p>
      </section>
      ${ledgerList()}
    </div>`;
}

/** @type {CheckoutState} */
const checkoutState = (id, returnTo, isCancelled) => {
  const checkout = signal(/** @type {any} */ ({}));
  const state = signal("checking");
  const problem = signal(null);
  const began = Date.now();
  const isEarly = () => Date.now() - began < GRACE;
  let timer = 0;

  async function look() {
    clearTimeout(timer);
    try {
      checkout.value = await api.get(`/checkouts/${id}`);
      problem.value = null;
      const { status } = checkout.peek();
      if (status === "paid" && state.peek() !== "paid") refreshBalance().catch(() => {});
      state.value = status === "open" && !isCancelled && isEarly() ? "checking" : status;
    } catch (error) {
      problem.value = error;
    }
    clearTimeout(timer);
    const isOver = ["paid", "failed", "expired", "left"].includes(state.peek());
    const isUnknown = problem.peek()?.status === 404;
    if (!isOver && !isUnknown) timer = setTimeout(look, isEarly() ? 1_000 : 3_000);
  }

  effect(() => {
    balance.value; // Its change may be news of this payment.
    if (state.peek() !== "paid") look();
  });
  onCleanup(() => {
    state.value = "left";
    clearTimeout(timer);
  });
  const dismiss = () => {
    state.value = "left";
    history.replaceState(null, "", "#/credits");
  };

  const text = () => problem.value ? explain(problem.value)
    : t(`credits.checkout.${state.peek()}`, { count: checkout.value.credits ?? 0 });
  const isWaiting = () => !problem.value && state.peek() === "checking";
  const back = () => returnTo && BACK.includes(returnTo) && html`
    <a class="${state.peek() === "paid" ? "primary" : "secondary"}" href="#/${returnTo}">${
      t(`credits.back.${returnTo}`)}</a>`;
  const pay = () => state.peek() === "open" && html`
    <a class="secondary" href="${checkout.peek().url}">${t("credits.checkout.pay")}</a>`;
  return html`<div role="status">${() => state.value !== "left" && html`
    <div class="notice checkout" data-state="${state.value}">
      <p>${text}</p>
      ${() => isWaiting() && html`<progress aria-label="${text}"></progress>`}
      <div class="row">${pay()}${back()}</div>
      ${iconButton(t("actions.close"), dismiss, "close")}
    </div>`}</div>`;
};
