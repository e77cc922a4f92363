import { change } from "../app/draft.js";
import { html } from "../app/html.js";
import { computed } from "../app/signal.js";
import { t } from "../app/text.js";
import { icon } from "./icon.js";
import { noteId, notes } from "./notes.js";
import { toast } from "./toast.js";

/**
 * The text the model gets: composed from the brief until it is edited.
 * @param {import("../app/wizard.js").Wizard} wizard
 */
export function promptEditor(wizard) {
  const { draft, quote, model, edit } = wizard;
  const isOwn = computed(() => draft.value.prompt !== null);
  const canFollow = computed(() => isOwn.value && draft.value.format !== null);
  const text = () => draft.value.prompt ?? quote.state.value.value?.prompt ?? "";
  const write = (/** @type {Event} */ event) => {
    const prompt = /** @type {HTMLTextAreaElement} */ (event.target).value;
    edit((draft) => change(draft, { prompt }));
  };
  const follow = () => {
    const { prompt } = draft.peek();
    edit((draft) => change(draft, { prompt: null }));
    toast(t("new.prompt.follows"), { label: t("actions.undo"), run: () => edit((draft) => change(draft, { prompt })) });
  };

  return html`
    <div class="field prompt">
      <label for="prompt">${t("new.prompt.title")}</label>
      <p class="small muted" id="prompt-hint">${() =>
        t(canFollow.value ? "new.prompt.own" : isOwn.value ? "new.prompt.free" : "new.prompt.composed")}</p>
      ${() => canFollow.value && html`<div><button class="plain" type="button" @click=${follow}>${icon("undo")}${t("new.prompt.follow")}</button></div>`}
      <textarea id="prompt" spellcheck="true" aria-describedby="prompt-hint ${noteId("prompt")}"
        .value=${text} @input=${write}></textarea>
      ${() => {
        const [count, limit] = [[...text()].length, model.value?.prompt_limit ?? Infinity];
        if (count <= limit * 0.8) return null;
        return html`<p class="small numbers ${count > limit ? "problem" : "muted"}">${t("new.count", { count, limit })}</p>`;
      }}
      ${notes(wizard, "prompt")}
    </div>`;
}
