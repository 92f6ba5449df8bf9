// Small comforts where scripts run; every page works without them.
import { initAll } from "./govuk-frontend-6.3.0.js";
import { follow } from "./sections.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
for (const button of document.querySelectorAll("[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const form of document.querySelectorAll("form[data-saves]")) {
  follow(form);
}
