import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { LIST_DEFINITIONS } from '../../src/emulator/rest/lists/list-definitions';
import { emulate } from '../support/scene';
import { literalsOf, membersOf, type Documented } from './doc-comments';
import { readGenerated, tableOf } from './generated-page';
import { ROOT } from './stage';

const EMULATOR = 'src/emulator';

/** The first paragraph with what its default is. */
function meaningOf({ paragraphs: [text = ''], default: value }: Documented): string {
  return value === undefined ? text : `${text} Default: ${value}`;
}

function meanings(head: string, members: readonly Documented[]): string {
  const rows = members.map((member) => [`\`${member.name}\``, meaningOf(member)]);
  return tableOf([head, 'Meaning'], rows);
}

function options(): string {
  const members = membersOf(`${EMULATOR}/options.ts`, 'EmulatorOptions');
  return tableOf(
    ['Option', 'Type', 'Meaning'],
    members.map((member) => [`\`${member.name}\``, `\`${member.type}\``, meaningOf(member)]),
  );
}

/** The paragraphs of an option that are lists. */
function dialects(): string {
  const [option] = membersOf(`${EMULATOR}/options.ts`, 'EmulatorOptions').filter(({ name }) => name === 'listDialects');
  return (option?.paragraphs.slice(1).join('\n') ?? '').trim();
}

function faults(): string {
  const files = [
    ['known-faults', 'knownFaults'],
    ['known-rest-answers', 'REST_ERRORS'],
    ['known-rest-answers', 'REST_BODIES'],
  ] as const;
  return meanings(
    'Fault',
    files.flatMap(([file, name]) => membersOf(`${EMULATOR}/faults/${file}.ts`, name)),
  );
}

async function soapTypes(): Promise<string> {
  const emulator = await emulate();
  const wsdl = await (await fetch(`${emulator.baseUrl('soap')}/etframework.wsdl`)).text();
  const names = [
    ...wsdl.matchAll(/<xsd:complexType name="(\w+)"><xsd:complexContent><xsd:extension base="APIObject"/g),
  ];
  return names.map(([, name]) => `\`${name ?? ''}\``).join(', ');
}

test('docs/guides/emulator.md lists what the sources document; UPDATE_DOCS=1 writes it', async () => {
  const parts = {
    options: options(),
    dialects: dialects(),
    'members of a fault': meanings('Member', membersOf(`${EMULATOR}/faults/fault.ts`, 'Fault')),
    'known faults': faults(),
    endpoints: literalsOf(`${EMULATOR}/request-log/endpoints.ts`, 'Endpoint')
      .map((name) => `\`${name}\``)
      .join(', '),
    world: meanings(
      'Method',
      membersOf(`${EMULATOR}/world/world.ts`, 'World').filter(({ name }) => name.endsWith(')')),
    ),
    user: meanings('Field', membersOf(`${EMULATOR}/world/model.ts`, 'User')),
    lists: tableOf(
      ['Path', 'Dialect', 'Scope'],
      LIST_DEFINITIONS.map(({ path, dialect, read }) => [`\`${path}\``, `\`${dialect}\``, `\`${read.join('`, `')}\``]),
    ),
    'object types': await soapTypes(),
  };
  expect(Object.values(parts).every((part) => part.length > 20)).toBe(true);
  const { actual, expected } = readGenerated(join(ROOT, 'docs/guides/emulator.md'), parts);
  expect(actual).toBe(expected);
});
