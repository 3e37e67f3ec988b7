import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Writes a file in a temporary folder of its own. The folder is removed when `stopping` aborts, and in any case when the
 * process exits. All of it is synchronous, so that no signal comes in between.
 */
export function writeTemporaryFile(name: string, content: string, stopping: AbortSignal): string {
  const folder = mkdtempSync(join(tmpdir(), 'marketing-cloud-emulator-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  stopping.addEventListener('abort', remove);
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}
