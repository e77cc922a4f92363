import { html } from "../app/html.js";
import { onCleanup, signal } from "../app/signal.js";
import { t } from "../app/text.js";

/**
 * Takes pictures that are dropped anywhere on the page, or pasted.
 * @param {(file: File) => void} take
 */
export function photoCatcher(take) {
  const isOver = signal(false);
  /** @type {Record<string, (event: any) => void>} */
  const listeners = {
    dragover(/** @type {DragEvent} */ event) {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      isOver.value = true;
    },
    dragleave(/** @type {DragEvent} */ event) {
      if (!event.relatedTarget) isOver.value = false;
    },
    drop(/** @type {DragEvent} */ event) {
      isOver.value = false;
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      event.preventDefault();
      take(file);
    },
    paste(/** @type {ClipboardEvent} */ event) {
      const files = [...event.clipboardData?.files ?? []];
      const file = files.find(({ type }) => type.startsWith("image/"));
      if (!file) return;
      event.preventDefault();
      take(file);
    },
  };
  for (const [name, listen] of Object.entries(listeners)) addEventListener(name, listen);
  onCleanup(() => {
    for (const [name, listen] of Object.entries(listeners)) removeEventListener(name, listen);
  });
  const sheet = () => html`<div class="catcher"><p>${t("new.photo.drop")}</p></div>`;
  return html`${() => isOver.value && sheet()}`;
}
