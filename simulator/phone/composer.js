/** The bottom bar (底部栏): menu buttons or keyboard, send, and the “+” panel. */

import { say, tryAct } from "./actions.js";
import { button, el, find, icon, toast } from "./dom.js";
import { plusPanel, showLocation, showPicture } from "./plus.js";
import { safeUrl } from "./richtext.js";
import { showScan } from "./scan.js";
import { chatOf, fan, known, on } from "./store.js";
import { openWeb } from "./webview.js";

let mode = "menu";
let drawn = "";

export function startComposer() {
  on("state", drawIfChanged);
  on("menu", drawIfChanged);
  on("push", closePopups);
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".menu__slot")) closeMenus();
  });
  find("composer").addEventListener("keydown", (event) => {
    if (event.key === "Escape") closePopups();
  });
}

const buttons = () => chatOf(known.current).menu?.button || known.state?.menu?.buttons || [];
const shape = () => JSON.stringify([known.current, fan()?.subscribed, buttons()]);

/** Neither a state refresh nor a menu that arrives may take the keyboard from whoever is writing. */
function drawIfChanged() {
  if (shape() === drawn) return;
  const isWriting = document.activeElement === find("words");
  if (isWriting) mode = "keyboard";
  drawComposer();
  if (isWriting) find("words")?.focus();
}

export function drawComposer() {
  drawn = shape();
  const bar = find("composer");
  bar.hidden = !fan()?.subscribed;
  if (bar.hidden) return;
  const hasMenu = buttons().length > 0;
  if (hasMenu && mode === "menu")
    bar.replaceChildren(el("div", { class: "composer__row" }, modeButton("keyboard", "切换到键盘"), menuBar()));
  else
    bar.replaceChildren(
      el("div", { class: "composer__row" }, hasMenu ? modeButton("menu", "切换到菜单") : null, ...typing()),
      plusPlace(),
    );
}

function modeButton(next, label) {
  const change = () => {
    mode = next;
    drawComposer();
    (find("words") || find("composer").querySelector("button")).focus();
  };
  return button(icon(next), change, { class: "composer__icon", "aria-label": label, title: label });
}

function typing() {
  const words = el("textarea", {
    id: "words",
    rows: 1,
    maxlength: 2000,
    "aria-label": "输入消息",
    placeholder: "说点什么",
  });
  const send = button("发送", sendWords, { class: "composer__send", id: "send" });
  const plus = button(icon("plus"), togglePlus, {
    class: "composer__icon",
    id: "plus",
    "aria-label": "更多：位置、图片、语音、扫码",
    "aria-expanded": "false",
  });
  words.value = chatOf(known.current).draft;
  words.addEventListener("input", () => {
    chatOf(known.current).draft = words.value;
    fit(words, send, plus);
  });
  words.addEventListener("keydown", sendOnEnter);
  words.addEventListener("focus", closePopups);
  requestAnimationFrame(() => fit(words, send, plus));
  return [words, send, plus];
}

function fit(words, send, plus) {
  words.style.height = "auto";
  words.style.height = `${Math.min(words.scrollHeight, 104)}px`;
  send.hidden = !words.value.trim();
  plus.hidden = !send.hidden;
}

/** Enter inside an input method picks a candidate; only a plain Enter sends. */
function sendOnEnter(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  sendWords();
}

function sendWords() {
  const words = find("words");
  const text = words.value;
  if (!text.trim()) return;
  words.value = "";
  words.dispatchEvent(new Event("input"));
  words.focus();
  say(text);
}

function plusPlace() {
  return el("div", { id: "plus-panel", class: "plus", hidden: true }, plusPanel());
}

function togglePlus() {
  const panel = find("plus-panel");
  panel.hidden = !panel.hidden;
  find("plus").setAttribute("aria-expanded", String(!panel.hidden));
}

function closePopups() {
  closeMenus();
  if (find("plus-panel") && !find("plus-panel").hidden) togglePlus();
}

function menuBar() {
  return el("div", { class: "menu", role: "group", "aria-label": "自定义菜单" }, buttons().map(menuSlot));
}

function menuSlot(entry) {
  const children = entry.sub_button || [];
  if (!children.length)
    return el(
      "div",
      { class: "menu__slot" },
      button(entry.name, () => tapMenu(entry), { class: "menu__button" }),
    );
  const list = el(
    "div",
    { class: "menu__list", hidden: true },
    children.map((child) =>
      button(
        child.name,
        () => {
          closeMenus();
          tapMenu(child);
        },
        { class: "menu__item" },
      ),
    ),
  );
  const open = button(
    [el("span", { class: "menu__sign", "aria-hidden": "true" }, "≡"), entry.name],
    () => toggleMenu(open, list),
    { class: "menu__button", "aria-expanded": "false" },
  );
  return el("div", { class: "menu__slot" }, list, open);
}

function toggleMenu(opener, list) {
  const show = list.hidden;
  closeMenus();
  list.hidden = !show;
  opener.setAttribute("aria-expanded", String(show));
  if (show) list.querySelector("button").focus();
}

function closeMenus() {
  for (const list of find("composer").querySelectorAll(".menu__list:not([hidden])")) {
    list.hidden = true;
    list.nextElementSibling.setAttribute("aria-expanded", "false");
    if (list.contains(document.activeElement)) list.nextElementSibling.focus();
  }
}

async function tapMenu({ type, key, url, name }) {
  if (type === "view") {
    await tryAct("tap", { url });
    if (safeUrl(url)) openWeb(safeUrl(url), name);
  } else if (type === "click" || !type) await tryAct("tap", { key });
  else if (type === "location_select") showLocation();
  else if (type.startsWith("pic_")) showPicture();
  else if (type.startsWith("scancode_")) showScan();
  else toast(`模拟器还不会点“${type}”这种菜单`);
}

/** Typing with nothing focused goes to the keyboard, as a newcomer at a desk expects. */
export function focusWords() {
  if (!fan()?.subscribed) return;
  if (!find("words")) {
    mode = "keyboard";
    drawComposer();
  }
  find("words").focus();
}
