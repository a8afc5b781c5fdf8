/** Platform knobs (平台设置): callback state, account type, encryption mode, clock, faults. */

import { api } from "./api.js";
import { turn } from "./control.js";
import { button, el, find } from "./dom.js";
import { faultKnobs } from "./faults.js";
import { fullTime, offset } from "./format.js";
import { MODES, profileName } from "./labels.js";
import { on } from "./store.js";

const VERIFIED = "验证通过，签名和 echostr 都对";
let verified = null;

// Each knob with what it depends on: it is redrawn only when that changes, so an open select stays open.
const KNOBS = [
  [({ account }) => [account.callback, account.reachable, verified], ({ account }) => callback(account)],
  [({ account, profiles }) => [account.profile, profiles], ({ account, profiles }) => profile(account, profiles)],
  [({ account, modes }) => [account.mode, modes], ({ account, modes }) => mode(account, modes)],
  [({ clock }) => [Math.round(clock.offset_s), clock.frozen], ({ clock }) => clockKnobs(clock)],
];

export function startKnobs() {
  const places = KNOBS.map(() => ({ node: el("div", { class: "knob" }), drawn: "" }));
  find("knobs").append(...places.map((place) => place.node), faultKnobs(), startOver());
  on("state", (state) => KNOBS.forEach(([facts, draw], index) => drawKnob(places[index], facts, draw, state)));
}

function drawKnob(place, facts, draw, state) {
  const shape = JSON.stringify(facts(state));
  if (shape === place.drawn) return;
  place.drawn = shape;
  place.node.replaceChildren(...draw(state));
}

function callback({ callback: url, reachable }) {
  if (!reachable && verified === VERIFIED) verified = null;
  const text = verified ?? (reachable ? "机器人在线" : "机器人没有应答。在项目目录运行 make run");
  const good = verified ? verified === VERIFIED : reachable;
  return [
    el("h3", {}, "回调地址"),
    el("code", { class: "address" }, url),
    el(
      "p",
      { class: `verdict ${good ? "verdict--good" : "verdict--bad"}`, id: "callback-state", role: "status" },
      text,
    ),
    el(
      "div",
      { class: "buttons" },
      button("验证这个地址", () => turn(verify), { class: "button button--small", id: "verify" }),
    ),
  ];
}

/** URL verification (接入验证), as when the address is saved in the account's console. */
async function verify() {
  const { ok, problem } = await api.control("verify", {});
  verified = ok ? VERIFIED : `没有通过：${problem}`;
}

function profile(account, profiles) {
  const choice = el(
    "select",
    { id: "profile-choice", on: { change: () => turn(() => api.control("profile", { profile: choice.value })) } },
    profiles.map((id) => el("option", { value: id, selected: id === account.profile }, profileName(id))),
  );
  return [el("label", { for: "profile-choice" }, "账号类型"), choice];
}

function mode(account, modes) {
  const set = (id) => turn(() => api.control("mode", { mode: id }));
  return [
    el("h3", { id: "mode-title" }, "消息加密"),
    el(
      "div",
      { class: "choices", role: "group", "aria-labelledby": "mode-title" },
      modes.map((id) =>
        button(MODES[id] || id, () => set(id), {
          class: "choice",
          "aria-pressed": String(id === account.mode),
          data: { mode: id },
        }),
      ),
    ),
  ];
}

function startOver() {
  const ask = () => {
    if (window.confirm("聊天、粉丝和时钟都会回到第一天。重新开始吗？")) turn(() => api.control("reset", {}));
  };
  return el(
    "div",
    { class: "knob" },
    button("全部重新开始", ask, { class: "button button--danger button--small", id: "start-over" }),
  );
}

function clockKnobs(clock) {
  const move = (label, body) =>
    button(label, () => turn(() => api.control("clock", body)), { class: "button button--small" });
  return [
    el("h3", {}, "模拟时钟"),
    el("p", { class: "clock", id: "clock-face" }, fullTime(new Date(clock.now))),
    el("p", { class: "muted", id: "clock-offset" }, clock.frozen ? "已停住" : offset(clock.offset_s)),
    el(
      "div",
      { class: "buttons" },
      move("+1 分", { advance_s: 60 }),
      move("+1 小时", { advance_s: 3600 }),
      move("+2 天", { advance_s: 172800 }),
      move("复位", { reset: true }),
    ),
  ];
}
