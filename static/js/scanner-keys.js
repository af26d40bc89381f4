// A USB or Bluetooth scanner is a keyboard that types fast and ends with Enter, wherever the
// focus is.  People type slower, and when they type into a field it is left to the field.

const SLOWEST_KEY_MS = 300; // some wireless scanners pause between keys
const SHORTEST_CODE = 6;

export function listenForKeys(page, found) {
  let typed = "";
  let lastAt = 0;

  page.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    if (event.timeStamp - lastAt > SLOWEST_KEY_MS) typed = "";
    lastAt = event.timeStamp;
    if (event.key === "Enter") {
      if (typed.length >= SHORTEST_CODE) {
        event.preventDefault(); // else it would press the button that has the focus
        found(typed);
      }
      typed = "";
    } else if (event.key.length === 1) {
      if (typed && event.key === " ") event.preventDefault();
      typed += event.key;
    }
  }, { capture: true });
}
