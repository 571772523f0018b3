import type { Implied } from "../../src/aws/permissions.ts";
import { objectOf, stringsIn } from "../cloud/authorization.ts";
import type { Request } from "./evaluate.ts";
import { type Occasion, request } from "./requests.ts";
import { arnsOf } from "./touched.ts";

/** What IAM is asked in the course of a call, by what the call is about; nothing when this call does not imply it. */
export function impliedRequests(occasion: Occasion, { needs, through }: Implied): Request[] {
  return Object.keys(needs).flatMap((action) => {
    const ask = (resource: string, more: Readonly<Record<string, readonly string[]>> = {}) =>
      request(occasion, action, resource, more);
    const { call, cloud } = occasion;
    const input = objectOf(call.input);
    const arn = (service: string, resource: string) =>
      cloud.arn(service, resource, service === "iam" ? "" : cloud.region);
    switch (action) {
      case "iam:PassRole": {
        const service = call.service === "lambda" ? "lambda.amazonaws.com" : "apigateway.amazonaws.com";
        const patched = JSON.stringify(input["patchOperations"] ?? "").match(/arn:aws:iam:[^"]+/g) ?? [];
        const roles = [...stringsIn(input["Role"]), ...patched];
        return roles.map((role) => ask(role, { "iam:PassedToService": [service] }));
      }
      case "s3:GetObject": {
        const code: Readonly<Record<string, unknown>> = { ...input, ...objectOf(input["Code"]) };
        return [ask(`arn:aws:s3:::${String(code["S3Bucket"])}/${String(code["S3Key"])}`)];
      }
      case "secretsmanager:CreateSecret":
      case "secretsmanager:TagResource":
        return managesPassword(call.operation, input)
          ? [ask(arn("secretsmanager", "secret:rds!cluster-0-AbCdEf"))]
          : [];
      case "rds:CreateDBClusterSnapshot":
      case "rds:AddTagsToResource": {
        if (input["FinalDBSnapshotIdentifier"] === undefined) return [];
        const touched = arnsOf(call, cloud);
        return touched
          .filter((each) => action === "rds:CreateDBClusterSnapshot" || each.includes(":cluster-snapshot:"))
          .map((each) => ask(each));
      }
      case "iam:CreateServiceLinkedRole": {
        const [service, role] =
          call.service === "rds"
            ? ["rds.amazonaws.com", "AWSServiceRoleForRDS"]
            : ["ops.apigateway.amazonaws.com", "AWSServiceRoleForAPIGateway"];
        const linked = arn("iam", `role/aws-service-role/${service}/${role}`);
        return [ask(linked, { "iam:AWSServiceName": [service] })];
      }
      case "apigateway:PUT": {
        const made = `arn:aws:apigateway:${cloud.region}::/${call.operation === "CreateDomainName" ? "domainnames" : "restapis"}/*`;
        return [ask(`arn:aws:apigateway:${cloud.region}::/tags/${encodeURIComponent(made)}`)];
      }
      case "kms:CreateGrant":
      case "kms:Decrypt":
      case "kms:Encrypt":
      case "kms:GenerateDataKey": {
        const via = `${through}.${cloud.region}.amazonaws.com`;
        const grant: Record<string, readonly string[]> =
          action === "kms:CreateGrant" ? { "kms:GrantIsForAWSResource": ["true"] } : {};
        return keysOf(occasion).map((key) => ask(key, { "kms:ViaService": [via], ...grant }));
      }
      default:
        return [ask("*")];
    }
  });
}

const managesPassword = (operation: string, input: Readonly<Record<string, unknown>>): boolean =>
  operation === "CreateDBCluster" || input["ManageMasterUserPassword"] === true;

/** The key that a call names, or else the one of the environment whose thing the call is about. */
function keysOf({ call, cloud }: Occasion): string[] {
  const input = objectOf(call.input);
  // A function that leaves its VPC keeps its key.
  if (call.operation === "UpdateFunctionConfiguration" && input["Role"] === undefined) return [];
  if (call.operation === "ModifyDBCluster" && !managesPassword(call.operation, input)) return [];
  const named = ["KMSKeyArn", "MasterUserSecretKmsKeyId", "KmsKeyId"].flatMap((field) => stringsIn(input[field]));
  if (named[0] !== undefined) return [named[0]];
  const all = [...cloud.resources()];
  const touched = [...arnsOf(call, cloud), `arn:aws:s3:::${String(input["Bucket"])}`];
  const whose = all.find(({ arn }) => arn !== undefined && touched.includes(arn))?.tags["Environment"];
  if (whose === undefined) return [];
  return all.flatMap(({ service, key, arn, tags }) =>
    service === "kms" && key.startsWith("key/") && tags["Environment"] === whose && arn !== undefined ? [arn] : [],
  );
}
