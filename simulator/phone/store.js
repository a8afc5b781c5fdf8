/** What the page knows: the platform's state, one chat per follower (粉丝), what is selected. */

const listeners = new Map();

export function on(topic, run) {
  if (!listeners.has(topic)) listeners.set(topic, []);
  listeners.get(topic).push(run);
}

export function emit(topic, detail) {
  for (const run of listeners.get(topic) || []) run(detail);
}

export const known = { state: null, current: null, push: null };

const chats = new Map();

export function chatOf(openId) {
  if (!chats.has(openId))
    chats.set(openId, { bubbles: new Map(), menu: null, loaded: false, scroll: null, draft: "" });
  return chats.get(openId);
}

export const loadedChats = () => [...chats].filter(([, chat]) => chat.loaded).map(([openId]) => openId);

export function fan(openId = known.current) {
  return known.state?.cast.find((one) => one.open_id === openId) || null;
}

export function takeState(state) {
  known.state = state;
  emit("state", state);
}

const newer = (one, other) => (one?.seq >= other.seq ? one : other);

/** A changed bubble keeps its place: a Map remembers where its key was first put. */
export function takeBubbles(openId, bubbles) {
  const chat = chatOf(openId);
  const news = bubbles.filter((bubble) => newer(chat.bubbles.get(bubble.id), bubble) === bubble);
  for (const bubble of news) chat.bubbles.set(bubble.id, bubble);
  if (news.length) emit("bubbles", { openId, bubbles: news });
}

/** A whole chat as it was read; `before` is what was known when the reading began. What came since stays, at the end. */
export function takeChat(openId, bubbles, before) {
  const chat = chatOf(openId);
  const ids = new Set(bubbles.map((bubble) => bubble.id));
  const others = [...chat.bubbles.values()].filter((bubble) => !ids.has(bubble.id));
  const later = others.filter((bubble) => bubble.unsent || !before.has(bubble.id));
  const merged = bubbles.map((bubble) => newer(chat.bubbles.get(bubble.id), bubble));
  const news = merged.filter((bubble) => chat.bubbles.get(bubble.id) !== bubble);
  chat.bubbles = new Map([...merged, ...later].map((bubble) => [bubble.id, bubble]));
  const isOutOfOrder = others.length > later.length || (later.length > 0 && news.length > 0);
  if (isOutOfOrder) emit("redraw", openId);
  else if (news.length) emit("bubbles", { openId, bubbles: news });
}

/** The menu this follower sees (个性化菜单); it may differ from the account's default. */
export function takeMenu(openId, menu) {
  chatOf(openId).menu = menu || null;
  emit("menu", openId);
}

export function selectPush(pushId) {
  known.push = pushId;
  emit("push", pushId);
}

export function latestPush(openId) {
  const pushed = [...chatOf(openId).bubbles.values()].filter((bubble) => bubble.push_id);
  return pushed.at(-1)?.push_id ?? null;
}
