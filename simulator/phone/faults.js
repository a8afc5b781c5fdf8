/** Faults (故障): make the platform or the way to the bot misbehave on purpose. */

import { api } from "./api.js";
import { turn } from "./control.js";
import { button, el } from "./dom.js";
import { FAULT_KINDS } from "./labels.js";
import { on } from "./store.js";

const PATHS = [
  ["callback", "推送给机器人"],
  ["*", "所有微信接口"],
  ["/cgi-bin/message/custom/send", "发客服消息"],
  ["/cgi-bin/token", "取 access_token"],
  ["/cgi-bin/menu/create", "建菜单"],
];
const pathName = (path) => PATHS.find(([id]) => id === path)?.[1] || path;

/** The form is built once: what is half filled in stays while the list above it changes. */
export function faultKnobs() {
  const summary = el("summary");
  const list = el("div");
  on("state", ({ faults }) => {
    summary.textContent = `故障（${faults.length}）`;
    list.replaceChildren(faultList(faults));
  });
  return el("details", { class: "knob fold" }, summary, list, faultForm());
}

function faultList(faults) {
  if (!faults.length) return el("p", { class: "muted" }, "没有故障，一切正常。");
  return el("ul", { class: "faults" }, faults.map(faultLine));
}

function faultLine(fault) {
  const details = [
    FAULT_KINDS[fault.kind] || fault.kind,
    fault.errcode && `错误码 ${fault.errcode}`,
    fault.times && `还剩 ${fault.times} 次`,
  ]
    .filter(Boolean)
    .join("，");
  return el(
    "li",
    {},
    el("span", {}, `${pathName(fault.path)}：${details}`),
    button("去掉", () => turn(() => api.removeFault(fault.id)), {
      class: "button button--small",
      "aria-label": `去掉故障：${pathName(fault.path)}`,
    }),
  );
}

function faultForm() {
  const errcode = el(
    "label",
    { hidden: true },
    "错误码",
    el("input", { name: "errcode", type: "number", value: 45015 }),
  );
  const kind = el(
    "select",
    { name: "kind" },
    Object.entries(FAULT_KINDS).map(([id, label]) => el("option", { value: id }, label)),
  );
  kind.addEventListener("change", () => {
    errcode.hidden = kind.value !== "errcode";
  });
  const submit = (event) => {
    event.preventDefault();
    addFault(Object.fromEntries(new FormData(event.target)));
  };
  return el(
    "form",
    { class: "form", on: { submit } },
    el(
      "label",
      {},
      "在哪里",
      el(
        "select",
        { name: "path" },
        PATHS.map(([id, label]) => el("option", { value: id }, label)),
      ),
    ),
    el("label", {}, "出什么事", kind),
    errcode,
    el("label", {}, "几次（空着就是一直）", el("input", { name: "times", type: "number", min: 1, max: 99 })),
    el("button", { class: "button" }, "加上故障"),
  );
}

function addFault({ path, kind, errcode, times }) {
  const body = {
    path,
    kind,
    ...(kind === "errcode" && { errcode: Number(errcode) }),
    ...(times && { times: Number(times) }),
  };
  return turn(() => api.control("faults", body));
}
