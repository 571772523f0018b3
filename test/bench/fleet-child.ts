// A process of its own, since the in-memory AWS takes the place of the SDK's clients: node fleet-child.ts <environments>
import { benchFleet } from "./fleet.ts";

process.stdout.write(JSON.stringify(await benchFleet(Number(process.argv[2]))));
