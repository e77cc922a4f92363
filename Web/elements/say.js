// What is said beside the page: to a screen reader, in passing, or as a question.

import { explain, html, t } from "../app/html.js";
import { button, iconButton } from "./parts.js";

/** @param {string} text  for screen readers */
export function announce(text) {
  // A new node is read even when the text is the same as before.
  document.querySelector("#announcer")?.replaceChildren(html`<p>${text}</p>`);
}

/**
 * @param {string} text @param {() => void} [undo] @param {number} [seconds]
 */
export function toast(text, undo, seconds = 8) {
  const close = () => made?.remove();
  const act = () => {
    close();
    undo?.();
  };
  const made = html`
    <div class="toast" role="status">
      <p>${text}</p>
      ${undo && button("plain", t("actions.undo"), act)}
      ${iconButton(t("actions.close"), close, "close")}
    </div>`.firstElementChild;
  document.querySelector("#toasts")?.append(made ?? "");
  setTimeout(close, seconds * 1000);
}

/**
 * Asks something over the page; the rest waits. Escape and the first button mean no,
 * Enter in a field of the body means yes.
 * @param {Question} question @returns {Promise<boolean>}
 */
export function ask({ title, body, confirm, isDangerous, canConfirm = () => true }) {
  return new Promise((resolve) => {
    const made = html`
      <dialog class="dialog" aria-labelledby="dialog-title" @close=${end}>
        <form method="dialog">
          <h2 id="dialog-title">${title}</h2>
          <div class="dialog-body">${body}</div>
          <div class="row end">
            <button class="secondary" type="button" autofocus @click=${() => dialog.close()}>
              ${t("actions.cancel")}</button>
            <button class="${isDangerous ? "danger" : "primary"}" value="yes"
              disabled="${() => !canConfirm()}">${confirm}</button>
          </div>
        </form>
      </dialog>`;
    const dialog = /** @type {HTMLDialogElement} */ (made.firstElementChild);
    document.body.append(dialog);
    dialog.showModal();

    function end() {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    }
  });
}

/** @param {() => Promise<unknown>} action */
export async function attempt(action) {
  try {
    await action();
    return true;
  } catch (error) {
    toast(explain(error));
    return false;
  }
}
