/** The phone API (手机接口) and control API (控制接口), with one kind of error for every failure. */

export class PhoneError extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

const GONE = "连不上模拟器，什么都没有发出去。请看看它是否还在运行。";

async function call(method, path, body) {
  const options = { method, signal: AbortSignal.timeout(20000) };
  if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new PhoneError(GONE, "gone");
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok)
    throw new PhoneError(answer?.error || `模拟器回答了 ${response.status}`, answer?.code || "http");
  return answer;
}

const chat = (openId, rest = "") => `/phone/chats/${encodeURIComponent(openId)}${rest}`;

export const api = {
  state: () => call("GET", "/phone/state"),
  chat: (openId) => call("GET", chat(openId, "?after=0")),
  act: (openId, verb, body = {}) => call("POST", chat(openId, `/${verb}`), body),
  mini: (openId, verb, body = {}) => call("POST", `/phone/mini/${encodeURIComponent(openId)}/${verb}`, body),
  addFan: (fan) => call("POST", "/phone/cast", fan),
  push: (id) => call("GET", `/phone/pushes/${encodeURIComponent(id)}`),
  control: (what, body) => call("POST", `/control/${what}`, body),
  removeFault: (id) =>
    call("DELETE", id === undefined ? "/control/faults" : `/control/faults/${encodeURIComponent(id)}`),
};

export const qrPicture = (scene) => `/phone/qr/${encodeURIComponent(scene)}.svg`;
