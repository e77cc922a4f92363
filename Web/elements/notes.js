import { characters } from "../app/draft.js";
import { computed, explain, html, known, t } from "../app/html.js";

/**
 * What the server says about one field of the order: warnings, or why it cannot be taken.
 * @param {Wizard} wizard @param {string} param  such as "brief.line"
 */
export function notes({ quote }, param) {
  // As text, so that the same notes are not read out again.
  const found = computed(() => JSON.stringify(about(quote.state.value, param)));
  return html`<div class="notes" id="${noteId(param)}" role="status">${() =>
    JSON.parse(found.value).map((/** @type {string[]} */ [look, text]) =>
      html`<p class="small ${look}">${text}</p>`)}</div>`;
}

/** @param {string} param */
export function noteId(param) {
  return `note-${param.replace(/\W/g, "-")}`;
}

/** @param {State<Quote>} state @param {string} param */
function about({ value, error }, param) {
  if (error) return error.facts.param === param ? [["problem", explain(error)]] : [];
  const warnings = value?.warnings.filter((warning) => warning.param === param);
  return warnings?.map(({ code, message }) => ["caution", known(`warnings.${code}`, message)]) ?? [];
}

/** @param {string} text @param {number} limit */
export function isOver(text, limit) {
  return characters(text) > limit;
}

/**
 * How long a text is; shown near the limit only.
 * @param {() => string} text @param {() => number} limit
 */
export function counter(text, limit) {
  return html`${() => isOver(text(), limit() * 0.8) && html`
    <p class="small numbers ${isOver(text(), limit()) ? "problem" : "muted"}">${
      t("new.count", { count: characters(text()), limit: limit() })}</p>`}`;
}
