import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { installFailure } from "../../src/local/install-failure.ts";

const retries = (broken: string) =>
  [4, 3, 2, 1, 0]
    .map(
      (left) => `WARNING: Retrying (Retry(total=${left})) after connection broken by '${broken}': /simple/ministack/`,
    )
    .concat("ERROR: No matching distribution found for ministack==1.5.33")
    .join("\n");
const connection = "<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f61ee878210>";

test.each([
  [
    "no name server",
    retries(
      `NewConnectionError('${connection}: Failed to establish a new connection: [Errno -2] Name or service not known')`,
    ),
    "the package index cannot be reached (Name or service not known)",
  ],
  [
    "no proxy",
    retries(
      `ProxyError('Cannot connect to proxy.', NewConnectionError('${connection}: Failed to establish a new connection: [Errno 111] Connection refused'))`,
    ),
    "the package index cannot be reached (Connection refused)",
  ],
  ["no room", "OSError: [Errno 28] No space left on device: '/x'", `the disk is full (${tmpdir()})`],
  [
    "no right to write",
    "Error: [Errno 30] Read-only file system: '/x/venv'",
    `${tmpdir()} cannot be written (Read-only file system)`,
  ],
])("%s is one sentence", async (_, output, cause) => {
  const { message, advice } = await installFailure("pip could not install it", output, tmpdir());
  expect(message).toBe(`pip could not install it: ${cause}`);
  expect(advice).toMatch(/, then run the same command again: it starts the installation anew\.$/);
});

test("what is not known is told as pip tells it", async () => {
  const { message } = await installFailure("pip could not install it", "ERROR: something new\n", tmpdir());
  expect(message).toBe("pip could not install it:\nERROR: something new");
});
