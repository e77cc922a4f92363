import { html } from "../app/html.js";
import { signal } from "../app/signal.js";

/**
 * A picture whose address has to be asked for.
 * @param {string} look @param {string} alt @param {() => Promise<string>} address
 */
export function signedImage(look, alt, address) {
  const url = signal(/** @type {string | null} */ (null));
  // Without an address the place stays empty: its name says what it is.
  address().then((found) => (url.value = found), () => {});
  return html`<img class="${look}" alt="${alt}" src="${() => url.value}">`;
}
