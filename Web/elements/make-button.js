import { api, ApiError } from "../app/api.js";
import { balance, frozen, spend } from "../app/balance.js";
import { orderFor } from "../app/choice.js";
import { change, emptyDraft } from "../app/draft.js";
import { html } from "../app/html.js";
import { insist } from "../app/insist.js";
import { go } from "../app/router.js";
import { computed, onCleanup, signal } from "../app/signal.js";
import { explain, t } from "../app/text.js";
import { hearVideo } from "../app/videos.js";
import { button } from "./button.js";
import { packs } from "./packs.js";

/**
 * The one button: what it costs, and what is in the way.
 * @param {import("../app/wizard.js").Wizard} wizard
 */
export function makeButton({ draft, choice, isOver, quote, frame, edit }) {
  let isHere = true;
  onCleanup(() => (isHere = false));
  const isSending = signal(false);
  const problem = signal("");
  const error = computed(() => quote.state.value.error);
  const isPriced = computed(() => quote.state.value.isBusy || quote.state.value.value !== null);
  // The catalogue's price at once, the server's when it comes.
  const credits = computed(() => {
    const { isBusy, error, value } = quote.state.value;
    return (isBusy || error ? null : value?.credits) ?? choice.value?.credits ?? 0;
  });
  const isShort = computed(() => isPriced.value && !isSending.value && !error.value
    && balance.value !== null && credits.value > balance.value);
  /** Why it cannot be pressed, or "". */
  const obstacle = computed(() => {
    const amounts = { required: credits.value, balance: balance.value ?? 0 };
    if (frozen.value) return frozen.value.message;
    if (error.value) return explain(error.value);
    if (isOver.value) return t("new.make.over");
    if (!isPriced.value) return t("new.make.first");
    return isShort.value ? t("errors.insufficient_credits", amounts) : "";
  });
  const label = () => isSending.value ? t("new.make.sending")
    : isPriced.value ? t("new.make.priced", { count: credits.value }) : t("new.make.bare");

  async function make() {
    const chosen = choice.peek();
    if (isSending.peek() || obstacle.peek() || !chosen) return;
    isSending.value = true;
    problem.value = "";
    try {
      await order(draft.peek(), chosen);
    } catch (error) {
      problem.value = explain(error);
      const isUsed = error instanceof ApiError && error.code === "idempotency_key_reused";
      if (isUsed) edit((draft) => change(draft, {}));
    } finally {
      isSending.value = false;
    }
  }

  /**
   * @param {import("../app/draft.js").Draft} asked
   * @param {import("../app/choice.js").Choice} chosen
   */
  async function order(asked, chosen) {
    const options = { headers: { "Idempotency-Key": asked.key } };
    const send = () => api.post("/videos", orderFor(asked, chosen), options);
    const made = await spend(asked.key, credits.peek(), () =>
      insist(send, () => (problem.value = t("new.make.again"))));
    hearVideo(made);
    // Another tab may have begun something else meanwhile.
    if (draft.peek().key === asked.key) draft.value = emptyDraft();
    if (isHere) go(`videos/${made.id}`);
  }

  const picture = computed(() => frame.state.value.value);
  const show = (/** @type {string} */ place) =>
    document.querySelector(place)?.scrollIntoView({ block: "center" });
  const getCredits = () => button("plain small", t("new.make.get"), () => show(".short-of"));
  const peek = () => html`<button class="peek" type="button" aria-label="${t("new.stage.frame")}"
    @click=${() => show(".stage")}><img src="${picture.value}" alt=""></button>`;

  return html`
    <div class="make">
      <p class="small make-say" id="make-say" role="status">${() =>
        problem.value || obstacle.value}${() => isShort.value && getCredits()}</p>
      ${() => picture.value && peek()}
      <button class="primary wide" type="button" aria-describedby="make-say" @click=${make}
        ?disabled=${() => obstacle.value !== "" || isSending.value}>${label}</button>
    </div>
    ${() => isShort.value && html`<div class="stack tight short-of">
      <p class="small">${t("new.make.buy")}</p>${packs({ returnTo: "new" })}</div>`}`;
}
