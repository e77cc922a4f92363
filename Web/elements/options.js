import { price } from "../app/catalogue.js";
import { change, withModel } from "../app/draft.js";
import { html } from "../app/html.js";
import { number, t } from "../app/text.js";
import { notes } from "./notes.js";

/** @typedef {import("../app/catalogue.js").Model} Model */
/** @typedef {import("../app/wizard.js").Wizard} Wizard */

/**
 * Who makes the clip, how long it is and which shape it has.
 * @param {Wizard} wizard @param {Model[]} models
 */
export function options(wizard, models) {
  const { choice } = wizard;
  return html`
    <section class="stack" aria-labelledby="options-title">
      <h2 id="options-title">${t("new.options.title")}</h2>
      <fieldset>
        <legend>${t("new.options.model")}</legend>
        <div class="models">${models.map((one) => modelChoice(wizard, one))}</div>
        ${notes(wizard, "model")}
      </fieldset>
      ${() => wizard.model.value && lengths(wizard, wizard.model.value, models)}
      ${() => wizard.model.value && shapes(wizard, wizard.model.value, models)}
    </section>`;
}

/** @param {Wizard} wizard @param {Model} model */
function modelChoice({ model: chosen, edit }, model) {
  const rates = Object.values(model.credits_per_second);
  const facts = [t("new.options.rate", { count: Math.min(...rates) })];
  if (!model.available) facts[0] = t("new.options.away");
  else if (model.reference !== "optional") facts.push(t(`new.options.${model.reference}`));
  if (model.available && !model.audio) facts.push(t("new.options.mute"));
  return html`
    <label class="model">
      <input type="radio" name="model" ?disabled=${!model.available} .checked=${() => chosen.value?.id === model.id}
        @change=${() => edit((draft) => withModel(draft, model))}>
      <span><strong>${model.name}</strong><br><span class="small muted numbers">${facts.join(" · ")}</span></span>
    </label>`;
}

/**
 * Every length that any model makes; what this one does not make is there to be seen.
 * @param {Wizard} wizard @param {Model} model @param {Model[]} models
 */
function lengths(wizard, model, models) {
  const { choice, edit } = wizard;
  const all = [...new Set(models.flatMap(({ seconds }) => seconds))].sort((a, b) => a - b);
  const option = (/** @type {number} */ seconds) => html`
    <label><input type="radio" name="seconds" ?disabled=${!model.seconds.includes(seconds)}
      .checked=${() => choice.value?.seconds === seconds} @change=${() => edit((draft) => change(draft, { seconds }))}>
      <span class="numbers">${number(seconds)} s <small class="muted">${() => cost(choice.value?.size, seconds)}</small></span></label>`;
  const cost = (/** @type {string | undefined} */ size, /** @type {number} */ seconds) =>
    model.seconds.includes(seconds) && size ? number(price(model, size, seconds)) : "";
  return choices("seconds", all.map(option), all.some((one) => !model.seconds.includes(one))
    && t("new.options.notSeconds", { model: model.name }), wizard);
}

/** @param {Wizard} wizard @param {Model} model @param {Model[]} models */
function shapes(wizard, model, models) {
  const { choice, edit } = wizard;
  const made = model.sizes.map(way);
  const missing = ["portrait", "landscape"].filter((one) =>
    !made.includes(one) && models.some(({ sizes }) => sizes.some((size) => way(size) === one)));
  const option = (/** @type {string} */ size) => html`
    <label><input type="radio" name="size" .checked=${() => choice.value?.size === size}
      @change=${() => edit((draft) => change(draft, { size }))}>
      <span><i class="shape ${way(size)}"></i>${t(`new.options.${way(size)}`)} <small class="muted numbers">${size.replace("x", " × ")}</small></span></label>`;
  const absent = (/** @type {string} */ name) => html`
    <label><input type="radio" name="size" disabled><span><i class="shape ${name}"></i>${t(`new.options.${name}`)}</span></label>`;
  return choices("size", [...model.sizes.map(option), ...missing.map(absent)],
    missing.length > 0 && t("new.options.notSize", { model: model.name }), wizard);
}

/** @param {"seconds" | "size"} name @param {Node[]} entries @param {string | false} reason  why some cannot be chosen @param {Wizard} wizard */
function choices(name, entries, reason, wizard) {
  return html`
    <fieldset>
      <legend>${t(`new.options.${name}`)}</legend>
      <div class="choices">${entries}</div>
      ${reason && html`<p class="small muted hint">${reason}</p>`}
      ${notes(wizard, name)}
    </fieldset>`;
}

/**
 * @param {string} size
 * @returns {string}
 */
function way(size) {
  const [width, height] = size.split("x").map(Number);
  return width > height ? "landscape" : width < height ? "portrait" : "square";
}
