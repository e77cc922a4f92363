import { frameOrder } from "../app/choice.js";
import { firstFrame } from "../app/first-frame.js";
import { html } from "../app/html.js";
import { computed, signal } from "../app/signal.js";
import { t } from "../app/text.js";
import { isOver } from "../app/videos.js";
import { icon } from "./icon.js";
import { player } from "./player.js";

/** @typedef {import("../app/videos.js").Video} Video */

/**
 * Where the clip is, or its first frame until then.
 * @param {import("../app/signal.js").Signal<Video | null>} one
 */
export function videoStage(one) {
  const hasClip = computed(() => Boolean(one.value?.clip_url));
  const isGoing = computed(() => one.value !== null && !isOver(one.value));
  const isKnown = computed(() => one.value !== null);
  return html`
    <figure class="stage tall" data-going="${() => isGoing.value}">
      ${() => (hasClip.value ? player(one) : isKnown.value ? firstPicture(/** @type {Video} */ (one.peek())) : html`<div class="skeleton fill"></div>`)}
      ${() => isGoing.value && html`<progress max="100" value="${() => one.value?.progress ?? 0}" aria-label="${t("video.progress")}"></progress>`}
    </figure>`;
}

/**
 * The frame of the same order, or the poster that there is already.
 * @param {Video} video
 */
function firstPicture({ file_id: file, model, size, backdrop, crop, poster_url: poster }) {
  const url = signal(poster);
  const isAsked = signal(!poster && file !== null);
  if (isAsked.peek() && file) {
    // The photo may be gone by now: then the stage stays calm.
    firstFrame(JSON.stringify(frameOrder({ file, model, size, backdrop, crop })))
      .then((found) => (url.value = found), () => (isAsked.value = false));
  }
  return html`${() => {
    if (url.value) return html`<img src="${url.value}" alt="${t("new.stage.frame")}">`;
    if (isAsked.value) return html`<div class="skeleton fill"></div>`;
    return html`<div class="stage-say">${icon("film")}</div>`;
  }}`;
}
