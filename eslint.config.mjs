import tseslint from "typescript-eslint";

/** Files jsii compiles in place, and what tools leave behind, are not source. */
const generated = [
  "**/node_modules/",
  "**/cdktf.out/",
  "dist/",
  "lib/**/*.js",
  "lib/**/*.d.ts",
  ".lab/",
  ".rehearsal/",
];

/** Importing a provider's root loads every resource of AWS: half a gigabyte and several seconds. */
const deepProviderImports = {
  patterns: [
    {
      regex: "^@cdktf/provider-[a-z0-9-]+(?:/lib)?$",
      message: "import one resource: @cdktf/provider-aws/lib/vpc, never the provider's root",
    },
  ],
};

export default tseslint.config(
  { ignores: generated },
  ...tseslint.configs.strict,
  {
    rules: {
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      "no-restricted-imports": ["error", deepProviderImports],
    },
  },
  {
    files: ["lib/**/*.ts"],
    rules: {
      "max-lines-per-function": ["error", { max: 45, skipBlankLines: true, skipComments: true }],
      "no-console": "error",
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "env",
          message: "the library has no ambient inputs; main.ts reads the environment",
        },
      ],
    },
  },
  {
    files: ["__tests__/**/*.ts"],
    rules: { "max-lines-per-function": "off" },
  },
  {
    files: ["*.js", "tools/**/*.js"],
    languageOptions: { sourceType: "commonjs" },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
