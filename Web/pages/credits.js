import { balance, frozen, refreshBalance } from "../app/balance.js";
import { html, known, number, t } from "../app/html.js";
import { checkoutState } from "../elements/checkout-state.js";
import { ledgerList } from "../elements/ledger-list.js";
import { packs } from "../elements/packs.js";

export const title = "credits.title";

/** @param {Route} route */
export default function credits({ query }) {
  const checkout = query.get("checkout");
  const returnTo = checkout && sessionStorage.getItem("placemint.return");
  refreshBalance().catch(() => {}); // The event stream will tell.
  return html`
    <div class="stack credits">
      ${checkout && checkoutState(checkout, returnTo, query.has("cancelled"))}
      <section>
        <h1>${t("credits.title")}</h1>
        <p class="big-balance">${() => balance.value === null ? "…" : number(balance.value)}
          <span class="muted">${t("credits.left")}</span></p>
        ${() => frozen.value && html`<p class="notice error">${whyFrozen(frozen.value)}</p>`}
      </section>
      <section class="stack">
        <h2>${t("credits.buy")}</h2>
        ${packs(returnTo ?? "credits")}
        <p class="small muted">${t("credits.how")}</p>
      </section>
      ${ledgerList()}
    </div>`;
}

/** @param {Frozen} why */
function whyFrozen({ reason, message }) {
  return known(`credits.frozen.${reason}`, message);
}
