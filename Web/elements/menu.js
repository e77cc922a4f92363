import { html } from "../app/html.js";
import { signal } from "../app/signal.js";
import { icon } from "./icon.js";

/** @typedef {{label: string, icon: string, href?: string, run?: () => void}} MenuItem */

const WIDTH = 256;
const LINE = 44;

/**
 * A button that opens a list of things to do.
 * @param {() => string} label
 * @param {() => MenuItem[]} items  asked whenever it opens
 */
export function menu(label, items) {
  const shown = signal(/** @type {MenuItem[]} */ ([]));
  /** @type {any} */
  let button;
  /** @type {any} */
  let list;
  const close = () => list.hidePopover();

  /** @param {Event & {newState?: string}} event */
  function prepare(event) {
    if (event.newState !== "open") return removeEventListener("scroll", close);
    shown.value = items();
    const { right, top, bottom } = button.getBoundingClientRect();
    const isAbove = bottom + shown.peek().length * LINE > innerHeight - 80;
    list.style.setProperty("left", `${Math.max(8, right - WIDTH)}px`);
    list.style.setProperty("top", isAbove ? "auto" : `${bottom}px`);
    list.style.setProperty("bottom", isAbove ? `${innerHeight - top}px` : "auto");
    addEventListener("scroll", close, { once: true });
  }

  /** @param {KeyboardEvent} event */
  function move(event) {
    const all = [...list.children];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Tab") close();
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length).focus();
  }

  /** @param {MenuItem} item */
  function run(item) {
    close();
    item.run?.();
  }

  /** @param {MenuItem} item */
  function line(item) {
    const content = [icon(item.icon), item.label];
    return item.href
      ? html`<a role="menuitem" tabindex="-1" href="${item.href}" @click=${close}>${content}</a>`
      : html`<button role="menuitem" tabindex="-1" type="button" @click=${() => run(item)}>${
        content}</button>`;
  }

  const made = html`
    <button class="quiet" type="button" aria-haspopup="menu" aria-label="${label}"
      ref=${(/** @type {unknown} */ node) => (button = node)}>${icon("more")}</button>
    <div class="menu" role="menu" popover aria-label="${label}"
      ref=${(/** @type {unknown} */ node) => (list = node)}
      @keydown=${move} @beforetoggle=${prepare}
      @toggle=${() => list.firstElementChild?.focus()}>${() => shown.value.map(line)}</div>`;
  button.popoverTargetElement = list;
  return made;
}
