import { html, signal } from "../app/html.js";
import { icon } from "./parts.js";

/**
 * A button that opens a list of things to do. Styles place the list beside it.
 * @param {() => string} label @param {() => MenuItem[]} items  asked whenever it opens
 */
export function menu(label, items) {
  const shown = signal(/** @type {MenuItem[]} */ ([]));

  /** @param {KeyboardEvent} event */
  function move(event) {
    const all = [...list.children];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Tab") list.hidePopover();
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length).focus();
  }

  /** @param {MenuItem} item */
  const line = ({ label, icon: picture, act }) => typeof act === "string"
    ? html`<a role="menuitem" tabindex="-1" href="${act}">${icon(picture)}${label}</a>`
    : html`<button role="menuitem" tabindex="-1" type="button" @click=${act}>
      ${icon(picture)}${label}</button>`;

  const made = html`
    <button class="quiet" type="button" aria-haspopup="menu" aria-label="${label}">
      ${icon("more")}</button>
    <div class="menu" role="menu" popover aria-label="${label}" @keydown=${move}
      @click=${() => list.hidePopover()}
      @beforetoggle=${({ newState }) => newState === "open" && (shown.value = items())}
      @toggle=${() => list.firstElementChild?.focus()}>${() => shown.value.map(line)}</div>`;
  // Debian's TypeScript does not know popovers.
  const [button, list] = /** @type {any[]} */ ([...made.children]);
  button.popoverTargetElement = list;
  return made;
}
