import fc from "fast-check";

import { TerraformOutput, TerraformVariable } from "cdktf";
import { terraformLiteral } from "../../lib/private/terraform-literal";
import { anyText } from "../support/any-text";
import { testStack } from "../support/stacks";
import { configurationOf } from "../support/template";
import { readTemplate } from "../support/terraform-template";

describe("terraformLiteral", () => {
  test.each([
    ["plain", "plain"],
    ["${HOME:-x}", "$${HOME:-x}"],
    ["%{http_code}", "%%{http_code}"],
    ["$${a} %%{b}", "$$${a} %%%{b}"],
    ["$HOME $(date) 100% {}", "$HOME $(date) 100% {}"],
    ["${TfToken[", "$${TfToken["],
    ["${TfToken[a b]}", "$${TfToken[a b]}"],
    ['\\n "quoted"\n', '\\n "quoted"\n'],
  ])("writes %j as %j", (text, expected) => {
    expect(terraformLiteral(text)).toBe(expected);
  });

  it("brings every text through Terraform as it was", () => {
    fc.assert(
      fc.property(anyText, (text) => expect(readTemplate(terraformLiteral(text))).toBe(text)),
      { numRuns: 2000 },
    );
  });

  it("brings every text through cdktf too", () => {
    const stack = testStack();
    const texts = fc.sample(anyText, { numRuns: 300, seed: 20261123 });
    new TerraformOutput(stack, "texts", { value: texts.map(terraformLiteral) });

    const written: string[] = configurationOf(stack).output.texts.value;

    expect(written.map(readTemplate)).toEqual(texts);
  });

  it("leaves a token beside literal parts alive", () => {
    const stack = testStack();
    const name = new TerraformVariable(stack, "name", { type: "string" }).stringValue;
    new TerraformOutput(stack, "text", { value: terraformLiteral(`\${HOME}/${name}`) });

    expect(configurationOf(stack).output.text.value).toBe("$${HOME}/${var.name}");
  });
});
