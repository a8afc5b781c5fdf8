/** Live news (SSE) from the simulator; polls when the stream is down, and says when it is gone. */

import { api } from "./api.js";
import { emit, known, loadedChats, chatOf, takeBubbles, takeChat, takeMenu, takeState } from "./store.js";

const POLL_MS = 2000;
let stream = null;
let refreshTimer = 0;
let chatsToo = false;

export function startStream() {
  open();
  setInterval(() => {
    if (stream.readyState !== EventSource.OPEN) catchUp();
  }, POLL_MS);
  setInterval(refreshState, 30000);
}

function open() {
  stream?.close();
  stream = new EventSource("/phone/stream");
  stream.onopen = catchUp;
  stream.onmessage = (event) => hear(JSON.parse(event.data));
}

function hear(news) {
  if (news.type === "bubble" && chatOf(news.open_id).loaded) takeBubbles(news.open_id, [news.bubble]);
  refreshSoon(news.type === "state");
}

/** Many bubbles at once ask for the state once. */
function refreshSoon(withChats) {
  chatsToo ||= withChats;
  refreshTimer ||= setTimeout(refreshNow, 150);
}

function refreshNow() {
  const refresh = chatsToo ? catchUp : refreshState;
  refreshTimer = 0;
  chatsToo = false;
  refresh();
}

export async function refreshState() {
  try {
    takeState(await api.state());
    emit("gone", false);
    return true;
  } catch (error) {
    emit("gone", error.code === "gone" || error.code === "http");
    return false;
  }
}

/** Reads the whole chat, so that what a reset of the simulator took away goes from the page too. */
export async function loadChat(openId) {
  const chat = chatOf(openId);
  const before = new Set(chat.bubbles.keys());
  chat.loaded = true;
  const answer = await api.chat(openId);
  takeMenu(openId, answer.menu);
  takeChat(openId, answer.bubbles, before);
}

async function catchUp() {
  if (!(await refreshState())) return;
  if (stream.readyState === EventSource.CLOSED) open();
  const chats = new Set([...loadedChats(), known.current].filter(Boolean));
  await Promise.allSettled([...chats].map(loadChat));
}
