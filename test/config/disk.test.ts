import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diskRefusal, writeRefusal } from "../../src/config/disk.ts";

const failed = (code: string, more: object = {}) =>
  Object.assign(new Error(`${code}: as Node.js says it`), { code, ...more });

test.each([
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "this user's share of the disk is used up"],
  ["EROFS", "the file system is read-only"],
  ["EACCES", "this user may not write there"],
])("%s is said in words", (code, words) => {
  expect(diskRefusal(failed(code), "/any/where")).toBe(words);
});

test("what has another reason is left to others", async () => {
  expect(diskRefusal(failed("EIO"), "/any/where")).toBeUndefined();
  expect(diskRefusal(new Error("no code"), "/any/where")).toBeUndefined();
  const folder = await mkdtemp(join(tmpdir(), "tap-disk-"));
  expect(diskRefusal(failed("ENOENT"), join(folder, "not", "there"))).toBeUndefined();
  await rm(folder, { recursive: true });
});

test("only what tells of writing is said to be a refused write, with its path where it has one", () => {
  expect(writeRefusal(failed("EROFS", { syscall: "open", path: "/a/file" }))).toBe(
    "/a/file cannot be written: the file system is read-only",
  );
  expect(writeRefusal(failed("ENOSPC", { syscall: "write" }))).toBe("the disk is full");
  expect(writeRefusal(failed("EACCES", { syscall: "mkdir", path: "/a" }))).toBe(
    "/a cannot be written: this user may not write there",
  );
  // It may be that the file was to be read.
  expect(writeRefusal(failed("EACCES", { syscall: "open", path: "/a/file" }))).toBeUndefined();
  expect(writeRefusal(failed("ENOSPC"))).toBeUndefined();
});
