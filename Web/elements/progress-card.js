import { html } from "../app/html.js";
import { computed, onCleanup, signal } from "../app/signal.js";
import { t } from "../app/text.js";
import { cancelVideo } from "../app/videos.js";
import { button } from "./button.js";
import { ask } from "./dialog.js";
import { attempt } from "./video-actions.js";

/** @typedef {import("../app/videos.js").Video} Video */

/**
 * How far a video is, in honest words, and the way to stop it.
 * @param {import("../app/signal.js").Signal<Video | null>} one
 */
export function progressCard(one) {
  const now = signal(Date.now());
  const timer = setInterval(() => (now.value = Date.now()), 1000);
  onCleanup(() => clearInterval(timer));
  const stage = computed(() => one.value?.stage ?? "queued");
  const isStopping = computed(() => Boolean(one.value?.cancel_requested));
  const canStop = computed(() => !isStopping.value && stage.value !== "storing");
  const say = () => t(isStopping.value ? "video.stopping" : `video.stages.${stage.value}`);
  const elapsed = () => {
    const seconds = Math.max(0, Math.floor(now.value / 1000 - (one.value?.created_at ?? 0)));
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };

  async function cancel() {
    const { id, credits } = /** @type {Video} */ (one.peek());
    const key = stage.peek() === "queued" ? "queued" : "running";
    const body = html`<p>${t(`video.cancel.${key}`, { count: credits })}</p>`;
    const isSure = await ask({
      title: t("video.cancel.title"), body, confirm: t("video.cancel.yes"), isDangerous: true,
    });
    if (isSure) await attempt(() => cancelVideo(id));
  }

  return html`
    <section class="progress-card stack" aria-labelledby="stage-text">
      <p class="lead" id="stage-text" role="status">${say}</p>
      <p class="muted">${t("video.leave")}</p>
      <div class="row">
        <span class="numbers muted">
          <span class="unseen">${t("video.elapsed")}</span> ${elapsed}</span>
        ${() => canStop.value && button("plain", t("video.cancel.ask"), cancel)}
      </div>
    </section>`;
}
