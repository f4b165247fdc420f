import { join } from "node:path";
import { dependable, type ITerraformDependable, Lazy } from "cdktf";
import { Construct } from "constructs";
import { scriptDirectory } from "../private/script-directory";
import { TerraformData } from "../private/terraform-data";
import type { AgentMember } from "./capacity";
import type { ResolvedSshAccess } from "./ssh-access";

/** Properties for `Teardown`. */
export interface TeardownProps {
  /** Masters, in the order they are tried. */
  readonly hosts: string[];
  readonly ssh: ResolvedSshAccess;
  /** Directory of the launcher on the masters. */
  readonly launcherRoot: string;
  /** What must still be there when the masters are asked to stop services. */
  readonly reach: ITerraformDependable[];
  /** Agents whose tasks are moved when they are taken away. */
  readonly agents: readonly AgentMember[];
  /** Whether the masters are gone: then destroying contacts nothing. */
  readonly forget: boolean;
}

const DIRECTORY = join(__dirname, "teardown");

/**
 * The half of every service that stops it: one resource for all, always present, also when it holds nothing.
 *
 * A destroy-time provisioner runs only while its block is in the configuration. So the block stays, and a service that
 * is taken out is a key that is dropped: its provisioner runs with the input stored last. A changed host or key path
 * updates the input in place and runs nothing.
 *
 * @see https://developer.hashicorp.com/terraform/language/resources/provisioners/syntax#destroy-time-provisioners
 */
export class Teardown extends Construct {
  /** Stops each service. */
  public readonly services: TerraformData;
  /** Names of the services to stop. */
  public readonly names: string[] = [];
  private readonly onMasters: string;
  private readonly reach: readonly ITerraformDependable[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: TeardownProps,
  ) {
    super(scope, id);
    const script = scriptDirectory(this, "Script", DIRECTORY);
    this.onMasters = `bash "\${path.module}/${script.path}/bin/on-masters"`;
    this.reach = props.reach;
    if (props.agents.length > 0) this.reach = [...props.reach, this.moveTasks(props.agents)];
    this.services = this.create("Services", 'stop-service "${self.output.service}"', {
      service: "${each.key}",
    });
    this.services.addOverride(
      "for_each",
      Lazy.anyValue({ produce: () => Object.fromEntries(this.names.map((name) => [name, name])) }),
    );
  }

  /** Registers a service to stop when it is taken out of the code, or all is destroyed. */
  public add(service: string): void {
    this.names.push(service);
  }

  /** Makes the resource that removes the launcher's files, after every service is stopped. */
  public addLauncher(): ITerraformDependable {
    const launcher = this.create("Launcher", "uninstall-launcher", { service: "" });
    this.services.dependsOn = [...(this.services.dependsOn ?? []), dependable(launcher)];
    return launcher;
  }

  /**
   * Makes the resource that moves the tasks of an agent before its machine goes or is replaced. A machine goes also when
   * its tasks cannot be moved. Once the launcher is gone, as it is when all is destroyed in order, nothing is moved.
   */
  private moveTasks(agents: readonly AgentMember[]): TerraformData {
    const drain = this.create(
      "Agents",
      'drain-agent "${self.output.address}" || echo "its tasks end with the machine, and are started elsewhere once it is missed"',
      { address: "${each.value.address}" },
      { instance: "${each.value.instance}" },
    );
    const members = agents.map(({ instanceId: instance, address }, index) => [
      index + 1,
      { instance, address },
    ]);
    drain.addOverride("for_each", Object.fromEntries(members));
    return drain;
  }

  private create(
    id: string,
    command: string,
    own: Record<string, string>,
    triggersReplace?: Record<string, string>,
  ): TerraformData {
    const { props } = this;
    return new TerraformData(this, id, {
      triggersReplace,
      input: {
        ...own,
        hosts: props.hosts.join(" "),
        user: props.ssh.user,
        port: props.ssh.port,
        key_file: props.ssh.privateKeyFile,
        bastion: props.ssh.bastionHost ?? "",
        root: props.launcherRoot,
      },
      dependsOn: [...this.reach],
      provisioners: props.forget
        ? undefined
        : [
            {
              type: "local-exec",
              when: "destroy",
              command: `${this.onMasters} ${command}`,
              environment: {
                LAUNCHER_HOSTS: "${self.output.hosts}",
                LAUNCHER_USER: "${self.output.user}",
                LAUNCHER_PORT: "${self.output.port}",
                LAUNCHER_KEY_FILE: "${self.output.key_file}",
                LAUNCHER_BASTION: "${self.output.bastion}",
                LAUNCHER_ROOT: "${self.output.root}",
              },
            },
          ],
    });
  }
}
