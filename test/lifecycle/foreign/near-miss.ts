import type { Alter } from "../strangers.ts";

const without = (tags: Readonly<Record<string, string>>, ...names: readonly string[]) =>
  Object.fromEntries(Object.entries(tags).filter(([name]) => !names.includes(name)));

/** Tags that are not ours, by as little as a letter: all three of ManagedBy, Environment and tap:id make a resource ours. */
export const nearMisses: readonly Alter[] = [
  () => ({}),
  ({ Name = "" }) => ({ Name }),
  (tags) => ({ ...tags, Environment: "prod" }),
  (tags) => ({ ...tags, Environment: "DEV" }),
  (tags) => ({ ...tags, Environment: "dev " }),
  (tags) => ({ ...tags, Environment: "dev2" }),
  (tags) => ({ ...tags, Environment: "" }),
  (tags) => ({ ...tags, ManagedBy: "terraform" }),
  (tags) => ({ ...tags, ManagedBy: "Tap" }),
  (tags) => ({ ...tags, ManagedBy: "tap " }),
  (tags) => without(tags, "ManagedBy"),
  (tags) => without(tags, "Environment"),
  (tags) => without(tags, "ManagedBy", "Environment"),
  (tags) => ({ ...without(tags, "ManagedBy", "Environment"), managedby: "tap", environment: "dev" }),
  (tags) => ({ ...without(tags, "Environment"), "tap:Environment": "dev" }),
];
