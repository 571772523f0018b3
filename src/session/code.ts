import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { TapError } from "../engine/errors.ts";
import type { CodePackage } from "../resources/lambda/code.ts";

/**
 * The functions' ZIP, as the build has left it.
 *
 * @throws {TapError} when it is not there
 */
export async function readCode(path: string | URL): Promise<CodePackage> {
  const zip = await readFile(path).catch((error: unknown) => {
    throw new TapError("the functions' code is not there", {
      advice: "Run `npm run build` (npm does so by itself after `npm ci`), then the same command again.",
      cause: error,
    });
  });
  return { sha256: createHash("sha256").update(zip).digest("base64"), read: async () => zip };
}
