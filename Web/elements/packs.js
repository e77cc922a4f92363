import { api } from "../app/api.js";
import { config } from "../app/config.js";
import { html } from "../app/html.js";
import { onCleanup, signal } from "../app/signal.js";
import { explain, money, number, t } from "../app/text.js";
import { loaded } from "./loaded.js";

/**
 * @typedef {{id: string, name: string, credits: number, amount_cents: number,
 *   currency: string}} Pack
 */

/**
 * Credits to buy: a click leads to the checkout, in the same tab.
 * @param {{returnTo: string}} options  the page to go on at afterwards, such as "new"
 */
export function packs({ returnTo }) {
  const opening = signal("");
  const problem = signal("");
  // "Back" from the checkout may show this very page again, as it was left.
  const wake = () => (opening.value = "");
  addEventListener("pageshow", wake);
  onCleanup(() => removeEventListener("pageshow", wake));

  /** @param {Pack} pack */
  async function open(pack) {
    if (opening.peek()) return;
    opening.value = pack.id;
    problem.value = "";
    try {
      const checkout = await api.post("/checkouts", { pack: pack.id });
      // Read by the page that people come back to from the checkout.
      sessionStorage.setItem("placemint.return", returnTo);
      location.assign(checkout.url);
    } catch (error) {
      problem.value = explain(error);
      opening.value = "";
    }
  }

  /** @param {Pack[]} all */
  const list = (all) => html`<ul class="packs">${all.map((pack) => html`
    <li><button class="pack" type="button" aria-disabled="${() => opening.value !== ""}"
      @click=${() => open(pack)}>
      <span class="pack-credits">${number(pack.credits)} <span>${t("packs.credits")}</span></span>
      <span class="muted small">${saving(pack, all)}</span>
      <span class="pack-price">${() => opening.value === pack.id ? t("packs.opening")
        : money(pack.amount_cents, pack.currency)}</span>
    </button></li>`)}</ul>`;

  return html`
    <div class="stack packs-place">
      ${config.sandbox && html`<p class="sandbox">${t("credits.sandbox")}</p>`}
      ${loaded(async () => (await api.get("/credits/packs")).data, list)}
      <p class="problem" role="alert">${() => problem.value}</p>
    </div>`;
}

/**
 * How much cheaper a credit is than in the dearest pack.
 * @param {Pack} pack
 * @param {Pack[]} all
 */
function saving(pack, all) {
  const prices = all.map((one) => one.amount_cents / one.credits);
  const percent = Math.round(100 - (100 * pack.amount_cents) / pack.credits / Math.max(...prices));
  return percent > 0 ? t("packs.saving", { percent }) : pack.name;
}
