import { characters, limits } from "../app/brief.js";
import { withField } from "../app/draft.js";
import { html } from "../app/html.js";
import { hasText, t } from "../app/text.js";
import { counter } from "./counter.js";
import { noteId, notes } from "./notes.js";

/** @typedef {import("../app/wizard.js").Wizard} Wizard */

const LANGUAGES = "en de fr es it pt nl pl sv da cs tr uk ja ko zh hi ar".split(" ");

/**
 * What a format wants to know about the product.
 * @param {Wizard} wizard
 */
export function briefFields(wizard) {
  return html`<div class="stack">${() => wizard.format.value?.brief_fields.map((about) =>
    about.field === "language" ? language(wizard) : entry(wizard, about))}</div>`;
}

/**
 * @param {Wizard} wizard
 * @param {{field: string, hint: string, placeholder: string}} about
 */
function entry(wizard, { field, hint, placeholder }) {
  const { draft, edit, format } = wizard;
  const text = () => draft.value.brief[field] ?? "";
  const write = (/** @type {string} */ value) => edit((draft) => withField(draft, field, value));
  const type = (/** @type {Event} */ event) =>
    write(/** @type {HTMLTextAreaElement} */ (event.target).value.replace(/\s*\n/g, " "));
  const isOver = () => characters(text()) > limits[field] && "true";
  const known = `formats.fields.${field}`;
  return html`
    <div class="field">
      <label for="brief-${field}">${t(`new.fields.${field}`)}</label>
      <p class="small muted" id="hint-${field}">${hasText(known) ? t(known) : hint}</p>
      <textarea id="brief-${field}" rows="1" placeholder="${placeholder}" autocomplete="off"
        aria-describedby="hint-${field} ${noteId(`brief.${field}`)}" aria-invalid="${isOver}"
        .value=${text} @input=${type}></textarea>
      ${counter(text, () => limits[field])}
      ${field === "setting" && suggestions(format.peek()?.settings ?? [], text, write)}
      ${notes(wizard, `brief.${field}`)}
    </div>`;
}

/** @param {string[]} texts @param {() => string} now @param {(text: string) => void} write */
function suggestions(texts, now, write) {
  const label = t("new.suggestions");
  return html`<div class="chips" role="group" aria-label="${label}">${texts.map((text) => html`
    <button class="chip" type="button" aria-pressed="${() => String(now() === text)}"
      @click=${() => write(text)}>${text}</button>`)}</div>`;
}

/** @param {Wizard} wizard */
function language(wizard) {
  const { draft, edit } = wizard;
  const names = new Intl.DisplayNames(document.documentElement.lang, { type: "language" });
  const now = () => draft.value.brief.language ?? "en";
  // Not now(): the fields must not be drawn anew while somebody types.
  const tags = new Set([draft.peek().brief.language ?? "en", ...LANGUAGES]);
  const choose = (/** @type {Event} */ event) => edit((draft) =>
    withField(draft, "language", /** @type {HTMLSelectElement} */ (event.target).value));
  return html`
    <label class="field"><span>${t("new.fields.language")}</span>
      <select @change=${choose}>${[...tags].map((tag) =>
        html`<option value="${tag}" ?selected=${() => now() === tag}>${names.of(tag)}</option>`)}
      </select></label>
    ${notes(wizard, "brief.language")}`;
}
