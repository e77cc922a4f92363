// What can be ordered, as the server offers it, and what a draft comes to: whatever that leaves
// open is decided here, so that what is shown is what is ordered.

import { api } from "./api.js";
import { signal } from "./signal.js";
import { known } from "./text.js";

export const catalogue = signal(/** @type {Catalogue | null} */ (null));

/** Asks anew: which models answer changes. */
export async function loadCatalogue() {
  const [formats, models] = await Promise.all([api.get("/formats"), api.get("/models")]);
  catalogue.value = {
    formats: formats.data, models: models.data, defaultModel: models.default_model,
  };
}

/** @param {string} id @param {"title" | "summary"} part */
export function formatText(id, part) {
  const theirs = catalogue.value?.formats.find((one) => one.id === id)?.[part];
  return known(`formats.${id}.${part}`, theirs ?? id);
}

/** @param {string} id */
export function modelName(id) {
  return catalogue.value?.models.find((one) => one.id === id)?.name ?? id;
}

/**
 * Whole credits, as the server rounds.
 * @param {Model} model @param {string} size @param {number} seconds
 */
export function price(model, size, seconds) {
  return Math.ceil((model.credits_per_second[size] ?? 0) * seconds);
}

/** @param {Draft} draft @param {Catalogue} offer @returns {Choice | null} */
export function choose(draft, { models, formats, defaultModel }) {
  const model = models.find(({ id }) => id === draft.model)
    ?? models.find(({ id }) => id === defaultModel) ?? models[0];
  if (!model) return null;
  const format = formats.find(({ id }) => id === draft.format) ?? null;
  const seconds = model.seconds.find((one) => one === draft.seconds) ?? lengthFor(model, format);
  const size = model.sizes.find((one) => one === draft.size) ?? model.default_size;
  return { model, format, seconds, size, credits: price(model, size, seconds) };
}

/** @param {Model} model @param {Format | null} format */
function lengthFor({ seconds, default_seconds: usual }, format) {
  const { min, max } = format?.seconds ?? { min: 0, max: Infinity };
  return [usual, ...seconds].find((one) => one >= min && one <= max) ?? usual;
}
