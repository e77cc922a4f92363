import { html } from "../app/html.js";
import { effect } from "../app/signal.js";
import { loadVideo } from "../app/videos.js";

/**
 * Plays a clip. Its address expires: then a new one is asked for, and it goes on where it was.
 * @param {import("../app/signal.js").Signal<import("../app/videos.js").Video | null>} one
 */
export function player(one) {
  let isRenewing = false;
  /** @type {HTMLVideoElement} */
  let clip;
  const renew = async () => {
    const { id, clip_url: old } = one.peek() ?? {};
    if (!id || isRenewing) return;
    isRenewing = true;
    const at = clip.currentTime;
    // Without an answer the player shows that it cannot play; the next attempt asks again.
    await loadVideo(id).catch(() => {});
    const next = one.peek()?.clip_url;
    if (next && next !== old) {
      clip.src = next;
      clip.currentTime = at;
    }
    isRenewing = false;
  };
  const fragment = html`<video controls playsinline preload="metadata"
    aria-label="${() => one.value?.title}" @error=${renew}
    poster="${one.peek()?.poster_url}" src="${one.peek()?.clip_url}"
    ref=${(/** @type {HTMLVideoElement} */ node) => (clip = node)}></video>`;
  effect(() => {
    // A fresh address of the same clip must not stop it.
    if (!clip.getAttribute("src") && one.value?.clip_url) clip.src = one.value.clip_url;
  });
  return fragment;
}
