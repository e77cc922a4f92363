import { api } from "../app/api.js";
import { balance, spend } from "../app/balance.js";
import { catalogue, price } from "../app/catalogue.js";
import { newKey } from "../app/draft.js";
import { html } from "../app/html.js";
import { insist } from "../app/insist.js";
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
  const { id, size, seconds } = video;
  const prompt = signal(video.prompt);
  const isSending = signal(false);
  const problem = signal("");
  let key = newKey();
  const model = computed(() => catalogue.value?.models.find((one) => one.id === video.model));
  const count = computed(() =>
    model.value ? price(model.value, size, Number(seconds)) : video.credits);
  const isShort = computed(() =>
    !isSending.value && balance.value !== null && balance.value < count.value);
  const isChanged = computed(() => prompt.value.trim() !== "" && prompt.value !== video.prompt);
  const canSend = computed(() => isChanged.value && !isSending.value && !isShort.value);
  const type = (/** @type {Event} */ event) => {
    prompt.value = /** @type {HTMLTextAreaElement} */ (event.target).value;
    key = newKey();
  };

  /** @param {Event} event */
  async function send(event) {
    event.preventDefault();
    if (!canSend.peek()) return;
    isSending.value = true;
    problem.value = "";
    const body = { prompt: prompt.peek() };
    const options = { headers: { "Idempotency-Key": key } };
    try {
      const made = await spend(key, count.peek(), () => insist(
        () => api.post(`/videos/${id}/remix`, body, options),
        () => (problem.value = t("new.make.again"))));
      hearVideo(made);
      go(`videos/${made.id}`);
    } catch (error) {
      problem.value = explain(error);
    }
    isSending.value = false;
  }

  const short = () => html`
    <p class="caution">${t("errors.insufficient_credits",
      { required: count.value, balance: balance.value ?? 0 })}</p>
    ${packs({ returnTo: `videos/${id}` })}`;
  return html`
    <details class="remix" ?open=${isOpen}>
      <summary>${t("video.remix.title")}</summary>
      <form class="stack" @submit=${send}>
        <p class="muted">${() => t(`video.remix.${model.value?.remix ?? "unknown"}`)}</p>
        <label class="field"><span>${t("video.remix.prompt")}</span>
          <textarea rows="8" .value=${video.prompt} @input=${type}></textarea></label>
        <p class="problem" role="alert">${() => problem.value}</p>
        <div><button class="secondary" type="submit" ?disabled=${() => !canSend.value}>
          ${() => t("video.remix.send", { count: count.value })}</button></div>
        ${() => isShort.value && short()}
      </form>
    </details>`;
}
