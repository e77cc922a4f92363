import { change } from "../app/draft.js";
import { html } from "../app/html.js";
import { computed } from "../app/signal.js";
import { t } from "../app/text.js";
import { button } from "./button.js";
import { counter } from "./counter.js";
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
  const hint = () => canFollow.value ? "own" : isOwn.value ? "free" : "composed";
  const text = () => draft.value.prompt ?? quote.state.value.value?.prompt ?? "";
  const write = (/** @type {string | null} */ prompt) =>
    edit((draft) => change(draft, { prompt }));
  const type = (/** @type {Event} */ event) =>
    write(/** @type {HTMLTextAreaElement} */ (event.target).value);
  const follow = () => {
    const { prompt } = draft.peek();
    write(null);
    toast(t("new.prompt.follows"), { label: t("actions.undo"), run: () => write(prompt) });
  };

  return html`
    <div class="field prompt">
      <label for="prompt">${t("new.prompt.title")}</label>
      <p class="small muted" id="prompt-hint">${() => t(`new.prompt.${hint()}`)}</p>
      <div>${() => canFollow.value && button("plain", t("new.prompt.follow"), follow, "undo")}</div>
      <textarea id="prompt" aria-describedby="prompt-hint ${noteId("prompt")}"
        .value=${text} @input=${type}></textarea>
      ${counter(text, () => model.value?.prompt_limit ?? Infinity)}
      ${notes(wizard, "prompt")}
    </div>`;
}
