/** What a bubble holds (气泡内容): text, picture, voice, place, card, message menu. */

import { say } from "./actions.js";
import { button, copy, el, icon } from "./dom.js";
import { tint } from "./faces.js";
import { richText, safeUrl, tapLink } from "./richtext.js";
import { showSheet } from "./sheet.js";
import { known } from "./store.js";
import { openWeb } from "./webview.js";

const taps = { web: openWeb, phone: showPhone, say };

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

export const bubbleContent = (bubble) => (CONTENTS[bubble.kind] || CONTENTS.text)(bubble);

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
  return el(
    "div",
    { class: "card-bubble place" },
    el("strong", {}, label || "我的位置"),
    el("small", {}, `${latitude}, ${longitude}`),
    el("div", { class: "place__map", "aria-hidden": "true" }, icon("place")),
  );
}

function sharedLink(bubble) {
  const [article = {}] = bubble.articles || [];
  const url = safeUrl(article.url || bubble.text);
  return el(
    "div",
    { class: "card-bubble" },
    el("strong", {}, article.title || bubble.text || "链接"),
    el("p", { class: "card-bubble__text" }, article.description || ""),
    url ? tapLink(url, "打开链接", () => openWeb(url, article.title)) : null,
  );
}

function news(bubble) {
  const [first, ...others] = bubble.articles || [];
  if (!first) return box("（空的图文消息）");
  return el(
    "div",
    { class: "news" },
    articleLink(first, "news__first", leadArticle(first)),
    others.map((article) =>
      articleLink(article, "news__more", [
        el("span", {}, article.title || "（没有标题）"),
        cover(article, "news__thumb"),
      ]),
    ),
  );
}

function leadArticle(article) {
  return [
    cover(article, "news__cover"),
    el("strong", {}, article.title || "（没有标题）"),
    article.description ? el("span", { class: "news__description" }, article.description) : null,
  ];
}

function articleLink(article, name, content) {
  const url = safeUrl(article.url);
  if (!url) return el("div", { class: name }, content);
  const open = (event) => {
    event.preventDefault();
    openWeb(url, article.title);
  };
  return el("a", { class: name, href: url, rel: "noopener noreferrer", on: { click: open } }, content);
}

function cover(article, name) {
  const blank = el(
    "span",
    { class: `${name} ${tint(article.title)}`, "aria-hidden": "true" },
    icon("doc"),
    name === "news__cover" ? known.state.account.name : "",
  );
  const url = safeUrl(article.pic_url);
  if (!url) return blank;
  const shown = el("img", { class: name, src: url, alt: "", referrerpolicy: "no-referrer" });
  shown.addEventListener("error", () => shown.replaceWith(blank));
  return shown;
}

function messageMenu(bubble) {
  const { head, items = [], tail } = bubble.msgmenu || {};
  return box([
    head ? el("p", {}, richText(head, "account", taps)) : null,
    el(
      "ul",
      { class: "menu-items" },
      items.map((item) =>
        el(
          "li",
          {},
          button(item.content, () => say(item.content, item.id), { class: "tap" }),
        ),
      ),
    ),
    tail ? el("p", {}, richText(tail, "account", taps)) : null,
  ]);
}

function showPhone(number) {
  showSheet(
    `电话 ${number}`,
    el("p", { class: "sheet__text" }, "在真的手机上，点一下就会拨号。模拟器不会打电话。"),
    el(
      "div",
      { class: "sheet__row" },
      button("复制号码", () => copy(number), { class: "button button--primary" }),
    ),
  );
}
