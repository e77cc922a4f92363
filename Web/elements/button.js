import { html } from "../app/html.js";
import { icon } from "./icon.js";

/**
 * @param {string} look  a class of parts.css, such as "secondary"
 * @param {string} label
 * @param {() => void} run
 * @param {string} [picture]  an icon's name
 */
export function button(look, label, run, picture) {
  return html`<button class="${look}" type="button" @click=${run}>
    ${picture && icon(picture)}${label}</button>`;
}

/**
 * A button that is only a drawing.
 * @param {string} label @param {() => void} run @param {string} picture
 */
export function iconButton(label, run, picture) {
  return html`<button class="quiet" type="button" aria-label="${label}" @click=${run}>
    ${icon(picture)}</button>`;
}
