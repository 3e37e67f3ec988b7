/**
 * The mark of a `state` whose sign-in runs inside a frame. It selects the form of the callback's answer and nothing else:
 * the pending sign-in and its cookie know the state without it.
 */
const MARK = 'f.';

/** The state of a sign-in in a frame. */
export function markState(state: string): string {
  return MARK + state;
}

/** Whether a state is that of a sign-in in a frame. */
export function isMarkedState(state: string | undefined | null): boolean {
  return state?.startsWith(MARK) === true;
}

/** The state as the pending sign-in knows it. */
export function unmarkState(state: string): string {
  return isMarkedState(state) ? state.slice(MARK.length) : state;
}
