import { formatText, modelName } from "../app/catalogue.js";
import { date, html, t } from "../app/html.js";
import { button } from "./parts.js";
import { toast } from "./say.js";

/** @param {Video} video @param {() => boolean} hasFailed */
export function videoFacts(video, hasFailed) {
  const { format, model, seconds, size, created_at: at, remixed_from_video_id: from } = video;
  /** @type {Record<string, Value>} */
  const facts = {
    format: () => format ? formatText(format, "title") : t("new.format.own"),
    model: () => modelName(model),
    seconds: `${seconds} s`,
    size: size.replace("x", " × "),
    credits: () => t("credits.amount", { count: hasFailed() ? 0 : video.credits }),
    date: date(at, "short"),
  };
  const how = t(`video.from.${video.remix_method ?? "regenerate"}`);
  if (from) facts.origin = html`<a href="#/videos/${from}">${how}</a>`;
  return html`<dl class="facts">${Object.entries(facts).map(([name, say]) => html`
    <div><dt class="small muted">${t(`video.facts.${name}`)}</dt>
      <dd class="numbers">${say}</dd></div>`)}</dl>`;
}

/** @param {string} prompt */
export function promptText(prompt) {
  const title = t("new.prompt.title");
  // Where the browser forbids it, the text can still be selected.
  const copy = () => navigator.clipboard.writeText(prompt)
    .then(() => toast(t("video.copied")), () => toast(t("video.notCopied")));
  return html`
    <section class="stack tight">
      <div class="row spread"><h2>${title}</h2>
        ${button("plain", t("video.copy"), copy, "copy")}</div>
      <p class="prompt-text" tabindex="0" role="region" aria-label="${title}">${prompt}</p>
    </section>`;
}
