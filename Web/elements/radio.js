import { html } from "../app/html.js";

/**
 * One of several to choose from.
 * @param {{name: string, content: unknown, isChosen: () => boolean, choose: () => void,
 *   look?: string, isDisabled?: boolean}} options
 */
export function radio({ name, content, isChosen, choose, look, isDisabled }) {
  return html`<label class="${look ?? null}">
    <input type="radio" name="${name}" ?disabled=${isDisabled}
      .checked=${isChosen} @change=${choose}>
    ${content}</label>`;
}
