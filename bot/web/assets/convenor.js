// Small comforts where scripts run; every page works without them.
import { initAll } from "./govuk-frontend-6.3.0.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
