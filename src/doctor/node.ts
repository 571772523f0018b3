import { type Check, ok, warning } from "./check.ts";

/** Lines that get fixes for half a year only (https://github.com/nodejs/release). From 27 on, all are long-term. */
const shortLived = [23, 25];

/**
 * The Node.js that tap runs on. One that is too old has been refused before (src/tap.ts).
 *
 * @param version for example "24.21.0"
 */
export const nodeCheck = (version: string): Check => ({
  id: "node",
  look: async () =>
    shortLived.includes(Number(version.split(".")[0]))
      ? warning(`Node.js ${version} gets no fixes any more`, "Install a line with long-term support: nvm install --lts")
      : ok(`Node.js ${version}`),
});
