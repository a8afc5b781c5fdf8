/** A sheet (底部弹层) inside the phone: takes the focus, closes on Esc, gives the focus back. */

import { button, el, find, icon } from "./dom.js";

let openSheet = null;

export function showSheet(title, ...content) {
  closeSheet();
  const heading = el("h2", { class: "sheet__title" }, title);
  const close = button(icon("close"), closeSheet, { class: "sheet__close", "aria-label": "关闭" });
  const body = el("div", { class: "sheet__body" }, ...content);
  const panel = el(
    "div",
    { class: "sheet", role: "dialog", "aria-modal": "true", "aria-label": title },
    el("header", { class: "sheet__head" }, heading, close),
    body,
  );
  const shade = el("div", { class: "shade", on: { click: closeSheet } });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeSheet();
  });
  openSheet = { opener: document.activeElement };
  find("sheet-place").replaceChildren(shade, panel);
  setBehind(true);
  (body.querySelector("input, textarea, button, a") || close).focus();
}

export function closeSheet() {
  if (!openSheet) return;
  const { opener } = openSheet;
  openSheet = null;
  find("sheet-place").replaceChildren();
  setBehind(false);
  // What opened it may be gone by now: a sent picture closes the “+” panel too.
  (opener?.checkVisibility() ? opener : find("plus"))?.focus();
}

/** What lies behind cannot be reached while a sheet is open. */
export function setBehind(inert) {
  for (const part of find("screen").children) {
    if (!["sheet-place", "web-place", "toast"].includes(part.id)) part.inert = inert;
  }
}

export function confirmSheet(title, text, label, onYes) {
  const yes = button(
    label,
    () => {
      closeSheet();
      onYes();
    },
    { class: "button button--danger" },
  );
  showSheet(
    title,
    el("p", { class: "sheet__text" }, text),
    el("div", { class: "sheet__row" }, button("先不了", closeSheet), yes),
  );
}
