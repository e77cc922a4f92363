// Lists the formats this server offers. What the page says without it stays when it cannot.

/** @typedef {{title: string, summary: string, seconds: {min: number, max: number},
 *   needs_person: boolean, has_speech: boolean}} Format */

/** @param {string} tag @param {string} text @param {string} [className] */
function element(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** @param {Format} format */
function facts(format) {
  return [
    `${format.seconds.min} to ${format.seconds.max} s`,
    format.needs_person ? "a person" : "no person",
    format.has_speech ? "room for a spoken line" : "no speech",
  ].join(" · ");
}

/** @param {Format} format */
function item(format) {
  const made = document.createElement("li");
  made.append(
    element("h3", format.title),
    element("p", format.summary),
    element("p", facts(format), "facts"),
  );
  return made;
}

const place = document.querySelector("#format-list");
const answer = await fetch("/v1/formats").catch(() => null);
if (place && answer?.ok) {
  const { data } = await answer.json();
  const list = element("ul", "", "formats");
  list.append(...data.map(item));
  place.replaceChildren(list);
}
