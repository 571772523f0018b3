import type { Authorization } from "./authorization.ts";

/** See {@link Authorization}. */
export const tag: Authorization = {
  actions: {
    "tag:GetResources": { on: {}, keys: [] },
  },
};
