import { html } from "../app/html.js";
import { computed } from "../app/signal.js";
import { explain, t } from "../app/text.js";
import { button } from "./button.js";
import { icon } from "./icon.js";

/**
 * The place where the clip will be: its exact first frame, or what will appear here.
 * @param {import("../app/wizard.js").Wizard} wizard
 */
export function stage({ frame: { state, retry }, photo, model }) {
  const url = computed(() => state.value.value);
  const error = computed(() => state.value.error);
  const isBusy = computed(() => state.value.isBusy);
  const picture = () => {
    if (url.value) {
      return html`<img src="${url.value}" alt="${t("new.stage.frame")}"
        data-busy="${() => isBusy.value}">`;
    }
    if (error.value) return html`
      <div class="stage-say"><p>${explain(error.value)}</p>
        ${button("secondary", t("actions.retry"), retry)}</div>`;
    return isBusy.value ? html`<div class="skeleton fill"></div>` : empty();
  };
  const empty = () => {
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
