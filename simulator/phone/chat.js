/** The chat list (聊天列表): time stamps, new rows, and each follower's own scroll position. */

import { bubbleRow } from "./bubbles.js";
import { button, el, find } from "./dom.js";
import { accountAvatar } from "./faces.js";
import { stamp } from "./format.js";
import { say } from "./actions.js";
import { chatOf, fan, known, on } from "./store.js";
import { now } from "./time.js";

const FIVE_MINUTES = 300000;
const NEAR_END = 60;
const FIRST_WORDS = ["你好", "我想报名", "附近的青春家园"];

const chat = () => find("chat");
let missed = 0;

export function startChat() {
  on("bubbles", ({ openId, bubbles }) => {
    if (openId === known.current) addRows(bubbles);
  });
  on("push", markSelected);
  chat().addEventListener(
    "scroll",
    () => {
      if (atEnd()) setMissed(0);
    },
    { passive: true },
  );
  find("newer").addEventListener("click", toEnd);
  new ResizeObserver(keepEnd).observe(chat());
}

let wasAtEnd = true;

function keepEnd() {
  if (wasAtEnd) toEnd();
}

const atEnd = () => {
  wasAtEnd = chat().scrollHeight - chat().scrollTop - chat().clientHeight < NEAR_END;
  return wasAtEnd;
};

function toEnd() {
  chat().scrollTop = chat().scrollHeight;
  setMissed(0);
}

function setMissed(count) {
  missed = count;
  find("newer").hidden = count === 0;
  find("newer").textContent = `${count} 条新消息 ↓`;
}

export function rememberScroll() {
  if (known.current) chatOf(known.current).scroll = atEnd() ? null : chat().scrollTop;
}

/** Shows the whole chat of the current follower, where it was left. */
export function showChat() {
  const { bubbles, scroll } = chatOf(known.current);
  const rows = withStamps([...bubbles.values()], null);
  find("bubbles").replaceChildren(...(rows.length ? rows : [firstWords()]));
  setMissed(0);
  chat().scrollTop = scroll ?? chat().scrollHeight;
  atEnd();
  markSelected();
}

function addRows(bubbles) {
  const follow = atEnd();
  find("first-words")?.remove();
  const fresh = bubbles.filter((bubble) => !replaceRow(bubble));
  find("bubbles").append(...withStamps(fresh, lastTime(fresh.length)));
  markSelected();
  const mine = fresh.some((bubble) => bubble.side === "fan");
  if (follow || mine) toEnd();
  else setMissed(missed + fresh.filter((bubble) => bubble.side !== "fan").length);
}

function replaceRow(bubble) {
  const row = find("bubbles").querySelector(`[data-id="${CSS.escape(bubble.id)}"]`);
  row?.replaceWith(bubbleRow(bubble));
  return Boolean(row);
}

function lastTime(freshCount) {
  const before = [...chatOf(known.current).bubbles.values()].at(-1 - freshCount);
  return before ? new Date(before.at) : null;
}

function withStamps(bubbles, before) {
  let last = before;
  return bubbles.flatMap((bubble) => {
    const at = new Date(bubble.at);
    const due = !last || Math.abs(at - last) >= FIVE_MINUTES;
    last = at;
    return due ? [el("li", { class: "stamp" }, stamp(at, now())), bubbleRow(bubble)] : [bubbleRow(bubble)];
  });
}

function markSelected() {
  for (const row of find("bubbles").querySelectorAll("[data-push]")) {
    row.classList.toggle("is-selected", row.dataset.push === String(known.push));
  }
}

function firstWords() {
  const who = fan();
  return el(
    "li",
    { id: "first-words", class: "first-words" },
    accountAvatar(),
    el("p", {}, `${who?.name ?? "他"} 还没有和公众号说过话。`),
    el("p", {}, "可以先试试："),
    el(
      "div",
      { class: "first-words__row" },
      FIRST_WORDS.map((words) => button(words, () => say(words), { class: "chip" })),
    ),
  );
}
