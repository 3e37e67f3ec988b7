/** As many test files between two lines. A shorter run needs none. */
const FILES_PER_LINE = 10;

/**
 * A reporter for Jest that shows how far a run is where its output goes to a file or a pipe: `20 of 178 test files, 1
 * failed, 0 min 42 s`. In a terminal the default reporter shows this below the results.
 */
export default class ProgressReporter {
  #startedAt = 0;

  onRunStart() {
    this.#startedAt = Date.now();
  }

  onTestResult(_test, _result, { numPassedTestSuites, numFailedTestSuites, numPendingTestSuites, numTotalTestSuites }) {
    const done = numPassedTestSuites + numFailedTestSuites + numPendingTestSuites;
    if (process.stderr.isTTY || done % FILES_PER_LINE !== 0) return;
    const seconds = Math.round((Date.now() - this.#startedAt) / 1_000);
    const failed = numFailedTestSuites === 0 ? '' : `${numFailedTestSuites} failed, `;
    process.stderr.write(
      `-- ${done} of ${numTotalTestSuites} test files, ${failed}${Math.floor(seconds / 60)} min ${seconds % 60} s\n`,
    );
  }
}
