/** Tests mirror lib/ and tools/; every file that is a test ends in `.test.ts`, so helpers are never mistaken for one. */
module.exports = {
  testEnvironment: "node",
  // the tests with Terraform and machines wait more than they compute
  maxWorkers: 4,
  // a bound for what hangs, wide enough for a busy machine
  testTimeout: 60_000,
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  moduleFileExtensions: ["ts", "js", "json", "node"],
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
  modulePathIgnorePatterns: [
    "<rootDir>/dist/",
    "<rootDir>/cdktf.out/",
    "<rootDir>/.lab/",
    "<rootDir>/.rehearsal/",
  ],
};
