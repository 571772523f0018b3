import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { StateError } from "../../src/state/errors.ts";
import { folderBackend } from "../../src/state/file.ts";
import { readSlot } from "../../src/state/store.ts";
import { temporaryFolder } from "./folder.ts";
import { location, SharedBucket } from "./shared-bucket.ts";

// What a released tap has written, byte for byte. These texts are on users' disks and in their buckets: when a test
// fails here, it is the reader that has to change.

const stateText = `{
  "schema": 1,
  "account": "123456789012",
  "region": "us-east-1",
  "environment": "dev",
  "settingsOf": "staging",
  "serial": 1,
  "resources": {
    "network.vpc": {
      "type": "ec2:vpc",
      "name": "tap-dev",
      "id": "vpc-1",
      "key": {
        "cidr": "10.0.0.0/16"
      },
      "token": "t1",
      "outputs": {
        "vpcId": "vpc-1"
      }
    }
  },
  "retained": {}
}
`;

const journalText = `{"schema":1,"continues":"65305f234e4167759e8873fda8ec9aade18258bf3f390260c6c065f58ae31efb"}
{"serial":2,"resources":{"database.cluster":{"type":"rds:cluster","name":"tap-dev","token":"t2","intent":{"action":"create","at":1767603601000}}},"retained":{},"durations":{}}
{"serial":3,"resources":{"network.subnet":{"type":"ec2:subnet","name":"tap-dev-a","id":"subnet-1","token":"t3"}},"retained":{},"durations":{"ec2:vpc":{"create":3.5}}}
{"serial":4,"resources":{},"retained":{"data.bucket":{"type":"s3:bucket","id":"tap-dev-data","reason":"it holds 3 objects","at":1767603602000}},"durations":{}}
{"serial":5,"resources":{"database.cluster":{"type":"rds:cluster","name":"tap-dev","id":"tap-dev","token":"t2"}},"retained":{},"durations":{}}
{"serial":6,"resources":{"network.subnet":null},"retained":{},"durations":{"ec2:vpc":{"create":3.5,"remove":2,"release":1}}}
`;

const sealedStateText = `{
  "digest": "809a85ded3d370cc5ba689f3ff39c21b29272e0a3a11fb68000d347002b96a4c",
  "schema": 2,
  "account": "123456789012",
  "region": "us-east-1",
  "environment": "dev",
  "settingsOf": "staging",
  "serial": 1,
  "resources": {
    "network.vpc": {
      "type": "ec2:vpc",
      "name": "tap-dev",
      "id": "vpc-1",
      "key": {
        "cidr": "10.0.0.0/16"
      },
      "token": "t1",
      "outputs": {
        "vpcId": "vpc-1"
      }
    }
  },
  "retained": {}
}
`;

const sealedJournalText = `{"schema":2,"continues":"9c9a15c5cd8e71eb1a305d5f5552c56870bc4fd53930304bbec2952258eb4853"}\t3ef7ead11855b5e22067923737a4471e181c6463293120c86c568b501424b9eb
{"serial":2,"resources":{"network.subnet":{"type":"ec2:subnet","name":"tap-dev-a","id":"subnet-1","token":"t3"}},"retained":{},"durations":{}}\teb34f2964f3a5208e55e7afcae51a564a6d74d826b14faa0a4d7e703a47dcd85
{"serial":3,"resources":{"network.subnet":null},"retained":{},"durations":{}}\tb9b4060d85c6db0fc0f1802478f4a3af9f095fbdf8727d25ff47654eac26e939
`;

const vpc = {
  type: "ec2:vpc",
  name: "tap-dev",
  id: "vpc-1",
  key: { cidr: "10.0.0.0/16" },
  token: "t1",
  outputs: { vpcId: "vpc-1" },
};

const written = {
  account: "123456789012",
  region: "us-east-1",
  environment: "dev",
  settingsOf: "staging",
  serial: 1,
  resources: { "network.vpc": vpc },
  retained: {},
};

const continued = {
  ...written,
  serial: 6,
  resources: {
    "network.vpc": vpc,
    "database.cluster": { type: "rds:cluster", name: "tap-dev", id: "tap-dev", token: "t2" },
  },
  retained: {
    "data.bucket": { type: "s3:bucket", id: "tap-dev-data", reason: "it holds 3 objects", at: 1767603602000 },
  },
  durations: { "ec2:vpc": { create: 3.5, remove: 2, release: 1 } },
};

