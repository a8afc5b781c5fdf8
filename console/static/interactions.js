// The list of interactions: dates only when asked for, a row opens beside the list, Escape closes it.
"use strict";

(() => {
  const LEAST_HEIGHT = 420;
  const desk = () => document.getElementById("desk");
  const opened = () => document.getElementById("opened");

  function showDates() {
    const range = document.getElementById("f-range");
    if (!range) return;
    for (const field of document.querySelectorAll(".filter-date")) field.hidden = range.value !== "custom";
  }

  // On a phone the rarer filters stay folded, unless one of them is in use.
  function foldFilters() {
    const form = document.querySelector(".search-form");
    const used = [...form.querySelectorAll(".filter-more :is(select, input)")].some((field) => field.value);
    form.classList.toggle("is-folded", !used);
    form.querySelector("[data-more]").addEventListener("click", () => form.classList.remove("is-folded"));
  }

  // Short addresses are easier to pass on: what is not asked for is left out.
  function leaveOutEmpty(event) {
    for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
  }

  function markChosen(link) {
    for (const row of document.querySelectorAll("tr.is-chosen")) row.classList.remove("is-chosen");
    link?.closest("tr")?.classList.add("is-chosen");
  }

  // The neighbours come with it; it is the one to be seen first. Only its own box scrolls where it has one.
  function showChosen() {
    fitPanel();
    const chosen = document.getElementById("chosen");
    const talk = chosen?.closest(".talk");
    if (talk && talk.scrollHeight > talk.clientHeight) talk.scrollTop = chosen.offsetTop - 16;
    else if (isNarrow()) (chosen ?? opened()).scrollIntoView({ block: "center" });
  }

  // As high as the rest of the window, so that what was opened is in sight without scrolling the page.
  function fitPanel() {
    const panel = opened()?.querySelector(".panel");
    if (!panel || isNarrow()) return;
    panel.style.maxHeight = `${Math.max(LEAST_HEIGHT, window.innerHeight - panel.getBoundingClientRect().top - 16)}px`;
  }

  function isNarrow() {
    return window.matchMedia("(max-width: 991px)").matches && opened()?.hasChildNodes();
  }

  function showOpened() {
    desk().classList.add("desk-open");
    const panel = opened().querySelector(".panel");
    panel?.focus({ preventScroll: true });
    showChosen();
    opened().querySelector(".is-invalid")?.focus();
  }

  document.addEventListener("DOMContentLoaded", () => {
    // Nothing of a screen is kept in the browser: back and forward read the page of that address again.
    window.htmx.config.refreshOnHistoryMiss = true;
    window.htmx.config.attributesToSettle = ["class"]; // no inline style: the page's policy forbids it
    showDates();
    foldFilters();
    document.querySelector(".search-form").addEventListener("formdata", leaveOutEmpty);
    document.getElementById("f-range")?.addEventListener("change", showDates);
    showChosen();
  });

  // A refused reason comes back as 422 with the form in it: that is to be shown too.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 422) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target !== opened()) return;
    if (event.detail.requestConfig.elt.matches(".row-link")) markChosen(event.detail.requestConfig.elt);
    showOpened();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") opened()?.querySelector("[data-close]")?.click();
  });

  // The whole row can be clicked, not only its link.
  document.addEventListener("click", (event) => {
    const row = event.target.closest("#list tbody tr");
    if (row && !event.target.closest("a")) row.querySelector(".row-link").click();
  });
})();
