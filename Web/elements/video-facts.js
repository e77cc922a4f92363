import { formatText, modelName } from "../app/catalogue.js";
import { html } from "../app/html.js";
import { dateTime, t } from "../app/text.js";
import { button } from "./button.js";
import { toast } from "./toast.js";

/**
 * What was ordered.
 * @param {import("../app/videos.js").Video} video
 */
export function videoFacts(video) {
  const { format, model, seconds, size, created_at: at, remixed_from_video_id: from } = video;
  /** @type {[string, () => unknown][]} */
  const facts = [
    ["format", () => (format ? formatText(format, "title") : t("new.format.own"))],
    ["model", () => modelName(model)],
    ["seconds", () => `${seconds} s`],
    ["size", () => size.replace("x", " × ")],
    ["credits", () => t("credits.amount", { count: video.error ? 0 : video.credits })],
    ["date", () => dateTime(at)],
  ];
  const origin = () => html`<a href="#/videos/${from}">
    ${t(`video.from.${video.remix_method ?? "regenerate"}`)}</a>`;
  if (from) facts.push(["origin", origin]);
  return html`<dl class="facts">${facts.map(([name, say]) => html`
    <div><dt class="small muted">${t(`video.facts.${name}`)}</dt>
      <dd class="numbers">${say}</dd></div>`)}</dl>`;
}

/**
 * The text the model got.
 * @param {string} prompt
 */
export function promptText(prompt) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(prompt);
      toast(t("video.copied"));
    } catch {
      toast(t("video.notCopied")); // The browser forbids it: the text can still be selected.
    }
  };
  return html`
    <section class="stack tight">
      <div class="row spread"><h2>${t("new.prompt.title")}</h2>
        ${button("plain", t("video.copy"), copy, "copy")}</div>
      <p class="prompt-text" tabindex="0" role="region"
        aria-label="${t("new.prompt.title")}">${prompt}</p>
    </section>`;
}
