import { html, onCleanup, signal, t } from "../app/html.js";

/**
 * Takes pictures that are dropped anywhere on the page, or pasted.
 * @param {(file: File) => void} take
 */
export function photoCatcher(take) {
  const isOver = signal(false);
  const left = new AbortController();
  onCleanup(() => left.abort());

  /** @param {string} name @param {(event: any) => void} act */
  const on = (name, act) => addEventListener(name, act, left);
  on("dragover", (event) => {
    isOver.value = event.dataTransfer.types.includes("Files");
    if (isOver.value) event.preventDefault();
  });
  on("dragleave", (event) => {
    if (!event.relatedTarget) isOver.value = false;
  });
  on("drop", (event) => {
    isOver.value = false;
    catchFile(event, event.dataTransfer.files[0]);
  });
  on("paste", (event) => catchFile(event, [...event.clipboardData.files]
    .find(({ type }) => type.startsWith("image/"))));

  /** @param {Event} event @param {File} [file] */
  function catchFile(event, file) {
    if (!file) return;
    event.preventDefault();
    take(file);
  }

  return html`${() => isOver.value && html`<div class="catcher"><p>${t("new.photo.drop")}</p></div>`}`;
}
