// A process of its own that starts the local AWS and ends: node start.ts <folder>
import { startLocalAws } from "../../src/local/local-aws.ts";

const { pid, port } = await startLocalAws({ dir: process.argv[2] ?? "" });
process.stdout.write(JSON.stringify({ pid, port }));
