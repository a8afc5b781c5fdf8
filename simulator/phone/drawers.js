/** Drawers (抽屉): on a narrow screen the side panels slide over the phone. */

import { find } from "./dom.js";

const SIDES = ["left", "right"];
const narrow = window.matchMedia("(max-width: 1099px)");

export function startDrawers() {
  for (const side of SIDES) {
    find(`open-${side}`).addEventListener("click", () => openDrawer(side));
    find(side).querySelector("[data-close-drawer]").addEventListener("click", closeDrawers);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeDrawers();
  });
  document.addEventListener("open-wire", () => {
    if (narrow.matches) openDrawer("right");
  });
  narrow.addEventListener("change", closeDrawers);
}

function openDrawer(side) {
  closeDrawers();
  find(side).classList.add("is-open");
  find(`open-${side}`).setAttribute("aria-expanded", "true");
  document.querySelector(".device").inert = true;
  find(side).querySelector("[data-close-drawer]").focus();
}

export function closeDrawers() {
  for (const side of SIDES.filter((one) => find(one).classList.contains("is-open"))) {
    find(side).classList.remove("is-open");
    document.querySelector(".device").inert = false;
    find(`open-${side}`).setAttribute("aria-expanded", "false");
    find(`open-${side}`).focus();
  }
}
