import { html } from "../app/html.js";
import { computed } from "../app/signal.js";
import { explain, hasText, t } from "../app/text.js";

/**
 * What the server says about one field of the order: warnings, or why it cannot be taken.
 * @param {import("../app/wizard.js").Wizard} wizard
 * @param {string} param  such as "brief.line"
 */
export function notes({ quote }, param) {
  // As text, so that the same notes are not read out again.
  const found = computed(() => JSON.stringify(about(quote.state.value, param)));
  return html`<div class="notes" id="${noteId(param)}" role="status">${() =>
    JSON.parse(found.value).map((/** @type {{text: string, isError: boolean}} */ { text, isError }) =>
      html`<p class="small ${isError ? "problem" : "caution"}">${text}</p>`)}</div>`;
}

/**
 * For aria-describedby.
 * @param {string} param
 */
export function noteId(param) {
  return `note-${param.replace(/\W/g, "-")}`;
}

/** @param {import("../app/latest.js").State<import("../app/wizard.js").Quote>} state @param {string} param */
function about({ value, error }, param) {
  if (error) return error.param === param ? [{ text: explain(error), isError: true }] : [];
  return (value?.warnings ?? []).filter((warning) => warning.param === param).map((warning) => {
    const key = `warnings.${warning.code}`;
    return { text: hasText(key) ? t(key) : warning.message, isError: false };
  });
}