/** @param heartbeat only in S3 */
const lockText = (heartbeat = "") => `{
  "owner": "ops@build-7",
  "host": "build-7",
  "machine": "3d1219c7c4c5404aaa1f6d2a48adfda4/pid:[4026531836]",
  "pid": 29941,
  "started": "1a7cfeeb-aa66-40cd-b298-bec16af41263/875868",
  "startedAt": "2026-01-05T09:00:01.000Z",
  "command": "tap up --env dev",
  "nonce": "b003d544-25d4-4015-9e26-4a56d9ca1153"${heartbeat}
}
`;

const holder = {
  owner: "ops@build-7",
  host: "build-7",
  machine: "3d1219c7c4c5404aaa1f6d2a48adfda4/pid:[4026531836]",
  pid: 29941,
  started: "1a7cfeeb-aa66-40cd-b298-bec16af41263/875868",
  startedAt: "2026-01-05T09:00:01.000Z",
  command: "tap up --env dev",
  nonce: "b003d544-25d4-4015-9e26-4a56d9ca1153",
};

async function folderWith(files: Readonly<Record<string, string>>) {
  const dir = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
  return folderBackend(dir, false).of("dev");
}

test("a state file is read", async () => {
  expect(await readSlot(await folderWith({ "dev.json": stateText }))).toEqual(written);
});

test("a state file is read with the journal that a run left beside it", async () => {
  const place = await folderWith({ "dev.json": stateText, "dev.journal": journalText });
  expect(await readSlot(place)).toEqual(continued);
});

test("a state file with a digest is read, and the journal that a run left beside it", async () => {
  expect(await readSlot(await folderWith({ "dev.json": sealedStateText }))).toEqual(written);
  const place = await folderWith({ "dev.json": sealedStateText, "dev.journal": sealedJournalText });
  expect(await readSlot(place)).toEqual({ ...written, serial: 3 });
});

test("a state file without its digest is read: it was changed by hand", async () => {
  const changed = sealedStateText.replace("vpc-1", "vpc-2");
  const reading = async (text: string) => readSlot(await folderWith({ "dev.json": text }));
  await expect(reading(changed)).rejects.toThrow("by its digest");
  expect(await reading(changed.replace(/ +"digest".*\n/, ""))).toMatchObject({ serial: 1 });
});

test("a journal of a tap that wrote no digests: a torn end counts for nothing, a lost line is refused", async () => {
  const reading = async (text: string) => readSlot(await folderWith({ "dev.json": stateText, "dev.journal": text }));
  const lines = journalText.split("\n");
  expect(await reading(`${lines.slice(0, 3).join("\n")}\n{"serial":4,"reso`)).toMatchObject({ serial: 3 });
  expect(await reading(`${lines.slice(0, 3).join("\n")}\n{"serial":4,"reso\0\0\n`)).toMatchObject({ serial: 3 });
  await expect(reading(lines.toSpliced(2, 1).join("\n"))).rejects.toThrow("in line 3: after version 2 comes 4");
  await expect(reading(lines.toSpliced(1, 1).join("\n"))).rejects.toThrow("in line 2: after version 1 comes 3");
});

test("a lock in a folder is read, and respected", async () => {
  const place = await folderWith({ "dev.lock": lockText() });
  expect(await place.readLock()).toEqual({ status: "held", holder, stale: false });
  const clock = { now: () => 0, sleep: async () => undefined };
  await expect(place.lock({ command: "tap down", clock })).rejects.toMatchObject({ holder });
});

test("a state and a lock in S3 are read", async () => {
  const shared = new SharedBucket();
  const heartbeat = new Date(shared.clock.now()).toISOString();
  const put = (file: string, Body: string) =>
    shared.cloud.call(new PutObjectCommand({ Bucket: location.bucket, Key: `trading/${file}`, Body }));
  put("dev.json", stateText);
  put("dev.lock", lockText(`,\n  "heartbeat": "${heartbeat}"`));
  const place = shared.home.of("dev");
  expect(await readSlot(place)).toEqual(written);
  expect(await place.readLock()).toEqual({ status: "held", holder: { ...holder, heartbeat }, stale: false });
});

// What becomes of a number that no tap so far has written.
test.each([0, 3])(
  "schema %s is refused by its number, in a state file and in a journal, and left alone",
  async (schema) => {
    const otherState = stateText.replace('"schema": 1', `"schema": ${schema}`);
    const otherJournal = journalText.replace('"schema":1', `"schema":${schema}`);
    for (const files of [{ "dev.json": otherState }, { "dev.json": stateText, "dev.journal": otherJournal }]) {
      const reading = readSlot(await folderWith(files));
      await expect(reading).rejects.toThrow(StateError);
      await expect(reading).rejects.toThrow(schema > 1 ? "written by a newer tap: it has version 3" : "is damaged");
    }
  },
);
