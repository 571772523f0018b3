import {
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionUrlConfigCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
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
  additions: [
    {
      what: "a function URL that needs no credentials",
      node: "functions/processor",
      path: /^url\.\$LATEST$/,
      weight: "access",
      by: (cloud, id) =>
        cloud.call(new CreateFunctionUrlConfigCommand({ FunctionName: id("functions/processor"), AuthType: "NONE" })),
    },
    {
      what: "an alias",
      node: "functions/query",
      path: /^alias\.other$/,
      weight: "access",
      by: (cloud, id) =>
        cloud.call(
          new CreateAliasCommand({ FunctionName: id("functions/query"), Name: "other", FunctionVersion: "$LATEST" }),
        ),
    },
    {
      what: "a destination for what a function answers asynchronously",
      node: "functions/processor",
      path: /^asyncInvocation\.\$LATEST$/,
      weight: "access",
      by: (cloud, id) =>
        cloud.call(
          new PutFunctionEventInvokeConfigCommand({
            FunctionName: id("functions/processor"),
            DestinationConfig: { OnSuccess: { Destination: "arn:aws:sqs:us-east-1:123456789012:theirs" } },
          }),
        ),
    },
    {
      what: "a queue that invokes a function",
      node: "functions/processor",
      path: /^eventSource\./,
      weight: "access",
      up: "leaves it",
      by: (cloud, id) =>
        cloud.call(
          new CreateEventSourceMappingCommand({
            FunctionName: id("functions/processor"),
            EventSourceArn: "arn:aws:sqs:us-east-1:123456789012:theirs",
          }),
        ),
    },
    {
      what: "a function throttled to nothing",
      node: "functions/processor",
      path: /^Concurrency\.ReservedConcurrentExecutions$/,
      weight: "outage",
      up: "lifts it when it is named",
      by: (cloud, id) =>
        cloud.call(
          new PutFunctionConcurrencyCommand({
            FunctionName: id("functions/processor"),
            ReservedConcurrentExecutions: 0,
          }),
        ),
    },
    {
      what: "a layer",
      node: "functions/processor",
      path: /^Configuration\.Layers$/,
      weight: "access",
      by: (cloud, id) =>
        cloud.call(
          new UpdateFunctionConfigurationCommand({
            FunctionName: id("functions/processor"),
            Layers: ["arn:aws:lambda:us-east-1:999999999999:layer:theirs:1"],
          }),
        ),
    },
  ],
  seldom: [
    // Other code runs.
    (cloud, id) => {
      const ZipFile = zipSync({ "processor.js": new TextEncoder().encode("// other code") });
      cloud.call(new UpdateFunctionCodeCommand({ FunctionName: id("functions/processor"), ZipFile }));
    },
  ],
};
