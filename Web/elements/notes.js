import { html } from "../app/html.js";
import { computed } from "../app/signal.js";
import { explain, hasText, t } from "../app/text.js";

/** @typedef {{text: string, look: "problem" | "caution"}} Note */

/**
 * What the server says about one field of the order: warnings, or why it cannot be taken.
 * @param {import("../app/wizard.js").Wizard} wizard
 * @param {string} param  such as "brief.line"
 */
export function notes({ quote }, param) {
  // As text, so that the same notes are not read out again.
  const found = computed(() => JSON.stringify(about(quote.state.value, param)));
  /** @returns {Note[]} */
  const list = () => JSON.parse(found.value);
  return html`<div class="notes" id="${noteId(param)}" role="status">${() =>
    list().map(({ text, look }) => html`<p class="small ${look}">${text}</p>`)}</div>`;
}

/**
 * For aria-describedby.
 * @param {string} param
 */
export function noteId(param) {
  return `note-${param.replace(/\W/g, "-")}`;
}

/**
 * @param {import("../app/latest.js").State<import("../app/wizard.js").Quote>} state
 * @param {string} param
 * @returns {Note[]}
 */
function about({ value, error }, param) {
  if (error) return error.param === param ? [{ text: explain(error), look: "problem" }] : [];
  return (value?.warnings ?? []).filter((warning) => warning.param === param).map((warning) => {
    const key = `warnings.${warning.code}`;
    return { text: hasText(key) ? t(key) : warning.message, look: "caution" };
  });
}
