import { program } from "commander";

import { guideCommand } from "./guide";
import { labCommand } from "./lab";
import { providerCommand } from "./provider";
import { rehearseCommand } from "./rehearse";

program
  .name("cdktf-mesos-tools")
  .description("Testing kit, rehearsal and daily commands for cdktf-mesos.")
  .addCommand(providerCommand())
  .addCommand(rehearseCommand())
  .addCommand(labCommand())
  .addCommand(guideCommand())
  .showHelpAfterError();

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`cdktf-mesos-tools: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
