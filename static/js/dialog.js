// Opens the native dialog that a link names; without this module the link leads to a page.
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const opener = event.target.closest("[data-open-dialog]");
  const wanted = opener && document.getElementById(opener.dataset.openDialog);
  if (wanted instanceof HTMLDialogElement) {
    event.preventDefault();
    wanted.showModal();
    return;
  }
  const shown = event.target.closest("dialog.dialog[open]");
  // A press on the backdrop arrives with the dialog itself as its target.
  if (shown && (event.target === shown || event.target.closest("[data-close-dialog]"))) shown.close();
});
