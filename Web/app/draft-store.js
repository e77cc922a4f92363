// The draft of each user, kept in this browser and shared live by its tabs.

import { emptyDraft } from "./draft.js";
import { kept } from "./storage.js";

/** @typedef {import("./signal.js").Signal<import("./draft.js").Draft>} DraftSignal */

/** @type {Map<string, DraftSignal>} */
const drafts = new Map();

/** @param {string} user @returns {DraftSignal} */
export function draftOf(user) {
  const known = drafts.get(user);
  if (known) return known;
  const made = kept(`draft.${user}`, emptyDraft());
  // One kept by an older version may lack a field.
  made.value = { ...emptyDraft(), ...made.peek() };
  drafts.set(user, made);
  return made;
}
