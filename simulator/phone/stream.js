/** Live news (SSE) from the simulator; polls when the stream is down, and says when it is gone. */

import { api } from "./api.js";
import { emit, forgetChats, known, loadedChats, chatOf, takeBubbles, takeMenu, takeState } from "./store.js";

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
  clearTimeout(refreshTimer);
  refreshTimer = setTimeout(() => {
    (chatsToo ? catchUp : refreshState)();
    chatsToo = false;
  }, 150);
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

/** Reads the whole chat: what was known but is gone shows that the simulator was reset. */
export async function loadChat(openId) {
  const before = handedOver(openId);
  const answer = await api.chat(openId);
  const present = new Set(answer.bubbles.map((bubble) => bubble.id));
  const wasReset = before.some((id) => !present.has(id));
  if (wasReset) forgetChats();
  takeMenu(openId, answer.menu);
  chatOf(openId).loaded = true;
  takeBubbles(openId, answer.bubbles);
  if (wasReset) emit("reset");
}

function handedOver(openId) {
  return [...chatOf(openId).bubbles.values()].filter((bubble) => !bubble.unsent).map((bubble) => bubble.id);
}

async function catchUp() {
  if (!(await refreshState())) return;
  if (stream.readyState === EventSource.CLOSED) open();
  const chats = new Set([...loadedChats(), known.current].filter(Boolean));
  await Promise.allSettled([...chats].map(loadChat));
}
