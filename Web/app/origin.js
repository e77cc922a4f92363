// Writes this server's own address into the examples, so that they can be pasted as they are.

for (const place of document.querySelectorAll(".origin")) {
  place.textContent = location.origin;
}
