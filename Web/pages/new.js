import { briefFields } from "../elements/brief-fields.js";
import { ask } from "../elements/dialog.js";
import { failure } from "../elements/failure.js";
import { formatGallery } from "../elements/format-gallery.js";
import { makeButton } from "../elements/make-button.js";
import { options } from "../elements/options.js";
import { photoPicker } from "../elements/photo-picker.js";
import { promptEditor } from "../elements/prompt-editor.js";
import { stage } from "../elements/stage.js";
import { toast } from "../elements/toast.js";
import { api } from "../app/api.js";
import { catalogue, loadCatalogue } from "../app/catalogue.js";
import { draftFrom, emptyDraft, isBlank } from "../app/draft.js";
import { draftOf } from "../app/draft-store.js";
import { html } from "../app/html.js";
import { go } from "../app/router.js";
import { session } from "../app/session.js";
import { computed, signal } from "../app/signal.js";
import { explain, t } from "../app/text.js";
import { wizard } from "../app/wizard.js";

export const title = "new.title";

/** @typedef {import("../app/draft-store.js").DraftSignal} DraftSignal */

/** @param {import("../app/router.js").Route} route */
export default function newVideo(route) {
  const draft = draftOf(session.peek()?.user ?? "");
  const parts = wizard(draft);
  const problem = signal(/** @type {unknown} */ (null));
  const load = () => {
    problem.value = null;
    loadCatalogue().catch((error) => (problem.value = error));
  };
  load();
  const again = route.query.get("again");
  if (again) takeAgain(draft, again);

  return html`
    <div class="desk">
      <div class="decide">
        <div class="row spread">
          <h1>${t("new.title")}</h1>
          ${startOver(draft)}
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

/**
 * @param {import("../app/wizard.js").Wizard} parts
 * @param {import("../app/catalogue.js").Catalogue} offer
 */
function decisions(parts, { formats, models }) {
  const isAsked = computed(() => {
    const { format, prompt } = parts.draft.value;
    return format !== null || prompt !== null;
  });
  const brief = () => html`
    <section class="stack" aria-labelledby="brief-title">
      <h2 id="brief-title">${t("new.brief.title")}</h2>
      <div class="brief" data-own="${() => parts.format.value === null}">
        ${() => parts.format.value && briefFields(parts)}
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
  return html`${[180, 320, 160].map((height) => {
    const made = document.createElement("div");
    made.className = "skeleton";
    made.style.setProperty("height", `${height}px`);
    return made;
  })}`;
}

/** @param {DraftSignal} draft */
function startOver(draft) {
  const clear = () => {
    const before = draft.peek();
    draft.value = emptyDraft();
    toast(t("new.cleared"), { label: t("actions.undo"), run: () => (draft.value = before) });
  };
  return html`<button class="plain" type="button" ?hidden=${() => isBlank(draft.value)}
    @click=${clear}>${t("new.clear")}</button>`;
}

/**
 * Makes the draft from an earlier video.
 * @param {DraftSignal} draft @param {string} id
 */
async function takeAgain(draft, id) {
  const body = html`<p>${t("new.again.text")}</p>`;
  const isWanted = isBlank(draft.peek()) || await ask({
    title: t("new.again.title"), body, confirm: t("new.again.replace"),
  });
  try {
    if (isWanted) draft.value = await draftOfVideo(id);
  } catch (error) {
    toast(explain(error));
  }
  go("new", { replace: true });
}

/** @param {string} id */
async function draftOfVideo(id) {
  const video = await api.get(`/videos/${id}`);
  if (!video.file_id) return draftFrom(video, null);
  try {
    const { filename, width, height } = await api.get(`/files/${video.file_id}`);
    return draftFrom(video, { id: video.file_id, name: filename, width, height });
  } catch (error) {
    // The photo may be gone; the rest of the video is still worth having.
    if (/** @type {import("../app/api.js").ApiError} */ (error).status !== 404) throw error;
    return draftFrom(video, null);
  }
}
