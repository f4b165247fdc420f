import * as fs from "node:fs";
import * as path from "node:path";
import { Instance } from "../../tools/rehearsal/instance";
import { CommandResult } from "../../tools/rehearsal/machine";
import type { ClusterOptions } from "../../tools/rehearsal/mesos/cluster";
import { Clusters } from "../../tools/rehearsal/mesos/clusters";
import type { Faults } from "../../tools/rehearsal/mesos/faults";
import { hostPath } from "../../tools/rehearsal/machine-path";
import { namespaceMode } from "../../tools/rehearsal/namespace";
import { eventually } from "../../tools/rehearsal/eventually";
import { temporaryDirectory } from "./support";

/** An instance under test. */
export interface TestInstance {
  readonly instance: Instance;
  /** Runs a bash script in it. */
  bash(script: string): Promise<CommandResult>;
  /** Writes a file of it. */
  write(file: string, text: string, mode?: number): void;
  /** Reads a file of it; empty when there is none. */
  read(file: string): string;
  /** Fails unless the script prints what is expected within ten seconds. */
  expectEventually(script: string, stdout: string): Promise<void>;
  terminate(): Promise<void>;
}

/**
 * Launches an instance named `i-test` in a folder of its own.
 *
 * @param faults what goes wrong with tasks
 * @param options how its cluster is
 */
export async function launchTestInstance(
  faults: Faults = {},
  options: ClusterOptions = {},
): Promise<TestInstance> {
  const { directory, remove } = temporaryDirectory();
  const clusters = new Clusters(options);
  const mode = await namespaceMode();
  const instance = await Instance.launch({ directory, id: "i-test", mode, publicKey: "", faults, clusters });
  const bash = (script: string) => instance.machine.run(["bash", "-c", script]);
  const onHost = (file: string) => hostPath(instance.machine.root, file);
  return {
    instance,
    bash,
    write: (file, text, mode = 0o644) => {
      fs.mkdirSync(path.dirname(onHost(file)), { recursive: true });
      fs.writeFileSync(onHost(file), text);
      fs.chmodSync(onHost(file), mode);
    },
    read: (file) => (fs.existsSync(onHost(file)) ? fs.readFileSync(onHost(file), "utf8") : ""),
    expectEventually: async (script, stdout) => {
      let seen = "";
      const deadline = Date.now() + 10_000;
      do {
        seen = (await bash(script)).stdout;
        await eventually(() => seen === stdout, 20);
      } while (seen !== stdout && Date.now() < deadline);
      expect(seen).toBe(stdout);
    },
    terminate: async () => {
      await instance.terminate();
      clusters.close();
      remove();
    },
  };
}
