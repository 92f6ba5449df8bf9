// A section of a report: what is not asked is hidden, and what is written is saved by itself. Without this the buttons
// save, and each question says when it is asked.

const PAUSE = 2000; // milliseconds after the last change
const BETWEEN = 10000; // milliseconds between two savings

export function follow(form) {
  hide(form);
  form.addEventListener("change", () => hide(form));
  saves(form);
}

// What is asked

function hide(form) {
  for (const question of form.querySelectorAll("[data-shown-if]")) {
    const wanted = question.dataset.answers.split(",");
    const given = new FormData(form).getAll(question.dataset.shownIf);
    const above = form.querySelector(`[data-question="${question.dataset.shownIf}"]`);
    question.hidden = (above !== null && above.hidden) || !given.some((each) => wanted.includes(each));
  }
}

// Saving

function saves(form) {
  const said = document.querySelector("[data-saved]");
  let changed = false; // since what was sent last
  let failed = false; // whether it was refused, or did not arrive
  let leaving = false; // a button was pressed
  let busy = null; // what is under way
  let timer = 0;
  let last = 0;

  async function post(keepalive) {
    const body = new URLSearchParams(new FormData(form));
    body.set("_autosave", "yes");
    changed = false;
    last = Date.now();
    try {
      const answer = await fetch(location.pathname, { method: "POST", body, keepalive, redirect: "manual" });
      const seen = answer.headers.get("X-Seen");
      if (seen) {
        form.querySelector('[name="_seen"]').value = seen;
      }
      failed = answer.status !== 204;
      said.textContent = await words(answer);
      changed = changed || answer.status === 429;
    } catch {
      failed = true;
      changed = true;
      said.textContent = "Not saved: there is no connection. What you wrote is still on this page.";
    }
  }

  function now(keepalive) {
    clearTimeout(timer);
    if (!changed || leaving || (busy && !keepalive)) {
      return;
    }
    busy = post(keepalive).finally(() => {
      busy = null;
      if (changed) {
        wait();
      }
    });
  }

  function wait() {
    clearTimeout(timer);
    timer = setTimeout(() => now(false), Math.max(PAUSE, BETWEEN - (Date.now() - last)));
  }

  function noted() {
    changed = true;
    wait();
  }

  form.addEventListener("input", noted);
  form.addEventListener("change", noted);
  window.addEventListener("pagehide", () => now(true));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      now(true);
    }
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (failed && !leaving) {
      event.preventDefault();
    }
  });

  // A button waits for what is being saved, which would else look like a change that somebody else made.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (busy) {
      event.preventDefault();
      if (!leaving) {
        busy.finally(() => form.requestSubmit(event.submitter));
      }
    }
    leaving = true;
  });
}

async function words(answer) {
  if (answer.status === 204) {
    return `Saved at ${clock()}`;
  }
  if (answer.status === 409 || answer.status === 422) {
    return answer.text();
  }
  if (answer.status === 429) {
    return "Not saved just now: it was saved too often. It is tried again by itself.";
  }
  return "Not saved. What you wrote is still on this page: please press a button below to save it.";
}

function clock() {
  const at = new Date();
  return [at.getHours(), at.getMinutes()].map((each) => String(each).padStart(2, "0")).join(":");
}
