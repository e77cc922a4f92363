import { api, ApiError } from "../app/api.js";
import { balance, frozen, spend } from "../app/balance.js";
import { orderFor } from "../app/choice.js";
import { change, emptyDraft } from "../app/draft.js";
import { html } from "../app/html.js";
import { go } from "../app/router.js";
import { computed, onCleanup, signal } from "../app/signal.js";
import { explain, t } from "../app/text.js";
import { hearVideo } from "../app/videos.js";
import { packs } from "./packs.js";

/** Waits before an order is sent again, in milliseconds. */
const PAUSES = [1000, 2000, 4000, 8000];

/**
 * The one button: what it costs, and what is in the way.
 * @param {import("../app/wizard.js").Wizard} wizard
 */
export function makeButton({ draft, choice, quote, frame, edit }) {
  let isHere = true;
  onCleanup(() => (isHere = false));
  const isSending = signal(false);
  const problem = signal("");
  const credits = computed(() => quote.state.value.isBusy || !quote.state.value.value
    ? choice.value?.credits ?? 0 : quote.state.value.value.credits);
  const isPriced = computed(() => quote.state.value.isBusy || quote.state.value.value !== null);
  const isShort = computed(() =>
    isPriced.value && !isSending.value && balance.value !== null && credits.value > balance.value);
  /** Why it cannot be pressed, or "". */
  const obstacle = computed(() => {
    const { error } = quote.state.value;
    if (frozen.value) return frozen.value.message;
    if (error) return explain(error);
    if (!isPriced.value) return t("new.make.first");
    if (isShort.value) return t("errors.insufficient_credits", { required: credits.value, balance: balance.value ?? 0 });
    return "";
  });
  const picture = computed(() => frame.state.value.value);
  const toStage = () => document.querySelector(".stage")?.scrollIntoView({ block: "center" });
  const toPacks = () => /** @type {HTMLElement | null} */ (document.querySelector(".pack"))?.focus();
  const label = () => isSending.value ? t("new.make.sending")
    : isPriced.value ? t("new.make.priced", { count: credits.value }) : t("new.make.bare");

  async function make() {
    const chosen = choice.peek();
    if (isSending.peek() || obstacle.peek() || !chosen) return;
    isSending.value = true;
    problem.value = "";
    const order = draft.peek();
    try {
      const send = () => insist(() => api.post("/videos", orderFor(order, chosen), {
        headers: { "Idempotency-Key": order.key },
      }), () => (problem.value = t("new.make.again")));
      const made = await spend(order.key, credits.peek(), send);
      hearVideo(made);
      // Another tab may have begun something else meanwhile.
      if (draft.peek().key === order.key) draft.value = emptyDraft();
      if (isHere) go(`videos/${made.id}`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      problem.value = explain(error);
      if (error.code === "idempotency_key_reused") edit((draft) => change(draft, {}));
    } finally {
      isSending.value = false;
    }
  }

  return html`
    <div class="make">
      <p class="small make-say" id="make-say" role="status">${() => problem.value || obstacle.value}${() => isShort.value && html`
        <button class="plain small" type="button" @click=${toPacks}>${t("new.make.get")}</button>`}</p>
      ${() => picture.value && html`<button class="peek" type="button" aria-label="${t("new.stage.frame")}"
        @click=${toStage}><img src="${picture.value}" alt=""></button>`}
      <button class="primary wide" type="button" aria-describedby="make-say" aria-busy="${() => String(isSending.value)}"
        ?disabled=${() => obstacle.value !== "" || isSending.value} @click=${make}>${label}</button>
    </div>
    ${() => isShort.value && html`<div class="stack tight short-of"><p class="small">${t("new.make.buy")}</p>${packs({ returnTo: "new" })}</div>`}`;
}

/**
 * Sends an order until the server has answered: its key keeps it one.
 * @param {() => Promise<any>} send @param {() => void} onLost
 */
async function insist(send, onLost) {
  for (const pause of PAUSES) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof ApiError) || !isLost(error)) throw error;
      onLost();
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return send();
}

/**
 * Whether nobody knows if the order arrived.
 * @param {ApiError} error
 */
function isLost(error) {
  return error.status === 0 || error.code === "overloaded" || error.code.startsWith("http_5");
}
