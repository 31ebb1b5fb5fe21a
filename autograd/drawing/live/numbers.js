// Numbers as `autograd.notation.numbers` writes them.
// A number to n digits after the first, in scientific notation. Of two equally near, Python takes the one that ends in an even digit.
function scientific(x, n) {
  const short = x.toExponential(n), [long, exponent] = x.toExponential(Math.min(100, n + 60)).split("e");
  const end = long.indexOf(".") + 1 + n, kept = long.slice(0, end);
  return /^50*$/.test(long.slice(end)) && /[02468]\.?$/.test(kept) ? kept + "e" + exponent : short;
}

function format(x, digits) {
  if (x === undefined) return "–";
  if (Number.isNaN(x)) return "nan";
  if (Math.abs(x) === Infinity) return x > 0 ? "∞" : "−∞";
  if (Math.trunc(x) === x && Math.abs(x) < 1e6) return `${x}`.replace("-", "−");
  const trimmed = text => text.includes(".") ? text.replace(/\.?0*$/, "") : text;
  const rounded = scientific(x, digits - 1), [mantissa, power] = rounded.split("e"), exponent = Number(power);
  let text = `${trimmed(mantissa)}e${exponent}`;
  if (exponent > -5 && exponent < digits) {
    const all = mantissa.replace(/\D/g, ""), sign = x < 0 ? "-" : "";
    text = sign + trimmed(exponent < 0 ? `0.${"0".repeat(-1 - exponent)}${all}` : `${all.slice(0, exponent + 1)}.${all.slice(exponent + 1)}`);
  }
  // Whole digits are never rounded away.
  if (exponent >= digits && exponent < 6) text = `${Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x)}`;
  return text.replaceAll("-", "−");
}

// A number as it is typed, or a product or quotient of numbers, such as -(1/9) or 1 × 5; null for anything else.
function read(said) {
  const text = said.toLowerCase().replace(/\s/g, "").replace(/[−–—]/g, "-").replaceAll("∞", "inf").replaceAll(",", ".")
    .replace(/[·×]/g, "*").replace(/[÷:]/g, "/");
  if (text === "nan") return NaN;
  if (/^[-+]?inf(inity)?$/.test(text)) return text[0] === "-" ? -Infinity : Infinity;
  const inner = /(^|[*/(])([-+]?)\(([^()]*)\)(?=$|[*/)])/.exec(text);
  if (inner) {
    const found = read(inner[3]);
    return found === null ? null : read(text.replace(inner[0], inner[1] + (inner[2] === "-" ? -found : found)));
  }
  if (/[/].*[/]/.test(text)) return null;
  let found = 1;
  for (const part of `*${text}`.split(/(?=[*/])/)) {
    const number = part.slice(1), divides = part[0] === "/";
    if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/.test(number) || (divides && !Number(number))) return null;
    found = divides ? found / number : found * number;
  }
  return found;
}
