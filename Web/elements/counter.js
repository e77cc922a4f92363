import { characters } from "../app/brief.js";
import { html } from "../app/html.js";
import { t } from "../app/text.js";

/**
 * How long a text is; shown near the limit only.
 * @param {() => string} text @param {() => number} limit
 */
export function counter(text, limit) {
  return html`${() => {
    const values = { count: characters(text()), limit: limit() };
    if (values.count <= values.limit * 0.8) return null;
    const look = values.count > values.limit ? "problem" : "muted";
    return html`<p class="small numbers ${look}">${t("new.count", values)}</p>`;
  }}`;
}
