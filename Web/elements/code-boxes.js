import { html } from "../app/html.js";
import { t } from "../app/text.js";

const DIGITS = 6;

/**
 * Six boxes for a code that was mailed. A pasted or filled-in code spreads over them.
 * @param {{onComplete: (code: string) => void, describedBy: string}} options
 */
export function codeBoxes({ onComplete, describedBy }) {
  /** @type {HTMLInputElement[]} */
  const boxes = [];
  const fragment = html`
    <fieldset class="code">
      <legend>${t("signIn.code")}</legend>
      <div class="code-row">${Array.from({ length: DIGITS }, (_, i) => box(i))}</div>
    </fieldset>`;

  /** @param {number} i */
  function box(i) {
    return html`<input type="text" inputmode="numeric" pattern="[0-9]*" aria-describedby="${describedBy}"
      autocomplete="${i === 0 ? "one-time-code" : "off"}" aria-label="${t("signIn.digit", { number: i + 1 })}"
      ref=${(/** @type {HTMLInputElement} */ node) => (boxes[i] = node)}
      @input=${() => spread(i)} @keydown=${(/** @type {KeyboardEvent} */ event) => move(i, event)}
      @focus=${() => boxes[i].select()} @paste=${(/** @type {ClipboardEvent} */ event) => paste(event)}>`;
  }

  /** @param {ClipboardEvent} event */
  function paste(event) {
    event.preventDefault();
    write(0, event.clipboardData?.getData("text") ?? "");
  }

  /**
   * What was typed or filled in goes on into the next boxes.
   * @param {number} i
   */
  function spread(i) {
    write(i, boxes[i].value);
  }

  /** @param {number} from @param {string} text */
  function write(from, text) {
    const digits = text.replace(/\D/g, "").slice(0, DIGITS - from);
    boxes[from].value = digits[0] ?? "";
    for (let i = 1; i < digits.length; i += 1) boxes[from + i].value = digits[i];
    const code = boxes.map((one) => one.value).join("");
    const next = Math.min(from + digits.length, DIGITS - 1);
    if (digits) boxes[next].focus();
    if (code.length === DIGITS && digits) onComplete(code);
  }

  /** @param {number} i @param {KeyboardEvent} event */
  function move(i, event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) boxes[i + step]?.focus();
    else if (event.key === "Backspace" && boxes[i].value === "" && i > 0) {
      boxes[i - 1].value = "";
      boxes[i - 1].focus();
    } else return;
    event.preventDefault();
  }

  return {
    fragment,
    focus: () => boxes[0].focus(),
    clear() {
      for (const one of boxes) one.value = "";
      boxes[0].focus();
    },
  };
}
