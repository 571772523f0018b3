import path from "node:path";
import { build, type Metafile, transform } from "esbuild";
import manifest from "../package.json" with { type: "json" };
import { literalKeys } from "./literal-keys.ts";

/** The bundled program. */
export interface ProgramBundle {
  /** What belongs into `dist/`, by name. */
  readonly files: ReadonlyMap<string, string>;
  /** What went into which file, and which file loads which. */
  readonly metafile: Metafile;
}

/**
 * Bundles the program: the entry, and the parts that commands load when they need them.
 *
 * Only modules of ECMAScript can be split, but Node.js starts CommonJS sooner: it neither resolves nor links ahead, and
 * reads no property of its own modules that nobody asks for. So each part is written anew as CommonJS.
 */
export async function bundleProgram(root: string): Promise<ProgramBundle> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    // The guard of the local AWS is a program of its own.
    entryPoints: { tap: "src/tap.ts", guard: "src/local/guard.ts" },
    outdir: "dist",
    bundle: true,
    splitting: true,
    metafile: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node22.12",
    mainFields: ["module", "main"],
    chunkNames: "[name]-[hash]",
    define: { TAP_VERSION: JSON.stringify(manifest.version) },
    plugins: [literalKeys],
    legalComments: "none",
    logLevel: "warning",
  });
  const files = new Map<string, string>([["package.json", `${JSON.stringify({ type: "commonjs" })}\n`]]);
  await Promise.all(outputFiles.map(async (file) => files.set(path.basename(file.path), await asCommonJs(file.text))));
  return { files, metafile };
}

async function asCommonJs(text: string): Promise<string> {
  const { code } = await transform(text, {
    platform: "node",
    format: "cjs",
    target: "node22.12",
    supported: { "dynamic-import": false },
    define: { "import.meta.dirname": "__dirname", "import.meta.filename": "__filename" },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "warning",
  });
  return code;
}
