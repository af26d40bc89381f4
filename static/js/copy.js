// Copies the value of the field named by data-copy and says so in the button.
async function copyOf(field) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return document.execCommand("copy"); // pages served without https have no clipboard object
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const words = button.querySelector("[role=status]");
  if (!(await copyOf(field)) || words.dataset.before) return;
  words.dataset.before = words.textContent;
  words.textContent = button.dataset.copied;
  setTimeout(() => {
    words.textContent = words.dataset.before;
    delete words.dataset.before;
  }, 2500);
});
