import { change, withPhoto } from "../app/draft.js";
import { html } from "../app/html.js";
import { photoAddress, takePhoto, upload } from "../app/photo.js";
import { computed, effect } from "../app/signal.js";
import { explain, t } from "../app/text.js";
import { announce } from "./announcer.js";
import { cropPhoto } from "./cropper.js";
import { icon } from "./icon.js";
import { notes } from "./notes.js";
import { photoCatcher } from "./photo-catcher.js";
import { signedImage } from "./signed-image.js";
import { toast } from "./toast.js";

const KINDS = "image/*,.heic,.heif,.avif,.tif,.tiff";

/**
 * The product's photo: taken, sent, cropped, and what stands around it.
 * @param {import("../app/wizard.js").Wizard} wizard
 */
export function photoPicker(wizard) {
  const { draft, photo, edit } = wizard;
  const take = (/** @type {File | undefined} */ file) => file && takePhoto(draft, file);
  const isSending = computed(() => upload.value !== null && !upload.value.error);
  effect(() => {
    if (photo.value && !isSending.value) announce(t("new.photo.ready"));
  });

  return html`
    <section class="stack" aria-labelledby="photo-title">
      <h2 id="photo-title">${t("new.photo.title")}</h2>
      ${() => (isSending.value ? sending() : photo.value ? picked(photo.value) : invitation())}
      <div role="alert">${() => upload.value?.error && refused(upload.value)}</div>
      ${notes(wizard, "input_reference")}${notes(wizard, "crop")}
      ${() => photo.value && backdrops(wizard)}
      ${photoCatcher(take)}
    </section>`;

  function invitation() {
    return html`
      <div class="drop-zone">
        ${icon("image")}
        <p><strong>${t("new.photo.add")}</strong><br><span class="small muted"><span class="mouse-only">${t("new.photo.ways")}</span> ${t("new.photo.kinds")}</span></p>
        <div class="row">${chooser("new.photo.choose", "upload")}${chooser("new.photo.camera", "camera", true)}</div>
      </div>`;
  }

  /**
   * A button that opens the system's way to pick a file.
   * @param {string} label @param {string} picture @param {boolean} [isCamera]
   */
  function chooser(label, picture, isCamera = false) {
    /** @type {HTMLInputElement | undefined} */
    let input;
    const picked = () => {
      take(input?.files?.[0]);
      if (input) input.value = ""; // The same file may be chosen again.
    };
    return html`
      <button class="secondary ${isCamera ? "touch-only" : ""}" type="button" @click=${() => input?.click()}>${icon(picture)}${t(label)}</button>
      <input type="file" accept="${KINDS}" capture="${isCamera && "environment"}" hidden aria-label="${t(label)}"
        @change=${picked} ref=${(/** @type {HTMLInputElement} */ node) => (input = node)}>`;
  }

  function sending() {
    const share = () => upload.value?.share ?? 0;
    return html`
      <div class="photo-row">
        <div class="thumb skeleton"></div>
        <div class="stack tight">
          <p id="sending">${() => t(share() < 1 ? "new.photo.sending" : "new.photo.checking", { name: upload.value?.name ?? "" })}</p>
          <progress max="1" value="${share}" aria-labelledby="sending"></progress>
          <div><button class="plain" type="button" @click=${() => upload.peek()?.stop()}>${t("actions.cancel")}</button></div>
        </div>
      </div>`;
  }

  /** @param {import("../app/photo.js").Upload} failed */
  function refused({ error, retry, stop }) {
    return html`
      <div class="notice error">
        <p>${explain(error)}</p>
        <div class="row">
          ${error?.isTransient && html`<button class="secondary" type="button" @click=${retry}>${t("actions.retry")}</button>`}
          <button class="plain" type="button" @click=${stop}>${t("actions.close")}</button>
        </div>
      </div>`;
  }

  /** @param {import("../app/draft.js").Photo} shown */
  function picked(shown) {
    const remove = () => {
      const before = draft.peek();
      edit((draft) => withPhoto(draft, null));
      const undo = () => edit((draft) => change(draft, { photo: before.photo, crop: before.crop }));
      toast(t("new.photo.removed"), { label: t("actions.undo"), run: undo });
    };
    return html`
      <div class="photo-row">
        ${signedImage({ className: "thumb", alt: t("new.photo.yours"), address: () => photoAddress(shown.id) })}
        <p class="file-name">${shown.name}<br><span class="small muted numbers">${shown.width} × ${shown.height}${() =>
          draft.value.crop && ` · ${t("new.photo.cropped")}`}</span></p>
        <div class="row">
          <button class="secondary" type="button" @click=${() => cropPhoto(wizard)}>${icon("crop")}${t("new.photo.crop")}</button>
          ${chooser("new.photo.replace", "refresh")}
          <button class="quiet" type="button" aria-label="${t("new.photo.remove")}" @click=${remove}>${icon("trash")}</button>
        </div>
      </div>`;
  }
}

/**
 * What stands around a photo that has another shape than the clip.
 * @param {import("../app/wizard.js").Wizard} wizard
 */
function backdrops({ draft, edit }) {
  const option = (/** @type {string} */ name) => html`
    <label><input type="radio" name="backdrop" .checked=${() => draft.value.backdrop === name}
      @change=${() => edit((draft) => change(draft, { backdrop: name }))}><span>${t(`new.backdrop.${name}`)}</span></label>`;
  return html`
    <fieldset>
      <legend>${t("new.backdrop.title")}</legend>
      <div class="choices">${["soft", "plain", "cover"].map(option)}</div>
      <p class="small muted hint">${() => t(`new.backdrop.${draft.value.backdrop}Hint`)}</p>
    </fieldset>`;
}
