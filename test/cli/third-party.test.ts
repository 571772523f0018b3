import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { strFromU8, unzipSync } from "fflate";
import { expect, test } from "vitest";
import { bundleFunctions } from "../../scripts/bundle-functions.ts";
import { bundleProgram } from "../../scripts/bundle-program.ts";
import { billOfMaterials, licenceFile, thirdPartyOf } from "../../scripts/third-party.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const lock = await readFile(path.join(root, "package-lock.json"), "utf8");
const product = { name: "tap-platform", version: "1.0.0", license: "MIT" };

test("the ZIP holds the licences of all the code that is in it", async () => {
  const { zip, thirdParty } = await bundleFunctions();
  const names = thirdParty.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["mysql2", "@aws-sdk/client-secrets-manager", "zod"]));
  // Only tests and the program need these.
  for (const other of ["vitest", "commander", "esbuild"]) expect(names).not.toContain(other);
  const text = strFromU8(unzipSync(zip)["THIRD-PARTY-LICENSES.txt"] ?? new Uint8Array());
  for (const { name, version, license } of thirdParty) expect(text).toContain(`\n${name} ${version} (${license})\n`);
  const ofMysql = (await readFile(path.join(root, "node_modules/mysql2/License"), "utf8")).trim();
  expect(text).toContain(ofMysql);
  expect(text).not.toContain(root);
});

test("the bill of materials has each package with the hash that the lockfile has", async () => {
  const packages = await thirdPartyOf(root, (await bundleProgram(root)).metafile);
  const bom: unknown = JSON.parse(billOfMaterials(product, packages, lock));
  const commander = packages.find(({ name }) => name === "commander") ?? expect.fail();
  const { integrity } = JSON.parse(lock).packages["node_modules/commander"];
  expect(bom).toMatchObject({
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    metadata: { component: { type: "application", name: "tap-platform", purl: "pkg:npm/tap-platform@1.0.0" } },
    components: expect.arrayContaining([
      {
        ...{ type: "library", name: "commander", version: commander.version, licenses: [{ expression: "MIT" }] },
        purl: `pkg:npm/commander@${commander.version}`,
        hashes: [{ alg: "SHA-512", content: Buffer.from(integrity.slice(7), "base64").toString("hex") }],
      },
      expect.objectContaining({ group: "@aws-sdk", name: "client-ec2" }),
    ]),
  });
  expect(bom).toHaveProperty("components.length", packages.length);
  expect(licenceFile(packages)).toContain(`commander ${commander.version} (MIT)`);
});

test("code of a package that the lockfile does not have is not built in", () => {
  const stranger = { name: "commander", version: "0.0.1", license: "MIT", texts: [] };
  expect(() => billOfMaterials(product, [stranger], lock)).toThrow("commander 0.0.1 is not in the lockfile");
});
