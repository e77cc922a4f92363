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
  const kind = computed(() =>
    one.value === null ? "unknown" : one.value.clip_url ? "clip" : "frame");
  const isGoing = computed(() => one.value !== null && !isOver(one.value));
  const content = () => {
    if (kind.value === "clip") return player(one);
    const known = one.peek();
    return kind.value === "frame" && known ? firstPicture(known) : skeleton();
  };
  return html`
    <figure class="stage tall" data-going="${() => isGoing.value}">
      ${content}
      ${() => isGoing.value && html`<progress max="100" aria-label="${t("video.progress")}"
        value="${() => one.value?.progress ?? 0}"></progress>`}
    </figure>`;
}

/**
 * The frame of the same order, or the poster that there is already.
 * @param {Video} video
 */
function firstPicture({ file_id: file, model, size, backdrop, crop, poster_url: poster }) {
  const url = signal(poster);
  const isAsked = signal(!poster && file !== null);
  if (!poster && file) {
    // The photo may be gone by now: then the stage stays calm.
    firstFrame(JSON.stringify(frameOrder({ file, model, size, backdrop, crop })))
      .then((found) => (url.value = found), () => (isAsked.value = false));
  }
  return html`${() => {
    if (url.value) return html`<img src="${url.value}" alt="${t("new.stage.frame")}">`;
    return isAsked.value ? skeleton() : html`<div class="stage-say">${icon("film")}</div>`;
  }}`;
}

function skeleton() {
  return html`<div class="skeleton fill"></div>`;
}
