import { describe, expect, test } from "vitest";
import { noSettingsFile } from "../../src/config/file.ts";
import { resolveSettings } from "../../src/config/resolve.ts";
import type { StatusRow } from "../../src/engine/status.ts";
import { architectureOf, type Card } from "../../src/pictures/architecture.ts";
import { architectureSvg } from "../../src/pictures/architecture-svg.ts";
import { isResource } from "../../src/pictures/platform.ts";
import { blueprint } from "../../src/session/blueprint.ts";
import { manyRows } from "./sample.ts";

const domain = { name: "api.example.com", zone: "example.com" };
const dev = resolveSettings({ env: "dev", variables: {}, file: noSettingsFile });

const rowsOf = (settings: typeof dev): StatusRow[] =>
  blueprint(settings)
    .nodes.filter(isResource)
    .map(({ id, step, kind }) => ({ id, step, type: kind.type, card: kind.card, status: "in-sync", changes: [] }));

const ids = ({ head, rows }: Card) => [...(head === undefined ? [] : [head]), ...rows].map(({ id }) => id);

const naming = { name: ({ id }: StatusRow) => id, target: ({ id }: StatusRow) => id };
const drawn = (rows: readonly StatusRow[]) =>
  [...architectureSvg(rows, ["us-east-1a"], naming).matchAll(/<a href="#([^"]+)"/g)].map(([, id]) => id);

describe("the architecture", () => {
  const full = rowsOf({ ...dev, domain, network: { ...dev.network, natGateways: 2 } });

  test("has a place for every resource of the platform", () => {
    const all = architectureOf(full, ["us-east-1a", "us-east-1b"]);
    const beside = ["KMS key", "S3", "CloudWatch Logs", "Secrets Manager", "IAM roles", "Others"];
    expect(all.beside.map(({ title }) => title)).toEqual(beside);
    expect(all.beside.at(-1)?.rows).toEqual([]);
    expect(ids(all.vpc)).toEqual(["network/vpc"]);
    expect(all.zones.map(({ zone, open, closed }) => [zone, ids(open), ids(closed)])).toEqual([
      ["us-east-1a", ["network/public-subnet-1", "network/address-1", "network/nat-1"], ["network/private-subnet-1"]],
      ["us-east-1b", ["network/public-subnet-2", "network/address-2", "network/nat-2"], ["network/private-subnet-2"]],
    ]);
    expect(ids(all.functions)).toEqual(["functions/processor", "functions/query", "functions/migrate"]);
    expect(ids(all.cluster).slice(0, 5)).toEqual([
      ...["database/cluster", "database/subnet-group", "database/parameter-group"],
      ...["database/writer", "database/reader-1"],
    ]);
    expect(ids(all.domain)).toEqual(
      expect.arrayContaining(["dns/zone", "domain/domain-name", "certificate/certificate"]),
    );
  });

  test("draws every resource once", () => {
    expect(drawn(full).toSorted()).toEqual(full.map(({ id }) => id).toSorted());
    expect(drawn(rowsOf(dev))).toHaveLength(rowsOf(dev).length);
  });

  test("draws left-overs, too: a second VPC, a third subnet, and what it has never heard of", () => {
    const more = [
      ["network/vpc#vpc-2", "ec2:vpc", "VPC"],
      ["network/private-subnet-3", "ec2:subnet", "Subnets"],
      ["games/chess", "games:board"],
    ].map(([id = "", type = "", card]): StatusRow => {
      return { id, step: id.replace(/\/.*/, ""), type, card, status: "left-over", changes: [] };
    });
    expect(drawn([...full, ...more]).toSorted()).toEqual([...full, ...more].map(({ id }) => id).toSorted());
  });

  test("draws those of very many that need a person first, and counts the others", () => {
    const rows = manyRows(1000);
    const shown = new Set(drawn(rows));
    expect(shown.size).toBeLessThan(250);
    const text = architectureSvg(rows, [], naming).replace(/<title>.*?<\/title>/g, "");
    const more = [...text.matchAll(/and (\d+) more in the table/g)].reduce((sum, [, n]) => sum + Number(n), 0);
    expect(shown.size + more).toBe(1000);
    const logs = rows.filter(({ id, type }) => type === "logs:log-group" && shown.has(id));
    expect(new Set(logs.map(({ status }) => status))).toEqual(new Set(["missing"]));
  });
});
