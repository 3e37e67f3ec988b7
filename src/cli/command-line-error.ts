/** Something on the command line that cannot be understood; its message says what to write instead. Ends with code 2. */
export class CommandLineError extends Error {}
