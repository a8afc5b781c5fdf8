/** XML pretty-printing (排版): two spaces a level, tags and values marked, text exactly as sent. */

import { el } from "./dom.js";

const INDENT = "  ";

export function prettyXml(source) {
  const parsed = new DOMParser().parseFromString(source, "application/xml");
  if (parsed.querySelector("parsererror")) return [source];
  return element(parsed.documentElement, 0);
}

function element(node, depth) {
  const pad = INDENT.repeat(depth);
  const children = [...node.childNodes].filter((child) => child.nodeType !== Node.TEXT_NODE || child.data.trim());
  if (!children.some((child) => child.nodeType === Node.ELEMENT_NODE))
    return [pad, tag(`<${node.nodeName}>`), ...[...node.childNodes].map(value), tag(`</${node.nodeName}>`), "\n"];
  return [
    pad,
    tag(`<${node.nodeName}>`),
    "\n",
    ...children.flatMap((child) => inside(child, depth + 1)),
    pad,
    tag(`</${node.nodeName}>`),
    "\n",
  ];
}

function inside(child, depth) {
  return child.nodeType === Node.ELEMENT_NODE ? element(child, depth) : [INDENT.repeat(depth), value(child), "\n"];
}

const tag = (text) => el("span", { class: "xml-tag" }, text);

function value(node) {
  if (node.nodeType !== Node.CDATA_SECTION_NODE) return el("span", { class: "xml-value" }, node.data);
  return el(
    "span",
    {},
    el("span", { class: "xml-cdata" }, "<![CDATA["),
    el("span", { class: "xml-value" }, node.data),
    el("span", { class: "xml-cdata" }, "]]>"),
  );
}
