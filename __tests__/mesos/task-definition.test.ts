import fc from "fast-check";

import { Fn, TerraformOutput, type TerraformStack, TerraformVariable } from "cdktf";

import { definitionText, definitionTokens } from "../../lib/mesos/task-definition";
import { taskInfo } from "../../lib/mesos/task-info";
import { UpdateStrategy } from "../../lib/mesos/update-strategy";
import { anyText } from "../support/any-text";
import { testStack } from "../support/stacks";
import { configurationOf } from "../support/template";
import { readTemplate } from "../support/terraform-template";

function variable(stack: TerraformStack, name: string): string {
  return new TerraformVariable(stack, name, { type: "string" }).stringValue;
}

function synthesized(stack: TerraformStack, text: string): string {
  new TerraformOutput(stack, "text", { value: text });
  return configurationOf(stack).output.text.value;
}

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/).filter((text) => text !== "__proto__");

const taskInfos = fc
  .record(
    {
      environment: fc.dictionary(name, anyText),
      shellCommand: anyText,
      command: fc.array(anyText, { minLength: 1 }),
      args: fc.array(anyText),
    },
    { requiredKeys: ["environment"] },
  )
  .map((spec) =>
    taskInfo(
      {
        taskName: "web",
        image: "nginx",
        cpus: 0.2,
        memoryMiB: 256,
        ports: [],
        hostPorts: [],
        labels: {},
        links: [],
        replicas: 1,
        updateStrategy: UpdateStrategy.START_FIRST,
        ...spec,
      },
      "web",
    ),
  );

describe("definitionText", () => {
  it("is JSON without the members that are not set", () => {
    expect(definitionText({ a: 1.5, b: [true, null, "x"], c: undefined, d: {}, e: [] })).toBe(
      '{"a":1.5,"b":[true,null,"x"],"d":{},"e":[]}',
    );
  });

  test.each([
    ["${HOME} %{if}", '"\\u0024{HOME} \\u0025{if}"'],
    ["#{TfToken[TOKEN.1]} &{TfToken[TOKEN.1]}", '"\\u0023{TfToken[TOKEN.1]} \\u0026{TfToken[TOKEN.1]}"'],
    ["$ % # & {} 1e5 -1.5e+300", '"$ % # & {} 1e5 -1.5e+300"'],
    ['"quoted" \\n\n', '"\\"quoted\\" \\\\n\\n"'],
    ["e\u0301 ü 🧦", '"e\\u0301 \\u00fc \\ud83e\\udde6"'],
    ["\u0000\u001f\u007f\u2028", '"\\u0000\\u001f\\u007f\\u2028"'],
    ["\ud83e", '"\\ud83e"'],
  ])("writes %j in ASCII, with nothing live", (text, expected) => {
    expect(definitionText(text)).toBe(expected);
  });

  it("brings whatever a task is given to the file as it was", () => {
    fc.assert(
      fc.property(taskInfos, (info) => {
        const text = definitionText(info);

        expect(text).toMatch(/^[ -~]*$/);
        expect(JSON.parse(readTemplate(text))).toEqual(JSON.parse(JSON.stringify(info)));
      }),
      { numRuns: 500 },
    );
  });

  it("survives cdktf as well", () => {
    const infos = fc.sample(taskInfos, { numRuns: 100, seed: 20261123 });
    const stack = testStack();
    new TerraformOutput(stack, "texts", { value: infos.map(definitionText) });

    const written: string[] = configurationOf(stack).output.texts.value;

    expect(written.map((text) => JSON.parse(readTemplate(text)))).toEqual(
      infos.map((info) => JSON.parse(JSON.stringify(info))),
    );
  });

  it("lets Terraform quote its own values", () => {
    const stack = testStack();
    const text = definitionText({ alone: variable(stack, "password"), plain: "$${x}" });

    expect(synthesized(stack, text)).toBe('{"alone":${jsonencode(var.password)},"plain":"$\\u0024{x}"}');
  });

  it("lets Terraform quote a value with plain text around it", () => {
    const stack = testStack();
    const text = definitionText([`http://${variable(stack, "host")}:${variable(stack, "port")}/é`]);

    expect(synthesized(stack, text)).toBe('[${jsonencode("http://${var.host}:${var.port}/é")}]');
  });

  it("keeps a Terraform value apart from what looks like an open template before it", () => {
    const stack = testStack();
    const text = definitionText(["${", variable(stack, "a"), "}", variable(stack, "b")]);

    expect(synthesized(stack, text)).toBe('["\\u0024{",${jsonencode(var.a)},"}",${jsonencode(var.b)}]');
  });

  it("fails when a text holds a number of Terraform's", () => {
    const port = new TerraformVariable(testStack(), "port", { type: "number" }).numberValue;

    expect(() => definitionText({ a: `port ${port}` })).toThrow(
      new Error("a text must not hold a number that only Terraform knows; pass Fn.tostring(…) of the number"),
    );
  });

  test.each(['"', "\\", "$", "%{", "\n", "\u007f", "e\u0301"])(
    "fails when %j stands beside a Terraform value",
    (sign) => {
      const host = variable(testStack(), "host");

      expect(() => definitionText({ a: `a${sign}${host}b` })).toThrow(
        new Error(
          "a text with a Terraform value in it must otherwise hold no quotes, backslashes, $, %, control characters and " +
            `decomposed letters, got ${JSON.stringify(`a${sign}b`)} around the value; pass the value alone`,
        ),
      );
    },
  );
});

describe("definitionTokens", () => {
  it("are the texts that hold Terraform's values, in the order they stand", () => {
    const stack = testStack();
    const [a, b] = [variable(stack, "a"), Fn.upper(variable(stack, "b"))];

    expect(
      definitionTokens({ x: ["plain", `http://${b}`], y: { z: a, n: 1, u: undefined, l: null } }),
    ).toEqual([`http://${b}`, a]);
  });
});
