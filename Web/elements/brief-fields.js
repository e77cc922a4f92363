import { withField } from "../app/draft.js";
import { html } from "../app/html.js";
import { hasText, t } from "../app/text.js";
import { noteId, notes } from "./notes.js";

/** @typedef {import("../app/wizard.js").Wizard} Wizard */
/** @typedef {import("../app/catalogue.js").Format} Format */

/**
 * The most characters the server takes (Brief.swift).
 * @type {Record<string, number>}
 */
const LIMITS = { product: 80, description: 400, holder: 160, setting: 160, line: 300, call_to_action: 80 };
const LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "cs", "tr", "uk", "ja", "ko", "zh", "hi", "ar"];

/**
 * What a format wants to know about the product.
 * @param {Wizard} wizard
 */
export function briefFields(wizard) {
  return html`<div class="stack">${() => wizard.format.value?.brief_fields.map((field) =>
    field.field === "language" ? language(wizard) : entry(wizard, field, wizard.format.peek()?.settings ?? []))}</div>`;
}

/** @param {Wizard} wizard @param {{field: string, hint: string, placeholder: string}} about @param {string[]} settings */
function entry(wizard, { field, hint, placeholder }, settings) {
  const { draft, edit } = wizard;
  const text = () => draft.value.brief[field] ?? "";
  const isLong = field === "description" || field === "line";
  const known = `formats.fields.${field}`;
  const write = (/** @type {string} */ value) => edit((draft) => withField(draft, field, value));
  const type = (/** @type {Event} */ event) => write(/** @type {HTMLInputElement} */ (event.target).value);
  const over = () => [...text()].length > LIMITS[field];
  const described = `hint-${field} ${noteId(`brief.${field}`)}`;
  return html`
    <div class="field">
      <label for="brief-${field}">${t(`new.fields.${field}`)}</label>
      <p class="small muted" id="hint-${field}">${hasText(known) ? t(known) : hint}</p>
      ${isLong
        ? html`<textarea id="brief-${field}" rows="2" placeholder="${placeholder}" aria-describedby="${described}"
            aria-invalid="${() => over() && "true"}" .value=${text} @input=${type}></textarea>`
        : html`<input id="brief-${field}" placeholder="${placeholder}" aria-describedby="${described}" autocomplete="off"
            aria-invalid="${() => over() && "true"}" .value=${text} @input=${type}>`}
      ${counter(text, LIMITS[field])}
      ${field === "setting" && html`<div class="chips" role="group" aria-label="${t("new.suggestions")}">${settings.map((setting) =>
        html`<button class="chip" type="button" aria-pressed="${() => String(text() === setting)}" @click=${() => write(setting)}>${setting}</button>`)}</div>`}
      ${notes(wizard, `brief.${field}`)}
    </div>`;
}

/**
 * Shown near the limit.
 * @param {() => string} text @param {number} limit
 */
function counter(text, limit) {
  return html`${() => {
    const count = [...text()].length;
    if (count <= limit * 0.8) return null;
    return html`<p class="small numbers ${count > limit ? "problem" : "muted"}">${t("new.count", { count, limit })}</p>`;
  }}`;
}

/** @param {Wizard} wizard */
function language(wizard) {
  const { draft, edit } = wizard;
  const names = new Intl.DisplayNames(document.documentElement.lang, { type: "language" });
  const now = () => draft.value.brief.language ?? "en";
  const tags = LANGUAGES.includes(now()) ? LANGUAGES : [now(), ...LANGUAGES];
  const choose = (/** @type {Event} */ event) => edit((draft) =>
    withField(draft, "language", /** @type {HTMLSelectElement} */ (event.target).value));
  return html`
    <label class="field"><span>${t("new.fields.language")}</span>
      <select @change=${choose}>${tags.map((tag) =>
        html`<option value="${tag}" ?selected=${() => now() === tag}>${names.of(tag)}</option>`)}</select>
    </label>
    ${notes(wizard, "brief.language")}`;
}
