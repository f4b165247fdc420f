/** The long cycle with the real `cdktf deploy`, and other long runs of Terraform: some minutes, so not part of `npm test`. */
module.exports = {
  ...require("./jest.config.js"),
  testMatch: ["<rootDir>/__tests__/{cycle,terraform}/**/*.cycle.ts"],
  testTimeout: 180_000,
};
