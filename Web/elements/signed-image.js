import { html } from "../app/html.js";
import { signal } from "../app/signal.js";

/**
 * A picture whose address has to be asked for.
 * @param {{className: string, alt: string, address: () => Promise<string>}} options
 */
export function signedImage({ className, alt, address }) {
  const url = signal(/** @type {string | null} */ (null));
  address().then((found) => (url.value = found), () => {}); // The frame stays empty: its name says what it is.
  return html`<img class="${className}" alt="${alt}" src="${() => url.value}">`;
}
