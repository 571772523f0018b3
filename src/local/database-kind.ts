import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import * as z from "zod";
import type { Aws } from "../aws/aws.ts";
import { failed, type Kind, ready } from "../engine/kind.ts";
import { compare, none } from "../resources/compare.ts";
import { keyOf } from "../resources/define.ts";
import { findDatabase, type LocalDatabase, lastDatabase, startDatabase, stopDatabase } from "./database.ts";
import { type DatabaseProgram, exists } from "./database-program.ts";

/** Where and with what an environment's private database runs. */
export interface LocalDatabasePlace {
  /** Folder of its own. */
  readonly dir: string;
  readonly program: DatabaseProgram;
}

type Key = { readonly masterSecretArn: string };

/** Where a database is reached, as a cluster says it; without `caFile` it speaks without TLS. */
export type DatabaseAddress = {
  readonly writerEndpoint: string;
  readonly readerEndpoint: string;
  readonly port: number;
  readonly caFile?: string;
};

interface Live extends Key {
  /** As it was last started; undefined when it never came up. */
  readonly database: LocalDatabase | undefined;
  readonly running: boolean;
  /** The secret whose password it was started with. */
  readonly startedWith: string | undefined;
}

const Login = z.object({ username: z.string(), password: z.string() });

/** Beside the data, so that a new cluster's secret is noticed. */
const noteOf = (dir: string) => path.join(dir, "secret-arn");

/**
 * A database server on this machine that stands in for the cluster of the local AWS, behind which there is nothing. It
 * takes the managed master secret's login, and is removed with its data.
 */
export function localDatabaseKind({ dir, program }: LocalDatabasePlace): Kind<Aws, Key, object, Live, DatabaseAddress> {
  const start = async (aws: Aws, SecretId: string) => {
    const answer = await aws.secrets(new GetSecretValueCommand({ SecretId }));
    const login = Login.safeParse(JSON.parse(answer.SecretString ?? "null"));
    // Not zod's own error: it could quote the password.
    if (!login.success) throw new Error("the managed master secret holds no login");
    await startDatabase({ dir, program, ...login.data });
    await writeFile(noteOf(dir), SecretId, { mode: 0o600 });
  };
  return {
    type: "local:database",
    recover: "setting",
    usable: "ready",
    releases: "gone",
    replace: "remake",
    minutes: { create: 2, update: 2, remove: 1 },
    seconds: { create: 2, remove: 1 },
    card: "Aurora MySQL",
    parseKey: keyOf(z.object({ masterSecretArn: z.string() })),

    async find(_aws, _me, { masterSecretArn }) {
      // Its folder, not its process, is what there is of it: a reboot ends the one and leaves the other.
      if (!(await exists(dir))) return undefined;
      const running = (await findDatabase(dir)) !== undefined;
      const startedWith = await readFile(noteOf(dir), "utf8").catch(() => undefined);
      return { masterSecretArn, database: await lastDatabase(dir), running, startedWith };
    },
    id: ({ database }) => (database === undefined ? dir : `${database.host}:${database.port}`),
    phase: ({ database }) => (database === undefined ? failed("it never came up") : ready),
    outputs: ({ database }) => ({
      writerEndpoint: database?.host ?? "",
      readerEndpoint: database?.host ?? "",
      port: database?.port ?? 0,
      ...(database?.caFile === undefined ? {} : { caFile: database.caFile }),
    }),
    changes: (_want, live) =>
      compare(
        { running: true, masterSecretArn: live.masterSecretArn },
        { running: live.running, masterSecretArn: live.startedWith ?? none },
      ),

    async create(aws, _me, { masterSecretArn }) {
      await start(aws, masterSecretArn);
      return dir;
    },
    update: (aws, live) => start(aws, live.masterSecretArn),
    async remove() {
      await stopDatabase(dir);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
