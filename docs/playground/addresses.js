// What is typed, in the address: #step=c*(a+2*b)&a=3&b=1&c=-2, and #code=… or, shorter for long programs, #deflated=…
"use strict";

const MODES = ["step", "draw", "check", "code"];
const LONG = 300;

// Signs that addresses may contain as they are.
function written(text) {
  return encodeURIComponent(text).replace(/%(2B|2C|2F|3A|3B|3D|3F|40|24)/g, decodeURIComponent);
}

async function through(stream, bytes) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

/** The part of an address after "#" that leads to a state: {mode, text, numbers: [[name, number], …]}. */
async function addressOf({mode, text, numbers}) {
  if (mode !== "code") return "#" + [[mode, text], ...numbers].map(pair => pair.map(written).join("=")).join("&");
  const plain = "#code=" + written(text);
  if (plain.length < LONG || !window.CompressionStream) return plain;
  const bytes = await through(new CompressionStream("deflate-raw"), new TextEncoder().encode(text));
  const short = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return short.length + 10 < plain.length ? "#deflated=" + short : plain;
}

/** The state to which an address leads; null if it leads to none, and an error if it can't be read. */
async function stateOf(address) {
  if (address.length < 2) return null;
  const pairs = address.slice(1).split("&").map(pair => {
    const [name, ...rest] = pair.split("=");
    return [decodeURIComponent(name), decodeURIComponent(rest.join("="))];
  });
  const [[mode, text], ...numbers] = pairs;
  if (mode === "deflated") {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), sign => sign.charCodeAt(0));
    return {mode: "code", text: new TextDecoder().decode(await through(new DecompressionStream("deflate-raw"), bytes)), numbers: []};
  }
  if (!MODES.includes(mode)) throw new Error(`no ${mode}`);
  return {mode, text, numbers};
}

/** The names in an expression that stand for numbers. */
function namesIn(expression) {
  const defined = new Set(["pi"]), names = [];
  for (const [, name, after] of expression.matchAll(/(?:\d[\d_.]*(?:e[-+]?\d+)?|([\p{L}_][\p{L}\p{N}_]*))\s*(\(|=)?/giu)) {
    if (after === "=") defined.add(name);
    else if (name && !after && !defined.has(name)) names.push(name);
  }
  return [...new Set(names)];
}
