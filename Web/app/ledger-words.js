// What a line of the ledger says, made from its kind and its note, which is English.

import { t } from "./text.js";

/**
 * @typedef {object} Entry
 * @property {number} seq
 * @property {number} amount
 * @property {number} balance_after
 * @property {string} kind
 * @property {string | null} note
 * @property {number} created_at
 * @property {string | null} subject  the video or checkout it was for
 */

/** Reasons as the server words them, by the code of the failure. */
const REASONS = {
  content_rejected: "model declined",
  model_unavailable: "model unavailable",
  model_error: "model failed",
  submit_unknown: "connection broke",
  deadline_exceeded: "took too long",
  clip_invalid: "clip did not play",
  storage_failed: "could not be saved",
  cancelled: "cancelled",
};

/**
 * @param {Entry} entry
 * @returns {{text: string, about?: string}} about: the video's title, where the text lacks it
 */
export function words({ kind, amount, note: said }) {
  const note = said ?? "";
  const [, title, reason = ""] = /Video '(.*?)'(?:: ([^:]*))?$/s.exec(note) ?? [];
  switch (kind) {
    case "generation": return { text: title ? t("ledger.video", { title }) : note };
    case "refund": return { text: t("ledger.refund", { reason: inWords(reason) }), about: title };
    case "purchase": return { text: t("ledger.bought", { count: amount }) };
    case "clawback": return { text: t(note.endsWith("disputed") ? "ledger.disputed" : "ledger.refunded") };
    case "reinstatement": return { text: t("ledger.reinstated") };
    case "grant":
      return { text: note === "Welcome" ? t("ledger.welcome") : t("ledger.grant", { note }) };
    default: return { text: t("ledger.adjustment", { note }) };
  }
}

/** @param {string} reason */
function inWords(reason) {
  const code = Object.entries(REASONS).find(([, text]) => text === reason)?.[0];
  return code ? t(`ledger.reasons.${code}`) : reason;
}
