import { cp, readFile, writeFile } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import { answering } from './answering.mjs';
import { leadAllTo } from './lead-to.mjs';

const CREDENTIAL = 'emulator';
const PACKAGE = new URL('..', import.meta.resolve('mcdev'));

let mcdev;
/** What mcdev prints, in lines such as `10:20:30 warn: …`. */
const printed = [];
process.stdout.write = (text) => {
  printed.push(...stripVTControlCharacters(String(text)).split('\n'));
  return true;
};

async function readPackageFile(path) {
  return JSON.parse(await readFile(new URL(path, PACKAGE), 'utf8'));
}

/** A project as `mcdev init` writes it: mcdev's default settings, one set of credentials, and its business units. */
async function writeProject({ eid, businessUnits, ...credentials }) {
  const settings = await readPackageFile('boilerplate/config.json');
  const { version } = await readPackageFile('package.json');
  settings.credentials = { [CREDENTIAL]: { eid, businessUnits } };
  Object.assign(settings.metaDataTypes, { retrieve: [], createDeltaPkg: [] });
  await cp(new URL('boilerplate/files/.prettierrc', PACKAGE), '.prettierrc');
  await writeFile('.mcdevrc.json', JSON.stringify({ ...settings, version }));
  await writeFile('.mcdev-auth.json', JSON.stringify({ [CREDENTIAL]: { ...credentials, account_id: eid } }));
}

/** Runs one of mcdev's commands. Its exit code and the errors that it printed tell how it went. */
async function run(command) {
  printed.length = 0;
  process.exitCode = 0;
  const result = await command();
  const { exitCode } = process;
  process.exitCode = 0;
  return { result, exitCode, errors: printed.filter((line) => / error: /.test(line)) };
}

answering({
  async configure({ port, folder, ...project }) {
    leadAllTo(port);
    process.chdir(folder);
    await writeProject(project);
    ({ default: mcdev } = await import('mcdev'));
    mcdev.setOptions({ skipInteraction: true, noLogFile: true });
  },

  /** The keys of what was retrieved. */
  async retrieve({ businessUnit, type }) {
    const where = `${CREDENTIAL}/${businessUnit}`;
    const { result, ...rest } = await run(() => mcdev.retrieve(where, [type]));
    return { ...rest, keys: Object.keys(result?.[where]?.[type] ?? {}) };
  },

  /** The business units that mcdev finds for its credentials, as it writes them into the project's settings. */
  async findBusinessUnits() {
    // `mcdev reloadBUs` calls this, and does not wait for it.
    const { default: helper } = await import('mcdev/util/businessUnit');
    const { default: config } = await import('mcdev/util/config');
    const properties = await config.getProperties();
    const { exitCode, errors } = await run(() => helper.refreshBUProperties(properties, CREDENTIAL));
    const settings = JSON.parse(await readFile('.mcdevrc.json', 'utf8'));
    return { exitCode, errors, businessUnits: settings.credentials[CREDENTIAL].businessUnits };
  },
});
