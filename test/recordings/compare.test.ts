import { expect, it } from "vitest";
import { differences } from "./compare.ts";
import type { Plain, Recorded } from "./exchange.ts";

const reply = (output: Plain, operation = "Describe"): Recorded => ({
  service: "rds",
  operation,
  time: "2026-01-01T00:00:00.000Z",
  input: {},
  output,
});
const refusal = (name: string, status: number | null): Recorded => ({
  service: "rds",
  operation: "Describe",
  time: "2026-01-01T00:00:00.000Z",
  input: {},
  error: { name, message: "text-1", status },
});

it.each<[string, Recorded[], Recorded[], string[]]>([
  ["nothing", [reply({ A: "text-1", N: 1 })], [reply({ A: "text-7", N: 2 })], []],
  [
    "a field that only the model has, always",
    [reply({ Items: [{ B: 1 }] })],
    [reply({ Items: [{ B: 1, DatabaseName: "text-1" }] })],
    ["rds Describe Items[].DatabaseName: absent in recording, always present in the model"],
  ],
  ["a field that the model has at times", [reply({ B: 1 })], [reply({ B: 1, A: 1 }), reply({ B: 1 })], []],
  [
    "a field that only AWS has, once, however much is below it",
    [reply({ A: { B: { C: 1 } } })],
    [reply({})],
    ["rds Describe A: absent in the model, present in recording"],
  ],
  ["a type", [reply({ A: "text-1" })], [reply({ A: 1 })], ["rds Describe A: string in recording, number in the model"]],
  [
    "a time that is a text",
    [reply({ A: "text-1" })],
    [reply({ A: "2026-01-01T00:00:00.000Z" })],
    ["rds Describe A: string in recording, time in the model"],
  ],
  [
    "a value of AWS's vocabulary",
    [reply({ KeyAlgorithm: "RSA-2048" })],
    [reply({ KeyAlgorithm: "RSA_2048" })],
    ["rds Describe KeyAlgorithm: value RSA-2048 in recording, never in the model"],
  ],
  [
    "a way from state to state",
    [reply({ Id: "text-1", Status: "creating" }), reply({ Id: "text-1", Status: "available" })],
    [reply({ Id: "text-1", Status: "creating" }), reply({ Id: "text-2", Status: "available" })],
    ["rds Describe Status: creating → available in recording, never in the model"],
  ],
  [
    "an error code, and its HTTP status",
    [refusal("Gone", 404), refusal("Busy", 409), refusal("ECONNRESET", null)],
    [refusal("Gone", 400), refusal("Busy", 409)],
    ["rds Describe error Gone (HTTP 404): never in the model"],
  ],
  [
    "operations",
    [reply({}, "A")],
    [reply({}, "B")],
    ["rds A: never asked of the model", "rds B: never asked in recording"],
  ],
  [
    "the keys of somebody's own map",
    [reply({ T: { "text-1": "text-2" } })],
    [reply({ T: { "text-9": "text-1" } })],
    [],
  ],
])("finds %s", (_, recording, model, found) => {
  expect(differences(recording, model)).toEqual(found);
});
