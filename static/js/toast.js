// Lets a message be put away; the focus goes to the page's content, never to nowhere.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-close-toast]");
  if (!button) return;
  button.closest(".toast").remove();
  document.getElementById("main")?.focus({ preventScroll: true });
});
