/** The in-phone browser (内置浏览器): cards and links open here, with a way out to a real tab. */

import { button, el, find, icon } from "./dom.js";
import { closeSheet, setBehind } from "./sheet.js";

// No allow-top-navigation: a page in the phone must not replace the simulator.
const SANDBOX =
  "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads allow-modals";
let opener = null;

export function openWeb(url, title) {
  closeSheet();
  opener = document.activeElement;
  const frame = el("iframe", {
    class: "web__frame",
    title: title || url,
    sandbox: SANDBOX,
    referrerpolicy: "no-referrer",
    src: url,
  });
  const note = el("p", { class: "web__note", hidden: true, role: "status" });
  const back = button(icon("back"), closeWeb, { class: "bar__button", "aria-label": "返回聊天" });
  const outside = el(
    "a",
    { class: "web__outside", href: url, target: "_blank", rel: "noopener noreferrer" },
    "在新标签页打开",
  );
  const place = find("web-place");
  place.replaceChildren(
    el(
      "section",
      { class: "web", role: "dialog", "aria-modal": "true", "aria-label": title || "网页" },
      el("header", { class: "bar" }, back, heading(url, title)),
      note,
      frame,
      el("footer", { class: "web__foot" }, "页面空白？它可能不许被嵌入。", outside),
    ),
  );
  place.onkeydown = (event) => {
    if (event.key === "Escape") closeWeb();
  };
  setBehind(true);
  back.focus();
  tellIfUnreachable(url, note);
}

function heading(url, title) {
  return el("p", { class: "bar__title" }, el("strong", {}, title || "网页"), el("small", {}, new URL(url).host));
}

/** Only the site's root is tried, never the page itself: a one-time link must stay unused. */
async function tellIfUnreachable(url, note) {
  try {
    await fetch(new URL("/", url), { mode: "no-cors", credentials: "omit", signal: AbortSignal.timeout(8000) });
  } catch {
    note.textContent = `打不开 ${new URL(url).host}：没有服务在那里应答。请确认机器人正在运行（make run），再点一次卡片。`;
    note.hidden = false;
  }
}

export function closeWeb() {
  const place = find("web-place");
  if (!place.firstChild) return;
  place.replaceChildren();
  setBehind(false);
  if (opener?.isConnected) opener.focus();
}
