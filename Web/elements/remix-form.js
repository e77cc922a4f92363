import { api } from "../app/api.js";
import { balance, spend } from "../app/balance.js";
import { catalogue, price } from "../app/catalogue.js";
import { html } from "../app/html.js";
import { go } from "../app/router.js";
import { computed, signal } from "../app/signal.js";
import { explain, t } from "../app/text.js";
import { hearVideo } from "../app/videos.js";
import { packs } from "./packs.js";

/**
 * Asks for the same clip with another text.
 * @param {import("../app/videos.js").Video} video @param {boolean} isOpen
 */
export function remixForm(video, isOpen) {
  const prompt = signal(video.prompt);
  const isSending = signal(false);
  const problem = signal("");
  let key = crypto.randomUUID();
  const model = computed(() => catalogue.value?.models.find(({ id }) => id === video.model));
  const credits = computed(() => model.value ? price(model.value, video.size, Number(video.seconds)) : video.credits);
  const isShort = computed(() => !isSending.value && balance.value !== null && balance.value < credits.value);
  const canSend = computed(() => !isSending.value && !isShort.value && prompt.value.trim() !== "" && prompt.value !== video.prompt);
  const type = (/** @type {Event} */ event) => {
    prompt.value = /** @type {HTMLTextAreaElement} */ (event.target).value;
    key = crypto.randomUUID();
  };

  /** @param {Event} event */
  async function send(event) {
    event.preventDefault();
    if (!canSend.peek()) return;
    isSending.value = true;
    problem.value = "";
    try {
      const options = { headers: { "Idempotency-Key": key } };
      const made = await spend(key, credits.peek(), () =>
        api.post(`/videos/${video.id}/remix`, { prompt: prompt.peek() }, options));
      hearVideo(made);
      go(`videos/${made.id}`);
    } catch (error) {
      problem.value = explain(error);
    }
    isSending.value = false;
  }

  return html`
    <details class="remix" ?open=${isOpen}>
      <summary>${t("video.remix.title")}</summary>
      <form class="stack" @submit=${send}>
        <p class="muted">${() => t(`video.remix.${model.value?.remix ?? "unknown"}`)}</p>
        <label class="field"><span>${t("video.remix.prompt")}</span>
          <textarea rows="8" .value=${video.prompt} @input=${type}></textarea></label>
        <div role="alert">${() => problem.value && html`<p class="problem">${problem.value}</p>`}</div>
        <div><button class="secondary" type="submit" ?disabled=${() => !canSend.value}>${() =>
          t("video.remix.send", { count: credits.value })}</button></div>
        ${() => isShort.value && html`<p class="caution">${t("errors.insufficient_credits", { required: credits.value, balance: balance.value ?? 0 })}</p>
          ${packs({ returnTo: `videos/${video.id}` })}`}
      </form>
    </details>`;
}
