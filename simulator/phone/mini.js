/** The mini-program (小程序): a plain one, which asks the bot's real JSON API and shows what it answers. */

import { api } from "./api.js";
import { button, el, find, icon } from "./dom.js";
import { problem, tabs } from "./mini_views.js";
import { closeSheet, setBehind } from "./sheet.js";
import { fan, known } from "./store.js";

const PREFIX = "/api/v1";
// What each follower's phone keeps: the token of their log-in.
const tokens = new Map();
let opener = null;

export function openMini() {
  closeSheet();
  opener = document.activeElement;
  const place = find("web-place");
  place.replaceChildren(frame());
  place.onkeydown = (event) => {
    if (event.key === "Escape") close();
  };
  setBehind(true);
  place.querySelector(".bar__button").focus();
  open(tabs[0]);
}

function frame() {
  return el(
    "section",
    { class: "web mini", role: "dialog", "aria-modal": "true", "aria-label": "小程序" },
    el(
      "header",
      { class: "bar" },
      button(icon("back"), close, { class: "bar__button", "aria-label": "返回聊天" }),
      el("p", { class: "bar__title" }, el("strong", {}, "小程序"), el("small", {}, fan().name)),
    ),
    el("div", { class: "mini__page", id: "mini-page", tabindex: "-1" }),
    el("p", { class: "mini__wire", id: "mini-wire", role: "status" }),
    el(
      "nav",
      { class: "mini__tabs", "aria-label": "小程序的栏目" },
      tabs.map((tab) => button(tab.label, () => open(tab), { class: "mini__tab" })),
    ),
  );
}

function close() {
  find("web-place").replaceChildren();
  setBehind(false);
  (opener?.isConnected ? opener : find("plus"))?.focus();
}

function open(tab) {
  for (const one of find("web-place").querySelectorAll(".mini__tab")) {
    if (one.textContent === tab.label) one.setAttribute("aria-current", "page");
    else one.removeAttribute("aria-current");
  }
  show(tab.draw);
}

/** Draws a page; `draw` gets the phone to ask with, and gives elements. */
async function show(draw) {
  const page = find("mini-page");
  page.setAttribute("aria-busy", "true");
  let drawn;
  try {
    drawn = await draw(phone);
  } catch (error) {
    drawn = problem(error);
  }
  if (!page.isConnected) return;
  page.removeAttribute("aria-busy");
  page.replaceChildren(...[drawn].flat());
  page.scrollTop = 0;
}

const phone = {
  show,
  isLoggedIn: () => tokens.has(known.current),

  /** The answer's body; throws the problem that came instead. */
  async ask(method, path, body) {
    const token = tokens.get(known.current) || "";
    const answer = await api.mini(known.current, "request", { method, path: PREFIX + path, token, body });
    find("mini-wire").textContent = `${method} ${decodeURI(PREFIX + path)} → ${answer.status} · ${answer.ms} ms`;
    if (answer.status === 401) tokens.delete(known.current);
    if (answer.status >= 400) throw answer.body || { detail: `后台回答了 ${answer.status}` };
    return answer.body;
  },

  async logIn() {
    const { code } = await api.mini(known.current, "login");
    const { token } = await this.ask("POST", "/login", { code });
    tokens.set(known.current, token);
  },

  async logOut() {
    await this.ask("DELETE", "/login");
    tokens.delete(known.current);
  },
};
