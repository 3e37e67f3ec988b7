import { run } from './run';
import { start } from './start';

run(start);
