/** Times, ages and sizes as a reader of Chinese expects them; all in Asia/Shanghai. */

const FIELDS = {
  timeZone: "Asia/Shanghai",
  hour12: false,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  weekday: "long",
};
const FORMAT = new Intl.DateTimeFormat("zh-CN", { ...FIELDS, hourCycle: "h23" });
const DAY = 86400000;

function parts(instant) {
  return Object.fromEntries(FORMAT.formatToParts(instant).map(({ type, value }) => [type, value]));
}

export function clockFace(instant) {
  const { hour, minute } = parts(instant);
  return `${hour}:${minute}`;
}

export function fullTime(instant) {
  const { year, month, day, hour, minute, second, weekday } = parts(instant);
  return `${year}-${month}-${day} ${hour}:${minute}:${second} ${weekday}`;
}

function dayNumber(instant) {
  const { year, month, day } = parts(instant);
  return Date.UTC(year, month - 1, day) / DAY;
}

/** WeChat's way: today the time alone, then 昨天, then the weekday, then the date. */
export function stamp(at, now) {
  const days = dayNumber(now) - dayNumber(at);
  const { year, month, day, weekday } = parts(at);
  if (days === 0) return clockFace(at);
  if (days === 1) return `昨天 ${clockFace(at)}`;
  if (days > 1 && days < 7) return `${weekday} ${clockFace(at)}`;
  return `${year}年${Number(month)}月${Number(day)}日 ${clockFace(at)}`;
}

export function duration(ms) {
  if (ms === null || ms === undefined) return "–";
  return ms < 1000 ? `${Math.round(ms)} 毫秒` : `${(ms / 1000).toFixed(2)} 秒`;
}

export function offset(seconds) {
  const amount = Math.abs(Math.round(seconds));
  if (amount < 60) return seconds === 0 ? "与真实时间相同" : `${seconds > 0 ? "快" : "慢"} ${amount} 秒`;
  const days = Math.floor(amount / 86400);
  const hours = Math.floor((amount % 86400) / 3600);
  const minutes = Math.floor((amount % 3600) / 60);
  const text = [days && `${days} 天`, hours && `${hours} 小时`, minutes && `${minutes} 分`]
    .filter(Boolean)
    .join(" ");
  return `${seconds > 0 ? "快" : "慢"} ${text}`;
}

export function byteCount(text) {
  return `${new TextEncoder().encode(text || "").length} 字节`;
}
