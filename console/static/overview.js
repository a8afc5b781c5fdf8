// 今日 reads its figures again every few seconds, never while nobody looks at it.
"use strict";

(() => {
  const parts = () => document.querySelectorAll("[data-every]");
  const due = new Map();

  function refresh(part) {
    due.set(part, Date.now() + part.dataset.every * 1000);
    window.htmx.trigger(part, "refresh");
  }

  function tick() {
    if (document.hidden) return;
    for (const part of parts()) {
      if (!part.matches(":focus-within") && Date.now() >= due.get(part)) refresh(part);
    }
  }

  function tellStale(isStale) {
    document.getElementById("stale").hidden = !isStale;
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const part of parts()) due.set(part, Date.now() + part.dataset.every * 1000);
    setInterval(tick, 1000);
    document.addEventListener("visibilitychange", tick);
  });

  document.addEventListener("htmx:configRequest", (event) => {
    // Nobody did this: it must not keep a session alive that its owner walked away from.
    if (event.detail.elt.matches("[data-every]")) event.detail.headers["X-Unattended"] = "yes";
  });
  document.addEventListener("htmx:afterOnLoad", () => tellStale(false));
  document.addEventListener("htmx:sendError", () => tellStale(true));
  document.addEventListener("htmx:responseError", () => tellStale(true));
})();
