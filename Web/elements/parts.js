// What several pages are made of.

import { explain, html, signal, t } from "../app/html.js";

/** @param {string} name */
export function icon(name) {
  const made = document.createElement("span");
  made.className = "icon";
  made.ariaHidden = "true";
  made.style.setProperty("--icon", `url("${new URL(`../icons/${name}.svg`, import.meta.url)}")`);
  return made;
}

/** @type {Button} */
export const button = (look, label, run, picture, isOff) => html`
  <button class="${look}" type="button" disabled="${isOff}" @click=${run}>
    ${picture && icon(picture)}${label}</button>`;

/** @type {IconButton} */
export const iconButton = (label, run, picture) => html`
  <button class="quiet" type="button" aria-label="${label}" @click=${run}>${icon(picture)}</button>`;

/** @param {RadioOptions} options */
export function radio({ name, content, isChosen, choose, look, isDisabled }) {
  return html`<label class="${look}">
    <input type="radio" name="${name}" disabled="${isDisabled}"
      .checked=${isChosen} @change=${choose}>
    ${content}</label>`;
}

/** @type {Radios} */
export const radios = (name, labels, chosen, choose) => html`
  <div class="choices">${Object.entries(labels).map(([value, label]) => radio({
    name, content: html`<span>${label}</span>`, isChosen: () => chosen() === value,
    choose: () => choose(value),
  }))}</div>`;

/** @param {() => void} retry @param {any} error */
export function failure(retry, error) {
  const id = error.facts?.requestId;
  return html`
    <div class="notice" role="alert">
      <p>${explain(error)}</p>
      ${id && html`<p class="small muted">${t("errors.request", { id })}</p>`}
      ${button("secondary", t("actions.retry"), retry)}
    </div>`;
}

/**
 * Shows what `load` brings: a skeleton until then, a way to try again when it fails.
 * @template T @param {() => Promise<T>} load @param {(found: T) => Value} show
 */
export function loaded(load, show) {
  const skeleton = () => html`<div class="skeleton"></div>`;
  const content = signal(/** @type {() => Value} */ (skeleton));
  const run = async () => {
    content.value = skeleton;
    content.value = await load().then((found) => () => show(found),
      (error) => () => failure(run, error));
  };
  run();
  return html`${() => content.value()}`;
}

/**
 * A picture whose address has to be asked for.
 * @param {string} look @param {string} alt @param {() => Promise<string>} address
 */
export function signedImage(look, alt, address) {
  const url = signal(/** @type {string | null} */ (null));
  // Without an address the place stays empty: its name says what it is.
  address().then((found) => (url.value = found), () => {});
  return html`<img class="${look}" alt="${alt}" src="${() => url.value}">`;
}

/** @param {Event} event */
export function valueOf({ target }) {
  return /** @type {HTMLInputElement} */ (target).value;
}
