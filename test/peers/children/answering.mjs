/**
 * Answers what the test asks of this process: each question is a function's name, its details the argument. The process
 * ends with the test's.
 */
export function answering(questions) {
  process.on('message', async ({ id, question, details }) => {
    try {
      process.send({ id, answer: (await questions[question](details)) ?? {} });
    } catch (error) {
      process.send({ id, failure: `${error.name}: ${error.message}` });
    }
  });
  process.on('disconnect', () => process.exit());
}
