import {
  CreateDBClusterParameterGroupCommand,
  type DBClusterParameterGroup,
  DeleteDBClusterParameterGroupCommand,
  DescribeDBClusterParameterGroupsCommand,
  DescribeDBClusterParametersCommand,
  ModifyDBClusterParameterGroupCommand,
  type Parameter,
  ResetDBClusterParameterGroupCommand,
} from "@aws-sdk/client-rds";
import { awsError, UnmodelledError } from "../errors.ts";
import { type Operation, onlyFields, read, write } from "../model.ts";
import { allows, families, type ParameterSpec } from "./parameters.ts";
import type { ParameterGroup } from "./records.ts";
import { identifier, invalidCombination, invalidValue, matchesAll, nameOf, type RdsStore } from "./store.ts";

/** Cluster parameter groups. Source: RDS API Reference. */
export function parameterGroupOperations(store: RdsStore): Operation[] {
  const show = (group: ParameterGroup): DBClusterParameterGroup => ({
    DBClusterParameterGroupName: group.name,
    DBClusterParameterGroupArn: group.arn,
    DBParameterGroupFamily: group.family,
    Description: group.description,
  });
  return [
    write(
      CreateDBClusterParameterGroupCommand,
      ["DBClusterParameterGroupName", "DBParameterGroupFamily", "Description", "Tags"],
      (input) => {
        const name = identifier(input.DBClusterParameterGroupName, "DBClusterParameterGroupName", 255);
        const family = input.DBParameterGroupFamily ?? "";
        if (!families.has(family))
          throw invalidValue(`ParameterGroupFamily ${family} is not a valid parameter group family`);
        if (store.parameterGroups.has(name)) {
          throw awsError("DBParameterGroupAlreadyExistsFault", `Parameter group ${name} already exists`);
        }
        const group: ParameterGroup = {
          ...store.record("cluster-pg", name, input.Tags),
          family,
          description: input.Description ?? "",
          values: new Map(),
        };
        store.parameterGroups.set(name, group);
        return { DBClusterParameterGroup: show(group) };
      },
    ),
    write(ModifyDBClusterParameterGroupCommand, ["DBClusterParameterGroupName", "Parameters"], (input) => {
      const group = parameterGroup(store, input.DBClusterParameterGroupName);
      const given = input.Parameters ?? [];
      // ModifyDBClusterParameterGroup: at most 20 parameters in one request.
      if (given.length > 20) throw invalidValue("The number of parameters in a single request must not exceed 20");
      const values = new Map(group.values);
      for (const parameter of given) {
        const { spec, method } = checked(group, parameter);
        if (parameter.ParameterValue === undefined) throw invalidValue(`The parameter ${spec.name} needs a value`);
        if (!allows(spec, parameter.ParameterValue)) {
          throw invalidValue(
            `Invalid parameter value: ${parameter.ParameterValue} for: ${spec.name} allowed values are: ${spec.allowed}`,
          );
        }
        values.set(spec.name, { value: parameter.ParameterValue, method });
      }
      group.values = values;
      return { DBClusterParameterGroupName: group.name };
    }),
    write(
      ResetDBClusterParameterGroupCommand,
      ["DBClusterParameterGroupName", "ResetAllParameters", "Parameters"],
      (input) => {
        const group = parameterGroup(store, input.DBClusterParameterGroupName);
        const given = input.Parameters ?? [];
        if ((input.ResetAllParameters ?? false) === given.length > 0) {
          throw invalidCombination("Either ResetAllParameters or a list of parameters must be given");
        }
        const values = new Map(input.ResetAllParameters ? [] : group.values);
        for (const parameter of given) values.delete(checked(group, parameter).spec.name);
        group.values = values;
        return { DBClusterParameterGroupName: group.name };
      },
    ),
    write(DeleteDBClusterParameterGroupCommand, ["DBClusterParameterGroupName"], (input) => {
      const group = parameterGroup(store, input.DBClusterParameterGroupName);
      if ([...store.clusters.values()].some((c) => c.parameterGroup === group.name)) {
        throw awsError(
          "InvalidDBParameterGroupStateFault",
          "One or more database instances are still members of this parameter group, so the group cannot be deleted",
        );
      }
      store.cloud.bury(group.arn, group.tags);
      store.parameterGroups.delete(group.name);
      return {};
    }),
    read(DescribeDBClusterParameterGroupsCommand, ["DBClusterParameterGroupName", "MaxRecords", "Marker"], (input) => {
      const wanted =
        input.DBClusterParameterGroupName === undefined
          ? undefined
          : parameterGroup(store, input.DBClusterParameterGroupName, true);
      const { items, Marker } = store.describe(wanted ? [wanted] : store.parameterGroups.values(), input, {});
      return { DBClusterParameterGroups: items.map(show), Marker };
    }),
    read(
      DescribeDBClusterParametersCommand,
      ["DBClusterParameterGroupName", "Source", "Filters", "MaxRecords", "Marker"],
      (input) => {
        const group = parameterGroup(store, input.DBClusterParameterGroupName, true);
        const source = input.Source;
        if (source !== undefined && !["user", "system", "engine-default"].includes(source))
          throw invalidValue(`Invalid source: ${source}`);
        const all = specs(group)
          .map((spec) => describe(group, spec))
          .filter(
            (p) =>
              (source === undefined || p.Source === source) &&
              matchesAll(p, input.Filters, { "parameter-name": (q) => [q.ParameterName] }),
          );
        const { items, Marker } = store.page(all, (p) => p.ParameterName ?? "", input);
        return { Parameters: items, Marker };
      },
    ),
  ];
}

/** @throws DBParameterGroupNotFoundFault, whose code the cluster operations share */
export function parameterGroup(store: RdsStore, name: string | undefined, reading = false): ParameterGroup {
  const group = store.parameterGroups.get(nameOf(name));
  if (!group || (reading && !store.cloud.visible(group.createdAt.getTime()))) {
    throw awsError("DBParameterGroupNotFoundFault", `DBClusterParameterGroup not found: ${name}`, 404);
  }
  return group;
}

function specs(group: ParameterGroup): readonly ParameterSpec[] {
  return families.get(group.family) ?? [];
}

function checked(group: ParameterGroup, parameter: Parameter) {
  onlyFields(parameter, "Parameter", ["ParameterName", "ParameterValue", "ApplyMethod"]);
  const spec = specs(group).find((s) => s.name === parameter.ParameterName);
  if (!spec) throw invalidValue(`Could not find parameter with name: ${parameter.ParameterName}`);
  if (!spec.modifiable) throw invalidValue(`The parameter ${spec.name} cannot be modified.`);
  const method = parameter.ApplyMethod ?? "pending-reboot";
  if (method !== "immediate" && method !== "pending-reboot") throw new UnmodelledError(`ApplyMethod ${String(method)}`);
  if (method === "immediate" && spec.apply === "static")
    throw invalidCombination("cannot use immediate apply method for static parameter");
  return { spec, method } as const;
}

function describe(group: ParameterGroup, spec: ParameterSpec): Parameter {
  const set = group.values.get(spec.name);
  return {
    ParameterName: spec.name,
    ParameterValue: set?.value ?? spec.value,
    // Some text is always there (placebo, all 134 parameters); AWS's own is of no use here.
    Description: `What ${spec.name} sets.`,
    Source: set ? "user" : spec.value === undefined ? "engine-default" : "system",
    ApplyType: spec.apply,
    DataType: spec.type,
    AllowedValues: spec.allowed,
    IsModifiable: spec.modifiable,
    ApplyMethod: set?.method ?? "pending-reboot",
    SupportedEngineModes: ["provisioned"],
  };
}
