import { runByHand } from "./run-by-hand.ts";
import { serveParent } from "./serve-parent.ts";

// A channel exists only where another program of ours started this one.
if (process.send === undefined) await runByHand(process.argv.slice(2));
else serveParent();
