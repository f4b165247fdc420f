import * as fs from "node:fs";

/** After all tests. */
export default function cleanUp(): void {
  fs.rmSync(process.env.STAND_IN_SITE ?? "", { recursive: true, force: true });
}
