// What the parts of "New video" share: the draft, what it comes to, its price and first frame.

import { api } from "./api.js";
import { catalogue, choose } from "./catalogue.js";
import { canBeQuoted, change, isTooLong, orderOf } from "./draft.js";
import { firstFrame, frameOrder } from "./first-frame.js";
import { latest } from "./latest.js";
import { computed } from "./signal.js";

/** @param {Signal<Draft>} draft */
export function wizard(draft) {
  const choice = computed(() => catalogue.value && choose(draft.value, catalogue.value));
  const format = computed(() => choice.value?.format ?? null);
  const model = computed(() => choice.value?.model ?? null);
  const photo = computed(() => draft.value.photo);
  const isOver = computed(() => isTooLong(draft.value));

  /** @type {Latest<Quote>} */
  const quote = latest(
    () => choice.value && canBeQuoted(draft.value) && !isOver.value
      ? JSON.stringify(orderFor(draft.value, choice.value)) : null,
    (order, signal) => api.post("/quotes", JSON.parse(order), { signal }));

  const frame = latest(() => {
    const { photo, backdrop, crop } = draft.value;
    if (!photo || !choice.value || choice.value.model.reference === "none") return null;
    const { model, size } = choice.value;
    return frameOrder({ file_id: photo.id, model: model.id, size, backdrop, crop });
  }, firstFrame);

  /** @param {(draft: Draft) => Draft} next */
  const edit = (next) => (draft.value = next(draft.peek()));
  /** @param {keyof Draft} part @param {unknown} value */
  const set = (part, value) => edit((draft) => change(draft, { [part]: value }));

  return { draft, choice, format, model, photo, isOver, quote, frame, edit, set };
}

/** @param {Draft} draft @param {Choice} choice */
export function orderFor(draft, { model, seconds, size }) {
  return orderOf({ ...draft, model: model.id, seconds, size });
}
