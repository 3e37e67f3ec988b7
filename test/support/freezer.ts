import { accessSync, constants, existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';

/** Freezes a process as a container is frozen (`docker pause`, a suspended node); ended after the test. */
export interface Freezer {
  freeze(): void;
  thaw(): void;
}

/** By version of control groups: where groups are made, and the file and words that freeze one. */
const KINDS = [
  { root: '/sys/fs/cgroup/freezer', file: 'freezer.state', frozen: 'FROZEN', thawed: 'THAWED' },
  { root: '/sys/fs/cgroup', file: 'cgroup.freeze', frozen: '1', thawed: '0' },
] as const;

const open: (() => void)[] = [];

afterEach(() => {
  for (const end of open.splice(0)) end();
});

/** Whether this user may freeze processes here. */
export const canFreeze: boolean = kindHere() !== undefined;

function kindHere(): (typeof KINDS)[number] | undefined {
  return KINDS.find(({ root, file }) => {
    const group = join(root, `mcg-probe-${process.pid}`);
    try {
      accessSync(root, constants.W_OK);
      mkdirSync(group);
    } catch {
      return false;
    }
    const isThere = existsSync(join(group, file));
    rmdirSync(group);
    return isThere;
  });
}

/** A freezer for one process. */
export function freezerFor(pid: number): Freezer {
  const kind = kindHere();
  if (kind === undefined) throw new Error('There is no freezer here.');
  const { root, file, frozen, thawed } = kind;
  const group = join(root, `mcg-test-${pid}`);
  mkdirSync(group);
  writeFileSync(join(group, 'cgroup.procs'), String(pid));
  const thaw = (): void => writeFileSync(join(group, file), thawed);
  open.push(() => {
    thaw();
    // A group is removed once no process is in it; this one may have ended already.
    if (existsSync(`/proc/${pid}`)) writeFileSync(join(root, 'cgroup.procs'), String(pid));
    rmdirSync(group);
  });
  return { freeze: () => writeFileSync(join(group, file), frozen), thaw };
}
