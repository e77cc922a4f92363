import { html } from "../app/html.js";
import { t } from "../app/text.js";

/**
 * Asks something over the page; the rest waits. Escape and the first button mean no,
 * Enter in a field of the body means yes.
 * @param {{title: string, body: unknown, confirm: string, isDangerous?: boolean,
 *   canConfirm?: () => boolean}} question
 * @returns {Promise<boolean>}
 */
export function ask(question) {
  return new Promise((resolve) => {
    /** @type {HTMLDialogElement | undefined} */
    let dialog;
    const end = () => {
      resolve(dialog?.returnValue === "yes");
      dialog?.remove();
    };
    document.body.append(html`
      <dialog class="dialog" aria-labelledby="dialog-title" @close=${end}
        ref=${(/** @type {HTMLDialogElement} */ node) => (dialog = node)}>
        <form method="dialog">
          <h2 id="dialog-title">${question.title}</h2>
          <div class="dialog-body">${question.body}</div>
          <div class="row end">
            <button class="secondary" type="button" autofocus @click=${() => dialog?.close()}>${t("actions.cancel")}</button>
            <button class="${question.isDangerous ? "danger" : "primary"}" value="yes"
              ?disabled=${() => question.canConfirm?.() === false}>${question.confirm}</button>
          </div>
        </form>
      </dialog>`);
    dialog?.showModal();
  });
}
