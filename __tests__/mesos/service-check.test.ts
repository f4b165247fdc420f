import { MesosTask, ServiceCheck } from "../../lib";
import { importedCluster, testStack } from "../support/stacks";
import { configurationOf } from "../support/template";

describe("ServiceCheck", () => {
  it("compares what a master tells with every service of the code, also one that is declared after it", () => {
    const stack = testStack();
    const cluster = importedCluster(stack);
    new ServiceCheck(stack, "Check", { cluster });
    for (const taskName of ["web", "db"])
      new MesosTask(stack, taskName, { cluster, taskName, image: "nginx:1" });
    const { check } = configurationOf(stack);
    const [name = ""] = Object.keys(check);
    const told = `data.terraform_remote_state.${name}.outputs.services`;
    const amiss =
      `[for name in ["web","db"] : "\${name}: \${lookup(${told}, name, "no master knows it")}" ` +
      `if lookup(${told}, name, "-") != ""]`;

    expect(check).toEqual({
      [name]: {
        data: {
          terraform_remote_state: {
            [name]: { backend: "http", config: { address: "http://127.0.0.1:5052/" } },
          },
        },
        assert: [
          {
            condition: `\${length(${amiss}) == 0}`,
            error_message: `services do not run as declared: \${join("; ", ${amiss})}`,
          },
        ],
      },
    });
  });

  it("refuses what is no URL", () => {
    const stack = testStack();
    const cluster = importedCluster(stack);

    expect(() => new ServiceCheck(stack, "Check", { cluster, address: "localhost:5052" })).toThrow(
      `'address' must be a URL that begins with http:// or https://, got "localhost:5052"`,
    );
  });
});
