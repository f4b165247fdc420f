import { programs, synthesizes } from "../../tools/package/programs";
import { publishedManifest } from "../../tools/package/stage";

describe("programs", () => {
  it("are the blocks fenced as ts, as they stand", () => {
    const markdown = "a\n```ts\nconst a = 1;\n\nb();\n```\n```sh\nls\n```\n```ts\napp.synth();\n```\n";

    expect(programs(markdown)).toEqual(["const a = 1;\n\nb();\n", "app.synth();\n"]);
    expect(programs(markdown).map(synthesizes)).toEqual([false, true]);
  });

  it("are none where there is none", () => {
    expect(programs("```tsx\n<a/>\n```\n    ```ts\n")).toEqual([]);
  });
});

describe("publishedManifest", () => {
  it("leaves out what serves the repository only, and names what is packed", () => {
    const text = JSON.stringify({
      name: "x",
      workspaces: ["tools"],
      scripts: {},
      allowScripts: {},
      jsii: {},
    });

    expect(JSON.parse(publishedManifest(text))).toEqual({
      name: "x",
      jsii: {},
      files: ["lib", "!lib/**/*.ts", "lib/**/*.d.ts", ".jsii", "CHANGELOG.md"],
    });
  });
});
