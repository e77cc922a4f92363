import { formatText } from "../app/catalogue.js";
import { change } from "../app/draft.js";
import { html } from "../app/html.js";
import { computed } from "../app/signal.js";
import { t } from "../app/text.js";
import { icon } from "./icon.js";
import { notes } from "./notes.js";

/**
 * Which kind of clip: one of the formats, or a text of one's own.
 * @param {import("../app/wizard.js").Wizard} wizard
 * @param {import("../app/catalogue.js").Format[]} formats
 */
export function formatGallery(wizard, formats) {
  const { draft, format, edit } = wizard;
  const isOwn = computed(() => draft.value.format === null && draft.value.prompt !== null);
  /** @param {string} id */
  const choose = (id) => edit((draft) => change(draft, { format: id, prompt: draft.prompt?.trim() ? draft.prompt : null }));
  const chooseOwn = () => edit((draft) => change(draft, { format: null, prompt: draft.prompt ?? "" }));

  return html`
    <section class="stack" aria-labelledby="format-title">
      <h2 id="format-title">${t("new.format.title")}</h2>
      <div class="formats" role="radiogroup" aria-labelledby="format-title" aria-describedby="format-summary">
        ${formats.map(({ id }) => tile(formatText(id, "title"), miniature(id), () => draft.value.format === id, () => choose(id)))}
        ${tile(t("new.format.own"), html`<span class="own">${icon("pencil")}</span>`, () => isOwn.value, chooseOwn)}
      </div>
      <p class="muted" id="format-summary" role="status">${() =>
        format.value ? summary(format.value) : t(isOwn.value ? "new.format.ownHint" : "new.format.hint")}</p>
      ${notes(wizard, "format")}
    </section>`;
}

/** @param {string} label @param {Node} picture @param {() => boolean} isChosen @param {() => void} choose */
function tile(label, picture, isChosen, choose) {
  return html`
    <label class="format">
      <input type="radio" name="format" .checked=${isChosen} @change=${choose}>
      ${picture}<span>${label}</span>
    </label>`;
}

/** @param {string} id */
function miniature(id) {
  return html`<img src="../pictures/formats/${id}.svg" alt="" width="90" height="160" loading="lazy">`;
}

/** @param {import("../app/catalogue.js").Format} format */
function summary({ id, seconds, has_speech: hasSpeech }) {
  const facts = [t("new.format.seconds", seconds), t(hasSpeech ? "new.format.speech" : "new.format.silent")];
  return `${formatText(id, "summary")} ${facts.join(", ")}.`;
}
