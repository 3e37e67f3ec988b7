/** Entry point of `npm start`: the app in one process. */
import { startSingleProcess } from './server/app-process';
import { runUntilSignal } from './server/run-until-signal';

runUntilSignal(startSingleProcess);
