import { computed, html, onCleanup, signal, t } from "../app/html.js";
import { cancelVideo } from "../app/videos.js";
import { button } from "./parts.js";
import { ask, attempt } from "./say.js";

/** @param {MaybeVideo} one */
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
    const { id = "", credits: count = 0 } = one.peek() ?? {};
    const key = stage.peek() === "queued" ? "queued" : "running";
    const isSure = await ask({
      title: t("video.cancel.title"), body: html`<p>${t(`video.cancel.${key}`, { count })}</p>`,
      confirm: t("video.cancel.yes"), isDangerous: true,
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
