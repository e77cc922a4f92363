import { change, withPhoto } from "../app/draft.js";
import { computed, effect, explain, html, onCleanup, signal, t } from "../app/html.js";
import { photoAddress, takePhoto, upload } from "../app/photo.js";
import { cropPhoto } from "./cropper.js";
import { notes } from "./notes.js";
import { button, icon, iconButton, radios, signedImage } from "./parts.js";
import { announce, toast } from "./say.js";

const KINDS = "image/*,.heic,.heif,.avif,.tif,.tiff";

/** @param {Wizard} wizard */
export function photoPicker(wizard) {
  const { draft, photo, edit } = wizard;
  const isSending = computed(() => upload.value !== null && !upload.value.error);
  effect(() => {
    if (photo.value && !isSending.value) announce(t("new.photo.ready"));
  });
  const take = (/** @type {File} */ file) => void takePhoto(draft, file);

  function remove() {
    const { photo, crop } = draft.peek();
    edit((draft) => withPhoto(draft, null));
    toast(t("new.photo.removed"), () => edit((draft) => change(draft, { photo, crop })));
  }

  /** @param {Photo} photo */
  const picked = ({ id, name, width, height }) => html`
    <div class="photo-row">
      ${signedImage("thumb", t("new.photo.yours"), () => photoAddress(id))}
      <p class="file-name">${name}<br>
        <span class="small muted numbers">${width} × ${height}
          ${() => draft.value.crop && ` · ${t("new.photo.cropped")}`}</span></p>
      <div class="row">
        ${button("secondary", t("new.photo.crop"), () => cropPhoto(wizard), "crop")}
        ${chooser(take, t("new.photo.replace"), "refresh")}
        ${iconButton(t("new.photo.remove"), remove, "trash")}
      </div>
    </div>`;

  return html`
    <section class="stack" aria-labelledby="photo-title">
      <h2 id="photo-title">${t("new.photo.title")}</h2>
      ${() => (isSending.value ? sending() : photo.value ? picked(photo.value) : invitation(take))}
      <div role="alert">${() => upload.value?.error && refused(upload.value)}</div>
      ${notes(wizard, "input_reference")}${notes(wizard, "crop")}
      ${() => photo.value && backdrops(wizard)}
      ${photoCatcher(take)}
    </section>`;
}

/** @param {(file: File) => void} take */
function invitation(take) {
  return html`
    <div class="drop-zone">
      ${icon("image")}
      <p><strong>${t("new.photo.add")}</strong><br>
        <span class="small muted"><span class="mouse-only">${t("new.photo.ways")}</span>
          ${t("new.photo.kinds")}</span></p>
      <div class="row">
        ${chooser(take, t("new.photo.choose"), "upload")}
        <span class="touch-only">
          ${chooser(take, t("new.photo.camera"), "camera", "environment")}</span>
      </div>
    </div>`;
}

/**
 * @param {(file: File) => void} take @param {string} label @param {string} picture
 * @param {string} [capture]  which camera
 */
function chooser(take, label, picture, capture) {
  /** @type {HTMLInputElement} */
  let input;
  const pick = () => {
    if (input.files?.[0]) take(input.files[0]);
    input.value = ""; // The same file may be chosen again.
  };
  return html`${button("secondary", label, () => input.click(), picture)}
    <input type="file" accept="${KINDS}" capture="${capture}" hidden aria-label="${label}"
      @change=${pick} ref=${(node) => (input = node)}>`;
}

function sending() {
  const share = () => upload.value?.share ?? 0;
  const name = upload.peek()?.name ?? "";
  const say = () => t(`new.photo.${share() < 1 ? "sending" : "checking"}`, { name });
  return html`
    <div class="photo-row">
      <div class="thumb skeleton"></div>
      <div class="stack tight">
        <p id="sending">${say}</p>
        <progress max="1" value="${share}" aria-labelledby="sending"></progress>
        <div>${button("plain", t("actions.cancel"), () => upload.peek()?.stop())}</div>
      </div>
    </div>`;
}

/** @param {Upload} upload */
function refused({ error, retry, stop }) {
  return html`
    <div class="notice error">
      <p>${explain(error)}</p>
      <div class="row">
        ${error?.isTransient && button("secondary", t("actions.retry"), retry)}
        ${button("plain", t("actions.close"), stop)}
      </div>
    </div>`;
}

/**
 * What stands around a photo that has another shape than the clip.
 * @param {Wizard} wizard
 */
function backdrops({ draft, set }) {
  const say = (/** @type {string} */ name) => t(`new.backdrop.${name}`);
  const labels = { soft: say("soft"), plain: say("plain"), cover: say("cover") };
  const now = () => draft.value.backdrop;
  return html`
    <fieldset>
      <legend>${say("title")}</legend>
      ${radios("backdrop", labels, now, (backdrop) => set("backdrop", backdrop))}
      <p class="small muted hint">${() => say(`${now()}Hint`)}</p>
    </fieldset>`;
}

/**
 * Takes pictures that are dropped anywhere on the page, or pasted.
 * @param {(file: File) => void} take
 */
function photoCatcher(take) {
  const isOver = signal(false);
  const left = new AbortController();
  onCleanup(() => left.abort());

  /** @param {string} name @param {(event: any) => void} act */
  const on = (name, act) => addEventListener(name, act, left);
  on("dragover", (event) => {
    isOver.value = event.dataTransfer.types.includes("Files");
    if (isOver.value) event.preventDefault();
  });
  on("dragleave", (event) => {
    if (!event.relatedTarget) isOver.value = false;
  });
  on("drop", (event) => {
    isOver.value = false;
    catchFile(event, event.dataTransfer.files[0]);
  });
  on("paste", (event) => catchFile(event, [...event.clipboardData.files]
    .find(({ type }) => type.startsWith("image/"))));

  /** @param {Event} event @param {File} [file] */
  function catchFile(event, file) {
    if (!file) return;
    event.preventDefault();
    take(file);
  }

  return html`${() => isOver.value && html`
    <div class="catcher"><p>${t("new.photo.drop")}</p></div>`}`;
}
