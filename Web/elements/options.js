import { price } from "../app/catalogue.js";
import { change, withModel } from "../app/draft.js";
import { html } from "../app/html.js";
import { number, t } from "../app/text.js";
import { notes } from "./notes.js";
import { radio } from "./radio.js";

/** @typedef {import("../app/catalogue.js").Model} Model */
/** @typedef {import("../app/wizard.js").Wizard} Wizard */

/**
 * Who makes the clip, how long it is and which shape it has.
 * @param {Wizard} wizard @param {Model[]} models
 */
export function options(wizard, models) {
  const { model } = wizard;
  return html`
    <section class="stack" aria-labelledby="options-title">
      <h2 id="options-title">${t("new.options.title")}</h2>
      <fieldset>
        <legend>${t("new.options.model")}</legend>
        <div class="models">${models.map((one) => modelChoice(wizard, one))}</div>
        ${notes(wizard, "model")}
      </fieldset>
      ${() => model.value && lengths(wizard, model.value, models)}
      ${() => model.value && shapes(wizard, model.value, models)}
    </section>`;
}

/** @param {Wizard} wizard @param {Model} model */
function modelChoice({ model: chosen, edit }, model) {
  const say = (/** @type {string} */ key) => t(`new.options.${key}`);
  const rates = Object.values(model.credits_per_second);
  const count = Math.min(...rates);
  const facts = model.available ? [
    t(count < Math.max(...rates) ? "new.options.rateFrom" : "new.options.rate", { count }),
    ...(model.reference === "optional" ? [] : [say(model.reference)]),
    ...(model.audio ? [] : [say("mute")]),
  ] : [say("away")];
  const content = html`<span><strong>${model.name}</strong><br>
    <span class="small muted numbers">${facts.join(" · ")}</span></span>`;
  return radio({
    name: "model", look: "model", content, isDisabled: !model.available,
    isChosen: () => chosen.value?.id === model.id,
    choose: () => edit((draft) => withModel(draft, model)),
  });
}

/**
 * Every length that any model makes: what this one does not make is there to be seen.
 * @param {Wizard} wizard @param {Model} model @param {Model[]} models
 */
function lengths(wizard, model, models) {
  const { choice, edit } = wizard;
  const all = [...new Set(models.flatMap((one) => one.seconds))].sort((a, b) => a - b);
  const canMake = (/** @type {number} */ seconds) => model.seconds.includes(seconds);
  const credits = (/** @type {number} */ seconds) => canMake(seconds) && choice.value
    ? number(price(model, choice.value.size, seconds)) : "";
  const entries = all.map((seconds) => radio({
    name: "seconds", isDisabled: !canMake(seconds),
    content: html`<span class="numbers">${number(seconds)} s
      <small class="muted">${() => credits(seconds)}</small></span>`,
    isChosen: () => choice.value?.seconds === seconds,
    choose: () => edit((draft) => change(draft, { seconds })),
  }));
  return choices(wizard, "seconds", entries, all.every(canMake) ? "" : model.name);
}

/**
 * The model's sizes, and the way to hold the phone that it does not make.
 * @param {Wizard} wizard @param {Model} model @param {Model[]} models
 */
function shapes(wizard, model, models) {
  const { choice, edit } = wizard;
  const made = model.sizes.map(way);
  const all = models.flatMap(({ sizes }) => sizes.map(way));
  const missing = [...new Set(all)].filter((one) => !made.includes(one));
  const entries = [...model.sizes, ...missing].map((size) => {
    const shape = missing.includes(size) ? size : way(size);
    return radio({
      name: "size", isDisabled: shape === size,
      content: html`<span><i class="shape ${shape}"></i>${t(`new.options.${shape}`)}
        <small class="muted numbers">${shape !== size && size.replace("x", " × ")}</small></span>`,
      isChosen: () => choice.value?.size === size,
      choose: () => edit((draft) => change(draft, { size })),
    });
  });
  return choices(wizard, "size", entries, missing.length > 0 ? model.name : "");
}

/**
 * @param {Wizard} wizard @param {"seconds" | "size"} name @param {Node[]} entries
 * @param {string} model  the one that cannot make all of them, or ""
 */
function choices(wizard, name, entries, model) {
  return html`
    <fieldset>
      <legend>${t(`new.options.${name}`)}</legend>
      <div class="choices">${entries}</div>
      ${model && html`<p class="small muted hint">${t(`new.options.not_${name}`, { model })}</p>`}
      ${notes(wizard, name)}
    </fieldset>`;
}

/**
 * How a phone is held to fill its screen with it.
 * @param {string} size
 * @returns {string}
 */
function way(size) {
  const [width, height] = size.split("x").map(Number);
  return width > height ? "landscape" : width < height ? "portrait" : "square";
}
