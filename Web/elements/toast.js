import { html } from "../app/html.js";
import { t } from "../app/text.js";
import { icon } from "./icon.js";

const LIFE = 8_000;

/**
 * Says something at the bottom of the page, for a while.
 * @param {string} text
 * @param {{label: string, run: () => void, seconds?: number}} [action]  what can be done about it, and for how long
 */
export function toast(text, action) {
  const place = document.querySelector("#toasts");
  if (!place) return;
  /** @type {HTMLElement | undefined} */
  let made;
  const close = () => made?.remove();
  const act = () => {
    close();
    action?.run();
  };
  place.append(html`
    <div class="toast" role="status" ref=${(/** @type {HTMLElement} */ node) => (made = node)}>
      <p>${text}</p>
      ${action && html`<button class="plain" type="button" @click=${act}>${action.label}</button>`}
      <button class="quiet" type="button" aria-label="${t("actions.close")}" @click=${close}>${icon("close")}</button>
    </div>`);
  setTimeout(close, action?.seconds ? action.seconds * 1000 : LIFE);
}
