/** Chinese names for what the simulator calls by identifier. */

const PROFILES = {
  personal: "个人订阅号（只能被动回复）",
  "verified-sub": "已认证订阅号",
  "verified-service": "已认证服务号",
  "unverified-service": "未认证服务号",
  test: "测试号",
};

export const MODES = { plain: "明文", compatible: "兼容", safe: "安全" };

export const FAULT_KINDS = {
  refuse: "拒绝连接",
  hang: "一直不答",
  errcode: "返回错误码",
  cut_after_receive: "收下后断线",
  html_502: "502 网页",
  slow: "变慢",
};

export const VERDICTS = {
  ok: "回复正常",
  empty: "收下，没有回复内容",
  refused: "连不上",
  timeout: "超过 5 秒",
  bad_reply: "回复无效",
};

const PUSH_KINDS = {
  text: "文字消息",
  image: "图片消息",
  voice: "语音消息",
  video: "视频消息",
  location: "位置消息",
  link: "链接消息",
  "event:subscribe": "关注事件",
  "event:unsubscribe": "取消关注事件",
  "event:SCAN": "扫码事件",
  "event:CLICK": "点菜单事件",
  "event:VIEW": "点菜单链接事件",
};

export const pushName = (kind) => PUSH_KINDS[kind] || kind;

export const RISKS = { none: "无", concern: "需要关心", high: "高", imminent: "紧急" };

export const profileName = (id) => PROFILES[id] || id || "未知类型";
