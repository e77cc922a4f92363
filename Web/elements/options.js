import { price } from "../app/catalogue.js";
import { withModel } from "../app/draft.js";
import { html, number, t } from "../app/html.js";
import { notes } from "./notes.js";
import { radio } from "./parts.js";

/**
 * Who makes the clip, how long it is and which shape it has. What this model does not make, and
 * another does, is there to be seen.
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
  const { id, name, reference, audio, available, credits_per_second: rates } = model;
  const [count, most] = [Math.min(...Object.values(rates)), Math.max(...Object.values(rates))];
  const facts = available ? [
    t(count < most ? "new.options.rateFrom" : "new.options.rate", { count }),
    reference !== "optional" && t(`new.options.${reference}`),
    !audio && t("new.options.mute"),
  ] : [t("new.options.away")];
  return radio({
    name: "model", look: "model", isDisabled: !available,
    content: html`<span><strong>${name}</strong><br>
      <span class="small muted numbers">${facts.filter(Boolean).join(" · ")}</span></span>`,
    isChosen: () => chosen.value?.id === id,
    choose: () => edit((draft) => withModel(draft, model)),
  });
}

/** @type {ModelPart} */
const lengths = (wizard, model, models) => {
  const { choice, set } = wizard;
  const all = [...new Set(models.flatMap((one) => one.seconds))].sort((a, b) => a - b);
  const isMade = (/** @type {number} */ seconds) => model.seconds.includes(seconds);
  const cost = (/** @type {number} */ seconds) =>
    choice.value && isMade(seconds) && number(price(model, choice.value.size, seconds));
  const entries = all.map((seconds) => radio({
    name: "seconds", isDisabled: !isMade(seconds),
    content: html`<span class="numbers">${number(seconds)} s
      <small class="muted">${() => cost(seconds)}</small></span>`,
    isChosen: () => choice.value?.seconds === seconds,
    choose: () => set("seconds", seconds),
  }));
  return choices(wizard, "seconds", entries, !all.every(isMade) && model.name);
};

/** @type {ModelPart} */
const shapes = (wizard, model, models) => {
  const { choice, set } = wizard;
  const made = model.sizes.map(way);
  const missing = new Set(models.flatMap(({ sizes }) => sizes.map(way))
    .filter((one) => !made.includes(one)));
  const entry = (/** @type {string} */ shape, size = "") => radio({
    name: "size", isDisabled: !size,
    content: html`<span><i class="shape ${shape}"></i>${t(`new.options.${shape}`)}
      <small class="muted numbers">${size.replace("x", " × ")}</small></span>`,
    isChosen: () => choice.value?.size === size,
    choose: () => set("size", size),
  });
  const entries = [...model.sizes.map((size) => entry(way(size), size)),
    ...[...missing].map((shape) => entry(shape))];
  return choices(wizard, "size", entries, missing.size > 0 && model.name);
};

/**
 * @param {Wizard} wizard @param {string} name @param {Node[]} entries
 * @param {string | false} model  the one that cannot make all of them
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

/** @param {string} size */
function way(size) {
  const [width, height] = size.split("x").map(Number);
  return width > height ? "landscape" : width < height ? "portrait" : "square";
}
