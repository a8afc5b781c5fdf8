/** Starts the phone page (手机页): wires the parts together and chooses whose phone it is. */

import { startCast } from "./cast.js";
import { rememberScroll, showChat, startChat } from "./chat.js";
import { drawComposer, focusWords, startComposer } from "./composer.js";
import { find } from "./dom.js";
import { closeDrawers, startDrawers } from "./drawers.js";
import { clockFace, fullTime } from "./format.js";
import { startKnobs } from "./knobs.js";
import { drawProfile, startProfile } from "./profile.js";
import { closeSheet } from "./sheet.js";
import { emit, fan, known, latestPush, on, selectPush } from "./store.js";
import { loadChat, refreshState, startStream } from "./stream.js";
import { startClock } from "./time.js";
import { closeWeb } from "./webview.js";
import { startWire } from "./wire.js";

// Per tab, so that two tabs can be two people.
const REMEMBERED = "zhengqing.phone.fan";

async function choose(openId) {
  if (known.current) leave();
  known.current = openId;
  sessionStorage.setItem(REMEMBERED, openId);
  // Until the right chat is there, no tap may go out in the wrong person's name.
  find("screen").inert = true;
  emit("chosen", openId);
  await loadChat(openId).catch(() => {});
  if (known.current !== openId) return;
  show(openId);
  find("screen").inert = false;
  refreshState();
}

/** Reading the chat once more tells the simulator that nothing in it is unread. */
function leave() {
  rememberScroll();
  closeSheet();
  closeWeb();
  closeDrawers();
  loadChat(known.current).catch(() => {});
}

function show(openId) {
  showChat();
  drawComposer();
  if (known.state) drawProfile();
  selectPush(latestPush(openId));
  drawHeads();
}

function drawHeads() {
  if (!known.state) return;
  const { account } = known.state;
  find("account-name").textContent = account.name;
  find("who").textContent = fan() ? `${fan().name} 的手机` : "";
  find("link").textContent = account.reachable ? "机器人在线" : "机器人没有应答，请运行 make run";
  find("link").dataset.good = String(Boolean(account.reachable));
}

function drawClock(instant) {
  find("statusbar-clock").textContent = clockFace(instant);
  if (find("clock-face")) find("clock-face").textContent = fullTime(instant);
}

function showGone(gone) {
  find("banner").hidden = !gone;
  find("banner").textContent = gone
    ? "模拟器没有应答。已有的聊天还在本页，没有丢；运行 make run 后这里会自己接上。"
    : "";
}

function chooseFirst() {
  if (fan() || !known.state.cast.length) return;
  const remembered = fan(sessionStorage.getItem(REMEMBERED));
  choose((remembered || known.state.cast[0]).open_id);
}

function typeAnywhere(event) {
  const printable =
    event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && event.key !== " ";
  const free = document.activeElement === document.body || document.activeElement === find("chat");
  if (printable && free) focusWords();
}

on("gone", showGone);
startClock(drawClock);
startChat();
startComposer();
startProfile();
startCast(choose);
startKnobs();
startWire();
startDrawers();
on("state", drawHeads);
on("state", chooseFirst);
on("redraw", (openId) => {
  if (openId !== known.current) return;
  rememberScroll();
  show(openId);
});
document.addEventListener("choose-fan", (event) => refreshState().then(() => choose(event.detail)));
document.addEventListener("keydown", typeAnywhere);
startStream();
refreshState();
