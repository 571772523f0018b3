import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Metafile } from "esbuild";
import * as z from "zod";

/** A package of others, code of which is in what was built. */
export interface ThirdParty {
  readonly name: string;
  readonly version: string;
  /** SPDX, as its manifest says. */
  readonly license: string;
  /** What it wants to be passed on with its code, word for word. */
  readonly texts: readonly string[];
}

const Manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

/**
 * The packages from which code went into a bundle, by name.
 *
 * @throws Error when one of them comes without a licence: its code may not be passed on then
 */
export async function thirdPartyOf(root: string, { outputs }: Metafile): Promise<ThirdParty[]> {
  const used = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  const folders = used.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  const found = await Promise.all([...new Set(folders)].map((folder) => read(path.resolve(root, folder))));
  return sorted(found);
}

/** Several lists as one: each package, in each of its versions, once. */
export function sorted(packages: readonly ThirdParty[]): ThirdParty[] {
  const byId = new Map(packages.map((one) => [`${one.name}@${one.version}`, one]));
  return [...byId.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

async function read(folder: string): Promise<ThirdParty> {
  const manifest = Manifest.parse(JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")));
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|notice|copying)/i.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), "utf8")));
  return { ...manifest, texts: texts.map((text) => text.replaceAll("\r\n", "\n").trim()) };
}

/** The licences that travel with the code: each text once, under all the packages that come with it. */
export function licenceFile(packages: readonly ThirdParty[]): string {
  const byText = new Map<string, string[]>();
  for (const { name, version, license, texts } of packages) {
    const text = texts.join("\n\n") || `(The package has no file with its licence. Its manifest says: ${license}.)`;
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const rule = "-".repeat(80);
  const parts = [...byText].map(([text, names]) => `${rule}\n${names.join("\n")}\n\n${text}\n`);
  return `Code of these packages is in here, under these licences.\n\n${parts.join("\n")}`;
}

const Lock = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), integrity: z.string().optional() })),
});

/**
 * The bill of materials of what was built, as https://cyclonedx.org/docs/1.6/json/ describes it: the packages with the
 * hashes of the lockfile. It has no date and no serial number, so that the same sources give the same file.
 *
 * @param lock the text of package-lock.json
 * @throws Error when a package is not in the lockfile
 */
export function billOfMaterials(
  product: { readonly name: string; readonly version: string; readonly license: string },
  packages: readonly ThirdParty[],
  lock: string,
): string {
  const locked = Object.entries(Lock.parse(JSON.parse(lock)).packages);
  const component = ({ name, version, license }: typeof product) => {
    const [group, short] = name.startsWith("@") ? name.split("/") : [undefined, name];
    const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
    return { ...(group && { group }), name: short, version, purl, licenses: [{ expression: license }] };
  };
  const components = packages.map((one) => {
    const { integrity } =
      locked.find(([at, { version }]) => at.endsWith(`node_modules/${one.name}`) && version === one.version)?.[1] ?? {};
    if (!integrity?.startsWith("sha512-")) throw new Error(`${one.name} ${one.version} is not in the lockfile`);
    const content = Buffer.from(integrity.slice("sha512-".length), "base64").toString("hex");
    return { type: "library", ...component(one), hashes: [{ alg: "SHA-512", content }] };
  });
  const metadata = { component: { type: "application", ...component(product) } };
  const bom = { bomFormat: "CycloneDX", specVersion: "1.6", version: 1, metadata, components };
  return `${JSON.stringify(bom, null, 2)}\n`;
}
