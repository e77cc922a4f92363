import { limits, withField } from "../app/draft.js";
import { computed, html, known, t } from "../app/html.js";
import { counter, isOver, noteId, notes } from "./notes.js";
import { button, valueOf } from "./parts.js";
import { toast } from "./say.js";

const LANGUAGES = "en de fr es it pt nl pl sv da cs tr uk ja ko zh hi ar".split(" ");

/** @param {Wizard} wizard */
export function briefFields(wizard) {
  return html`<div class="stack">${() => wizard.format.value?.brief_fields.map((about) =>
    about.field === "language" ? language(wizard) : entry(wizard, about))}</div>`;
}

/** @param {Wizard} wizard @param {BriefField} about */
function entry(wizard, { field, hint, placeholder }) {
  const { draft, edit, format } = wizard;
  const { id, settings } = /** @type {Format} */ (format.peek());
  const text = () => draft.value.brief[field] ?? "";
  const limit = () => limits[field];
  const write = (/** @type {string} */ value) => edit((draft) => withField(draft, field, value));
  const usual = known(`formats.examples.${field}`, placeholder);
  const chip = (/** @type {string} */ words) => html`
    <button class="chip" type="button" aria-pressed="${() => String(text() === words)}"
      @click=${() => write(words)}>${words}</button>`;
  return html`
    <div class="field">
      <label for="brief-${field}">${t(`new.fields.${field}`)}</label>
      <p class="small muted" id="hint-${field}">${known(`formats.fields.${field}`, hint)}</p>
      <textarea id="brief-${field}" rows="1" autocomplete="off"
        placeholder="${known(`formats.${id}.examples.${field}`, usual)}"
        aria-describedby="hint-${field} ${noteId(`brief.${field}`)}"
        aria-invalid="${() => isOver(text(), limit()) && "true"}" .value=${text}
        @input=${(event) => write(valueOf(event).replace(/\s*\n/g, " "))}></textarea>
      ${counter(text, limit)}
      ${field === "setting" && html`
        <div class="chips" role="group" aria-label="${t("new.suggestions")}">${
          settings.map((words, i) => chip(known(`formats.${id}.settings.${i}`, words)))}</div>`}
      ${notes(wizard, `brief.${field}`)}
    </div>`;
}

/** @param {Wizard} wizard */
function language(wizard) {
  const { draft, edit } = wizard;
  const names = new Intl.DisplayNames(document.documentElement.lang, { type: "language" });
  const now = () => draft.value.brief.language ?? "en";
  // Not now(): the fields must not be drawn anew while somebody types.
  const tags = new Set([draft.peek().brief.language ?? "en", ...LANGUAGES]);
  return html`
    <label class="field"><span>${t("new.fields.language")}</span>
      <select @change=${(event) => edit((draft) => withField(draft, "language", valueOf(event)))}>${
        [...tags].map((tag) => html`
          <option value="${tag}" selected="${() => now() === tag}">${names.of(tag)}</option>`)}
      </select></label>
    ${notes(wizard, "brief.language")}`;
}

/**
 * The text the model gets: composed from the brief until it is edited.
 * @param {Wizard} wizard
 */
export function promptEditor(wizard) {
  const { draft, quote, model, set } = wizard;
  const isOwn = computed(() => draft.value.prompt !== null);
  const canFollow = computed(() => isOwn.value && draft.value.format !== null);
  const hint = () => canFollow.value ? "own" : isOwn.value ? "free" : "composed";
  const text = () => draft.value.prompt ?? quote.state.value.value?.prompt ?? "";
  const follow = () => {
    const { prompt } = draft.peek();
    set("prompt", null);
    toast(t("new.prompt.follows"), () => set("prompt", prompt));
  };
  return html`
    <div class="field prompt">
      <label for="prompt">${t("new.prompt.title")}</label>
      <p class="small muted" id="prompt-hint">${() => t(`new.prompt.${hint()}`)}</p>
      <div>${() => canFollow.value && button("plain", t("new.prompt.follow"), follow, "undo")}</div>
      <textarea id="prompt" aria-describedby="prompt-hint ${noteId("prompt")}"
        .value=${text} @input=${(event) => set("prompt", valueOf(event))}></textarea>
      ${counter(text, () => model.value?.prompt_limit ?? Infinity)}
      ${notes(wizard, "prompt")}
    </div>`;
}
