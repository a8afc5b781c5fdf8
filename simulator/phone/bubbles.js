/** One chat row per bubble (气泡): what the fan or the account sent, or a grey system line. */

import { say, sayAgain } from "./actions.js";
import { avatar, button, copy, el, icon, tint } from "./dom.js";
import { fullTime } from "./format.js";
import { richText, safeUrl, tapLink } from "./richtext.js";
import { showSheet } from "./sheet.js";
import { fan, known, selectPush } from "./store.js";
import { openWeb } from "./webview.js";

const taps = { web: openWeb, phone: showPhone, say };

const GREY_LINES = {
  follow: () => "已关注公众号",
  unfollow: () => "已取消关注，之前的聊天还在这里",
  scan: (bubble) => `扫了二维码${bubble.text ? `：${bubble.text}` : ""}`,
  menu_tap: (bubble) => `点了菜单${bubble.text ? `：${bubble.text}` : ""}`,
};

const CONTENTS = {
  text: (bubble) => box(richText(bubble.text, bubble.side, taps)),
  image: (bubble) => picture(bubble),
  voice: (bubble) => voice(bubble),
  video: (bubble) => box([icon("picture"), " 视频", bubble.text ? `：${bubble.text}` : ""]),
  location: (bubble) => place(bubble),
  link: (bubble) => sharedLink(bubble),
  news: (bubble) => news(bubble),
  msgmenu: (bubble) => messageMenu(bubble),
  miniprogram: (bubble) => box([el("small", { class: "muted" }, "小程序卡片"), el("br"), bubble.text || ""]),
};

export function bubbleRow(bubble) {
  const isNotice = bubble.side === "notice" || bubble.kind === "fault" || bubble.kind in GREY_LINES;
  const row = isNotice ? noticeRow(bubble) : spokenRow(bubble);
  row.dataset.id = bubble.id;
  row.dataset.side = bubble.side;
  row.dataset.kind = bubble.kind;
  row.title = fullTime(new Date(bubble.at));
  if (bubble.push_id) makeSelectable(row, bubble);
  return row;
}

function noticeRow(bubble) {
  const text = bubble.side === "notice" || bubble.kind === "fault" ? bubble.text : GREY_LINES[bubble.kind](bubble);
  return el("li", { class: "notice" }, el("span", {}, text), wireButton(bubble), failedMark(bubble));
}

function spokenRow(bubble) {
  const isFan = bubble.side === "fan";
  const who = isFan ? fan() : known.state.account;
  const content = (CONTENTS[bubble.kind] || CONTENTS.text)(bubble);
  const speaker = el("span", { class: "sr" }, isFan ? "我说：" : `${who?.name ?? "公众号"}说：`);
  return el("li", { class: `row row--${bubble.side}` }, avatar(who?.name, who?.avatar), el("div", { class: "row__said" }, speaker, content), marks(bubble));
}

function marks(bubble) {
  return el("span", { class: "row__marks" }, sendingMark(bubble), failedMark(bubble), wireButton(bubble));
}

function sendingMark(bubble) {
  return bubble.status === "sending" ? el("span", { class: "spinner", role: "img", "aria-label": "发送中" }) : null;
}

function failedMark(bubble) {
  if (bubble.status !== "failed") return null;
  if (bubble.kind !== "text") return el("span", { class: "failed", role: "img", "aria-label": "没有送达", title: "没有送达" }, "!");
  return button("!", () => sayAgain(bubble), { class: "failed", "aria-label": "没有送达，点这里重发", title: "没有送达，点这里重发" });
}

function wireButton(bubble) {
  if (!bubble.push_id) return null;
  const choose = () => { selectPush(bubble.push_id); document.dispatchEvent(new CustomEvent("open-wire")); };
  return button(icon("wire"), choose, { class: "wire-button", "aria-label": "看这条消息的线路", title: "看这条消息的线路" });
}

function makeSelectable(row, bubble) {
  row.dataset.push = bubble.push_id;
  row.addEventListener("click", (event) => {
    if (!event.target.closest("a, button")) selectPush(bubble.push_id);
  });
}

const box = (content) => el("div", { class: "bubble" }, content);

function picture(bubble) {
  const shown = el("img", { class: "photo", src: bubble.image_url, alt: bubble.text || "图片" });
  shown.addEventListener("error", () => shown.replaceWith(box("图片打不开了")));
  return shown;
}

function voice(bubble) {
  const seconds = Math.min(60, Math.max(1, Math.ceil([...(bubble.text || "")].length / 4)));
  const bar = el("div", { class: "bubble voice" }, icon("voice"), `${seconds}″`);
  return el("div", { class: "stack" }, bar, bubble.text ? el("p", { class: "voice__text" }, bubble.text) : null);
}

function place(bubble) {
  const { label, latitude, longitude } = bubble.location || {};
  return el("div", { class: "card-bubble place" }, el("strong", {}, label || "我的位置"),
    el("small", {}, `${latitude}, ${longitude}`), el("div", { class: "place__map", "aria-hidden": "true" }, icon("place")));
}

function sharedLink(bubble) {
  const [article = {}] = bubble.articles || [];
  const url = safeUrl(article.url || bubble.text);
  return el("div", { class: "card-bubble" }, el("strong", {}, article.title || bubble.text || "链接"),
    el("p", { class: "card-bubble__text" }, article.description || ""), url ? tapLink(url, "打开链接", () => openWeb(url, article.title)) : null);
}

function news(bubble) {
  const [first, ...others] = bubble.articles || [];
  if (!first) return box("（空的图文消息）");
  return el("div", { class: "news" }, articleLink(first, "news__first", leadArticle(first)),
    others.map((article) => articleLink(article, "news__more", [el("span", {}, article.title || "（没有标题）"), cover(article, "news__thumb")])));
}

function leadArticle(article) {
  return [cover(article, "news__cover"), el("strong", {}, article.title || "（没有标题）"),
    article.description ? el("span", { class: "news__description" }, article.description) : null];
}

function articleLink(article, name, content) {
  const url = safeUrl(article.url);
  if (!url) return el("div", { class: name }, content);
  const open = (event) => { event.preventDefault(); openWeb(url, article.title); };
  return el("a", { class: name, href: url, rel: "noopener noreferrer", on: { click: open } }, content);
}

function cover(article, name) {
  const blank = el("span", { class: `${name} ${tint(article.title)}`, "aria-hidden": "true" }, [...(article.title || "文")].slice(0, name === "news__thumb" ? 1 : 8).join(""));
  const url = safeUrl(article.pic_url);
  if (!url) return blank;
  const shown = el("img", { class: name, src: url, alt: "", referrerpolicy: "no-referrer" });
  shown.addEventListener("error", () => shown.replaceWith(blank));
  return shown;
}

function messageMenu(bubble) {
  const { head, items = [], tail } = bubble.msgmenu || {};
  return box([head ? el("p", {}, richText(head, "account", taps)) : null,
    el("ul", { class: "menu-items" }, items.map((item) => el("li", {}, button(item.content, () => say(item.content, item.id), { class: "tap" })))),
    tail ? el("p", {}, richText(tail, "account", taps)) : null]);
}

function showPhone(number) {
  showSheet(`电话 ${number}`, el("p", { class: "sheet__text" }, "在真的手机上，点一下就会拨号。模拟器不会打电话。"),
    el("div", { class: "sheet__row" }, button("复制号码", () => copy(number), { class: "button button--primary" })));
}
