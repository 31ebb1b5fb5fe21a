// Python, in a worker: it can be stopped, and the page stays alive while it runs.
import {loadPyodide} from "./pyodide/pyodide.mjs";

const here = name => new URL(name, import.meta.url).href;

async function bytesOf(name) {
  const response = await fetch(here(name));
  if (!response.ok) throw new Error(`${name} is not there (${response.status})`);
  return new Uint8Array(await response.arrayBuffer());
}

async function start() {
  const [pyodide, packages] = await Promise.all([loadPyodide({indexURL: here("pyodide/")}), bytesOf("packages.zip")]);
  const folder = "/lib/playground";
  pyodide.unpackArchive(packages, "zip", {extractDir: folder});
  pyodide.runPython(`import sys; sys.path.insert(0, "${folder}")`);
  const {play} = pyodide.pyimport("running"), {script_of: scriptOf} = pyodide.pyimport("as_python");
  return {play, scriptOf, toPython: pyodide.toPy};
}

const started = start();
started.then(() => postMessage({kind: "ready"}), error => postMessage({kind: "failed", text: String(error)}));

onmessage = async ({data: {id, wanted, mode, text, numbers}}) => {
  const {play, scriptOf, toPython} = await started;
  const say = (kind, text) => postMessage({id, kind, text});
  const typed = toPython(new Map(numbers));
  try {
    if (wanted === "script") say("script", scriptOf(mode, text, typed));
    else play(mode, text, typed, say);
    say("done");
  } catch (error) {
    // Of what ends a program, Python itself is left only if the error is Python's.
    say(error.type ? "unreadable" : "failed", String(error.message ?? error).trim().split("\n").pop());
  }
};
