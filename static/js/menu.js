// A strip of links may be wider than a phone: the present page's link is brought into view.
for (const link of document.querySelectorAll(":is(.organizer-bar, .tabs) [aria-current]")) {
  const strip = link.closest("ul");
  const [inner, outer] = [link.getBoundingClientRect(), strip.getBoundingClientRect()];
  strip.scrollLeft += (inner.x + inner.width / 2) - (outer.x + outer.width / 2);
}

// Menus in the header are <details> and work alone; this closes them with Escape or a press elsewhere.
const open = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  for (const menu of open()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
