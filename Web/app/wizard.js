// What the parts of "New video" share: the draft, what it comes to, its price and first frame.

import { api } from "./api.js";
import { isTooLong } from "./brief.js";
import { catalogue } from "./catalogue.js";
import { choose, frameOrder, orderFor } from "./choice.js";
import { canBeQuoted } from "./draft.js";
import { firstFrame } from "./first-frame.js";
import { latest } from "./latest.js";
import { computed } from "./signal.js";

/** @typedef {{code: string, message: string, param: string}} Warning */
/** @typedef {{credits: number, prompt: string, warnings: Warning[]}} Quote */
/** @typedef {import("./draft.js").Draft} Draft */
/** @typedef {ReturnType<typeof wizard>} Wizard */

/** @param {import("./draft-store.js").DraftSignal} draft */
export function wizard(draft) {
  const choice = computed(() => catalogue.value && choose(draft.value, catalogue.value));
  const format = computed(() => choice.value?.format ?? null);
  const model = computed(() => choice.value?.model ?? null);
  const photo = computed(() => draft.value.photo);

  const isOver = computed(() => isTooLong(draft.value.brief));
  const quote = latest(
    () => {
      const chosen = choice.value;
      const canAsk = chosen && canBeQuoted(draft.value) && !isOver.value;
      return canAsk ? JSON.stringify(orderFor(draft.value, chosen)) : null;
    },
    /** @returns {Promise<Quote>} */
    (order, signal) => api.post("/quotes", JSON.parse(order), { signal }));

  const frame = latest(() => {
    const { photo, backdrop, crop } = draft.value;
    const chosen = choice.value;
    if (!photo || !chosen || chosen.model.reference === "none") return null;
    return JSON.stringify(frameOrder({
      file: photo.id, model: chosen.model.id, size: chosen.size, backdrop, crop,
    }));
  }, firstFrame);

  /** @param {(draft: Draft) => Draft} change */
  const edit = (change) => (draft.value = change(draft.peek()));

  return { draft, choice, format, model, photo, isOver, quote, frame, edit };
}
