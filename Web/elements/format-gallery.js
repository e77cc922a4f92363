import { formatText } from "../app/catalogue.js";
import { change } from "../app/draft.js";
import { html } from "../app/html.js";
import { moveOnPointing } from "../app/moving.js";
import { computed, effect } from "../app/signal.js";
import { t } from "../app/text.js";
import { icon } from "./icon.js";
import { notes } from "./notes.js";
import { radio } from "./radio.js";

/** @typedef {import("../app/catalogue.js").Format} Format */

/**
 * Which kind of clip: one of the formats, or a text of one's own.
 * @param {import("../app/wizard.js").Wizard} wizard @param {Format[]} formats
 */
export function formatGallery(wizard, formats) {
  const { draft, format, edit } = wizard;
  const isOwn = computed(() => draft.value.format === null && draft.value.prompt !== null);

  const tiles = formats.map(({ id }) => tile({
    title: formatText(id, "title"),
    picture: html`<img src="../pictures/formats/${id}.svg" alt="" width="90" height="160">`,
    isChosen: () => draft.value.format === id,
    choose: () => edit((draft) =>
      change(draft, { format: id, prompt: draft.prompt?.trim() ? draft.prompt : null })),
  }));
  const own = tile({
    title: t("new.format.own"),
    picture: html`<span class="own">${icon("pencil")}</span>`,
    isChosen: () => isOwn.value,
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

/**
 * @param {{title: string, picture: Node, isChosen: () => boolean, choose: () => void}} options
 */
function tile({ title, picture, isChosen, choose }) {
  const content = html`${picture}<span>${title}</span>`;
  const made = radio({ name: "format", look: "format", content, isChosen, choose });
  const image = made.querySelector("img");
  if (image?.parentElement) {
    const move = moveOnPointing(image.parentElement, image);
    effect(() => move(isChosen()));
  }
  return made;
}

/** @param {Format} format */
function summary({ id, seconds, has_speech: hasSpeech }) {
  const speech = t(hasSpeech ? "new.format.speech" : "new.format.silent");
  return `${formatText(id, "summary")} ${t("new.format.seconds", seconds)}, ${speech}.`;
}
