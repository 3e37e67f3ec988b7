import { expect, test } from '@jest/globals';
import type { Emulator } from '../../src/emulator/index';
import { emulate, send, tokensOf, type Answer } from '../unit/emulator/harness';

async function soap(emulator: Emulator, token: string, body: string, action = 'Retrieve'): Promise<Answer> {
  return send(`${emulator.baseUrl('soap')}/Service.asmx`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml', SOAPAction: action },
    body: `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Header><fueloauth xmlns="http://exacttarget.com">${token}</fueloauth></Header><Body>${body}</Body></Envelope>`,
  });
}

function retrieve(type: string, more = ''): string {
  const properties = '<Properties>ID</Properties><Properties>Name</Properties>';
  return `<RetrieveRequestMsg xmlns="http://exacttarget.com/wsdl/partnerAPI"><RetrieveRequest><ObjectType>${type}</ObjectType>${properties}${more}</RetrieveRequest></RetrieveRequestMsg>`;
}

function textOf(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}

test('Retrieve gives the properties that were asked for, of the own business unit', async () => {
  const emulator = await emulate();
  for (const unit of emulator.world.tenant('mcemulator-alpine-outfitters').businessUnits) unit.name = 'Alpine & Co';
  const { accessToken } = await tokensOf(emulator);
  const { status, headers, text } = await soap(emulator, accessToken, retrieve('BusinessUnit'));
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^text\/xml/);
  expect(textOf(text, 'OverallStatus')).toBe('OK');
  expect(text).toContain('<Results xsi:type="BusinessUnit"><ID>510001000</ID><Name>Alpine &amp; Co</Name></Results>');
  expect(text.match(/<Results/g)).toHaveLength(1);
});

test('Retrieve pages with a RequestID to continue with', async () => {
  const emulator = await emulate();
  const { accessToken } = await tokensOf(emulator);
  const options = '<Options><BatchSize>2</BatchSize></Options><QueryAllAccounts>true</QueryAllAccounts>';
  const first = await soap(emulator, accessToken, retrieve('BusinessUnit', options));
  expect(textOf(first.text, 'OverallStatus')).toBe('MoreDataAvailable');
  const more = `<ContinueRequest>${textOf(first.text, 'RequestID') ?? ''}</ContinueRequest>`;
  const second = await soap(emulator, accessToken, retrieve('BusinessUnit', more));
  expect(textOf(second.text, 'OverallStatus')).toBe('OK');
  expect([...first.text.matchAll(/<ID>/g)].length + [...second.text.matchAll(/<ID>/g)].length).toBe(3);
});

test.each([
  ['', 'missing'],
  ['x', 'strange'],
])('the token %j (%s) is a security fault in an HTTP 500', async (token) => {
  const emulator = await emulate();
  const { status, text } = await soap(emulator, token, retrieve('BusinessUnit'));
  expect(status).toBe(500);
  expect(textOf(text, 'faultstring')).toBe('Token Expired');
  expect(text).toMatch(/<faultcode xmlns:q0="[^"]+">q0:Security<\/faultcode>/);
  expect(textOf(text, 'faultactor')).toBe(`${emulator.baseUrl('soap')}/Service.asmx`);
});

test('an expired token is the same fault', async () => {
  const emulator = await emulate();
  const { accessToken } = await tokensOf(emulator);
  emulator.expireAccessTokens();
  expect(textOf((await soap(emulator, accessToken, retrieve('BusinessUnit'))).text, 'faultstring')).toBe(
    'Token Expired',
  );
});

test('a type without its scope, and one that is not known, are errors in the OverallStatus', async () => {
  const emulator = await emulate();
  const { accessToken } = await tokensOf(emulator, { scope: 'users_read' });
  const statusOf = async (type: string) =>
    textOf((await soap(emulator, accessToken, retrieve(type))).text, 'OverallStatus');
  expect(await statusOf('AccountUser')).toBe('OK');
  expect(await statusOf('BusinessUnit')).toMatch(/^Error: API Permission Failed/);
  expect(await statusOf('Subscriber')).toMatch(/^Error: .*Subscriber/);
});

test('other actions answer under their own name that they are not performed', async () => {
  const emulator = await emulate();
  const { accessToken } = await tokensOf(emulator);
  const { status, text } = await soap(emulator, accessToken, '<CreateRequest/>', 'Create');
  expect(status).toBe(200);
  expect(text).toMatch(/<CreateResponse .*<OverallStatus>Error: the emulator does not perform Create/);
});

test('an action that does not exist is a client fault', async () => {
  const emulator = await emulate();
  const { accessToken } = await tokensOf(emulator);
  const { status, text } = await soap(emulator, accessToken, '<X/>', '"Nothing<"');
  expect(status).toBe(500);
  expect(textOf(text, 'faultstring')).toContain('Nothing&lt;');
});

test('a WSDL names the address of the service', async () => {
  const emulator = await emulate();
  const { text } = await send(`${emulator.baseUrl('soap')}/etframework.wsdl`);
  expect(text).toContain(`location="${emulator.baseUrl('soap')}/Service.asmx"`);
});
