/** One chat row per bubble (气泡): who spoke, its marks, or a grey system line. */

import { sayAgain } from "./actions.js";
import { bubbleContent } from "./contents.js";
import { button, el, icon } from "./dom.js";
import { accountAvatar, fanAvatar } from "./faces.js";
import { fullTime } from "./format.js";
import { fan, known, selectPush } from "./store.js";

const GREY_LINES = {
  follow: () => "已关注公众号",
  unfollow: () => "已取消关注，之前的聊天还在这里",
  scan: (bubble) => `扫了二维码${bubble.text ? `：${bubble.text}` : ""}`,
  menu_tap: (bubble) => `点了菜单${bubble.text ? `：${bubble.text}` : ""}`,
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
  const content = bubbleContent(bubble);
  const speaker = el("span", { class: "sr" }, isFan ? "我说：" : `${known.state.account.name}说：`);
  return el(
    "li",
    { class: `row row--${bubble.side}` },
    isFan ? fanAvatar(fan()) : accountAvatar(),
    el("div", { class: "row__said" }, speaker, content),
    marks(bubble),
  );
}

function marks(bubble) {
  return el("span", { class: "row__marks" }, sendingMark(bubble), failedMark(bubble), wireButton(bubble));
}

function sendingMark(bubble) {
  return bubble.status === "sending" ? el("span", { class: "spinner", role: "img", "aria-label": "发送中" }) : null;
}

function failedMark(bubble) {
  if (bubble.status !== "failed") return null;
  if (bubble.kind !== "text")
    return el("span", { class: "failed", role: "img", "aria-label": "没有送达", title: "没有送达" }, "!");
  return button("!", () => sayAgain(bubble), {
    class: "failed",
    "aria-label": "没有送达，点这里重发",
    title: "没有送达，点这里重发",
  });
}

function wireButton(bubble) {
  if (!bubble.push_id) return null;
  const choose = () => {
    selectPush(bubble.push_id);
    document.dispatchEvent(new CustomEvent("open-wire"));
  };
  return button(icon("wire"), choose, {
    class: "wire-button",
    "aria-label": "看这条消息的线路",
    title: "看这条消息的线路",
  });
}

function makeSelectable(row, bubble) {
  row.dataset.push = bubble.push_id;
  row.addEventListener("click", (event) => {
    if (!event.target.closest("a, button")) selectPush(bubble.push_id);
  });
}
