import { formatText } from "../app/catalogue.js";
import { change } from "../app/draft.js";
import { computed, html, t } from "../app/html.js";
import { moveOnPointing } from "../app/moving.js";
import { notes } from "./notes.js";
import { icon, radio } from "./parts.js";

/** @param {Wizard} wizard @param {Format[]} formats */
export function formatGallery(wizard, formats) {
  const { draft, format, edit } = wizard;
  const isOwn = computed(() => draft.value.format === null && draft.value.prompt !== null);
  const tiles = formats.map(({ id }) => {
    const tile = radio({
      name: "format", look: "format", isChosen: () => draft.value.format === id,
      content: html`<img src="../pictures/formats/${id}.svg" alt="" width="90" height="160">
        <span>${formatText(id, "title")}</span>`,
      choose: () => edit((draft) =>
        change(draft, { format: id, prompt: draft.prompt?.trim() ? draft.prompt : null })),
    });
    moveOnPointing(tile.firstElementChild, () => draft.value.format === id);
    return tile;
  });
  const own = radio({
    name: "format", look: "format", isChosen: () => isOwn.value,
    content: html`<span class="own">${icon("pencil")}</span><span>${t("new.format.own")}</span>`,
    choose: () => edit((draft) => change(draft, { format: null, prompt: draft.prompt ?? "" })),
  });
  const say = () => format.value ? summary(format.value)
    : t(isOwn.value ? "new.format.ownHint" : "new.format.hint");
  return html`
    <section class="stack" aria-labelledby="format-title">
      <h2 id="format-title">${t("new.format.title")}</h2>
      <div class="formats" role="radiogroup" aria-labelledby="format-title"
        aria-describedby="format-summary">${tiles}${own}</div>
      <p class="muted" id="format-summary" role="status">${say}</p>
      ${notes(wizard, "format")}
    </section>`;
}

/** @param {Format} format */
function summary({ id, seconds, has_speech: hasSpeech }) {
  const speech = t(hasSpeech ? "new.format.speech" : "new.format.silent");
  return `${formatText(id, "summary")} ${t("new.format.seconds", seconds)}, ${speech}.`;
}
