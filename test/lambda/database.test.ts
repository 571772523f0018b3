import { readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findDatabase, startDatabase, stopDatabase } from "../../src/local/database.ts";
import { describeWithDatabase, TestDatabase } from "./fixture.ts";

describeWithDatabase("a private database server", () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await TestDatabase.start(true);
  });
  afterEach(() => database.stop());

  const start = (password: string, port?: number) =>
    startDatabase({ dir: database.dir, username: "admin", password, ...(port !== undefined && { port }) });

  test("is found and kept while the password is the same, and started anew with its data when it is another", async () => {
    expect(await findDatabase(database.dir)).toEqual(database.server);
    expect(await start(database.masterPassword)).toEqual(database.server);
    await database.rows("CREATE DATABASE kept");

    const next = "it's \\ another";
    const again = await start(next);
    expect(again.port).toBe(database.server.port);
    expect(again.pid).not.toBe(database.server.pid);
    await expect(database.rows("SELECT 1")).rejects.toMatchObject({ errno: 1045 });
    database.masterPassword = next;
    expect(await database.rows("SHOW DATABASES LIKE 'kept'")).toHaveLength(1);
  });

  test("has one user who can log in, and listens on the loopback interface only", async () => {
    const users = await database.rows("SELECT user AS name, host AS place FROM mysql.user WHERE user NOT LIKE 'm%.s%'");
    expect(users).toEqual([{ name: "admin", place: "%" }]);
    const [row] = await database.rows("SELECT @@bind_address AS address, @@require_secure_transport AS tls");
    expect(row).toEqual({ address: "127.0.0.1", tls: 1 });
  });

  test("keeps its password out of its folder and its arguments", async () => {
    const files = await readdir(database.dir, { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile())) {
      const contents = await readFile(path.join(file.parentPath, file.name));
      expect(contents.includes(database.masterPassword), file.name).toBe(false);
    }
    if (process.platform === "linux") {
      const command = await readFile(`/proc/${database.server.pid}/cmdline`, "utf8");
      expect(command).toContain("--datadir=");
      expect(command).not.toContain(database.masterPassword);
    }
  });

  test("is gone after it was stopped, or killed, and can be started again", async () => {
    await stopDatabase(database.dir);
    expect(await findDatabase(database.dir)).toBeUndefined();
    await stopDatabase(database.dir);
    await database.restart();
    database.crash();
    while (await findDatabase(database.dir)) await new Promise(setImmediate);
    await database.restart();
    expect(await database.rows("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  test("one that a killed run started and did not note is ended before another uses its data, and by a stop", async () => {
    const note = path.join(database.dir, "instance.json");
    await database.rows("CREATE DATABASE kept");
    await rm(note);
    await database.restart();
    expect(await database.rows("SHOW DATABASES LIKE 'kept'")).toHaveLength(1);
    await rm(note);
    await stopDatabase(database.dir);
    await expect(database.rows("SELECT 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("says so when its port is taken", async () => {
    await stopDatabase(database.dir);
    const { port } = database.server;
    const other = createServer((socket) => socket.end("hello"));
    await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
    try {
      await expect(start(database.masterPassword, port)).rejects.toThrow(/private database .*; its log is/);
    } finally {
      other.close();
    }
  });
});
