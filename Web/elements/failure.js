import { html } from "../app/html.js";
import { explain, t } from "../app/text.js";

/**
 * What is shown where something could not be loaded.
 * @param {() => void} retry
 * @param {unknown} [error]
 */
export function failure(retry, error) {
  const requestId = /** @type {any} */ (error)?.requestId;
  return html`
    <div class="notice" role="alert">
      <p>${error ? explain(error) : t("errors.network")}</p>
      ${requestId && html`<p class="small muted">${t("errors.request", { id: requestId })}</p>`}
      <button class="secondary" type="button" @click=${retry}>${t("actions.retry")}</button>
    </div>`;
}
