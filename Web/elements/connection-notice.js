import { connection } from "../app/events.js";
import { html } from "../app/html.js";
import { session } from "../app/session.js";
import { t } from "../app/text.js";

/** A line under the header while the server cannot be reached. */
export function connectionNotice() {
  const isShown = () => session.value !== null && connection.value === "offline";
  return html`<div role="status">${() => isShown() && html`
    <p class="banner">${t("connection.offline")}</p>`}</div>`;
}
