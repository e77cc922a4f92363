import {
  computed, date, deleted, html, icon, isOver, loadVideo, menu, onCleanup, photoAddress,
  setDeleted, signedImage, t, untracked, video,
} from "./parts.js";
import { download, remove, rename } from "./video-actions.js";

let stopPlaying = () => {};

/** @param {string} id */
export function videoTile(id) {
  const one = () => /** @type {Video} */ (video(id).value);
  const isGoing = computed(() => !isOver(one()));
  const poster = computed(() => one().poster_url);
  let isReloaded = false;
  let isPlaying = false;
  let wait = 0;

  /** Addresses expire, and somebody else may have deleted it. */
  async function reload() {
    if (isReloaded) return;
    isReloaded = true;
    await loadVideo(id).catch(({ code }) => {
      if (code === "not_found") setDeleted([...deleted.peek(), id]);
    });
  }

  function play() {
    const src = one().clip_url;
    if (isPlaying || !src || matchMedia("(prefers-reduced-motion: reduce)").matches) return false;
    stopPlaying();
    isPlaying = true;
    stopPlaying = stop;
    const clip = document.createElement("video");
    Object.assign(clip, { src, muted: true, loop: true, playsInline: true, ariaHidden: "true" });
    clip.onerror = () => {
      stop();
      reload();
    };
    tile.querySelector(".tall")?.append(clip);
    clip.play().catch(() => {}); // Stopped before it began, or not allowed: the poster stays.
    return true;
  }

  function stop() {
    clearTimeout(wait);
    isPlaying = false;
    const clip = tile.querySelector("video");
    clip?.removeAttribute("src");
    clip?.remove();
  }

  /** The focus goes on to the next tile. */
  async function discard() {
    const next = tile.nextElementSibling ?? tile.previousElementSibling;
    stop();
    isPlaying = true; // What is about to go must not begin to.
    await remove(one());
    isPlaying = false;
    if (!tile.isConnected) next?.querySelector("a")?.focus();
  }

  // A finger's first tap plays, the second opens; when it is lifted, it leaves, too.
  const isMouse = (/** @type {PointerEvent} */ { pointerType }) => pointerType === "mouse";
  const made = html`
    <li class="${() => `tile ${one().status}`}" data-video="${id}">
      <a href="#/videos/${id}"
        @pointerenter=${(event) => isMouse(event) && (wait = setTimeout(play, 150))}
        @pointerleave=${(event) => isMouse(event) && stop()} @blur=${stop}
        @focus=${({ target }) => target.matches(":focus-visible") && play()}
        @click=${(event) => event.pointerType === "touch" && play() && event.preventDefault()}>
        <span class="tall">
          ${() => (poster.value ? html`<img src="${poster.value}" alt="" loading="lazy"
            @load=${() => (isReloaded = false)} @error=${reload}>` : photo(untracked(one)))}
          ${() => (isGoing.value ? underWay(one) : ended(one()))}
        </span>
        <strong>${() => one().title}</strong>
        <span class="small muted">${() =>
          `${date(one().created_at)} · ${one().seconds} s`}</span>
      </a>
      ${menu(() => t("library.actions", { title: one().title }), () => actions(one(), discard))}
    </li>`;
  const [tile] = made.children;
  onCleanup(stop);
  return made;
}

/** @param {Video} video */
function photo({ file_id: id }) {
  return id && signedImage("tile-photo", "", () => photoAddress(id));
}

/** @param {() => Video} one */
function underWay(one) {
  const stage = () => t(`library.stages.${one().stage}`);
  return html`<span class="tile-state"><span>${stage}</span>
    <progress max="100" value="${() => one().progress}" aria-label="${stage}"></progress></span>`;
}

/** @param {Video} video */
function ended({ error, clip_url: clip, credits: count }) {
  if (!error) return null;
  const text = clip ? t("library.late") : t(`ledger.reasons.${error.code}`);
  return html`<span class="tile-state">${icon(clip ? "check" : "warning")}
    <span>${text}</span>
    ${!clip && html`<span class="muted">${t("library.back", { count })}</span>`}</span>`;
}

/** @param {Video} one @param {() => void} discard @returns {MenuItem[]} */
function actions(one, discard) {
  const { id, clip_url: clip } = one;
  const withClip = [
    { label: t("library.remix"), icon: "remix", act: `#/videos/${id}?remix=1` },
    { label: t("library.clip"), icon: "download", act: () => download(one, "mp4") },
    { label: t("library.poster"), icon: "image", act: () => download(one, "webp") },
  ];
  return [
    { label: t("library.open"), icon: "external", act: `#/videos/${id}` },
    { label: t("library.rename"), icon: "pencil", act: () => rename(one) },
    { label: t("library.again"), icon: "refresh", act: `#/new?again=${id}` },
    ...(clip ? withClip : []),
    ...(isOver(one) ? [{ label: t("actions.delete"), icon: "trash", act: discard }] : []),
  ];
}
