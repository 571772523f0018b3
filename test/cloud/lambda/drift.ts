import { UpdateFunctionCodeCommand } from "@aws-sdk/client-lambda";
import { zipSync } from "fflate";
import { another, type DriftFacts, noProperty, oneElement, onlyOne, refused } from "../drift.ts";

/** See {@link DriftFacts}. */
export const drift: DriftFacts = {
  exceptions: [
    { fields: /Architectures\[[+-]\]|Payload/, reason: oneElement, expect: noProperty },
    { fields: /(FunctionName|StatementId) @/, reason: another, expect: noProperty },
    {
      fields: /CreateFunction Code\./,
      reason: "the code's way into the function, which reports the code's hash",
      expect: noProperty,
    },
    {
      fields: /SecurityGroupIds\[-\] @functions/,
      reason: "the list is as short as AWS takes it, or holds all that there is",
      expect: refused,
    },
    { fields: /PackageType/, reason: onlyOne, expect: refused },
  ],
  choices: [
    [/ Runtime$/, ["nodejs22.x"]],
    [/TracingConfig\.Mode$/, ["PassThrough"]],
    [/LogFormat$/, ["JSON"]],
    [/PackageType$/, ["Image"]],
    [/Architectures/, ["arm64"]],
    [/SourceArn$/, ["arn:aws:execute-api:us-east-1:123456789012:a000000001/*/*/*"]],
    [/AddPermission Principal$/, ["events.amazonaws.com"]],
    [/AddPermission Action$/, ["lambda:GetFunction"]],
  ],
  replacements: [
    "function.architecture refused",
    "permission.action remade",
    "permission.condition remade",
    "permission.principal remade",
  ],
  seldom: [
    // Other code runs.
    (cloud, id) => {
      const ZipFile = zipSync({ "processor.js": new TextEncoder().encode("// other code") });
      cloud.call(new UpdateFunctionCodeCommand({ FunctionName: id("functions/processor"), ZipFile }));
    },
  ],
};
