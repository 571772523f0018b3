// A process of its own, since the in-memory AWS takes the place of the SDK's clients: node in-memory-child.ts <seeds>
import { benchInMemory } from "./in-memory.ts";

process.stdout.write(JSON.stringify(await benchInMemory(Number(process.argv[2]))));
