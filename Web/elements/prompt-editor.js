import { computed, html, t } from "../app/html.js";
import { counter, noteId, notes } from "./notes.js";
import { button, valueOf } from "./parts.js";
import { toast } from "./say.js";

/**
 * The text the model gets: composed from the brief until it is edited.
 * @param {Wizard} wizard
 */
export function promptEditor(wizard) {
  const { draft, quote, model, set } = wizard;
  const isOwn = computed(() => draft.value.prompt !== null);
  const canFollow = computed(() => isOwn.value && draft.value.format !== null);
  const hint = () => canFollow.value ? "own" : isOwn.value ? "free" : "composed";
  const text = () => draft.value.prompt ?? quote.state.value.value?.prompt ?? "";
  const follow = () => {
    const { prompt } = draft.peek();
    set("prompt", null);
    toast(t("new.prompt.follows"), () => set("prompt", prompt));
  };
  return html`
    <div class="field prompt">
      <label for="prompt">${t("new.prompt.title")}</label>
      <p class="small muted" id="prompt-hint">${() => t(`new.prompt.${hint()}`)}</p>
      <div>${() => canFollow.value && button("plain", t("new.prompt.follow"), follow, "undo")}</div>
      <textarea id="prompt" aria-describedby="prompt-hint ${noteId("prompt")}"
        .value=${text} @input=${(event) => set("prompt", valueOf(event))}></textarea>
      ${counter(text, () => model.value?.prompt_limit ?? Infinity)}
      ${notes(wizard, "prompt")}
    </div>`;
}
