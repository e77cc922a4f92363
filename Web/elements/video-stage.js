import { firstFrame, frameOrder } from "../app/first-frame.js";
import { computed, html, signal, t } from "../app/html.js";
import { isOver, loadVideo } from "../app/videos.js";
import { icon } from "./parts.js";

/** @param {MaybeVideo} one */
export function videoStage(one) {
  const hasClip = computed(() => Boolean(one.value?.clip_url));
  const isKnown = computed(() => one.value !== null);
  const isGoing = computed(() => one.value !== null && !isOver(one.value));
  const content = () => {
    if (hasClip.value) return player(one);
    return isKnown.value ? firstPicture(/** @type {Video} */ (one.peek())) : skeleton();
  };
  return html`
    <figure class="stage tall" data-going="${() => isGoing.value}">
      ${content}
      ${() => isGoing.value && html`<progress max="100" aria-label="${t("video.progress")}"
        value="${() => one.value?.progress ?? 0}"></progress>`}
    </figure>`;
}

function skeleton() {
  return html`<div class="skeleton"></div>`;
}

/** @param {Video} video */
function firstPicture(video) {
  const picture = (/** @type {string} */ url) => html`
    <img src="${url}" alt="${t("new.stage.frame")}">`;
  const none = html`<div class="stage-say">${icon("film")}</div>`;
  if (video.poster_url) return picture(video.poster_url);
  if (!video.file_id) return none;
  const content = signal(skeleton());
  // The photo may be gone by now: then the stage stays calm.
  firstFrame(frameOrder(video)).then(picture, () => none).then((made) => (content.value = made));
  return html`${() => content.value}`;
}

/**
 * Plays a clip. Its address expires: then a new one is asked for, and it goes on where it was.
 * @param {MaybeVideo} one
 */
function player(one) {
  let isRenewing = false;
  const { id, clip_url: url, poster_url: poster } = /** @type {Video} */ (one.peek());
  /** @param {{target: HTMLVideoElement}} event */
  async function renew({ target: clip }) {
    if (isRenewing) return;
    isRenewing = true;
    const at = clip.currentTime;
    // Without an answer the player shows that it cannot play; the next attempt asks again.
    await loadVideo(id).catch(() => {});
    const next = one.peek()?.clip_url;
    if (next && next !== clip.src) {
      clip.src = next;
      clip.currentTime = at;
    }
    isRenewing = false;
  }
  return html`<video controls playsinline preload="metadata" aria-label="${() => one.value?.title}"
    poster="${poster}" src="${url}" @error=${renew}></video>`;
}
