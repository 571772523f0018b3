import { expect, it } from "vitest";
import { differences } from "./compare.ts";
import { recordModel } from "./in-memory.ts";

it("answers the same life in the same way, and differently where a reply is altered on purpose", async () => {
  const model = await recordModel();
  expect(model.length).toBeGreaterThan(300);
  expect(differences(model, model)).toEqual([]);
  const altered = await recordModel((cloud) => {
    cloud.intercept = ({ operation }, apply) => {
      const reply = apply();
      if (operation !== "DescribeDBClusters" || !("DBClusters" in reply) || !Array.isArray(reply.DBClusters))
        return reply;
      return {
        ...reply,
        DBClusters: reply.DBClusters.map(({ Engine: _, ...cluster }) => ({
          ...cluster,
          VpcSecurityGroups: cluster.VpcSecurityGroups.map((group: object) => ({ ...group, Status: "new" })),
          Invented: true,
        })),
      };
    };
  });
  expect(differences(altered, model)).toEqual([
    "rds DescribeDBClusters DBClusters[].Engine: absent in recording, always present in the model",
    "rds DescribeDBClusters DBClusters[].Invented: absent in the model, present in recording",
    "rds DescribeDBClusters DBClusters[].VpcSecurityGroups[].Status: value new in recording, never in the model",
  ]);
});
