// Runs compiling.py in Pyodide, for only the same Python makes bytecode that it can read.
// Arguments: the folder of Pyodide, and the archive of packages; both archives are replaced by compiled ones.
import {readFileSync, writeFileSync} from "node:fs";
import {pathToFileURL} from "node:url";

const [folder, packages] = process.argv.slice(2), standard = `${folder}/python_stdlib.zip`;
const read = name => new Uint8Array(readFileSync(name));
try {
  const {loadPyodide} = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
  const python = await loadPyodide();
  python.FS.writeFile("/tmp/standard.zip", read(standard));
  python.FS.writeFile("/tmp/packages.zip", read(packages));
  python.runPython(readFileSync(new URL("compiling.py", import.meta.url), "utf8"));
  writeFileSync(standard, python.FS.readFile("/tmp/standard.zip"));
  writeFileSync(packages, python.FS.readFile("/tmp/packages.zip"));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
