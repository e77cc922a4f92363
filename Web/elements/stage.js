import { computed, explain, html, t } from "../app/html.js";
import { button, icon } from "./parts.js";

/** @param {Wizard} wizard */
export function stage({ frame: { state, retry }, photo, model }) {
  const url = computed(() => state.value.value);
  const error = computed(() => state.value.error);
  const isBusy = computed(() => state.value.isBusy);
  const picture = () => {
    if (url.value) return html`<img src="${url.value}" alt="${t("new.stage.frame")}"
      data-busy="${() => isBusy.value}">`;
    if (error.value) return html`<div class="stage-say"><p>${explain(error.value)}</p>
      ${button("secondary", t("actions.retry"), retry)}</div>`;
    if (isBusy.value) return html`<div class="skeleton"></div>`;
    const say = model.value?.reference === "none" && photo.value ? "wordsOnly" : "empty";
    return html`<div class="stage-say">
      ${icon("frame")}<p><strong>${t(`new.stage.${say}`)}</strong></p>
      <p class="small muted">${t(`new.stage.${say}Hint`)}</p></div>`;
  };
  return html`
    <figure class="stage tall" aria-busy="${() => String(isBusy.value)}">${picture}</figure>
    <p class="small muted stage-note">${() =>
      url.value && t(error.value ? "new.stage.stale" : "new.stage.free")}</p>`;
}
