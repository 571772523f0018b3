import { DescribePendingMaintenanceActionsCommand, type ResourcePendingMaintenanceActions } from "@aws-sdk/client-rds";
import type { Aws } from "../../aws/aws.ts";
import type { Ailment, Watch } from "../../engine/kind.ts";
import { allPages } from "../pages.ts";

interface Maintained {
  readonly maintenance?: readonly ResourcePendingMaintenanceActions[];
}

/**
 * The maintenance that AWS has announced: one list for all clusters and instances of the account and region.
 *
 * @param type as ARNs have it: `cluster` or `db`
 */
export const maintenance = (type: string): Watch<Aws, undefined, Maintained> => ({
  what: "pending maintenance",
  read: async (aws, id) => {
    const all = await aws.shared("rds:maintenance", () =>
      allPages("PendingMaintenanceActions", "Marker", (Marker) =>
        aws.rds(new DescribePendingMaintenanceActionsCommand({ Marker })),
      ),
    );
    return { maintenance: all.filter(({ ResourceIdentifier }) => ResourceIdentifier?.endsWith(`:${type}:${id}`)) };
  },
});

/** Each maintenance that is pending, with AWS's words for it and when it comes by itself. */
export const maintenanceOf = (pending: Maintained["maintenance"]): Ailment[] =>
  (pending ?? [])
    .flatMap(({ PendingMaintenanceActionDetails }) => PendingMaintenanceActionDetails ?? [])
    .map(({ Action = "maintenance", Description, CurrentApplyDate }) => ({
      what: "maintenance pending",
      why: [
        Description === undefined ? Action : `${Action} (${Description})`,
        CurrentApplyDate === undefined ? "AWS names no date" : `AWS does it on ${CurrentApplyDate.toISOString()}`,
      ].join("; "),
    }));
