// Run by test_history_layout.py: lays out commits, and compares sequences, that standard input has as JSON; prints the answers as JSON.
import { readFileSync } from "fs";
import { around, compare } from "../../Services/api/ui/src/difference/sequence";
import { layOut } from "../../Services/api/ui/src/pages/commits/graph";

interface Asked { graphs: { id: string; parents: string[] }[][]; pairs: [string[], string[]][] }

const asked = JSON.parse(readFileSync(0, "utf8")) as Asked;
console.log(JSON.stringify({
  graphs: asked.graphs.map(layOut),
  pairs: asked.pairs.map(([left, right]) => {
    const steps = compare(left, right);
    return { steps: steps ?? null, shown: steps ? around(steps) : null };
  }),
}));
