// What a line of the ledger says, made from its kind and its note, which is English.

import { t } from "./text.js";

/** Reasons as the server words them, and the codes of the failures. */
const REASONS = /** @type {Record<string, string>} */ ({
  "model declined": "content_rejected", "model unavailable": "model_unavailable",
  "model failed": "model_error", "connection broke": "submit_unknown",
  "took too long": "deadline_exceeded", "clip did not play": "clip_invalid",
  "could not be saved": "storage_failed", cancelled: "cancelled",
});

/**
 * @param {Entry} entry
 * @returns {{text: string, about?: string}} about: the video's title, where the text lacks it
 */
export function words({ kind, amount, note: said }) {
  const note = said ?? "";
  const [, title, reason = ""] = /Video '(.*?)'(?:: ([^:]*))?$/s.exec(note) ?? [];
  switch (kind) {
    case "generation": return { text: title ? t("ledger.video", { title }) : note };
    case "refund": {
      const known = REASONS[reason] && t(`ledger.reasons.${REASONS[reason]}`);
      return { text: t("ledger.refund", { reason: known ?? reason }), about: title };
    }
    case "purchase": return { text: t("ledger.bought", { count: amount }) };
    case "clawback": return { text: t(note.endsWith("disputed") ? "ledger.disputed" : "ledger.refunded") };
    case "reinstatement": return { text: t("ledger.reinstated") };
    case "grant":
      return { text: note === "Welcome" ? t("ledger.welcome") : t("ledger.grant", { note }) };
    default: return { text: t("ledger.adjustment", { note }) };
  }
}
