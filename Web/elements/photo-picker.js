import { change, withPhoto } from "../app/draft.js";
import { html } from "../app/html.js";
import { photoAddress, takePhoto, upload } from "../app/photo.js";
import { computed, effect } from "../app/signal.js";
import { explain, t } from "../app/text.js";
import { announce } from "./announcer.js";
import { button, iconButton } from "./button.js";
import { cropPhoto } from "./cropper.js";
import { icon } from "./icon.js";
import { notes } from "./notes.js";
import { photoCatcher } from "./photo-catcher.js";
import { radio } from "./radio.js";
import { signedImage } from "./signed-image.js";
import { toast } from "./toast.js";

/** @typedef {import("../app/wizard.js").Wizard} Wizard */

const KINDS = "image/*,.heic,.heif,.avif,.tif,.tiff";

/**
 * The product's photo: taken, sent, cropped, and what stands around it.
 * @param {Wizard} wizard
 */
export function photoPicker(wizard) {
  const { draft, photo, edit } = wizard;
  const isSending = computed(() => upload.value !== null && !upload.value.error);
  effect(() => {
    if (photo.value && !isSending.value) announce(t("new.photo.ready"));
  });

  /** @param {File | undefined} file */
  function take(file) {
    if (file) takePhoto(draft, file);
  }

  function remove() {
    const { photo, crop } = draft.peek();
    edit((draft) => withPhoto(draft, null));
    const run = () => edit((draft) => change(draft, { photo, crop }));
    toast(t("new.photo.removed"), { label: t("actions.undo"), run });
  }

  /** @param {import("../app/draft.js").Photo} shown */
  const picked = (shown) => html`
    <div class="photo-row">
      ${signedImage("thumb", t("new.photo.yours"), () => photoAddress(shown.id))}
      <p class="file-name">${shown.name}<br>
        <span class="small muted numbers">${shown.width} × ${shown.height}
          ${() => draft.value.crop && ` · ${t("new.photo.cropped")}`}</span></p>
      <div class="row">
        ${button("secondary", t("new.photo.crop"), () => cropPhoto(wizard), "crop")}
        ${chooser(take, "new.photo.replace", "refresh")}
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

/** @param {(file: File | undefined) => void} take */
function invitation(take) {
  return html`
    <div class="drop-zone">
      ${icon("image")}
      <p><strong>${t("new.photo.add")}</strong><br>
        <span class="small muted"><span class="mouse-only">${t("new.photo.ways")}</span>
          ${t("new.photo.kinds")}</span></p>
      <div class="row">
        ${chooser(take, "new.photo.choose", "upload")}
        <span class="touch-only">
          ${chooser(take, "new.photo.camera", "camera", "environment")}</span>
      </div>
    </div>`;
}

/**
 * A button that opens the system's way to pick a file.
 * @param {(file: File | undefined) => void} take
 * @param {string} label  a key
 * @param {string} picture
 * @param {string} [capture]  which camera
 */
function chooser(take, label, picture, capture) {
  const input = document.createElement("input");
  Object.assign(input, { type: "file", accept: KINDS, hidden: true, ariaLabel: t(label) });
  if (capture) input.setAttribute("capture", capture);
  input.onchange = () => {
    take(input.files?.[0]);
    input.value = ""; // The same file may be chosen again.
  };
  return html`${button("secondary", t(label), () => input.click(), picture)}${input}`;
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

/** @param {import("../app/photo.js").Upload} failed */
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
function backdrops({ draft, edit }) {
  const option = (/** @type {string} */ backdrop) => radio({
    name: "backdrop", content: html`<span>${t(`new.backdrop.${backdrop}`)}</span>`,
    isChosen: () => draft.value.backdrop === backdrop,
    choose: () => edit((draft) => change(draft, { backdrop })),
  });
  return html`
    <fieldset>
      <legend>${t("new.backdrop.title")}</legend>
      <div class="choices">${["soft", "plain", "cover"].map(option)}</div>
      <p class="small muted hint">${() => t(`new.backdrop.${draft.value.backdrop}Hint`)}</p>
    </fieldset>`;
}
