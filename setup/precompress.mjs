// Writes a brotli and a gzip file beside each asset, at the highest level, where that is smaller. The
// server sends them as they are. Prints the sizes.
//
//   node setup/precompress.mjs dist
//   node setup/precompress.mjs dist --wasm-limit 360   fails if the WebAssembly is larger, in KB
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseArgs } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { "wasm-limit": { type: "string" } },
});
const folder = positionals[0] ?? "dist";
const compressible = /\.(css|html|js|json|map|svg|txt|wasm|webmanifest)$/;

const brotli = (content) =>
  promisify(brotliCompress)(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      // One block for the whole file saves 0.5 %.
      [constants.BROTLI_PARAM_LGBLOCK]: constants.BROTLI_MAX_INPUT_BLOCK_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
const zipped = (content) => promisify(gzip)(content, { level: 9 });

async function keepIfSmaller(path, content, compressed) {
  if (compressed.length < content.length) await writeFile(path, compressed);
  else await rm(path, { force: true });
}

async function compress(name) {
  const path = join(folder, name);
  const content = await readFile(path);
  const [br, gz] = await Promise.all([brotli(content), zipped(content)]);
  await keepIfSmaller(`${path}.br`, content, br);
  await keepIfSmaller(`${path}.gz`, content, gz);
  return { name, plain: content.length, brotli: br.length, gzip: gz.length };
}

const names = (await readdir(folder, { recursive: true })).filter((name) => compressible.test(name) && !name.startsWith("."));
const sizes = await Promise.all(names.sort().map(compress));
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`.padStart(10);
for (const { name, plain, brotli, gzip } of sizes) {
  console.log(`${kilobytes(plain)} plain ${kilobytes(gzip)} gzip ${kilobytes(brotli)} brotli  ${name}`);
}

if (values["wasm-limit"]) {
  const modules = sizes.filter(({ name }) => name.endsWith(".wasm"));
  const total = modules.reduce((sum, { brotli }) => sum + brotli, 0) / 1024;
  if (modules.length === 0 || !(total <= Number(values["wasm-limit"]))) {
    console.error(
      `tidemark: the WebAssembly takes ${total.toFixed(1)} KB of brotli in ${modules.length} file(s). ` +
        `The limit is ${values["wasm-limit"]} KB in one file.`,
    );
    process.exit(1);
  }
}
