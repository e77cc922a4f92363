import { api } from "../app/api.js";
import { catalogue, loadCatalogue } from "../app/catalogue.js";
import { draftFrom, draftOf, emptyDraft, isBlank } from "../app/draft.js";
import { computed, html, signal, t } from "../app/html.js";
import { replace } from "../app/router.js";
import { session } from "../app/session.js";
import { wizard } from "../app/wizard.js";
import { briefFields, promptEditor } from "../elements/brief.js";
import { formatGallery } from "../elements/format-gallery.js";
import { makeButton } from "../elements/make-button.js";
import { options } from "../elements/options.js";
import { failure } from "../elements/parts.js";
import { photoPicker } from "../elements/photo-picker.js";
import { ask, attempt, toast } from "../elements/say.js";
import { stage } from "../elements/stage.js";

export const title = "new.title";

/** @param {Route} route */
export default function newVideo({ query }) {
  const draft = draftOf(session.peek()?.user ?? "");
  const parts = wizard(draft);
  const problem = signal(/** @type {unknown} */ (null));
  const load = () => {
    problem.value = null;
    loadCatalogue().catch((error) => (problem.value = error));
  };
  load();
  const again = query.get("again");
  if (again) takeAgain(draft, again);

  return html`
    <div class="desk">
      <div class="decide">
        <div class="row spread">
          <h1>${t("new.title")}</h1>
          <button class="plain" type="button" hidden="${() => isBlank(draft.value)}"
            @click=${() => startOver(draft)}>${t("new.clear")}</button>
        </div>
        ${() => (catalogue.value ? decisions(parts, catalogue.value)
          : problem.value ? failure(load, problem.value) : skeletons())}
      </div>
      <aside class="desk-side" aria-label="${t("new.stage.title")}">
        ${stage(parts)}
        ${makeButton(parts)}
      </aside>
    </div>`;
}

/** @param {Wizard} parts @param {Catalogue} offer */
function decisions(parts, { formats, models }) {
  const { draft, format } = parts;
  const isAsked = computed(() => draft.value.format !== null || draft.value.prompt !== null);
  const brief = () => html`
    <section class="stack" aria-labelledby="brief-title">
      <h2 id="brief-title">${t("new.brief.title")}</h2>
      <div class="brief" data-own="${() => format.value === null}">
        ${() => format.value && briefFields(parts)}
        ${promptEditor(parts)}
      </div>
    </section>`;
  return html`
    ${photoPicker(parts)}
    ${formatGallery(parts, formats)}
    ${() => isAsked.value && brief()}
    ${options(parts, models)}`;
}

function skeletons() {
  return html`<div class="skeleton block"></div>
    <div class="skeleton tall-block"></div><div class="skeleton block"></div>`;
}

/** @param {Signal<Draft>} draft */
function startOver(draft) {
  const before = draft.peek();
  draft.value = emptyDraft();
  toast(t("new.cleared"), () => (draft.value = before));
}

/** @param {Signal<Draft>} draft @param {string} id */
async function takeAgain(draft, id) {
  const body = html`<p>${t("new.again.text")}</p>`;
  const isWanted = isBlank(draft.peek()) || await ask({
    title: t("new.again.title"), body, confirm: t("new.again.replace"),
  });
  await attempt(async () => {
    if (isWanted) draft.value = await draftOfVideo(id);
  });
  replace("new");
}

/** @param {string} id */
async function draftOfVideo(id) {
  const video = await api.get(`/videos/${id}`);
  if (!video.file_id) return draftFrom(video, null);
  try {
    const { id, filename: name, width, height } = await api.get(`/files/${video.file_id}`);
    return draftFrom(video, { id, name, width, height });
  } catch (error) {
    // The photo may be gone; the rest of the video is still worth having.
    if (/** @type {any} */ (error).status !== 404) throw error;
    return draftFrom(video, null);
  }
}
