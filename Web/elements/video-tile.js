import { api } from "../app/api.js";
import { html } from "../app/html.js";
import { computed, onCleanup, untracked } from "../app/signal.js";
import { date, t } from "../app/text.js";
import { deleted, isOver, loadVideo, video } from "../app/videos.js";
import { icon } from "./icon.js";
import { menu } from "./menu.js";
import { signedImage } from "./signed-image.js";
import { download, remove, rename } from "./video-actions.js";

/** @typedef {import("../app/videos.js").Video} Video */

/** Only one clip plays at a time. */
let stopPlaying = () => {};

/**
 * A video in the library, by its id.
 * @param {string} id
 */
export function videoTile(id) {
  const one = () => /** @type {Video} */ (video(id).value);
  const isGoing = computed(() => !isOver(one()));
  const poster = computed(() => one().poster_url);
  /** @type {HTMLElement} */
  let frame;
  let isReloaded = false;
  let isPlaying = false;
  let wait = 0;

  /** Addresses expire, and somebody else may have deleted it. */
  async function reload() {
    if (isReloaded) return;
    isReloaded = true;
    await loadVideo(id).catch((error) => {
      if (error.code === "not_found") deleted.value = new Set([...deleted.peek(), id]);
    });
  }

  /** @param {Event} event */
  async function repair({ target }) {
    if (isReloaded) return;
    await reload();
    // A new address has its own picture; the same one may have failed by chance.
    const image = /** @type {HTMLImageElement} */ (target);
    if (image.isConnected && poster.peek()) image.src = poster.peek() ?? "";
  }

  function play() {
    const url = one().clip_url;
    if (isPlaying || !url || matchMedia("(prefers-reduced-motion: reduce)").matches) return false;
    stopPlaying();
    isPlaying = true;
    stopPlaying = stop;
    const clip = document.createElement("video");
    const how = { src: url, muted: true, loop: true, playsInline: true, ariaHidden: "true" };
    Object.assign(clip, how);
    clip.onerror = () => {
      stop();
      reload();
    };
    frame.append(clip);
    clip.play().catch(() => {}); // Stopped before it began, or not allowed: the poster stays.
    return true;
  }

  function stop() {
    clearTimeout(wait);
    isPlaying = false;
    const clip = frame.querySelector("video");
    clip?.removeAttribute("src");
    clip?.remove();
  }

  /** @param {PointerEvent} event */
  const enter = (event) => {
    if (event.pointerType === "mouse") wait = setTimeout(play, 150);
  };
  // A finger that is lifted leaves, too.
  /** @param {PointerEvent} event */
  const leave = (event) => event.pointerType === "mouse" && stop();
  /**
   * A finger's first tap plays, the second opens.
   * @param {PointerEvent} event
   */
  const tap = (event) => {
    if (event.pointerType === "touch" && play()) event.preventDefault();
  };
  /** @param {FocusEvent} event */
  const focus = (event) => {
    if (/** @type {Element} */ (event.target).matches(":focus-visible")) play();
  };
  /** The focus goes on to the next tile. */
  const discard = async () => {
    const tile = frame.closest("li");
    const next = tile?.nextElementSibling ?? tile?.previousElementSibling;
    stop();
    isPlaying = true; // What is about to go must not begin to.
    await remove(one());
    isPlaying = false;
    if (!tile?.isConnected) next?.querySelector("a")?.focus();
  };
  onCleanup(stop);

  return html`
    <li class="${() => `tile ${one().status}`}" data-video="${id}">
      <a href="#/videos/${id}" @pointerenter=${enter} @pointerleave=${leave}
        @focus=${focus} @blur=${stop} @click=${tap}>
        <span class="tall" ref=${(/** @type {HTMLElement} */ node) => (frame = node)}>
          ${() => (poster.value ? html`<img src="${poster.value}" alt="" loading="lazy"
            @load=${() => (isReloaded = false)} @error=${repair}>` : photo(untracked(one)))}
          ${() => (isGoing.value ? underWay(one) : ended(one()))}
        </span>
        <strong class="tile-title">${() => one().title}</strong>
        <span class="small muted numbers">${() =>
          `${date(one().created_at)} · ${one().seconds} s`}</span>
      </a>
      ${menu(() => t("library.actions", { title: one().title }), () => actions(one(), discard))}
    </li>`;
}

/**
 * What there is to see without a clip.
 * @param {Video} one
 */
function photo({ file_id: id }) {
  const address = async () => (await api.get(`/files/${id}`)).url;
  return id && signedImage("tile-photo", "", address);
}

/** @param {() => Video} one */
function underWay(one) {
  const stage = () => t(`library.stages.${one().stage}`);
  return html`<span class="tile-state"><span>${stage}</span>
    <progress max="100" value="${() => one().progress}" aria-label="${stage}"></progress></span>`;
}

/** @param {Video} one */
function ended(one) {
  if (!one.error) return null;
  const text = one.clip_url ? t("library.late") : t(`ledger.reasons.${one.error.code}`);
  return html`<span class="tile-state">${icon(one.clip_url ? "check" : "warning")}
    <span>${text}</span>${!one.clip_url && html`
      <span class="muted">${t("library.back", { count: one.credits })}</span>`}</span>`;
}

/** @param {Video} one @param {() => void} discard @returns {import("./menu.js").MenuItem[]} */
function actions(one, discard) {
  const { id } = one;
  const again = { label: t("library.again"), icon: "refresh", href: `#/new?again=${id}` };
  const open = { label: t("library.open"), icon: "external", href: `#/videos/${id}` };
  const name = { label: t("library.rename"), icon: "pencil", run: () => rename(one) };
  if (!isOver(one)) return [open, name, again];
  const gone = { label: t("actions.delete"), icon: "trash", run: discard };
  if (!one.clip_url) return [open, name, again, gone];
  return [
    open, name, again,
    { label: t("library.remix"), icon: "remix", href: `#/videos/${id}?remix=1` },
    { label: t("library.clip"), icon: "download", run: () => download(one, "mp4") },
    { label: t("library.poster"), icon: "image", run: () => download(one, "webp") },
    gone,
  ];
}
