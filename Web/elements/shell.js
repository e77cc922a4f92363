import { balance, frozen } from "../app/balance.js";
import { html } from "../app/html.js";
import { route } from "../app/router.js";
import { session } from "../app/session.js";
import { number, t } from "../app/text.js";
import { icon } from "./icon.js";

/** What is around every page: the name, the ways to the other pages, the balance. */
export function shell() {
  return html`
    <header class="top">
      <a class="brand" href="../"><img src="../icons/mint.svg" alt="" width="28" height="28">Placemint</a>
      ${() => session.value && html`
        <nav class="tabs" aria-label="${t("nav.label")}">
          ${tab("new", "plus")}
          ${tab("videos", "film")}
          ${tab("credits", "coin")}
          ${tab("settings", "user")}
        </nav>
        ${balancePill()}`}
    </header>`;
}

/** @param {string} page @param {string} picture */
function tab(page, picture) {
  const isHere = () => (route.value.page === page ? "page" : null);
  return html`<a href="#/${page}" aria-current="${isHere}">${icon(picture)}<span>${t(`nav.${page}`)}</span></a>`;
}

function balancePill() {
  const label = () => {
    const credits = balance.value;
    return credits === null ? t("credits.unknown") : t("credits.amount", { count: credits });
  };
  return html`
    <a class="pill balance" href="#/credits" data-frozen="${() => frozen.value !== null}"
      aria-label="${() => t("credits.yours", { credits: label() })}">
      ${icon("coin")}<span data-balance>${() => (balance.value === null ? "…" : number(balance.value))}</span>
    </a>`;
}
