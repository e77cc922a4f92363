/**
 * Has a screen reader say something.
 * @param {string} text
 */
export function announce(text) {
  const place = document.querySelector("#announcer");
  if (!place) return;
  const line = document.createElement("p");
  line.textContent = text;
  // A new node is read even when the text is the same as before.
  place.replaceChildren(line);
}
