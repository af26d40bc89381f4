// During the festival the programme opens on today's tab: only where no day and no search was asked for.
const tabs = document.querySelector("[data-today]");
if (tabs && !location.search && !location.hash) {
  const today = new Intl.DateTimeFormat("en-CA", {
    timeZone: tabs.dataset.zone, year: "numeric", month: "2-digit", day: "2-digit",
  }).format(new Date());
  const tab = [...tabs.querySelectorAll("[data-day]")].find((each) => each.dataset.day === today);
  if (tab && !tab.hasAttribute("aria-current")) location.replace(tab.href);
}
