/** The account's card (公众号资料): follow it, or behind “…” stop following it. */

import { tryAct } from "./actions.js";
import { button, el, find } from "./dom.js";
import { accountAvatar } from "./faces.js";
import { profileName } from "./labels.js";
import { showScan } from "./scan.js";
import { closeSheet, confirmSheet, showSheet } from "./sheet.js";
import { fan, known, on } from "./store.js";

let drawn = "";

export function startProfile() {
  on("state", drawProfile);
  find("open-profile").addEventListener("click", showAccount);
}

/** Whoever does not follow sees the account's card in place of the chat. */
export function drawProfile() {
  const who = fan();
  const shape = JSON.stringify([who?.open_id, who?.subscribed, known.state.account.name]);
  if (shape === drawn) return;
  drawn = shape;
  const outside = who !== null && !who.subscribed;
  find("profile").hidden = !outside;
  find("chat").hidden = outside;
  if (outside) find("profile").replaceChildren(...invitation(who));
}

function invitation(who) {
  const { account } = known.state;
  return [
    accountAvatar(),
    el("h2", {}, account.name),
    el("p", { class: "muted" }, profileName(account.profile)),
    el("p", { class: "profile__hint" }, `${who.name} 还没有关注。关注以后才能发消息，公众号会先打个招呼。`),
    button("关注公众号", () => tryAct("follow", {}), {
      class: "button button--primary button--wide",
      id: "follow",
    }),
    button("扫二维码关注", showScan, { class: "button button--wide" }),
  ];
}

function showAccount() {
  const { account } = known.state;
  const facts = [
    ["类型", profileName(account.profile)],
    ["原始 ID", account.gh_id],
    ["AppID", account.appid],
  ];
  showSheet(
    "公众号资料",
    el("div", { class: "account" }, accountAvatar(), el("strong", {}, account.name)),
    el(
      "dl",
      { class: "facts" },
      facts.flatMap(([label, value]) => [el("dt", {}, label), el("dd", {}, value || "–")]),
    ),
    fan()?.subscribed ? button("不再关注", askUnfollow, { class: "button button--danger button--wide" }) : null,
  );
}

function askUnfollow() {
  closeSheet();
  confirmSheet("不再关注？", `取消以后，公众号不能再给 ${fan().name} 发消息。随时可以重新关注。`, "不再关注", () =>
    tryAct("unfollow", {}),
  );
}
