import { defineConfig } from "vitest/config";

const timeouts = { testTimeout: 240_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    // Some tests run servers of their own beside the workers: two suit a machine with two cores.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "in-process",
          include: ["test/**/*.test.ts"],
          exclude: ["test/local/**"],
          ...timeouts,
        },
      },
      {
        // What needs the built program, or a local AWS.
        test: {
          name: "local",
          include: ["test/local/**/*.test.ts"],
          globalSetup: ["test/local/setup.ts"],
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
