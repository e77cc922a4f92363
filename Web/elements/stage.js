import { html } from "../app/html.js";
import { explain, t } from "../app/text.js";
import { icon } from "./icon.js";

/**
 * The place where the clip will be: its exact first frame, or what will appear here.
 * @param {import("../app/wizard.js").Wizard} wizard
 */
export function stage({ frame, photo, model }) {
  const { state, retry } = frame;
  const picture = () => {
    const { value, error, isBusy } = state.value;
    if (error && !value) return html`
      <div class="stage-say"><p>${explain(error)}</p>
        <button class="secondary" type="button" @click=${retry}>${t("actions.retry")}</button></div>`;
    if (value) return html`<img src="${value}" alt="${t("new.stage.frame")}" data-busy="${isBusy}">`;
    return isBusy ? html`<div class="skeleton fill"></div>` : empty();
  };
  const empty = () => {
    const say = model.value?.reference === "none" && photo.value ? "wordsOnly" : "empty";
    return html`<div class="stage-say">${icon("frame")}<p><strong>${t(`new.stage.${say}`)}</strong></p>
      <p class="small muted">${t(`new.stage.${say}Hint`)}</p></div>`;
  };
  return html`
    <figure class="stage tall" aria-busy="${() => String(state.value.isBusy)}">${picture}</figure>
    <p class="small muted stage-note">${() => state.value.value && t(state.value.error ? "new.stage.stale" : "new.stage.free")}</p>`;
}
